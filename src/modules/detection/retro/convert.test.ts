import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { compileLinearRegex } from "../../../platform/regex/index.ts";
import { systemClock } from "../../../platform/clock/index.ts";
import { parseYaml } from "../../../platform/yaml/index.ts";
import { type Lake, matches, openLake, parseQuery, printQuery } from "../../lake/index.ts";
import { EMPTY_LOG_SOURCE_MAP, matchesNaively, parseRules, type Rule } from "../core/sigma/index.ts";
import { huntQuery, preselection } from "./convert.ts";
import { BASE_TIME, eventArbitrary, generatedMap, ruleTextArbitrary } from "./testdata/arbitrary.ts";

/** Rule sets of 8 rules and 12 events; KHIEN_RETRO_RUNS for more. */
const runs = Number(process.env["KHIEN_RETRO_RUNS"] ?? 300);
const regex = { compile: compileLinearRegex };
const naive = { regex, logSourceMap: generatedMap };

function parsed(text: string): Rule[] {
  return [...parseRules(text, { documents: { parse: parseYaml }, version: "v" }).rules];
}

const sample = {
  rules: fc.array(ruleTextArbitrary, { minLength: 8, maxLength: 8 }),
  events: fc.array(eventArbitrary, { minLength: 12, maxLength: 12 }),
};

describe("a preselection", () => {
  test("selects every event its rule matches", { timeout: 600_000 }, () => {
    let met = 0;
    let spared = 0;
    fc.assert(
      fc.property(sample.rules, sample.events, (texts, events) => {
        for (const rule of texts.flatMap(parsed)) {
          const query = preselection(rule, generatedMap);
          for (const event of events) {
            const selected = matches(query, event);
            if (!selected) spared++;
            if (!matchesNaively(rule, event, naive)) continue;
            met++;
            if (!selected)
              expect({ query: printQuery(query), rule: JSON.stringify(rule.detection), event }).toBe("selected");
          }
        }
      }),
      { numRuns: runs },
    );
    expect(met).toBeGreaterThan(runs);
    expect(spared).toBeGreaterThan(runs);
  });

  let lake: Lake | undefined;
  const dir = mkdtempSync(join(tmpdir(), "khien-retro-"));
  afterAll(async () => {
    await lake?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  test("does so in a real store", { timeout: 120_000 }, async () => {
    const events = fc.sample(eventArbitrary, { numRuns: 400, seed: 7 });
    const rules = fc.sample(ruleTextArbitrary, { numRuns: 150, seed: 7 }).flatMap(parsed);
    lake = await openLake({ dir, clock: systemClock });
    await lake.store.append({ events, upTo: events.length });
    await lake.store.seal();
    for (const rule of rules) {
      const query = preselection(rule, generatedMap);
      const found = await lake.store.search({
        query,
        from: BASE_TIME,
        to: BASE_TIME + 86_400_000 * 1_000,
        limit: 1_000,
      });
      const ids = new Set(found.events.map(({ id }) => id));
      const missed = events.filter((event) => matchesNaively(rule, event, naive) && !ids.has(event.id));
      expect({ query: printQuery(query), missed }).toEqual({ query: printQuery(query), missed: [] });
    }
  });
});

describe("a hunt query", () => {
  const head = "title: t\nlogsource:\n  product: windows\n  service: security\ndetection:\n";
  const read = (detection: string) => {
    const [rule] = parsed(head + detection.replaceAll(/^/gm, "  "));
    if (rule === undefined) throw new Error(`not a rule: ${detection}`);
    return huntQuery(rule, EMPTY_LOG_SOURCE_MAP);
  };
  const where = "product:windows and service:security and ";

  test.each([
    ["s:\n  EventID: 4688\ncondition: s", `${where}EventID:4688`, true],
    ["s:\n  User: lan\n  host|startswith: PC\ncondition: s", `${where}fields.User:lan and fields.host:PC*`, true],
    [
      "s:\n  XA|contains: [x, 'y z']\nf:\n  XB: c\ncondition: s and not f",
      `${where}(XA:*x* or XA:*"y z"*) and not XB:c`,
      true,
    ],
    [
      "s:\n  XA|contains|windash: ' -x'\ncondition: s",
      `${where}(XA:*" -x"* or XA:*" /x"* or XA:*" –x"* or XA:*" —x"* or XA:*" ―x"*)`,
      true,
    ],
    [
      "s:\n  XA|cidr: 10.0.0.0/8\n  XB|gte: 5\n  XC: null\ncondition: s",
      `${where}XA:10.0.0.0/8 and XB:>=5 and not XC:*`,
      true,
    ],
    ["s:\n  XA|re: 'abc[0-9]'\n  XB: x\ncondition: s", `${where}XA:*abc* and XB:x`, false],
    ["s:\n  XA|cased: Abc\ncondition: s", `${where}XA:Abc`, false],
    ["s:\n  - mimikatz\ncondition: s", `${where}mimikatz`, false],
    ["s:\n  XA|fieldref: XB\ncondition: s", `${where}XA:*`, false],
    ["s:\n  XA: x\nf:\n  XB|re: y+\ncondition: s and not f", `${where}XA:x`, false],
  ])("reads as the rule does: %s", (detection, text, exact) => {
    const query = read(detection);
    expect({ text: query.text, exact: query.exact }).toEqual({ text, exact });
    expect(parseQuery(query.text ?? "").ok).toBe(true);
    expect(query.leftOut.length === 0).toBe(exact);
  });

  test("is none when it would be longer than the language takes", () => {
    const values = Array.from(
      { length: 140 },
      (_, index) => `'a long enough text number ${index} that fills the query'`,
    );
    expect(read(`s:\n  XA|contains: [${values.join(", ")}]\ncondition: s`).text).toBeNull();
  });
});
