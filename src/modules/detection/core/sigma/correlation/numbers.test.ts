import fc from "fast-check";
import { expect, test } from "vitest";
import { ExactSum } from "./exact-sum.ts";
import { numberOf } from "./key.ts";
import { MAX_MAGNITUDE } from "./limits.ts";
import { SortedValues } from "./sorted-values.ts";

const moderate = fc
  .double({ min: -1e60, max: 1e60, noNaN: true })
  .map((value) => (Math.abs(value) < 1e-200 ? 0 : value));

/** In units of 2^-800: exact for all of `moderate` that is not tiny. */
function exactly(values: readonly number[]): bigint {
  return values.reduce((sum, value) => sum + scaled(value), 0n);
}

function scaled(value: number): bigint {
  const units = value * 2 ** 400;
  return Number.isInteger(units) ? BigInt(units) << 400n : BigInt(units * 2 ** 400);
}

test("what is taken away leaves no trace, and the sum is rounded once", () => {
  fc.assert(
    fc.property(fc.array(moderate, { maxLength: 30 }), fc.array(moderate, { maxLength: 30 }), (kept, passing) => {
      const sum = new ExactSum();
      for (const value of kept) sum.add(value);
      for (const value of passing) sum.add(value);
      for (const value of passing) sum.add(-value);
      const exact = exactly(kept);
      const { value } = sum;
      // The nearest double: no neighbour is nearer.
      const off = magnitude(scaled(value) - exact);
      for (const neighbour of [value * (1 + Number.EPSILON), value * (1 - Number.EPSILON)]) {
        if (Number.isFinite(neighbour)) expect(off <= magnitude(scaled(neighbour) - exact)).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

test("0.1 + 0.2 - 0.3 + 1e100 - 1e100 and the like", () => {
  const sum = new ExactSum();
  for (const value of [1e100, 0.1, 0.2, -0.3, -1e100]) sum.add(value);
  // The sum of these three doubles, not of the decimals they stand for.
  expect(sum.value).toBe(2.7755575615628914e-17);
  expect(new ExactSum().value).toBe(0);
});

test("sorted values stay sorted whatever is added and removed", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.boolean(), fc.integer({ min: -50, max: 3_000 })), { maxLength: 4_000 }),
      (steps) => {
        const sorted = new SortedValues();
        const naive: number[] = [];
        for (const [adds, value] of steps) {
          const place = naive.indexOf(value);
          if (adds || place === -1) {
            sorted.add(value);
            naive.push(value);
          } else {
            sorted.remove(value);
            naive.splice(place, 1);
          }
        }
        naive.sort((one, other) => one - other);
        expect(sorted.size).toBe(naive.length);
        expect(Array.from({ length: sorted.size }, (_, index) => sorted.at(index))).toEqual(naive);
      },
    ),
    { numRuns: 50 },
  );
});

test.each<[string | number | null, number | undefined]>([
  [12, 12],
  ["12", 12],
  [" -1.50 ", -1.5],
  ["1e3", 1_000],
  ["+.5", 0.5],
  ["-0", 0],
  ["", undefined],
  [".", undefined],
  ["0x10", undefined],
  ["1e999", undefined],
  ["Infinity", undefined],
  [Number.NaN, undefined],
  ["1,5", undefined],
  ["9".repeat(100), undefined],
  [null, undefined],
])("%j as a number is %s", (value, expected) => {
  expect(numberOf(value, MAX_MAGNITUDE)).toBe(expected);
});
