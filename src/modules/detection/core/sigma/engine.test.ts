import { describe, expect, test } from "vitest";
import { compileLinearRegex } from "../../../../platform/regex/index.ts";
import { parseYaml } from "../../../../platform/yaml/index.ts";
import type { LogSourceMap, ParsedRules, Ruleset, SigmaEvent } from "./index.ts";
import { compileRules, parseLogSourceMap, parseRules } from "./index.ts";

const documents = { parse: parseYaml };
const regex = { compile: compileLinearRegex };

function parse(text: string): ParsedRules {
  return parseRules(text, { documents, file: "r.yml", version: "v1" });
}

function event(logsource: SigmaEvent["logsource"], fields: Record<string, string | number>): SigmaEvent {
  return { logsource, fields: Object.assign(Object.create(null), fields), raw: "" };
}

function compiled(text: string, logSourceMap?: LogSourceMap): Ruleset {
  const { rules, problems } = parse(text);
  expect(problems).toEqual([]);
  return compileRules(rules, { regex, ...(logSourceMap === undefined ? {} : { logSourceMap }) });
}

const rule = (head: string, detection: string): string => `title: t\n${head}\ndetection:\n${detection}`;

describe("rule documents", () => {
  test("metadata travels", () => {
    const { rules } = parse(
      "title: T\nid: 11111111-2222-4333-8444-555555555555\nauthor: [A, B]\nlicense: DRL-1.1\nlevel: high\nreferences: one\ntags: [attack.t1003]\nx-khien:\n  title_vi: Tiêu đề\n  __proto__: {polluted: yes}\nlogsource: {product: Windows}\ndetection:\n  s: {A: 1}\n  condition: s\n",
    );
    expect(rules[0]).toMatchObject({
      title: "T",
      author: "A, B",
      licence: "DRL-1.1",
      level: "high",
      references: ["one"],
      tags: ["attack.t1003"],
      logsource: { product: "windows" },
      file: "r.yml",
      line: 1,
      version: "v1",
    });
    expect(rules[0]?.extras["x-khien"]).toMatchObject({ title_vi: "Tiêu đề" });
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  test("one bad document does not stop the others, and is named with its line", () => {
    const { rules, problems } = parse(
      `${rule("logsource: {product: p}", "  s: {A: 1}\n  condition: s\n")}---\ntitle: bad\nlogsource: {product: p}\ndetection:\n  s:\n    A|nope: 1\n  condition: s\n---\n${rule("logsource: {product: p}", "  s: {A: 2}\n  condition: s\n")}`,
    );
    expect(rules).toHaveLength(2);
    expect(problems).toEqual([expect.objectContaining({ file: "r.yml", line: 11, code: "sigma.modifier.unknown" })]);
  });

  test("action: global, repeat and reset", () => {
    const { rules } = parse(
      "action: global\ntitle: g\nid: g-1\nlogsource: {product: p}\ndetection: {condition: s}\n---\ndetection: {s: {A: 1}}\n---\nlogsource: {service: x}\ndetection: {s: {A: 2}}\n---\naction: repeat\ndetection: {s: {A: 3}}\n---\naction: reset\n---\ntitle: own\nlogsource: {product: q}\ndetection: {s: {B: 1}, condition: s}\n",
    );
    expect(rules.map(({ id, title, logsource }) => [id, title, logsource.product, logsource.service])).toEqual([
      ["g-1", "g", "p", undefined],
      ["g-1.2", "g", "p", "x"],
      ["g-1.3", "g", "p", "x"],
      ["sigma-v1-3", "own", "q", undefined],
    ]);
  });

  test.each([
    ["level: loud", "sigma.level.unknown"],
    ["id: 'two words'", "sigma.id.invalid"],
    ["author: {a: b}\nstatus: [x]", "sigma.attribute.type"],
  ])("%s is refused", (line, code) => {
    expect(parse(rule(`${line}\nlogsource: {product: p}`, "  s: {A: 1}\n  condition: s\n")).problems[0]?.code).toBe(
      code,
    );
  });

  test("a rule survives JSON", () => {
    const { rules } = parse(
      rule("logsource: {product: p}", "  s: {A|re: 'a+', B|windash|contains: ' -x'}\n  condition: s\n"),
    );
    const revived = JSON.parse(JSON.stringify(rules)) as typeof rules;
    expect(compileRules(revived, { regex }).match(event({ product: "p" }, { A: "aa", B: "q /x" }))).toHaveLength(1);
  });
});

const map = parseLogSourceMap(
  `product: windows
discriminator: EventID
channels: { sysmon: [Chan/Sysmon], security: [Security], windefend: [Defender] }
routes:
  - category: process_creation
    events:
      - { service: sysmon, when: { EventID: 1 } }
      - { service: security, when: { EventID: 4688 }, rename: { Image: NewProcessName } }
  - product: null
    category: antivirus
    events:
      - { service: windefend, product: windows, when: { EventID: [1006, 1116] } }
`,
  documents,
  "map.yml",
);

describe("log sources", () => {
  const creation = compiled(
    rule(
      "logsource: {product: windows, category: process_creation}",
      "  s: {Image|endswith: '\\\\cmd.exe'}\n  condition: s\n",
    ),
    map.map,
  );

  test("the map has no problems", () => expect(map.problems).toEqual([]));

  test("a category runs on its services and ids, with renamed fields", () => {
    const cmd = "C:\\cmd.exe";
    const hits = (logsource: SigmaEvent["logsource"], fields: Record<string, string | number>): number =>
      creation.match(event(logsource, fields)).length;
    const windows = { product: "windows" };
    expect(hits({ ...windows, service: "sysmon" }, { EventID: 1, Image: cmd })).toBe(1);
    expect(hits({ ...windows, service: "sysmon" }, { EventID: "1", Image: cmd })).toBe(1);
    expect(hits({ ...windows, service: "sysmon", category: "process_creation" }, { EventID: 1, Image: cmd })).toBe(1);
    expect(hits({ ...windows, service: "sysmon" }, { EventID: 5, Image: cmd })).toBe(0);
    expect(hits({ ...windows, service: "security" }, { EventID: 4688, NewProcessName: cmd })).toBe(1);
    expect(hits({ ...windows, service: "security" }, { EventID: 4688, Image: cmd })).toBe(0);
    expect(hits({ ...windows, service: "system" }, { EventID: 1, Image: cmd })).toBe(0);
    expect(hits({ product: "linux", service: "sysmon" }, { EventID: 1, Image: cmd })).toBe(0);
    expect(hits({ ...windows, category: "process_creation" }, { Image: cmd })).toBe(1);
  });

  test("the channel decides the service, in any case", () => {
    expect(
      creation.match(event({ product: "windows" }, { Channel: "chan/SYSMON", EventID: 1, Image: "\\cmd.exe" })),
    ).toHaveLength(1);
    expect(creation.match(event({}, { Channel: "Security", EventID: 4688, NewProcessName: "\\cmd.exe" }))).toHaveLength(
      1,
    );
    expect(
      creation.match(event({ product: "linux" }, { Channel: "Security", EventID: 4688, NewProcessName: "\\cmd.exe" })),
    ).toHaveLength(0);
  });

  test("a rule nothing feeds is told", () => {
    const text = rule("logsource: {product: mainframe}", "  s: {A: 1}\n  condition: s\n");
    expect(compiled(text, map.map).noSource).toHaveLength(1);
    expect(creation.noSource).toEqual([]);
    expect(
      compiled(rule("logsource: {category: antivirus}", "  s: {A: 1}\n  condition: s\n"), map.map).noSource,
    ).toEqual([]);
  });

  test("an unknown part of the map is named", () => {
    expect(parseLogSourceMap("product: x\nrout: []\n", documents, "m.yml").problems).toEqual([
      expect.objectContaining({ file: "m.yml", line: 2 }),
    ]);
  });
});

describe("explanations", () => {
  const set = compiled(
    rule(
      "logsource: {product: p}",
      "  sel:\n    Cmd|contains|all:\n      - 'VSSADMIN'\n      - 'd*te'\n  filter:\n    User: SYSTEM\n  condition: sel and not filter\n",
    ),
  );
  const only = set.rules[0] as (typeof set.rules)[number];

  test("name the line, the field and the part of the value", () => {
    const explanation = set.explain(only, event({ product: "p" }, { Cmd: "run vssadmin delete shadows", User: "eve" }));
    expect(explanation).toMatchObject({
      matched: true,
      conditions: [{ text: "sel and not filter", holds: true }],
      selections: [
        {
          name: "sel",
          holds: true,
          items: [
            {
              field: "Cmd",
              line: 5,
              hits: [
                { line: 6, spans: [{ start: 4, end: 12 }] },
                {
                  line: 7,
                  spans: [
                    { start: 8, end: 9 },
                    { start: 17, end: 19 },
                  ],
                },
              ],
            },
          ],
        },
        { name: "filter", holds: false, items: [{ value: "eve", hits: [] }] },
      ],
    });
  });

  test("tell which selection failed", () => {
    const explanation = set.explain(only, event({ product: "p" }, { Cmd: "vssadmin delete", User: "system" }));
    expect(explanation).toMatchObject({ matched: false, routed: true, selections: [{ holds: true }, { holds: true }] });
    expect(set.explain(only, event({ product: "q" }, {}))).toMatchObject({ matched: false, routed: false });
  });
});

test("a refused pattern rejects its rule alone", () => {
  const { rules } = parse(
    `${rule("id: a\nlogsource: {product: p}", "  s: {A|re: '(?=x)'}\n  condition: s\n")}---\n${rule("id: b\nlogsource: {product: p}", "  s: {A: x}\n  condition: s\n")}`,
  );
  const set = compileRules(rules, { regex });
  expect(set.rejected).toEqual([expect.objectContaining({ code: "sigma.regex.refused", line: 5 })]);
  expect(set.match(event({ product: "p" }, { A: "x" })).map(({ id }) => id)).toEqual(["b"]);
});

test("names of log sources from outside do not grow the memory without end", () => {
  const set = compiled(rule("logsource: {product: p}", "  s: {A: 1}\n  condition: s\n"));
  for (let index = 0; index < 10_000; index++) set.match(event({ product: "p", service: `s${index}` }, { A: 1 }));
  expect(set.match(event({ product: "p", service: "s1" }, { A: 1 }))).toHaveLength(1);
});
