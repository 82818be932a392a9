import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { linearRegex } from "../../../platform/regex/index.ts";
import { yamlParser } from "../../../platform/yaml/index.ts";
import { loadAttackTables } from "../attack/table.ts";
import { loadLogSources } from "../engine.ts";
import { CHECKS, type CheckCode } from "./checks.ts";
import { applyFix, applyFixes } from "./fix.ts";
import { lintSet, lintText } from "./lint.ts";
import type { LintContext } from "./remark.ts";

const content = (name: string): string => fileURLToPath(new URL(`../../../../content/${name}`, import.meta.url));
const { map } = await loadLogSources(content("log-sources"));
const { tables, problems: tableProblems } = await loadAttackTables(content("attack"));
const context: LintContext = {
  documents: yamlParser,
  regex: linearRegex,
  map,
  attack: tables,
  known: [],
  today: "2026-11-21",
  newId: () => "11111111-2222-4333-8444-555555555555",
};

/** Nothing to say about it: every row below changes one thing. */
const good = `title: Shadow Copies Deleted
id: 6f4b0f2e-6c1f-4c0c-9a53-0b7f5a8f4e11
status: test
description: Somebody deletes the copies a machine could be restored from.
references:
  - https://attack.mitre.org/techniques/T1490/
author: Lan
date: 2026-11-20
modified: 2026-11-21
license: Apache-2.0
tags:
  - attack.impact
  - attack.t1490
logsource:
  product: windows
  category: process_creation
detection:
  selection:
    Image|endswith: '\\vssadmin.exe'
    CommandLine|contains|all:
      - delete
      - shadows
  filter_backup:
    User: 'SONGLAM\\svc_backup'
  condition: selection and not filter_backup
falsepositives:
  - Storage housekeeping
level: high
`;
const correlation = `title: Many Shadow Copies Deleted
id: 6f4b0f2e-6c1f-4c0c-9a53-0b7f5a8f4e12
status: test
description: Copies are deleted on one machine again and again within an hour.
references:
  - https://attack.mitre.org/techniques/T1490/
author: Lan
date: 2026-11-20
tags:
  - attack.impact
  - attack.t1490
correlation:
  type: event_count
  rules:
    - 6f4b0f2e-6c1f-4c0c-9a53-0b7f5a8f4e11
  group-by:
    - Computer
  timespan: 1h
  condition:
    gte: 3
falsepositives:
  - Storage housekeeping
level: critical
`;
const filter = `title: Backup Server Deletes Copies
id: 6f4b0f2e-6c1f-4c0c-9a53-0b7f5a8f4e13
status: test
description: The backup server deletes copies every night, by plan.
author: Lan
date: 2026-11-20
logsource:
  product: windows
  category: process_creation
filter:
  rules:
    - 6f4b0f2e-6c1f-4c0c-9a53-0b7f5a8f4e11
  selection:
    Computer: BACKUP01
  condition: not selection
`;

type Change = (text: string) => string;
const swap =
  (from: string | RegExp, to: string): Change =>
  (text) => {
    const changed = text.replace(from, () => to);
    if (changed === text) throw new Error(`nothing to change: ${String(from)}`);
    return changed;
  };
const without = (key: string): Change => swap(new RegExp(`^${key}:.*\n(?: .*\n)*`, "mu"), "");
const detection = (lines: string): Change => swap(/^detection:\n(?: .*\n)*/mu, `detection:\n${lines}`);
const selection = (lines: string): Change => detection(`  selection:\n${lines}  condition: selection\n`);

const codesOf = (text: string): string[] => lintText(text, "r.yml", context).remarks.map(({ code }) => code);

const rows: readonly [CheckCode, Change][] = [
  ["text.bom", (text) => `\uFEFF${text}`],
  ["text.crlf", (text) => text.replaceAll("\n", "\r\n")],
  ["text.trailing-blanks", swap("status: test", "status: test  ")],
  ["text.final-newline", (text) => text.trimEnd()],
  ["text.tab", swap("author: Lan", "author: Lan\tMinh")],
  ["text.invisible", swap("Storage housekeeping", "Storage\u00A0housekeeping")],
  ["text.curly-quotes", swap("- delete", "- '\u201Cdelete\u201D'")],
  ["text.long-dash", swap("- delete", "- ' \u2013delete'")],
  ["meta.title-long", swap("Shadow Copies Deleted", `Shadow ${"Copies ".repeat(20)}Deleted`)],
  ["meta.title-period", swap("Copies Deleted", "Copies Deleted.")],
  ["meta.title-case", swap("Shadow Copies", "shadow Copies")],
  ["meta.title-blanks", swap("Shadow Copies", "Shadow  Copies")],
  ["meta.title-prefix", swap("Shadow Copies", "Detects Shadow Copies")],
  ["meta.id-missing", without("id")],
  ["meta.id-form", swap(/^id: .*/mu, "id: shadow-1")],
  ["meta.name-form", swap("status: test", "name: shadow copies\nstatus: test")],
  ["meta.status-missing", without("status")],
  ["meta.status-unknown", swap("status: test", "status: testing")],
  ["meta.level-missing", without("level")],
  ["meta.description-missing", without("description")],
  ["meta.description-short", swap(/^description: .*/mu, "description: Copies gone")],
  ["meta.description-title", swap(/^description: .*/mu, "description: Shadow copies deleted.")],
  ["meta.author-missing", without("author")],
  ["meta.date-missing", without("date")],
  ["meta.date-form", swap("date: 2026-11-20", "date: 2026/11/20")],
  ["meta.date-impossible", swap("date: 2026-11-20", "date: 2026-02-30")],
  ["meta.date-future", swap("modified: 2026-11-21", "modified: 2027-01-01")],
  ["meta.modified-first", swap("modified: 2026-11-21", "modified: 2026-11-19")],
  ["meta.references-missing", without("references")],
  ["meta.reference-form", swap("https://attack", "www.attack")],
  ["meta.reference-duplicate", swap("author: Lan", "  - https://attack.mitre.org/techniques/T1490/\nauthor: Lan")],
  ["meta.falsepositives-missing", without("falsepositives")],
  ["meta.falsepositives-empty", swap("Storage housekeeping", "None")],
  ["meta.unknown-attribute", swap("references:", "reference:")],
  ["meta.related-id", swap("level: high", "related:\n  - id: other\n    type: similar\nlevel: high")],
  [
    "meta.related-type",
    swap("level: high", "related:\n  - id: 6f4b0f2e-6c1f-4c0c-9a53-0b7f5a8f4e19\n    type: friend\nlevel: high"),
  ],
  [
    "meta.related-self",
    swap("level: high", "related:\n  - id: 6f4b0f2e-6c1f-4c0c-9a53-0b7f5a8f4e11\n    type: similar\nlevel: high"),
  ],
  ["tags.missing", without("tags")],
  ["tags.form", swap("attack.impact", "Attack.Impact")],
  ["tags.duplicate", swap("  - attack.impact", "  - attack.impact\n  - attack.impact")],
  ["tags.namespace", swap("  - attack.impact", "  - attack.impact\n  - mine.thing")],
  ["tags.technique-unknown", swap("attack.t1490", "attack.t9490")],
  ["tags.technique-retired", swap("attack.t1490", "attack.t1086")],
  ["tags.tactic-unknown", swap("attack.impact", "attack.impacts")],
  ["tags.tactic-missing", swap("attack.impact", "attack.execution")],
  ["tags.no-technique", swap("  - attack.t1490\n", "")],
  ["source.not-fed", swap("category: process_creation", "category: moon_phase")],
  ["source.case", swap("product: windows", "product: Windows")],
  ["source.unknown-attribute", swap("  product: windows", "  product: windows\n  vendor: x")],
  ["detection.unused-selection", swap("condition: selection and not filter_backup", "condition: selection")],
  ["detection.single-value-list", selection("    Image|endswith:\n      - '\\vssadmin.exe'\n")],
  ["detection.all-one-value", selection("    CommandLine|contains|all: delete shadows\n")],
  ["detection.duplicate-value", selection("    CommandLine|contains:\n      - delete\n      - delete\n")],
  ["detection.case-twin-value", selection("    CommandLine|contains:\n      - delete\n      - DELETE\n")],
  ["detection.covered-value", selection("    CommandLine|contains:\n      - delete\n      - delete shadows\n")],
  ["detection.needless-wildcard", selection("    CommandLine|contains: '*delete*'\n")],
  ["detection.wildcard-modifier", selection("    CommandLine: '*delete*'\n")],
  ["detection.lone-wildcard", selection("    Image|endswith: '\\vssadmin.exe'\n    CommandLine: '*'\n")],
  ["detection.regex-literal", selection("    CommandLine|re: delete shadows\n")],
  ["detection.regex-open-ends", selection("    CommandLine|re: '.*delete[0-9]+shadows.*'\n")],
  ["detection.regex-dot", selection("    CommandLine|re: 'vssadmin.exe +delete'\n")],
  [
    "detection.keyword-no-service",
    (text) =>
      detection("  words:\n    - mimikatz\n    - rubeus\n  condition: words\n")(
        swap("  category: process_creation\n", "")(text),
      ),
  ],
  ["detection.short-text", selection("    CommandLine|contains: ab\n    Image|endswith: '\\vssadmin.exe'\n")],
  ["detection.empty-text", selection("    CommandLine|contains: ''\n    Image|endswith: '\\vssadmin.exe'\n")],
  ["detection.windash-needless", selection("    CommandLine|contains|windash: delete\n")],
  ["detection.base64-whole", selection("    CommandLine|base64offset: delete shadows\n")],
  ["detection.cidr-host-bits", selection("    Image|endswith: '\\vssadmin.exe'\n    DestinationIp|cidr: 10.1.2.3/8\n")],
  ["detection.field-blanks", selection("    'Image |endswith': '\\vssadmin.exe'\n")],
  ["detection.field-twin", selection("    Image|endswith: '\\vssadmin.exe'\n    image|contains: system32\n")],
  ["detection.null-in-list", selection("    Image|endswith: '\\vssadmin.exe'\n    User:\n      - null\n      - lan\n")],
  ["detection.path-expected", selection("    Image: vssadmin.exe\n")],
  ["detection.path-separator", selection("    Image|endswith: vssadmin.exe\n")],
  [
    "detection.hidden-selection",
    detection(
      "  _selection:\n    Image|endswith: '\\vssadmin.exe'\n  other:\n    CommandLine|contains: delete\n  condition: _selection and 1 of oth*\n",
    ),
  ],
  ["detection.unguarded", selection("    Image|re: '[a-z]+[0-9]+'\n")],
  [
    "detection.only-negation",
    swap("condition: selection and not filter_backup", "condition: not selection and not filter_backup"),
  ],
  ["condition.always-true", swap("selection and not filter_backup", "selection or not selection or filter_backup")],
  ["condition.never-true", swap("selection and not filter_backup", "selection and not selection and filter_backup")],
  ["condition.no-effect", swap("selection and not filter_backup", "selection or (selection and filter_backup)")],
  ["condition.double-negation", swap("not filter_backup", "not not filter_backup")],
  ["condition.one-of-one", swap("not filter_backup", "not 1 of filter_*")],
  ["condition.them-with-filter", swap("selection and not filter_backup", "all of them")],
  [
    "condition.list",
    swap("condition: selection and not filter_backup", "condition:\n    - selection\n    - filter_backup"),
  ],
  [
    "condition.aggregation",
    swap(
      "selection and not filter_backup",
      "selection and not filter_backup | count() by Computer > 5\n  timeframe: 1h",
    ),
  ],
  ["own.unknown-key", (text) => `${text}x-khien:\n  titel_vi: x\n  samples: {}\n`],
  ["own.samples-missing", (text) => `${text}x-khien:\n  entity: User\n`],
  ["own.translations", (text) => `${text}x-khien:\n  samples: {}\n  falsepositives_vi: [a, b]\n`],
];

const correlationRows: readonly [CheckCode, Change][] = [
  ["correlation.no-group", swap("  group-by:\n    - Computer\n", "")],
  ["correlation.long-timespan", swap("timespan: 1h", "timespan: 30d")],
  ["correlation.lateness", (text) => `${swap("timespan: 1h", "timespan: 1m")(text)}x-khien:\n  lateness: 5m\n`],
  ["correlation.pointless-count", swap("gte: 3", "gte: 1")],
  [
    "correlation.one-rule",
    (text) => swap("type: event_count", "type: temporal")(swap("  condition:\n    gte: 3\n", "")(text)),
  ],
  ["correlation.entity", (text) => `${text}x-khien:\n  entity: User\n`],
  ["correlation.level", swap("level: critical", "level: low")],
  ["reference.missing", swap("    - 6f4b0f2e-6c1f-4c0c-9a53-0b7f5a8f4e11", "    - nobody")],
];

const filterRows: readonly [CheckCode, Change][] = [
  ["filter.positive", swap("condition: not selection", "condition: selection")],
  ["filter.any-rule", swap(/rules:\n.*\n/u, "rules: any\n")],
  ["filter.hides-all", swap("condition: not selection", "condition: selection and not selection")],
  ["filter.unguarded", swap("Computer: BACKUP01", "Computer|re: '[a-z]+'")],
  ["reference.logsource", swap("category: process_creation", "category: file_event")],
];

describe("lint", () => {
  test("has nothing to say about good documents", () => {
    expect(codesOf(good)).toEqual([]);
    expect(codesOf(`${good}---\n${correlation}---\n${filter}`)).toEqual([]);
    expect(tableProblems).toEqual([]);
  });

  test.each(rows)("%s fires on its mistake, and is silent without", (code, change) => {
    expect(codesOf(change(good))).toContain(code);
  });

  test.each(correlationRows)("%s fires on its mistake", (code, change) => {
    expect(codesOf(`${good}---\n${change(correlation)}`)).toContain(code);
  });

  test.each(filterRows)("%s fires on its mistake", (code, change) => {
    expect(codesOf(`${good}---\n${change(filter)}`)).toContain(code);
  });

  test("every check has its row", () => {
    const inSets: CheckCode[] = ["set.id-twice", "set.name-twice", "set.title-twice", "set.same-detection"];
    const shown = new Set<string>([...rows, ...correlationRows, ...filterRows].map(([code]) => code).concat(inSets));
    expect(Object.keys(CHECKS).filter((code) => !shown.has(code))).toEqual([]);
  });

  test("looks at files together", () => {
    const named = good.replace("status: test", "name: shadow\nstatus: test");
    const files = [named, named].map((text, index) => lintText(text, `${index}.yml`, context));
    expect(lintSet(files).map(({ code, file }) => `${file} ${code}`)).toEqual([
      "1.yml set.id-twice",
      "1.yml set.name-twice",
      "1.yml set.title-twice",
      "1.yml set.same-detection",
    ]);
    expect(lintSet(files.slice(0, 1))).toEqual([]);
  });
});

describe("fixes", () => {
  test.each<[string, Change, (fixed: string) => void]>([
    ["dates", swap("date: 2026-11-20", "date: 2026/11/20"), (fixed) => expect(fixed).toBe(good)],
    ["trailing blanks", swap("status: test", "status: test  "), (fixed) => expect(fixed).toBe(good)],
    ["line ends", (text) => text.replaceAll("\n", "\r\n"), (fixed) => expect(fixed).toBe(good)],
    ["the last line", (text) => text.trimEnd(), (fixed) => expect(fixed).toBe(good)],
    ["the byte order mark", (text) => `\uFEFF${text}`, (fixed) => expect(fixed).toBe(good)],
    ["a missing id", without("id"), (fixed) => expect(fixed).toContain("id: 11111111-2222-4333-8444-555555555555\n")],
    [
      "a retired technique",
      swap("attack.t1490", "attack.t1086"),
      (fixed) => expect(fixed).toContain("- attack.t1059.001\n"),
    ],
    [
      "a tactic's spelling",
      swap("attack.impact", "attack.command_and_control"),
      (fixed) => expect(fixed).toContain("- attack.command-and-control\n"),
    ],
    [
      "a list of one",
      selection("    Image|endswith:\n      - '\\vssadmin.exe'\n"),
      (fixed) => expect(fixed).toContain("    Image|endswith: '\\vssadmin.exe'\n"),
    ],
    [
      "needless wildcards",
      selection("    CommandLine|contains: '*delete*'\n"),
      (fixed) => expect(fixed).toContain("CommandLine|contains: 'delete'\n"),
    ],
    [
      "a needless |all",
      selection("    CommandLine|contains|all: delete shadows\n"),
      (fixed) => expect(fixed).toContain("CommandLine|contains: delete shadows\n"),
    ],
  ])("mend %s, and then nothing is left to mend", (_, change, look) => {
    let text = change(good);
    for (let pass = 0; pass < 5; pass++) text = applyFixes(text, lintText(text, "r.yml", context).remarks).text;
    look(text);
    expect(lintText(text, "r.yml", context).remarks.filter(({ fix }) => fix !== undefined)).toEqual([]);
  });

  test("never change what a rule finds", () => {
    const meaning = (text: string): unknown =>
      JSON.parse(
        JSON.stringify(lintText(text, "r.yml", context).parsed.rules[0]?.detection ?? null, (key, value: unknown) =>
          key === "line" || key === "key" || key === "link" ? undefined : value,
        ),
      );
    for (const [, change] of rows) {
      const text = change(good);
      for (const { fix } of lintText(text, "r.yml", context).remarks) {
        if (fix !== undefined) expect(meaning(applyFix(text, fix))).toEqual(meaning(text));
      }
    }
  });
});

test("our own rules are clean", () => {
  const dir = content("rules");
  const files = readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".yml"));
  const read = files.map((file) => ({ file, text: readFileSync(join(dir, file), "utf8") }));
  const documents = read.flatMap(({ file, text }) => {
    const { parsed } = lintText(text, file, context);
    return [...parsed.rules, ...parsed.correlations, ...parsed.filters];
  });
  const linted = read.map(({ file, text }) => lintText(text, file, { ...context, known: documents }));
  const told = [...linted.flatMap(({ remarks }) => remarks), ...lintSet(linted)].filter(
    ({ level }) => level !== "info",
  );
  expect(linted.flatMap(({ problems }) => problems)).toEqual([]);
  expect(told).toEqual([]);
});

describe("hostile texts", () => {
  test("never throw, and end soon", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "title: ",
        "detection:\n",
        "  s:\n",
        "    - ",
        "condition: ",
        "a|re: ",
        "tags:\n",
        "---\n",
        "x-khien:\n",
        "\t",
        "{",
        "[",
        "*",
        "\u2028",
        "'",
      ),
      fc.string({ unit: "binary", maxLength: 12 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join("");
        const { remarks } = lintText(text, "r.yml", context);
        for (const { line, fix } of remarks) {
          expect(line).toBeLessThanOrEqual(text.split("\n").length);
          if (fix !== undefined) applyFix(text, fix);
        }
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ["many values", selection(`    CommandLine|contains:\n${"      - aaaaaaaaaaaaaaaaaaab\n".repeat(15_000)}`)(good)],
    ["a long value", selection(`    CommandLine|re: '${"(a+)+".repeat(700)}'\n`)(good)],
    [
      "a deep condition",
      good.replace("selection and not filter_backup", `${"(".repeat(5_000)}selection${")".repeat(5_000)}`),
    ],
    [
      "many selections",
      detection(
        `${Array.from({ length: 400 }, (_, n) => `  s${n}:\n    A: value${n}\n`).join("")}  condition: 1 of s*\n`,
      )(good),
    ],
    ["long lines of blanks", `${good}${" ".repeat(200_000)}x\n`],
    ["a text beyond all bounds", "title: x\n".repeat(200_000)],
  ])("%s: within two seconds", (_, text) => {
    lintText(text, "r.yml", context);
  });
});
