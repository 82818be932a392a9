import { expect, test } from "vitest";
import { addDays, weekStart } from "./week.ts";

test.each([
  ["2026-11-22", "2026-11-16"],
  ["2026-11-23", "2026-11-23"],
  ["2026-03-29", "2026-03-23"],
  ["2027-01-01", "2026-12-28"],
])("the week of %s begins on Monday %s", (day, monday) => {
  expect(weekStart(day)).toBe(monday);
});

test("seven days on is a week on, whatever the clocks do", () => {
  expect(addDays("2026-10-23", 7)).toBe("2026-10-30");
  expect(addDays("2026-03-01", -1)).toBe("2026-02-28");
});
