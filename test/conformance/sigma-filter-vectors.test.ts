import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Fields, LogSource } from "../../src/kernel/index.ts";
import { parseLogSourceMap, parseRules } from "../../src/apps/sigma.ts";
import { compileDetection } from "../../src/modules/detection/core/sigma/index.ts";
import { linearRegex } from "../../src/platform/regex/index.ts";
import type { YamlNode } from "../../src/platform/yaml/index.ts";
import { parseYaml, plainValue } from "../../src/platform/yaml/index.ts";

interface FilterVector {
  readonly name: string;
  readonly filters: string;
  readonly events?: readonly {
    readonly at?: string;
    readonly logsource?: LogSource;
    readonly fields: Record<string, unknown>;
    readonly rules: readonly string[];
    readonly hidden?: readonly string[];
  }[];
  /** Codes of what is told about filters that load. */
  readonly problems?: readonly string[];
  readonly refused?: string;
}

interface FilterFile {
  readonly rules: string;
  readonly map?: string;
  readonly vectors: readonly FilterVector[];
}

const folder = new URL("../../conformance/sigma/filters/", import.meta.url);

for (const file of readdirSync(folder)) {
  const [document] = parseYaml(readFileSync(new URL(file, folder), "utf8"));
  const content = plainValue(document?.root as YamlNode) as FilterFile;
  describe(`conformance/sigma/filters/${file}`, () => {
    test("is well-formed", () => expect(document?.problems).toEqual([]));
    for (const vector of content.vectors) test(vector.name, () => check(content, vector));
  });
}

function check(file: FilterFile, vector: FilterVector): void {
  const { rules, problems } = parseRules(file.rules);
  const parsed = parseRules(vector.filters);
  if (vector.refused !== undefined) {
    expect(parsed.filters).toEqual([]);
    expect(parsed.problems.map(({ code }) => code)).toContain(vector.refused);
    return;
  }
  expect([...problems, ...parsed.problems]).toEqual([]);
  const { map } = parseLogSourceMap(file.map ?? "product: none\nroutes: []\n");
  const detector = compileDetection({ rules, filters: parsed.filters, regex: linearRegex, logSourceMap: map });
  expect(detector.rejected.map(({ code }) => code)).toEqual(vector.problems ?? []);
  for (const { at, logsource, fields, rules: raised, hidden = [] } of vector.events ?? []) {
    const event = {
      logsource: logsource ?? { product: "windows", category: "process_creation" },
      fields: Object.assign(Object.create(null), fields) as Fields,
      raw: "",
    };
    const matched = at === undefined ? detector.match(event) : detector.match(event, Date.parse(at));
    expect({
      at,
      fields,
      rules: matched.rules.map(({ id }) => id),
      hidden: matched.hidden.map(({ rule, filter }) => `${rule.id} ${filter.id}`),
    }).toEqual({ at, fields, rules: raised, hidden });
  }
}
