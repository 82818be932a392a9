import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { visiblePieces } from "./hostile-text.ts";

const marks = (text: string, block = false) =>
  visiblePieces(text, block).flatMap((piece) => (piece.kind === "mark" ? [piece.label] : []));
const plain = (text: string) =>
  visiblePieces(text, false).flatMap((piece) => (piece.kind === "text" ? [piece.text] : []));

describe("what the eye cannot see", () => {
  test.each([
    ["\u202Egpj.exe", "RLO"],
    ["a\u2066b", "LRI"],
    ["pay\u200Bpal", "ZWSP"],
    ["a\u0000b", "NUL"],
    ["\u001b[31mred", "ESC"],
    ["a\u0085b", "U+0085"],
    ["a\u007fb", "DEL"],
    ["x\ud83dy", "U+D83D"],
    ["x\ude00y", "U+DE00"],
    ["a\ufeffb", "BOM"],
    ["a\u{e0041}b", "U+E0041"],
  ])("%j carries the mark %s", (text, label) => {
    expect(marks(text)).toEqual([label]);
  });

  test.each(["Xin chào Việt Nam", "😀 ok", "日本語", "مرحبا", "C:\\Windows\\a.exe"])("%s is left alone", (text) => {
    expect(marks(text)).toEqual([]);
    expect(plain(text)).toEqual([text]);
  });

  test("a block keeps its line breaks and tabs, inline text shows them", () => {
    expect(marks("a\r\n\tb", true)).toEqual([]);
    expect(marks("a\rb", true)).toEqual(["CR"]);
    expect(marks("a\n\tb")).toEqual(["LF", "TAB"]);
  });

  test("nothing is lost or shown twice: pieces begin where the last one ended", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.boolean(), (text, block) => {
        let at = 0;
        for (const piece of visiblePieces(text, block)) {
          expect(piece.from).toBe(at);
          at += piece.kind === "text" ? piece.text.length : (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
        }
        expect(at).toBe(text.length);
      }),
    );
  });
});
