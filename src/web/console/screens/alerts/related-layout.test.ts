import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MARK, MOST_ROWS, packLane, placeOf, stepFrom, ticksOf } from "./related-layout.ts";

const HOUR_MS = 3_600_000;
const scale = { from: 0, to: 24 * HOUR_MS, width: 480 + MARK };

test("a mark stands at its time, what is outside at the edge", () => {
  expect([-1, 0, 12, 24, 30].map((hour) => placeOf(scale, hour * HOUR_MS))).toEqual([0, 0, 240, 480, 480]);
  expect(placeOf({ from: 5, to: 5, width: 100 }, 5)).toBe(43);
});

describe("a lane", () => {
  test("puts what would overlap into rows", () => {
    const spans = [0, 0, 6].map((hour, n) => ({ id: String(n), first: hour * HOUR_MS, last: hour * HOUR_MS }));
    expect(packLane(scale, spans).placed.map(({ row }) => row)).toEqual([0, 1, 0]);
    expect(packLane(scale, []).rows).toBe(1);
  });

  test("no two marks of a row overlap while there are rows left, and the order does not matter", () => {
    const times = fc.array(fc.integer({ min: 0, max: 24 * HOUR_MS }), { maxLength: 60 });
    fc.assert(
      fc.property(times, (all) => {
        const spans = all.map((first, n) => ({ id: String(n), first, last: first }));
        const { placed, rows } = packLane(scale, spans);
        expect(packLane(scale, spans.toReversed())).toEqual({ placed, rows });
        expect(rows).toBeLessThanOrEqual(MOST_ROWS);
        if (rows === MOST_ROWS) return;
        for (const row of Map.groupBy(placed, (each) => each.row).values())
          for (const [n, each] of row.entries())
            expect(each.left).toBeGreaterThanOrEqual((row[n - 1]?.right ?? -Infinity) + 2);
      }),
    );
  });
});

test("ticks are round moments of the reader's clock", () => {
  const ticks = ticksOf(scale, { apart: 120, offsetMs: 7 * HOUR_MS });
  expect(ticks.length).toBeLessThanOrEqual(5);
  for (const tick of ticks) expect((tick + 7 * HOUR_MS) % (6 * HOUR_MS)).toBe(0);
  expect(ticksOf({ from: 5, to: 5, width: 100 }, { apart: 120, offsetMs: 0 })).toEqual([]);
});

test("arrows lead along a lane by time and across to the nearest, past empty lanes", () => {
  const of = (...lefts: number[]) => lefts.map((left, n) => ({ id: `${n}`, left, right: left, row: 0 }));
  const lanes = [of(0, 50, 100), of(), of(40, 90)];
  expect(stepFrom(lanes, { lane: 0, place: 0 }, "ArrowRight")).toEqual({ lane: 0, place: 1 });
  expect(stepFrom(lanes, { lane: 0, place: 0 }, "ArrowLeft")).toBeUndefined();
  expect(stepFrom(lanes, { lane: 0, place: 2 }, "ArrowDown")).toEqual({ lane: 2, place: 1 });
  expect(stepFrom(lanes, { lane: 2, place: 0 }, "ArrowUp")).toEqual({ lane: 0, place: 1 });
  expect(stepFrom(lanes, { lane: 2, place: 0 }, "End")).toEqual({ lane: 2, place: 1 });
  expect(stepFrom(lanes, { lane: 2, place: 0 }, "x")).toBeUndefined();
});
