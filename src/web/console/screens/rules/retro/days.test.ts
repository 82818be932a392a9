import { expect, test } from "vitest";
import { wholeSpan } from "./days.ts";

const one = { day: "2026-11-20", matches: 5, alerts: 1 };

test("days without matches are days too; the end is not part of the span", () => {
  const days = wholeSpan({ from: "2026-11-19T10:00:00Z", to: "2026-11-22T00:00:00Z", perDay: [one] });
  expect(days.map(({ day, matches }) => [day, matches])).toEqual([
    ["2026-11-19", 0],
    ["2026-11-20", 5],
    ["2026-11-21", 0],
  ]);
});

test("a span too long to draw day by day stays as it is told", () => {
  const told = { from: "1990-01-01T00:00:00Z", to: "2026-11-22T00:00:00Z", perDay: [one] };
  expect(wholeSpan(told)).toEqual([one]);
  expect(wholeSpan({ ...told, from: "nonsense" })).toEqual([one]);
});
