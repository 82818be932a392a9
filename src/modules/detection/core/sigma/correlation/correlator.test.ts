import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CorrelationInput } from "./correlator-types.ts";
import { Correlator } from "./correlator.ts";
import { MAX_EVENTS_PER_FINDING, MAX_VALUE_UNITS } from "./limits.ts";
import { correlatorOf, inputAt, planOf, testHash } from "./testdata/build.ts";

const ever = [{ operator: "gte", value: 1_000 }] as const;

describe("state is bounded, and what is forgotten is counted", () => {
  test("too many groups: the one touched longest ago goes, whoever came first", () => {
    const correlator = correlatorOf(planOf({}), { groupsPerRule: 2 });
    for (const host of ["one", "two", "one", "three"]) correlator.take(inputAt(1, [host]));
    expect(correlator.stats()[0]).toMatchObject({ groups: 2, evicted: 1 });
    correlator.take(inputAt(2, ["two"]));
    expect(correlator.drain().map(({ group }) => group[0]?.value)).toEqual(["one"]);
  });

  test("too many events: the group touched longest ago goes with all of them", () => {
    const correlator = correlatorOf(planOf({ bounds: ever }), { eventsPerRule: 4 });
    for (const host of ["a", "a", "b", "b", "c"]) correlator.take(inputAt(1, [host]));
    expect(correlator.stats()[0]).toMatchObject({ groups: 2, held: 3, evicted: 1 });
  });

  test("the total is kept over all correlations", () => {
    const plan = planOf({ id: "x", rules: ["a"] }, { id: "y", rules: ["b"] });
    const correlator = correlatorOf(plan, { groups: 3 });
    for (const [input, host] of [
      [0, "1"],
      [1, "2"],
      [0, "3"],
      [1, "4"],
    ] as const) {
      correlator.take(inputAt(1, [host], { input }));
    }
    expect(correlator.stats().map(({ groups, evicted }) => [groups, evicted])).toEqual([
      [1, 1],
      [2, 0],
    ]);
  });

  test("long texts are bounded in sum", () => {
    const correlator = correlatorOf(planOf({ bounds: ever }), { textUnits: 1_000 });
    for (let host = 0; host < 50; host++) correlator.take(inputAt(1, [`${host}`.padStart(100, "x")]));
    expect(correlator.stats()[0]).toMatchObject({ groups: 10, evicted: 40 });
  });

  test("long values are told apart by their end all the same, and case does not matter", () => {
    const correlator = correlatorOf(planOf({}));
    const long = "x".repeat(MAX_VALUE_UNITS * 2);
    for (const end of ["1", "2"]) correlator.take(inputAt(1, [`${long}${end}A`]));
    expect(correlator.drain()).toEqual([]);
    correlator.take(inputAt(1, [`${long}2a`]));
    expect(correlator.drain()[0]?.group[0]?.value).toHaveLength(MAX_VALUE_UNITS);
  });

  test("a separator inside a value does not join two groups", () => {
    const correlator = correlatorOf(planOf({ groupBy: ["x", "y"] }));
    correlator.take(inputAt(1, ["a\0b", "c"]));
    correlator.take(inputAt(1, ["a", "b\0c"]));
    expect(correlator.stats()[0]?.groups).toBe(2);
  });

  test("groups nothing can be added to any more go silently", () => {
    const correlator = correlatorOf(planOf({ timespanMs: 10_000 }));
    correlator.take(inputAt(0, ["a"]));
    correlator.advance(11_000);
    expect(correlator.stats()[0]).toMatchObject({ groups: 1 });
    correlator.advance(12_000);
    expect(correlator.stats()[0]).toMatchObject({ groups: 0, held: 0, evicted: 0 });
  });
});

describe("the clock", () => {
  test("something is held until the lateness has passed, then nothing", () => {
    const correlator = correlatorOf(planOf({ latenessMs: 5_000, bounds: [{ operator: "gte", value: 1 }] }));
    correlator.take(inputAt(10, ["a"]));
    expect([correlator.held, correlator.drain()]).toEqual([1, []]);
    correlator.advance(15_999);
    expect(correlator.held).toBe(1);
    correlator.advance(16_000);
    expect([correlator.held, correlator.drain().length]).toEqual([0, 1]);
  });

  test("an open window is held until it is over", () => {
    const correlator = correlatorOf(planOf({ timespanMs: 5_000, bounds: [{ operator: "eq", value: 1 }] }));
    correlator.take(inputAt(10, ["a"]));
    correlator.advance(15_000);
    expect([correlator.held, correlator.drain()]).toEqual([1, []]);
    correlator.advance(16_000);
    expect([correlator.held, correlator.drain()[0]?.value]).toEqual([0, 1]);
  });

  test("records of the past come faster than the clock: every window is judged once", () => {
    const correlator = correlatorOf(planOf({ timespanMs: 5_000, bounds: [{ operator: "eq", value: 1 }] }));
    const now = 1_000_000_000;
    for (let event = 0; event < 5_000; event++) correlator.take(inputAt(event * 10, ["a"], { receivedAt: now }));
    expect([correlator.held, correlator.drain().length]).toEqual([1, 4_999]);
    correlator.advance(now + 4_999);
    expect(correlator.drain()).toEqual([]);
    correlator.advance(now + 6_000);
    expect([correlator.held, correlator.drain().length]).toEqual([0, 1]);
  });

  test("an arrival that is no time is a mistake of the caller", () => {
    expect(() => correlatorOf(planOf({})).advance(Number.NaN)).toThrow(RangeError);
  });

  test("nonsense times are windowed at arrival", () => {
    const correlator = correlatorOf(planOf({}));
    for (const time of [Number.NaN, Number.POSITIVE_INFINITY, 10_000]) {
      correlator.take(inputAt(10, ["a"], { time }));
    }
    expect(correlator.drain()).toMatchObject([{ from: 10_000, to: 10_000, count: 2 }]);
  });
});

describe("findings", () => {
  test("name the newest events and at least one of every rule", () => {
    const correlator = correlatorOf(
      planOf({ type: "temporal", rules: ["a", "b", "c"], bounds: [{ operator: "gte", value: 3 }] }),
    );
    correlator.take(inputAt(1, ["h"], { eventId: "only b", input: 1 }));
    for (let event = 0; event < 300; event++)
      correlator.take(inputAt(2, ["h"], { eventId: `${event}`.padStart(5, "0") }));
    correlator.take(inputAt(3, ["h"], { eventId: "only c", input: 2 }));
    const [full] = correlator.drain();
    expect(full).toMatchObject({ count: 302, from: 1_000, to: 3_000, anchor: "at 3" });
    expect(full?.events).toHaveLength(MAX_EVENTS_PER_FINDING);
    expect(full?.events[0]).toEqual({ id: "only b", time: 1_000, ruleId: "b" });
    expect(full?.events.slice(1, 3).map(({ id }) => id)).toEqual(["00202", "00203"]);
    expect(full?.events.at(-1)?.id).toBe("only c");
  });

  test("have the same id when the same happens again, another when the correlation changed", () => {
    const idOf = (version: string): string | undefined => {
      const correlator = correlatorOf(planOf({ version }));
      for (const eventId of ["one", "two"]) correlator.take(inputAt(1, ["h"], { eventId }));
      return correlator.drain()[0]?.id;
    };
    expect(idOf("1")).toBe(idOf("1"));
    expect(idOf("1")).not.toBe(idOf("2"));
  });
});

describe("restore", () => {
  test("what changed starts empty, the rest goes on", () => {
    const before = correlatorOf(planOf({ id: "x" }, { id: "y" }));
    before.take(inputAt(1, ["h"], { eventId: "one" }));
    const plan = planOf({ id: "x" }, { id: "y", version: "2" }, { id: "z", rules: ["x"] });
    const { correlator, startedEmpty } = Correlator.restore(plan, before.snapshot(), { hash: testHash });
    expect(startedEmpty).toEqual(["y", "z"]);
    correlator.take(inputAt(1, ["h"], { eventId: "two" }));
    expect(correlator.stats().map(({ correlationId, findings }) => [correlationId, findings])).toEqual(
      [
        ["x", 1],
        ["z", 0],
        ["y", 0],
      ].sort(),
    );
  });

  test("another format is not read", () => {
    const state = { ...correlatorOf(planOf({})).snapshot(), format: 0 };
    expect(() => Correlator.restore(planOf({}), state, { hash: testHash })).toThrow(RangeError);
  });

  test("large windows, many copies of one instant and full windows come back as they were", () => {
    const shapes = [
      { id: "count", bounds: ever },
      { id: "values", type: "value_count", fields: ["v"], bounds: [{ operator: "gte", value: 150 }] },
      { id: "sum", type: "value_sum", fields: ["v"], bounds: [{ operator: "gte", value: 9_000.5 }] },
      { id: "median", type: "value_median", fields: ["v"], bounds: [{ operator: "gte", value: 150 }] },
      { id: "order", type: "temporal_ordered", rules: ["a", "b"], bounds: [{ operator: "gte", value: 2 }] },
    ] as const;
    const limits = { eventsPerWindow: 120 };
    fc.assert(
      fc.property(
        fc.array(fc.record({ step: fc.nat(2), v: fc.nat(200), id: fc.nat(150), input: fc.nat(1) }), {
          minLength: 300,
          maxLength: 400,
        }),
        fc.nat(300),
        (drawn, cut) => {
          const plan = planOf(...shapes);
          let seconds = 0;
          const inputs = drawn.map(({ step, v, id, input }): CorrelationInput => {
            seconds += step === 2 ? 1 : 0;
            return inputAt(seconds, input === 0 ? ["h", v / 4] : ["h"], { eventId: `${id}`, input });
          });
          const undisturbed = correlatorOf(plan, limits);
          let restored = correlatorOf(plan, limits);
          for (const [index, input] of inputs.entries()) {
            if (index === cut) {
              const state = structuredClone(restored.snapshot());
              restored = Correlator.restore(plan, state, { hash: testHash, limits }).correlator;
            }
            undisturbed.take(input);
            restored.take(input);
          }
          expect(restored.snapshot()).toEqual(undisturbed.snapshot());
          expect(restored.drain()).toEqual(undisturbed.drain());
        },
      ),
      { numRuns: 30 },
    );
  });
});
