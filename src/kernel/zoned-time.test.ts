import { describe, expect, test } from "vitest";
import { dayNumber, dayOf, dayOfNumber, instantOf, isTimeZone, momentOf, offsetAt, wallTimeOf } from "./zoned-time.ts";

const iso = (at: number) => new Date(at).toISOString();
const wall = (text: string) => {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = text.split(/\D/u).map(Number);
  return { year, month, day, hour, minute, second: 0 };
};

describe("wall clocks", () => {
  test.each([
    ["an ordinary winter noon", "2026-01-15 12:00", "Europe/Berlin", "2026-01-15T11:00:00.000Z"],
    ["an ordinary summer noon", "2026-07-15 12:00", "Europe/Berlin", "2026-07-15T10:00:00.000Z"],
    ["the last minute before clocks go forward", "2026-03-29 01:59", "Europe/Berlin", "2026-03-29T00:59:00.000Z"],
    ["a time that never happens: an hour later", "2026-03-29 02:30", "Europe/Berlin", "2026-03-29T01:30:00.000Z"],
    ["the first minute of summer time", "2026-03-29 03:00", "Europe/Berlin", "2026-03-29T01:00:00.000Z"],
    ["a time that happens twice: the first", "2026-10-25 02:30", "Europe/Berlin", "2026-10-25T00:30:00.000Z"],
    ["after clocks went back", "2026-10-25 03:00", "Europe/Berlin", "2026-10-25T02:00:00.000Z"],
    ["Vietnam has no summer time", "2026-03-29 02:30", "Asia/Ho_Chi_Minh", "2026-03-28T19:30:00.000Z"],
    ["half an hour of summer time", "2026-04-05 01:45", "Australia/Lord_Howe", "2026-04-04T14:45:00.000Z"],
    ["a zone with quarters of an hour", "2026-01-01 00:00", "Asia/Kathmandu", "2025-12-31T18:15:00.000Z"],
  ])("%s", (_what, local, zone, utc) => {
    expect(iso(instantOf(wall(local), zone))).toBe(utc);
  });

  test("reading a moment and finding it again is the same moment, all the year round", () => {
    for (const zone of ["Europe/Berlin", "Asia/Ho_Chi_Minh", "America/St_Johns", "Australia/Lord_Howe"]) {
      for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += 7 * 3_600_000 + 60_000) {
        const found = instantOf(wallTimeOf(at, zone), zone);
        // What happens twice is found as its first.
        expect([0, 3_600_000, 1_800_000]).toContain(at - found);
      }
    }
  });

  test("a day of 23 or 25 hours is one day", () => {
    const spring = dayNumber("2026-03-29") ?? 0;
    const autumn = dayNumber("2026-10-25") ?? 0;
    const hours = (day: number) => (momentOf(day, 1_440, "Europe/Berlin") - momentOf(day, 0, "Europe/Berlin")) / 3.6e6;
    expect([hours(spring), hours(autumn), hours(autumn + 1)]).toEqual([23, 25, 24]);
    expect(offsetAt(momentOf(spring, 0, "Europe/Berlin"), "Europe/Berlin")).toBe(3_600_000);
  });

  test("days are numbers and back", () => {
    expect(dayOfNumber(dayNumber("2028-02-29") ?? 0)).toBe("2028-02-29");
    expect(["2026-02-29", "2026-13-01", "2026-1-1", "x"].map(dayNumber)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(dayOf(wallTimeOf(Date.UTC(2026, 10, 21, 20), "Asia/Ho_Chi_Minh"))).toBe("2026-11-22");
  });

  test("names that are no zones are refused", () => {
    expect(["Asia/Ho_Chi_Minh", "Europe/Berlin", "UTC"].map(isTimeZone)).toEqual([true, true, true]);
    expect(["", "Mars/Olympus", "../etc", "+07:00", "a".repeat(80)].map(isTimeZone)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});
