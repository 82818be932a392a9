import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EMPTY_LOG_SOURCE_MAP } from "./core/sigma/index.ts";
import { loadRules } from "./rule-import.ts";

let folder = "";
const good = (id: string): string =>
  `title: good\nid: ${id}\nauthor: Somebody\nlogsource: {product: p}\ndetection:\n  s: {A: 1}\n  condition: s\n`;
const files: Readonly<Record<string, string>> = {
  "LICENSE.txt": "# Detection Rule License (DRL) 1.1\n",
  "readme.md": "not a rule",
  "a.yml": good("one"),
  "deep/twin.yml": good("one"),
  "bad-regex.yml": good("two").replace("A: 1", "A|re: '(?<=x)y'"),
  "bad-yaml.yml": "title: x\ntitle: y\n",
  "bomb.yml": `a0: &a0 [x]\n${Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n},`.repeat(10)}]`).join("\n")}\n`,
  "placeholder.yml": good("three").replace("A: 1", "A|expand: '%who%'"),
  "correlation.yml":
    "title: c\nid: c1\ncorrelation: {type: event_count, rules: [one], timespan: 5m, condition: {gte: 3}}\n---\ntitle: c\ncorrelation: {type: event_count}\n",
  "filter.yml": "title: f\nid: f1\nlogsource: {product: p}\nfilter: {rules: any, s: {U: x}, condition: not s}\n",
  "filter-regex.yml":
    "title: f\nid: f2\nlogsource: {product: p}\nfilter:\n  rules: any\n  s: {U|re: '(?=x)'}\n  condition: not s\n",
  "legacy.yml": good("old").replace("condition: s", "timeframe: 5m\n  condition: s | count() by U > 5"),
  "legacy-regex.yml": good("older")
    .replace("A: 1", "A|re: '(?<=x)y'")
    .replace("condition: s", "timeframe: 5m\n  condition: s | count() > 5"),
  "empty.yml": "",
};
const options = { logSourceMap: { ...EMPTY_LOG_SOURCE_MAP, fed: [{ product: "q" }] } };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rules-"));
  mkdirSync(join(folder, "deep"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("an import", () => {
  test("loads what is good and says what became of the rest", async () => {
    const report = await loadRules(folder, options);
    expect(report.rules.map(({ id, file, author }) => [id, file, author])).toEqual([
      ["one", "a.yml", "Somebody"],
      ["old.base", "legacy.yml", "Somebody"],
    ]);
    expect(report.correlations.map(({ id, rules }) => [id, rules.map(({ text }) => text)])).toEqual([
      ["c1", ["one"]],
      ["old", ["old.base"]],
    ]);
    expect(report.filters.map(({ id }) => id)).toEqual(["f1"]);
    expect(report.texts.get("a.yml")).toBe(files["a.yml"]);
    expect(report.licence).toBe("DRL-1.1");
    expect(report.noSource.map(({ ruleId }) => ruleId)).toEqual(["one", "old.base"]);
    expect(report.rejected.map(({ file, line, code }) => [file, line, code])).toEqual([
      ["bad-regex.yml", 6, "sigma.regex.refused"],
      ["bad-yaml.yml", 2, "yaml.duplicate-key"],
      ["bomb.yml", 6, "yaml.nodes.too-many"],
      ["correlation.yml", 6, "sigma.correlation.timespan"],
      ["correlation.yml", 6, "sigma.correlation.rules"],
      ["deep/twin.yml", 1, "sigma.id.duplicate"],
      ["filter-regex.yml", 6, "sigma.regex.refused"],
      ["legacy-regex.yml", 6, "sigma.regex.refused"],
      ["placeholder.yml", 6, "sigma.modifier.placeholder"],
    ]);
    expect(report.waiting.map(({ document, problems }) => [document.id, problems.map(({ file }) => file)])).toEqual([
      ["three", ["placeholder.yml"]],
    ]);
    expect(report.texts.get("placeholder.yml")).toBe(files["placeholder.yml"]);
    expect(report.skipped.map(({ file, kind }) => [file, kind])).toEqual([["empty.yml", "empty"]]);
    expect(report.counts).toEqual({ files: 12, loaded: 2, rejectedFiles: 8, noSource: 2, correlations: 2, filters: 1 });
  });

  test("with values for its placeholder the rule loads", async () => {
    const values = { ...options, placeholders: { who: ["me"] } };
    const { rules, waiting } = await loadRules(join(folder, "placeholder.yml"), values);
    expect([rules.length, waiting]).toEqual([1, []]);
  });

  test("of nothing is an expected failure", async () => {
    await expect(loadRules(join(folder, "nowhere"), options)).rejects.toMatchObject({
      code: "detection.import.unreadable",
    });
  });
});
