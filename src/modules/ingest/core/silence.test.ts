import { describe, expect, test } from "vitest";
import { judgeSilence } from "./silence.ts";

const minute = 60_000;
const heard = {
  door: "http",
  firstSeen: 0,
  lastSeen: 100 * minute,
  events: 101,
  expectedEveryMs: null,
  now: 100 * minute,
};

describe("judgeSilence", () => {
  test.each([
    ["within its rhythm", { now: 109 * minute }, "live", null],
    ["ten mean gaps without a word", { now: 111 * minute }, "silent", 110 * minute],
    ["exactly at the allowance is still live", { now: 110 * minute }, "live", null],
    [
      "a stated rhythm wins over the learned one",
      { expectedEveryMs: 2 * minute, now: 103 * minute },
      "silent",
      102 * minute,
    ],
    ["too few events to have a rhythm", { events: 19, now: 500 * minute }, "new", null],
    [
      "a stated rhythm needs no history",
      { events: 1, expectedEveryMs: minute, now: 102 * minute },
      "silent",
      101 * minute,
    ],
    ["an import has an end", { door: "file", now: 9_999 * minute }, "once", null],
    ["a chatty sensor gets five minutes, not ten milliseconds", { events: 1_000_000, now: 104 * minute }, "live", null],
  ])("%s", (_title, change, state, silentSince) => {
    expect(judgeSilence({ ...heard, ...change })).toEqual({ state, silentSince });
  });
});
