import { describe, expect, test } from "vitest";
import type { Sensor } from "../../api/types.ts";
import { passes, urgencyOf } from "./sensor-urgency.ts";

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
  troubles: [],
  silentSources: 0,
  skew: { kind: "steady", samples: 100, lowSeconds: 0, medianSeconds: 0, highSeconds: 1, zoneMinutes: null },
  volume: { state: "normal", since: null, events: 10, expected: 10, low: 1, high: 20 },
  critical: false,
  expectedEverySeconds: null,
  retiredAt: null,
  paused: null,
  note: "",
};

const urgencies = (...sensors: readonly Partial<Sensor>[]) => sensors.map((part) => urgencyOf({ ...calm, ...part }));

describe("what is urgent about sensors", () => {
  test("a critical silent one first, then a silent one, then whatever else is wrong", () => {
    const order = urgencies(
      { troubles: ["silent"], critical: true },
      { troubles: ["silent", "skew"] },
      { troubles: ["silent"] },
      { troubles: ["drop"] },
      { troubles: ["late"] },
      { troubles: ["sources"] },
      { troubles: ["failures"] },
      { troubles: ["skew"] },
      {},
    );
    expect(order).toEqual(order.toSorted((a, b) => b - a));
    expect(new Set(order).size).toBe(order.length);
  });

  test("filters take in what belongs together", () => {
    expect(passes({ ...calm, state: "late" }, "silent")).toBe(true);
    expect(passes({ ...calm, state: "returned" }, "live")).toBe(true);
    expect(passes({ ...calm, state: "paused" }, "resting")).toBe(true);
    expect(passes({ ...calm, troubles: ["skew"] }, "attention")).toBe(true);
    expect(passes(calm, "attention")).toBe(false);
  });
});
