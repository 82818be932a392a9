import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seeded } from "../../testdata/health/traffic.ts";
import { estimateSkew } from "./skew.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b);
/** Lags of a sender whose clock is `aheadMs` ahead and whose lines take `delay(…)` to arrive. */
function lags(aheadMs: number, delay: (random: number) => number, count = 200): number[] {
  const random = seeded(count);
  return sorted(Array.from({ length: count }, () => Math.round(delay(random()) - aheadMs)));
}
const quick = (random: number) => random * 2_000;
const batched = (random: number) => random * 30 * MINUTE_MS;

describe("what lags tell of a clock", () => {
  test.each([
    ["a kept clock", lags(0, quick), "steady", null],
    ["a kept clock behind a batch every half hour", lags(0, batched), "delayed", null],
    ["ten minutes and a bit ahead", lags(10.5 * MINUTE_MS + 150_000, quick), "ahead", null],
    ["ahead and batched: the certain part", lags(2 * HOUR_MS + 7 * MINUTE_MS, batched), "ahead", null],
    ["Hanoi's time taken for UTC", lags(7 * HOUR_MS, quick), "ahead", 420],
    ["UTC taken for Hanoi's time", lags(-7 * HOUR_MS, quick), "behind", -420],
    ["Kathmandu's", lags(5.75 * HOUR_MS, quick), "ahead", 345],
    ["three minutes slow", lags(-3 * MINUTE_MS, quick), "behind", null],
    ["yesterday's file sent today", lags(0, (random) => 20 * HOUR_MS + random * 8 * HOUR_MS), "delayed", null],
    ["a few stray lines change nothing", sorted([...lags(0, quick), -9e6, -8e6, 5e7, 9e9]), "steady", null],
    ["eleven events", lags(HOUR_MS, quick, 11), "unknown", null],
  ] as const)("%s", (_name, sample, kind, zoneMinutes) => {
    expect(estimateSkew(sample)).toMatchObject({ kind, zoneMinutes });
  });

  test("a clock ahead by more than the tolerance is always told, and never by more than it is", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 6_000, max: 13 * HOUR_MS }),
        fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 20, maxLength: 300 }),
        (aheadMs, delays) => {
          const skew = estimateSkew(sorted(delays.map((delay) => delay - aheadMs)));
          if (aheadMs > 7_001) expect(skew.kind).toBe("ahead");
          expect(-skew.lowMs).toBeLessThanOrEqual(aheadMs);
          expect(-skew.lowMs).toBeGreaterThanOrEqual(aheadMs - 2_000);
        },
      ),
    );
  });
});
