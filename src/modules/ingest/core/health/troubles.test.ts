import { expect, test } from "vitest";
import { type Condition, troublesOf } from "./troubles.ts";

const calm: Condition = {
  state: "live",
  volume: "normal",
  silentSources: 0,
  lastDay: { events: 1_000, failures: 3 },
  skew: { kind: "steady", samples: 100, lowMs: 0, medianMs: 0, highMs: 1, zoneMinutes: null },
};

test.each([
  ["nothing", {}, []],
  ["silence hides the drop that comes with it", { state: "silent", volume: "drop" }, ["silent"]],
  ["worst first", { volume: "flood", silentSources: 2, state: "late" }, ["late", "sources", "flood"]],
  ["one line in twenty not understood", { lastDay: { events: 100, failures: 5 } }, ["failures"]],
  ["too few lines for a share", { lastDay: { events: 10, failures: 5 } }, []],
  ["a clock five minutes ahead", { skew: { ...calm.skew, kind: "ahead", lowMs: -300_000 } }, ["skew"]],
  ["a clock twenty seconds ahead", { skew: { ...calm.skew, kind: "ahead", lowMs: -20_000 } }, []],
  ["an import of the past", { state: "once", skew: { ...calm.skew, kind: "behind", lowMs: 9e9 } }, []],
  ["what nobody expects", { state: "retired", silentSources: 1, volume: "drop" }, []],
] as const)("%s", (_name, change, troubles) => {
  expect(troublesOf({ ...calm, ...change })).toEqual(troubles);
});
