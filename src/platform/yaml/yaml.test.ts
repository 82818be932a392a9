import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseFastYaml } from "./fast.ts";
import { parseFullYaml } from "./full.ts";
import { parseYaml } from "./index.ts";

const rule = `title: Example   # a comment
id: 0f0e0d0c-0000-4000-8000-000000000001
description: |
    Two lines,
      one of them indented

references:
- https://example.org/a#b
tags:
    - attack.t1059
detection:
    sel:
        - Image|endswith: '\\cmd.exe'
          EventID:
              - 1
              - 0x17
              - 1.50
        - Name: "a\\\\b \\"c\\""
    filter:
        'quoted key': 'it''s'
        empty:
        nothing: null
    condition: sel and not filter
level: high
`;

describe("fast and full parser", () => {
  test("the fast parser reads an ordinary rule", () => {
    const fast = parseFastYaml(rule);
    expect(fast).toBeDefined();
    expect(fast).toEqual(parseFullYaml(rule));
  });

  const piece = fc.constantFrom(
    "\n",
    " ",
    "  ",
    ": ",
    ":",
    "- ",
    "-",
    "'",
    '"',
    "#",
    " #",
    "|",
    "|-",
    ">",
    "[",
    "{",
    "&a",
    "*a",
    "!x",
    "---\n",
    "...\n",
    "%",
    "\t",
    "\\",
    "0x1",
    "~",
    "? ",
    "\r\n",
    ",",
    "    ",
    "\u00a0",
    "\u3000",
    "a: b\n",
    "- c\n",
  );
  const change = fc.record({ at: fc.nat(1_000), cut: fc.nat(3), put: piece });
  test("where the fast parser answers, the full one answers the same", () => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.nat(15), (changes, firstLine) => {
        let text = rule.split("\n").slice(firstLine).join("\n");
        for (const { at, cut, put } of changes)
          text = text.slice(0, at % text.length) + put + text.slice((at % text.length) + cut);
        const fast = parseFastYaml(text);
        if (fast !== undefined) expect(fast).toEqual(parseFullYaml(text));
      }),
      { numRuns: 5_000 },
    );
  });

  test("nothing makes the parser throw", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 30 }), (pieces) => {
        for (const { problems, root } of parseYaml(pieces.join("")))
          expect(problems.length > 0 || root !== undefined || root === undefined).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("refusals name their line", () => {
  const cases: readonly [string, string, { line: number; code: string }][] = [
    ["duplicate key", "a: 1\nb: 2\na: 3\n", { line: 3, code: "yaml.duplicate-key" }],
    ["unknown tag", "a: 1\nb: !!python/object x\n", { line: 2, code: "yaml.tag-resolve-failed" }],
    ["known tag", "a: !!str 5\n", { line: 1, code: "yaml.tag.refused" }],
    ["merge key", "a: &x {b: 1}\nc:\n  <<: *x\n", { line: 3, code: "yaml.key.merge" }],
    ["alias of itself", "a: &a\n  b: *a\n", { line: 2, code: "yaml.depth.too-deep" }],
    ["open brackets", `a: ${"[".repeat(100_000)}`, { line: 1, code: "yaml.depth.too-deep" }],
    ["nested dashes", "- ".repeat(100_000), { line: 1, code: "yaml.depth.too-deep" }],
    ["unclosed quote", `a: b\nc: "${"\\".repeat(1_001)}`, { line: 2, code: "yaml.missing-char" }],
  ];
  test.each(cases)("%s", (_, text, expected) => {
    expect(parseYaml(text)[0]?.problems[0]).toMatchObject(expected);
  });

  test("an alias bomb is refused without unfolding it", () => {
    const levels = Array.from(
      { length: 30 },
      (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level},`.repeat(10)}]`,
    );
    expect(parseYaml(`a0: &a0 [x]\n${levels.join("\n")}`)[0]?.problems[0]?.code).toBe("yaml.nodes.too-many");
  });

  test("many keys take time in proportion", () => {
    const text = `{${Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join(", ")}}`;
    expect(parseYaml(text)[0]?.problems).toEqual([]);
  });
});

test("special names are ordinary keys", () => {
  const [document] = parseYaml("__proto__: 1\nconstructor: 2\n");
  expect(document?.root).toMatchObject({ kind: "map", entries: [{ key: "__proto__" }, { key: "constructor" }] });
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});
