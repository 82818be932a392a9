import { describe, expect, test } from "vitest";
import { yamlParser } from "../../../platform/yaml/index.ts";
import { parseRules } from "../core/sigma/index.ts";
import type { LibraryRule } from "../library/catalogue.ts";
import { exportText } from "./export.ts";

function rule(id: string, more = ""): string {
  return `title: T ${id}
id: ${id}
${more}logsource:
  product: windows
detection:
  selection:
    A: b
  condition: selection
`;
}

function known(text: string): LibraryRule[] {
  const parsed = parseRules(text, { documents: yamlParser, file: "a/b.yml", version: "v" });
  return [...parsed.rules, ...parsed.correlations, ...parsed.filters].map((one) => ({
    rule: one,
    text,
    origin: "builtin",
    enabled: true,
    tuning: { level: null, suppression: null },
  }));
}

async function exported(rules: readonly LibraryRule[], origin: string | null = null): Promise<string> {
  return (await exportText(rules, () => origin).toArray()).join("");
}

function idsIn(text: string): string[] {
  const { rules, problems } = parseRules(text, { documents: yamlParser, version: "v" });
  expect(problems).toEqual([]);
  return rules.map(({ id }) => id);
}

describe("an export", () => {
  test("takes one document out of its file, first, middle and last", async () => {
    const file = `# head\n---\n${rule("one")}---\n# second\n${rule("two")}\n---\r\n${rule("three")}`;
    const rules = known(file);
    expect(rules.map(({ rule: { id } }) => id)).toEqual(["one", "two", "three"]);
    for (const one of rules) expect(idsIn(await exported([one]))).toEqual([one.rule.id]);
    expect(idsIn(await exported(rules))).toEqual(["one", "two", "three"]);
  });

  test("keeps a file together whose documents build on each other, once", async () => {
    const file = `action: global\ntitle: G\nid: g\nlogsource:\n  product: windows\ndetection:\n  condition: selection\n---\ndetection:\n  selection:\n    A: b\n---\ndetection:\n  selection:\n    A: c\n`;
    const rules = known(file);
    expect(rules).toHaveLength(2);
    expect(idsIn(await exported(rules))).toEqual(rules.map(({ rule: { id } }) => id));
  });

  test("a mark inside a block text does not cut it", async () => {
    const file = `${rule("one", "description: |\n  a\n  ---\n  b\n")}---\n${rule("two")}`;
    expect(idsIn(await exported(known(file)))).toEqual(["one", "two"]);
  });

  test("names author, licence and origin on one line each, whatever they hold", async () => {
    const evil = rule("one", 'author: "x\\nid: other\\u2028y"\nlicense: MIT\n');
    const text = await exported(known(evil), "set\n---\nevil: true");
    expect(text.split("\n").slice(0, 4)).toEqual([
      "---",
      "# T one",
      "# author: x id: other y; licence: MIT",
      "# from: set --- evil: true, a/b.yml",
    ]);
    expect(idsIn(text)).toEqual(["one"]);
  });
});
