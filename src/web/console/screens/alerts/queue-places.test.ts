import { expect, test } from "vitest";
import { isSameFilter, moved } from "./queue-places.ts";

test("a place up or down, and no further than the ends", () => {
  const items = ["a", "b", "c"];
  expect(moved(items, "b", -1)).toEqual(["b", "a", "c"]);
  expect(moved(items, "b", 1)).toEqual(["a", "c", "b"]);
  expect(moved(items, "a", -1)).toBe(items);
  expect(moved(items, "c", 1)).toBe(items);
  expect(moved(items, "x", 1)).toBe(items);
});

test("a filter is the same in whatever order, and without what says nothing", () => {
  expect(isSameFilter({ level: "high", q: "a" }, { q: "a", level: "high", tag: undefined })).toBe(true);
  expect(isSameFilter({ level: "high" }, { level: "low" })).toBe(false);
});
