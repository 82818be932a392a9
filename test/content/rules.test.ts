import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isSeverity } from "../../src/kernel/index.ts";
import { planCorrelations } from "../../src/modules/detection/core/sigma/correlation/plan.ts";
import { compileEngine, loadLogSources } from "../../src/modules/detection/index.ts";
import { contentDir, eventOf, readOwnRules } from "./own-rules.ts";

const { files, problems, correlations } = readOwnRules();
const logSources = await loadLogSources(join(contentDir, "log-sources"));
const rules = files.map(({ rule }) => rule);
const engine = compileEngine(rules, logSources.map);
const { silenced } = planCorrelations(
  correlations.map(({ correlation }) => correlation),
  rules,
).plan;

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const VIETNAMESE = /[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]/i;

/** Written by the ICSNPP plug-ins, which not every Zeek has. */
const ADD_ON_LOGS: ReadonlySet<string> = new Set(["cip", "opcua_binary", "s7comm"]);

/** Rules that only feed correlations match without a word; of the rest at most one may speak. */
function titlesOn(raw: string, own?: string): string[] {
  return engine
    .match(eventOf(raw))
    .filter(({ id, title }) => title === own || !silenced.has(id))
    .map(({ title }) => title);
}

describe("the set", () => {
  test("every file loads, compiles and has a data source", () => {
    expect(problems).toEqual([]);
    expect(engine.rejected).toEqual([]);
    const withoutData = engine.noSource.filter(({ logsource }) => !ADD_ON_LOGS.has(logsource.service ?? ""));
    expect(withoutData.map(({ title }) => title)).toEqual([]);
    expect(files.length).toBeGreaterThanOrEqual(70);
  });

  test("rules that only feed correlations are informational, and no others are", () => {
    for (const { rule } of files) expect(silenced.has(rule.id), rule.title).toBe(rule.level === "informational");
  });

  test("ids, titles and file names are unique", () => {
    for (const key of ["id", "title"] as const)
      expect(new Set(files.map(({ rule }) => rule[key])).size).toBe(files.length);
    expect(new Set(files.map(({ extension }) => extension["title_vi"])).size).toBe(files.length);
    for (const { name } of files) expect(name).toMatch(/^[a-z0-9-]+\/[a-z0-9-]+$/);
  });
});

describe.each(files.map((file) => [file.name, file] as const))("%s", (_, { rule, extension, firing, silent }) => {
  test("says who wrote it, what it means and where to read on, in both languages", () => {
    expect(rule.id).toMatch(UUID_V4);
    expect(rule.author).toBe("Khiên");
    expect(rule.licence).toBe("Apache-2.0");
    expect(isSeverity(rule.level)).toBe(true);
    expect(rule.date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(rule.description?.length ?? 0).toBeGreaterThan(40);
    expect(rule.references.length).toBeGreaterThan(0);
    expect(rule.tags.some((tag) => /^attack\.t\d{4}(?:\.\d{3})?$/.test(tag))).toBe(true);
    expect(rule.tags.some((tag) => /^attack\.[a-su-z][a-z-]+$/.test(tag))).toBe(true);
    expect(extension["title_vi"]).toMatch(VIETNAMESE);
    expect(extension["description_vi"]).toMatch(VIETNAMESE);
    expect(extension["falsepositives_vi"]).toHaveLength(rule.falsepositives.length);
    expect(rule.falsepositives.length).toBeGreaterThan(0);
  });

  test("fires on its firing samples, and no other rule does", () => {
    expect(firing.length).toBeGreaterThan(0);
    for (const { raw } of firing.flatMap(({ records }) => records)) {
      const event = eventOf(raw);
      expect(event.format, raw).not.toBe("raw");
      expect(titlesOn(raw, rule.title), raw).toEqual([rule.title]);
      const entity = extension["entity"];
      if (typeof entity === "string") expect(event.fields[entity], `entity ${entity}`).toBeDefined();
    }
  });

  test("is silent on its silent samples, and so is every other rule", () => {
    expect(silent.length).toBeGreaterThan(0);
    for (const { raw } of silent.flatMap(({ records }) => records)) {
      expect(eventOf(raw).format, raw).not.toBe("raw");
      expect(titlesOn(raw, rule.title), raw).toEqual([]);
    }
  });
});
