import { describe, expect, test } from "vitest";
import type { FieldValue } from "../../../../kernel/index.ts";
import { compileLinearRegex } from "../../../../platform/regex/index.ts";
import { parseYaml } from "../../../../platform/yaml/index.ts";
import type { Detector, ParsedRules, SigmaEvent } from "./index.ts";
import { compileDetection, exceptionOf, parseLogSourceMap, parseRules } from "./index.ts";

const documents = { parse: parseYaml };
const regex = { compile: compileLinearRegex };

function parse(text: string): ParsedRules {
  return parseRules(text, { documents, file: "f.yml", version: "v" });
}

const RULES = `title: starts
id: r1
name: start_rule
logsource: {product: windows, category: process_creation}
detection:
  selection_a: {Image|endswith: '\\cmd.exe'}
  selection_b: {Image|endswith: '\\powershell.exe'}
  condition: 1 of selection_*
---
title: other
id: r2
logsource: {product: windows, category: process_creation}
detection:
  selection: {CommandLine|contains: x}
  condition: selection
---
title: linux
id: r3
logsource: {product: linux}
detection:
  selection: {Image: cmd.exe}
  condition: selection
`;

const map = parseLogSourceMap(
  `product: windows
discriminator: EventID
channels: { sysmon: [Chan/Sysmon], security: [Security] }
routes:
  - category: process_creation
    events:
      - { service: sysmon, when: { EventID: 1 } }
      - { service: security, when: { EventID: 4688 }, rename: { Image: NewProcessName } }
`,
  documents,
  "map.yml",
).map;

const filter = (body: string, head = "id: f1\nlogsource: {product: windows}\n"): string =>
  `title: f\n${head}filter:\n  ${body.replaceAll("; ", "\n  ")}\n`;

function detector(...filters: string[]): Detector {
  const { rules, problems } = parse(RULES);
  const parsed = filters.map((text) => parse(text));
  expect([...problems, ...parsed.flatMap((one) => one.problems)]).toEqual([]);
  return compileDetection({ rules, filters: parsed.flatMap((one) => one.filters), regex, logSourceMap: map });
}

function event(service: string, fields: Record<string, FieldValue>): SigmaEvent {
  return { logsource: { product: "windows", service }, fields: Object.assign(Object.create(null), fields), raw: "" };
}

const sysmon = (user: string, extra: Record<string, FieldValue> = {}): SigmaEvent =>
  event("sysmon", { EventID: 1, Image: "C:\\cmd.exe", User: user, ...extra });
const audited = (user: string, image = "C:\\cmd.exe"): SigmaEvent =>
  event("security", { EventID: 4688, NewProcessName: image, User: user });

function told(set: Detector, given: SigmaEvent, at?: number): { raised: string[]; hidden: string[] } {
  const { rules, hidden } = set.match(given, at);
  return { raised: rules.map(({ id }) => id), hidden: hidden.map((one) => `${one.rule.id} by ${one.filter.id}`) };
}

describe("a filter", () => {
  test("lets the rule through where it holds, and what it takes away is told", () => {
    const set = detector(filter("rules: [r1]; adm: {User|startswith: adm_}; condition: not adm"));
    expect(told(set, sysmon("bob"))).toEqual({ raised: ["r1"], hidden: [] });
    expect(told(set, sysmon("ADM_bob"))).toEqual({ raised: [], hidden: ["r1 by f1"] });
    expect(told(set, sysmon("bob", { Image: "C:\\calc.exe" }))).toEqual({ raised: [], hidden: [] });
  });

  test("that says a selection instead of its negation keeps only that", () => {
    const set = detector(filter("rules: [r1]; adm: {User|startswith: adm_}; condition: adm"));
    expect(told(set, sysmon("adm_bob")).raised).toEqual(["r1"]);
    expect(told(set, sysmon("bob")).hidden).toEqual(["r1 by f1"]);
  });

  test("takes the routes of its rule, renamed fields included", () => {
    const set = detector(filter("rules: [r1]; s: {Image|startswith: 'C:\\ok\\'}; condition: not s"));
    expect(told(set, audited("bob"))).toEqual({ raised: ["r1"], hidden: [] });
    expect(told(set, audited("bob", "c:\\OK\\cmd.exe"))).toEqual({ raised: [], hidden: ["r1 by f1"] });
    expect(told(set, sysmon("bob", { Image: "C:\\ok\\cmd.exe" })).raised).toEqual([]);
  });

  test("names never meet the patterns of the rule", () => {
    const set = detector(filter("rules: [r1]; selection_c: {User: bob}; condition: not 1 of selection_*"));
    expect(told(set, event("sysmon", { EventID: 1, Image: "x", User: "bob" })).raised).toEqual([]);
    expect(told(set, sysmon("bob")).hidden).toEqual(["r1 by f1"]);
    expect(told(set, sysmon("eve")).raised).toEqual(["r1"]);
  });

  test("any: every rule of the log source and no other", () => {
    const set = detector(filter("rules: any; s: {User: bob}; condition: not s"));
    expect(told(set, sysmon("bob", { CommandLine: "xyz" }))).toEqual({ raised: [], hidden: ["r1 by f1", "r2 by f1"] });
    const linux = { logsource: { product: "linux" }, fields: { Image: "cmd.exe", User: "bob" }, raw: "" };
    expect(told(set, linux).raised).toEqual(["r3"]);
  });

  test("several filters: each may hide", () => {
    const one = filter("rules: [start_rule]; s: {User: bob}; condition: not s");
    const two = filter(
      "rules: r1; s: {Host: a}; condition: not s",
      "id: f2\nlogsource: {category: process_creation}\n",
    );
    const set = detector(one, two);
    expect(told(set, sysmon("bob", { Host: "b" })).hidden).toEqual(["r1 by f1"]);
    expect(told(set, sysmon("eve", { Host: "a" })).hidden).toEqual(["r1 by f2"]);
    expect(told(set, sysmon("bob", { Host: "a" })).hidden).toEqual(["r1 by f1", "r1 by f2"]);
    expect(told(set, sysmon("eve", { Host: "b" })).raised).toEqual(["r1"]);
  });

  test("of another log source does not apply, and that is told", () => {
    const set = detector(filter("rules: [r3, nobody, r1]; s: {User: bob}; condition: not s"));
    expect(set.rejected.map(({ code, file, line }) => [code, file, line])).toEqual([
      ["sigma.filter.logsource", "f.yml", 5],
      ["sigma.filter.unknown-rule", "f.yml", 5],
    ]);
    expect(told(set, sysmon("bob")).hidden).toEqual(["r1 by f1"]);
  });

  test("that cannot be compiled is told once and hides nothing", () => {
    const set = detector(filter("rules: any; s: {User|re: '(?=b)'}; condition: not s"));
    expect(set.rejected.map(({ code }) => code)).toEqual(["sigma.regex.refused"]);
    expect(told(set, sysmon("bob")).raised).toEqual(["r1"]);
  });
});

describe("an exception", () => {
  const head = `id: f1
logsource: {product: windows}
x-khien:
  owner: an
  reason: scheduled job
  from: 2026-01-01T00:00:00Z
  until: 2026-02-01T00:00:00Z
`;
  const from = Date.UTC(2026, 0, 1);
  const until = Date.UTC(2026, 1, 1);

  test("counts from its first to its last moment", () => {
    const set = detector(filter("rules: [r1]; s: {User: bob}; condition: not s", head));
    const hiddenAt = (at?: number): boolean => told(set, sysmon("bob"), at).hidden.length > 0;
    expect([from - 1, from, until - 1, until].map(hiddenAt)).toEqual([false, true, true, false]);
    expect(hiddenAt()).toBe(false);
  });

  test("says who answers for it", () => {
    const [parsed] = parse(filter("rules: [r1]; s: {User: bob}; condition: not s", head)).filters;
    expect(parsed && exceptionOf(parsed)).toEqual({ owner: "an", reason: "scheduled job", from, until });
    const [plain] = parse(filter("rules: [r1]; s: {User: bob}; condition: not s")).filters;
    expect(plain && exceptionOf(plain)).toBeUndefined();
  });

  test("with a time nobody can read is refused: it would last for ever", () => {
    const text = filter(
      "rules: [r1]; s: {User: bob}; condition: not s",
      head.replace("2026-02-01T00:00:00Z", "Feb 1st"),
    );
    const { filters, problems } = parse(text);
    expect(filters).toEqual([]);
    expect(problems.map(({ code, line }) => [code, line])).toEqual([["sigma.filter.period", 8]]);
  });
});

describe("a filter document is refused", () => {
  test.each([
    ["without rules", "s: {A: 1}; condition: not s", "sigma.filter.rules", 5],
    ["with an emptied list of rules", "rules: []; s: {A: 1}; condition: not s", "sigma.filter.rules", 5],
    ["with a list of conditions", "rules: any; s: {A: 1}; condition: [not s, s]", "sigma.filter.condition", 7],
    ["without a condition", "rules: any; s: {A: 1}", "sigma.condition.missing", 5],
    ["without a selection", "rules: any; condition: not s", "sigma.detection.empty", 5],
    ["with an aggregation", "rules: any; s: {A: 1}; condition: s | count() > 1", "sigma.condition.aggregation", 7],
  ])("%s", (_, body, code, line) => {
    const { filters, problems } = parse(filter(body));
    expect(filters).toEqual([]);
    expect(problems.map((problem) => [problem.code, problem.line])).toContainEqual([code, line]);
  });

  test("without a log source", () => {
    const { problems } = parse(filter("rules: any; s: {A: 1}; condition: not s", "id: f1\n"));
    expect(problems.map(({ code }) => code)).toEqual(["sigma.logsource.missing"]);
  });
});
