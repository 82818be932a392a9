import { describe, expect, test } from "vitest";
import { placesOfValue } from "./places-of-value.ts";

describe("where a value stands", () => {
  test("everywhere it stands on its own, and not inside longer words", () => {
    const line = "2026-11-22T22:01 port 22 from 10.22.0.22:22";
    expect(placesOfValue(line, "22").map(({ from, to }) => line.slice(from - 1, to + 1))).toEqual([
      " 22 ",
      ".22.",
      ".22:",
      ":22",
    ]);
    expect(placesOfValue("user=nguyễn", "nguy")).toEqual([]);
    expect(placesOfValue('"a b" x', "a b")).toEqual([{ from: 1, to: 4 }]);
  });

  test("nowhere when it is empty or was put together; a flood is cut", () => {
    expect(placesOfValue("abc", "")).toEqual([]);
    expect(placesOfValue("abc", "2026")).toEqual([]);
    expect(placesOfValue("- ".repeat(5_000), "-").length).toBe(50);
  });
});
