import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { csvLine, readCsv } from "./index.ts";

const BOUNDS = { rows: 1_000, columns: 20, cell: 1_000 };

describe("reading CSV", () => {
  test.each([
    [
      "a,b\r\n1,2\r\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      '\uFEFFa;b\n"1;2";"say ""hi"""',
      [
        ["a", "b"],
        ["1;2", 'say "hi"'],
      ],
    ],
    [
      "a\tb\n1\t2",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "a,b\n\n , \n1,",
      [
        ["a", "b"],
        ["1", ""],
      ],
    ],
  ])("%j", (text, cells) => {
    expect(readCsv(text, BOUNDS).rows.map((row) => row.cells)).toEqual(cells);
  });

  test("says on which line a record begins, and what is wrong where", () => {
    expect(readCsv('a,b\n"x\ny",1\nz,2', BOUNDS).rows.map(({ line }) => line)).toEqual([1, 2, 4]);
    expect(readCsv('a\n"open', BOUNDS).problem).toEqual({ line: 2, what: "quote_open" });
    expect(readCsv('a\n"x"y', BOUNDS).problem).toEqual({ line: 2, what: "quote_stray" });
    expect(readCsv("a\n1\n2\n3", { ...BOUNDS, rows: 2 }).problem).toEqual({ line: 3, what: "too_many_rows" });
    expect(readCsv(`a\n${"x".repeat(1_001)}`, BOUNDS).problem?.what).toBe("cell_too_long");
    expect(readCsv(",".repeat(30), BOUNDS).problem?.what).toBe("too_many_columns");
  });

  test("reads back what csvLine writes", () => {
    const cell = fc.string({ unit: "binary", maxLength: 20 }).filter((text) => text.trim() !== "");
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 }), (rows) => {
        const text = `head,er\r\n${rows.map((row) => csvLine(row)).join("")}`;
        const read = readCsv(text, BOUNDS).rows.slice(1);
        const plain = (value: string) => value.replace(/^'(?=[=+\-@\t\r])/u, "");
        expect(read.map(({ cells }) => cells.map(plain))).toEqual(rows.map((row) => row.map(plain)));
      }),
    );
  });

  test("never throws", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void readCsv(text, BOUNDS)));
  });
});
