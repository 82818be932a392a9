import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { csvLine } from "./index.ts";

describe("csvLine", () => {
  test.each([
    [["a", 1, null, true], "a,1,,true\r\n"],
    [['say "hi"', "a,b", "two\nlines"], '"say ""hi""","a,b","two\nlines"\r\n'],
    [["=1+1", "+x", "-x", "@x", "\tx", "\rx"], "'=1+1,'+x,'-x,'@x,'\tx,\"'\rx\"\r\n"],
    [[-5], "-5\r\n"],
  ])("%j", (cells, line) => {
    expect(csvLine(cells)).toBe(line);
  });

  test("no text cell can start a formula, whatever it holds", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const cell = csvLine([text]).slice(0, -2);
        const shown = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
        expect(shown).not.toMatch(/^[=+\-@\t\r]/u);
        expect(shown.replace(/^'/u, "")).toBe(text.replace(/^'/u, ""));
      }),
    );
  });
});
