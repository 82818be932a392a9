import { describe, expect, test } from "vitest";
import type { Sensor } from "../../api/types.ts";
import { passes, troublesOf, urgencyOf } from "./sensor-urgency.ts";

const NONE = { events: 0, failures: 0 };
const calm: Sensor = {
  name: "a",
  door: "http",
  formats: [],
  firstSeen: "",
  lastSeen: "",
  lastEventTime: null,
  lastEventId: null,
  events: 1_000,
  bytes: 1,
  eventsLastHour: 10,
  parseFailures: 0,
  failures: { lastHour: NONE, lastDay: { events: 1_000, failures: 0 } },
  hourly: [],
  state: "live",
  basis: "learned",
  silentSince: null,
  expectedBy: null,
  silentSources: 0,
  skew: { kind: "steady", samples: 100, lowSeconds: 0, medianSeconds: 0, highSeconds: 1, zoneMinutes: null },
  volume: { state: "normal", since: null, events: 10, expected: 10, low: 1, high: 20 },
  critical: false,
  expectedEverySeconds: null,
  retiredAt: null,
  paused: null,
  note: "",
};

describe("what is urgent about sensors", () => {
  test("a critical silent one first, then a silent one, then whatever else is wrong", () => {
    const order: Sensor[] = [
      { ...calm, state: "silent", critical: true },
      { ...calm, state: "silent" },
      { ...calm, volume: { ...calm.volume, state: "drop" } },
      { ...calm, state: "late" },
      { ...calm, silentSources: 1 },
      { ...calm, failures: { ...calm.failures, lastDay: { events: 100, failures: 30 } } },
      { ...calm, skew: { ...calm.skew, kind: "ahead", lowSeconds: -300 } },
      calm,
    ];
    const urgencies = order.map(urgencyOf);
    expect(urgencies).toEqual(urgencies.toSorted((a, b) => b - a));
    expect(new Set(urgencies).size).toBe(order.length);
  });

  test("what nobody expects is no trouble, and what an import does to clocks neither", () => {
    expect(troublesOf({ ...calm, state: "retired", silentSources: 2 })).toEqual([]);
    expect(troublesOf({ ...calm, state: "once", skew: { ...calm.skew, kind: "behind", lowSeconds: 9e6 } })).toEqual([]);
    expect(passes({ ...calm, state: "late" }, "silent")).toBe(true);
    expect(passes(calm, "attention")).toBe(false);
  });
});
