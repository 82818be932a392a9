import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Severity } from "../../../kernel/index.ts";
import { type OpenChange, openOverTime, quantile } from "./metrics.ts";

const none: Record<Severity, number> = { informational: 0, low: 0, medium: 0, high: 0, critical: 0 };

describe("openOverTime", () => {
  test("equals a recount of the history at every bucket", () => {
    const change = fc.record({
      at: fc.integer({ min: 0, max: 999 }),
      level: fc.constantFrom<Severity>("low", "high"),
      from: fc.constantFrom("open" as const, "taken" as const, null),
      to: fc.constantFrom("open" as const, "taken" as const, "closed" as const),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (unsorted) => {
        const history = [...unsorted].sort((a, b) => a.at - b.at);
        const changes = history.map(
          ({ at, level, from, to }): OpenChange => ({
            start: Math.floor(at / 100) * 100,
            level,
            delta: Number(to === "open") - Number(from === "open"),
          }),
        );
        const openAt = (instant: number): Record<Severity, number> => {
          const count = { ...none };
          for (const one of history.filter(({ at }) => at < instant)) {
            if (one.to === "open" && one.from !== "open") count[one.level] += 1;
            if (one.from === "open" && one.to !== "open") count[one.level] -= 1;
          }
          return count;
        };
        const points = openOverTime({
          openNow: openAt(1000),
          changes: changes.toReversed(),
          from: 0,
          to: 1000,
          bucketMs: 100,
        });
        for (const { start, byLevel } of points) expect(byLevel).toEqual(openAt(start));
        expect(points[0]?.start).toBe(0);
      }),
    );
  });
});

describe("quantile", () => {
  test.each([
    [[], 0.5, null],
    [[7], 0.9, 7],
    [[4, 1, 3, 2], 0.5, 2.5],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.9, 9.1],
  ])("of %j at %d", (values, p, expected) => {
    const got = quantile(values, p);
    if (expected === null) expect(got).toBeNull();
    else expect(got).toBeCloseTo(expected, 10);
  });
});
