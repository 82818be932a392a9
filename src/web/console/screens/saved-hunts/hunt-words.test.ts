import { expect, test } from "vitest";
import type { SavedHunt } from "../../api/hunt-types.ts";
import { clockText, minuteHere, noteOf, rangeOfSpan, searchOf } from "./hunt-words.ts";

test("a daily time is told on the reader's clock", () => {
  const daily = { kind: "daily", minuteOfDay: 30, utcOffsetMinutes: 420 } as const;
  expect(clockText(minuteHere(daily, 420))).toBe("00:30");
  expect(clockText(minuteHere(daily, 0))).toBe("17:30");
  expect(clockText(minuteHere({ ...daily, minuteOfDay: 1_439 }, 540))).toBe("01:59");
});

test.each([
  ["24h", "24h"],
  ["2w", "14d"],
  ["90s", "2m"],
  ["7d", "7d"],
])("a span of %s is opened as %s", (span, range) => expect(rangeOfSpan(span)).toBe(range));

test("a hunt opens with its query, span and columns; its note falls back to the other language", () => {
  const hunt = {
    id: "h1",
    query: "user:lan",
    span: "1w",
    columns: ["Image"],
    description: { vi: "ghi chú", en: "" },
  } as unknown as SavedHunt;
  expect(searchOf(hunt)).toEqual({ hunt: "h1", q: "user:lan", range: "7d", cols: "Image" });
  expect(noteOf(hunt, "en")).toBe("ghi chú");
});
