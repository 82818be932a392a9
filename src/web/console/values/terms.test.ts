import { describe, expect, test } from "vitest";
import { parseQuery } from "../../../modules/lake/core/query/index.ts";
import { COLUMNS } from "../../../modules/lake/core/query/columns.ts";
import { nativeName, pivoted, term } from "./terms.ts";

const HOSTILE = [
  'say "hi"',
  "C:\\Windows\\a.exe",
  "*",
  "or",
  "10.0.0.0/8",
  "a) or (b",
  "\u202e",
  " ",
  "[1 TO 2]",
  ">5",
];

describe("native fields", () => {
  test.each(COLUMNS.map((column) => column.name))("%s of the source is told apart from the column", (name) => {
    expect(nativeName(name.toUpperCase())).toBe(`fields.${name.toUpperCase()}`);
  });

  test("other names stay as they are", () => {
    expect(nativeName("EventID")).toBe("EventID");
  });
});

describe("terms written by the value menu", () => {
  test.each(HOSTILE)("%j parses back to exactly this value", (value) => {
    const parsed = parseQuery(term("CommandLine", value));
    expect(parsed).toEqual({
      ok: true,
      query: { kind: "field", field: "CommandLine", test: { kind: "match", pattern: [{ literal: value }] } },
    });
  });

  test.each(["fe80", "a b", 'x"y', "winlog.event_data.User", "ảnh"])("field %j keeps its name", (field) => {
    const parsed = parseQuery(term(field, "v"));
    expect(parsed.ok && parsed.query.kind === "field" && parsed.query.field).toBe(field);
  });

  test("an exclusion joins what is there, and an outer or is bracketed first", () => {
    expect(pivoted("a or b", "exclude", { field: "host", value: "x" })).toBe('(a or b) and not host:"x"');
    expect(pivoted('user:"or x"', "include", { field: "host", value: "x" })).toBe('user:"or x" and host:"x"');
  });

  test("commands stay behind the narrowed search", () => {
    const host = { field: "host", value: "a | b" };
    expect(pivoted("user:lan | top 5 host", "include", host)).toBe('user:lan and host:"a | b" | top 5 host');
    expect(pivoted('cmd:"x | y"', "exclude", host)).toBe('cmd:"x | y" and not host:"a | b"');
    expect(pivoted("user:lan | top 5 host", "only", host)).toBe('host:"a | b"');
  });

  test("only forgets the rest; the same term is not added twice", () => {
    expect(pivoted("a or b", "only", { field: "host", value: "x" })).toBe('host:"x"');
    expect(pivoted('host:"x"', "include", { field: "host", value: "x" })).toBe('host:"x"');
  });
});
