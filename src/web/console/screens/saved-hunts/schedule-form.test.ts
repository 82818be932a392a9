import { describe, expect, test } from "vitest";
import type { SavedHunt } from "../../api/hunt-types.ts";
import { amountOf, formOf, judged, minutesOf } from "./schedule-form.ts";

const HANOI = 420;
const none = { schedule: null } as Pick<SavedHunt, "schedule">;

describe("amounts", () => {
  test.each([
    [15, { count: "15", unit: "minutes" }],
    [90, { count: "90", unit: "minutes" }],
    [120, { count: "2", unit: "hours" }],
    [2_880, { count: "2", unit: "days" }],
  ])("%i minutes", (minutes, amount) => {
    expect(amountOf(minutes)).toEqual(amount);
    expect(minutesOf(amountOf(minutes), 10_000)).toBe(minutes);
  });

  test.each(["", "0", "-1", "1.5", "1e3", "abc", "99999999"])("%j is no amount", (count) => {
    expect(minutesOf({ count, unit: "minutes" }, 10_080)).toBeUndefined();
  });
});

test("a form says what the server takes, and reads it back", () => {
  const form = {
    ...formOf(none, HANOI),
    kind: "daily",
    at: "07:30",
    lookback: { count: "25", unit: "hours" },
  } as const;
  const { schedule, leavesGaps } = judged(form, HANOI);
  expect(schedule).toEqual({
    timing: { kind: "daily", minuteOfDay: 450, utcOffsetMinutes: HANOI },
    level: "medium",
    lookbackMs: 90_000_000,
    enabled: true,
  });
  expect(leavesGaps).toBe(false);
  const kept = { schedule } as unknown as Pick<SavedHunt, "schedule">;
  expect(formOf(kept, HANOI)).toEqual({ ...form, every: { count: "1", unit: "hours" } });
  expect(formOf(kept, 0).at).toBe("00:30");
});

test("a look-back shorter than the time between runs is told, and what is wrong is named", () => {
  const form = { ...formOf(none, HANOI), every: { count: "2", unit: "hours" } } as const;
  expect(judged(form, HANOI).leavesGaps).toBe(true);
  const wrong = judged({ ...form, every: { count: "x", unit: "hours" } }, HANOI);
  expect(wrong).toMatchObject({ schedule: undefined, wrong: { every: true, at: false, lookback: false } });
});
