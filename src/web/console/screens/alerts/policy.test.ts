import { expect, test } from "vitest";
import { nextShift } from "./policy.ts";

const SHIFTS = ["06:00", "14:00", "22:00"];
test.each([
  ["2026-11-22T05:59", "2026-11-22T06:00"],
  ["2026-11-22T06:00", "2026-11-22T14:00"],
  ["2026-11-22T23:10", "2026-11-23T06:00"],
  ["2026-12-31T22:00", "2027-01-01T06:00"],
])("at %s the next shift begins at %s", (now, next) => {
  expect(nextShift(SHIFTS, new Date(now))).toEqual(new Date(next));
});

test("without shifts there is no next one", () => {
  expect(nextShift([], new Date("2026-11-22T05:59"))).toBeUndefined();
});
