import { describe, expect, test } from "vitest";
import { EMPTY_CONTENT, linesOf, reapplied, withLines } from "./system-form.ts";

const host = (value: string, service: string | null = null) => ({ kind: "host" as const, value, service });

describe("my edits on top of theirs", () => {
  test("facts I did not touch stay theirs, lists gain and lose what mine did", () => {
    const base = { ...EMPTY_CONTENT, name: "A", owner: "X", identifiers: [host("a"), host("b")] };
    const mine = { ...base, owner: "Y", identifiers: [host("a"), host("c")] };
    const theirs = { ...base, zone: "DMZ", owner: "Z", identifiers: [host("a"), host("b"), host("d")] };
    expect(reapplied(base, mine, theirs)).toEqual({
      ...base,
      zone: "DMZ",
      owner: "Y",
      identifiers: [host("a"), host("d"), host("c")],
    });
  });
});

describe("identifiers as lines", () => {
  test("what is pasted is one each, blanks and repeats apart", () => {
    const place = { kind: "host" as const, service: null };
    const held = [host("old"), host("web", "Cổng"), { kind: "address" as const, value: "10.0.0.1", service: null }];
    const next = withLines(held, place, " a \n\nb; a, c");
    expect(linesOf(next, place)).toBe("a\nb\nc");
    expect(linesOf(next, { kind: "host", service: "Cổng" })).toBe("web");
    expect(next).toHaveLength(5);
  });
});
