import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeDuplicate, NEAR_MS, techniquesOf, type Trace } from "./duplicates.ts";

const MINUTE_MS = 60_000;
const span = (first: number, last = first) => ({ first: first * MINUTE_MS, last: last * MINUTE_MS });
const trace = (part: Partial<Trace>): Trace => ({
  id: "a",
  world: "",
  ruleId: "r1",
  family: new Set([part.ruleId ?? "r1"]),
  techniques: new Set(),
  about: { kind: "host", value: "H1" },
  entities: new Map([["host\0h1", span(0)]]),
  sensors: new Set(["s1"]),
  events: new Set(),
  ...span(0),
  ...part,
});
const other = (part: Partial<Trace>): Trace => trace({ id: "b", ...part });
const at = (minute: number) => ({ ...span(minute), entities: new Map([["host\0h1", span(minute)]]) });

describe("what says the same", () => {
  test.each<[string, Partial<Trace>, Partial<Trace>, string | undefined, number]>([
    [
      "the same events found by two rules",
      { events: new Set(["1", "2", "3"]) },
      { ruleId: "r2", events: new Set(["1", "2", "3"]) },
      "same_events",
      80,
    ],
    [
      "half of the smaller one's events",
      { events: new Set(["1", "2"]) },
      { ruleId: "r2", events: new Set(["2", "3", "4"]) },
      "same_events",
      55,
    ],
    [
      "one event of many in common, nothing else",
      { events: new Set(["1", "2", "3"]) },
      { ruleId: "r2", events: new Set(["3", "4", "5"]) },
      undefined,
      0,
    ],
    ["same rule and host from another sensor", {}, { sensors: new Set(["s2"]) }, "other_sensor", 60],
    ["same rule and host, 15 minutes apart", {}, at(15), "same_rule", 45],
    ["16 minutes apart", {}, at(16), undefined, 0],
    ["a correlation and one of its rules", {}, { ruleId: "c", family: new Set(["c", "r1"]) }, "same_family", 45],
    [
      "same technique on the same host",
      { techniques: new Set(["t1059"]) },
      { ruleId: "r2", techniques: new Set(["t1059.001"]) },
      "same_technique",
      40,
    ],
    [
      "two sub-techniques are two",
      { techniques: new Set(["t1059.003"]) },
      { ruleId: "r2", techniques: new Set(["t1059.001"]) },
      undefined,
      0,
    ],
    [
      "same rule, another host",
      {},
      { about: { kind: "host", value: "h2" }, entities: new Map([["host\0h2", span(0)]]) },
      undefined,
      0,
    ],
    ["another rule and technique on the same host", {}, { ruleId: "r2" }, undefined, 0],
    ["an exercise", { events: new Set(["1"]) }, { world: "x", events: new Set(["1"]) }, undefined, 0],
  ])("%s", (_, one, two, reason, score) => {
    const likeness = judgeDuplicate(trace(one), other(two));
    expect(likeness?.reason).toBe(reason);
    expect(likeness?.score ?? 0).toBe(score);
  });

  test("nothing is a duplicate of itself", () => {
    expect(judgeDuplicate(trace({}), trace({}))).toBeUndefined();
  });
});

test("techniques are read however tags are written; tactics are none", () => {
  expect([
    ...techniquesOf(["attack.T1059_001", "attack.t1003", "attack.execution", "cve.2024.1", "attack.t10"]),
  ]).toEqual(["t1059.001", "t1003"]);
});

const some = (...names: string[]) => fc.subarray(names).map((all) => new Set(all));
const KEYS = ["host\0h1", "host\0h2", "user\0lan"];
const traces = fc
  .record({
    id: fc.constantFrom("a", "b", "c"),
    world: fc.constantFrom("", "x"),
    ruleId: fc.constantFrom("r1", "r2"),
    family: some("r1", "r2", "c"),
    techniques: some("t1059", "t1059.001", "t1003"),
    about: fc.constantFrom({ kind: "host", value: "H1" }, { kind: "user", value: "lan" }),
    entities: fc
      .array(fc.tuple(fc.constantFrom(...KEYS), fc.integer({ min: 0, max: 40 })), { maxLength: 4 })
      .map((all) => new Map(all.map(([key, minute]) => [key, span(minute)]))),
    sensors: some("s1", "s2"),
    events: some("1", "2", "3", "4"),
    minute: fc.integer({ min: 0, max: 40 }),
  })
  .map(({ minute, ...one }): Trace => ({ ...one, ...span(minute) }));

test("both sides see the same, always the same, out of 100, as the sum of its parts; exercises never mix", () => {
  fc.assert(
    fc.property(traces, traces, (a, b) => {
      const likeness = judgeDuplicate(a, b);
      expect(judgeDuplicate(b, a)).toEqual(likeness);
      expect(judgeDuplicate(a, b)).toEqual(likeness);
      if (likeness === undefined) return;
      expect(a.world).toBe(b.world);
      expect(likeness.score).toBe(likeness.factors.reduce((sum, { points }) => sum + points, 0));
      expect(likeness.score).toBeGreaterThan(0);
      expect(likeness.score).toBeLessThanOrEqual(100);
      if (likeness.reason !== "same_events") expect(likeness.gapMs).toBeLessThanOrEqual(NEAR_MS);
    }),
    { numRuns: 2_000 },
  );
});
