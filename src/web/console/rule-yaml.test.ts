import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { yamlLines } from "./rule-yaml.ts";

const parts = (line: string) => (yamlLines(line)[0] ?? []).map(({ part, text }) => [part, text]);

describe("the parts of a line", () => {
  test("a field with modifiers", () => {
    expect(parts("    CommandLine|contains|all: vssadmin")).toEqual([
      ["plain", "    "],
      ["key", "CommandLine"],
      ["modifier", "|contains|all"],
      ["mark", ":"],
      ["plain", " "],
      ["text", "vssadmin"],
    ]);
  });

  test.each([
    ["level: high # why", ["high", " # why"]],
    ["title: 'a # b'", ["'a # b'"]],
    ["n: 4688", ["4688"]],
    ["- https://example.org/a#b", ["https://example.org/a#b"]],
  ])("%s", (line, values) => {
    const texts = parts(line).map(([, text]) => text);
    expect(texts.slice(-values.length)).toEqual(values);
  });

  test("words of a condition stand out, names do not", () => {
    expect(
      parts("condition: (found or all of x*) and not filter")
        .filter(([part]) => part === "word")
        .map(([, text]) => text),
    ).toEqual(["or", "all", "of", "and", "not"]);
  });

  test("a block scalar stays text until its indentation ends", () => {
    const kinds = yamlLines("description: >-\n  level: high\n\n  # not a comment\nlevel: high").map(
      (line) => line[0]?.part,
    );
    expect(kinds).toEqual(["key", "text", undefined, "text", "key"]);
  });
});

test("the pieces are the text, whatever it is, and long lines stay quick", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      expect(
        yamlLines(text)
          .map((line) => line.map((piece) => piece.text).join(""))
          .join("\n"),
      ).toBe(text);
    }),
  );
  for (const line of [
    `${"a".repeat(100_000)}`,
    `"${"\\".repeat(50_000)}`,
    `${"- ".repeat(30_000)}x`,
    " #".repeat(50_000),
  ])
    yamlLines(line);
});
