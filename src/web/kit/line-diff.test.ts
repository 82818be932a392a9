import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diffLines } from "./line-diff.ts";

const text = fc.array(fc.constantFrom("a", "b", "c", "", "  d: e"), { maxLength: 30 }).map((lines) => lines.join("\n"));

describe("lines of two texts", () => {
  test("one changed line between equal ones", () => {
    expect(diffLines("a\nb\nc\n", "a\nx\nc\n")).toEqual([
      { kind: "same", text: "a", before: 1, after: 1 },
      { kind: "removed", text: "b", before: 2 },
      { kind: "added", text: "x", after: 2 },
      { kind: "same", text: "c", before: 3, after: 3 },
    ]);
  });

  test("an added line in the middle moves the numbers after it", () => {
    expect(diffLines("a\nc", "a\nb\nc").map(({ kind, after }) => [kind, after])).toEqual([
      ["same", 1],
      ["added", 2],
      ["same", 3],
    ]);
  });

  test("line ends of another system are no difference", () => {
    expect(diffLines("a\r\nb\r\n", "a\nb\n").every(({ kind }) => kind === "same")).toBe(true);
  });

  test("the lines rebuild both texts, numbered without gaps", () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(before, after);
        const older = lines.filter(({ kind }) => kind !== "added");
        const newer = lines.filter(({ kind }) => kind !== "removed");
        expect(older.map((line) => line.text).join("\n")).toBe(before.replace(/\n$/u, ""));
        expect(newer.map((line) => line.text).join("\n")).toBe(after.replace(/\n$/u, ""));
        expect(older.map((line) => line.before)).toEqual(older.map((_, index) => index + 1));
        expect(newer.map((line) => line.after)).toEqual(newer.map((_, index) => index + 1));
      }),
    );
  });
});
