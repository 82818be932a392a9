import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Fields, LogSource } from "../../src/kernel/index.ts";
import type { LogSourceMap, Rule, SigmaEvent } from "../../src/apps/sigma.ts";
import { checkRule, compileRules, parseLogSourceMap, parseRules } from "../../src/apps/sigma.ts";
import { matchesNaively } from "../../src/modules/detection/core/sigma/index.ts";
import { EMPTY_LOG_SOURCE_MAP } from "../../src/modules/detection/core/sigma/sources/logsource.ts";
import { fillPlaceholders } from "../../src/modules/detection/core/sigma/parse/placeholders.ts";
import { linearRegex } from "../../src/platform/regex/index.ts";
import type { YamlNode } from "../../src/platform/yaml/index.ts";
import { parseYaml, plainValue } from "../../src/platform/yaml/index.ts";

interface Vector {
  readonly name: string;
  readonly detection: string;
  readonly logsource?: string;
  readonly taxonomy?: string;
  /** Text of a log-source map, in the form of content/log-sources. */
  readonly map?: string;
  readonly placeholders?: Record<string, (string | number)[]>;
  readonly match?: readonly Record<string, unknown>[];
  readonly silent?: readonly Record<string, unknown>[];
  readonly refused?: string;
}

const folder = new URL("../../conformance/sigma/", import.meta.url);

function readVectors(file: string): readonly Vector[] {
  const [document] = parseYaml(readFileSync(new URL(file, folder), "utf8"));
  expect(document?.problems).toEqual([]);
  return (plainValue(document?.root as YamlNode) as { vectors: Vector[] }).vectors;
}

function ruleText(vector: Vector): string {
  const indent = (text: string): string => text.replace(/^/gm, "  ");
  const taxonomy = vector.taxonomy === undefined ? "" : `taxonomy: ${vector.taxonomy}\n`;
  return `title: ${JSON.stringify(vector.name)}\n${taxonomy}logsource:\n${indent(vector.logsource ?? "category: test")}\ndetection:\n${indent(vector.detection)}\n`;
}

function eventOf(given: Record<string, unknown>, rule: Rule): SigmaEvent {
  const { _raw = "", _logsource, ...rest } = given;
  const fields = Object.assign(Object.create(null), rest) as Fields;
  const { line: _, definition: __, ...own } = rule.logsource;
  return { raw: String(_raw), logsource: (_logsource as LogSource | undefined) ?? own, fields };
}

for (const file of readdirSync(folder).filter((name) => name.endsWith(".yml"))) {
  describe(`conformance/sigma/${file}`, () => {
    for (const vector of readVectors(file)) {
      test(vector.name, () => check(vector));
    }
  });
}

function check(vector: Vector): void {
  const { rules, problems } = parseRules(ruleText(vector));
  const placeholders = vector.placeholders ?? {};
  const found = [...problems, ...rules.flatMap((rule) => checkRule(rule, { regex: linearRegex, placeholders }))];
  if (vector.refused !== undefined) {
    expect(found.map(({ code }) => code)).toContain(vector.refused);
    return;
  }
  expect(found).toEqual([]);
  const rule = rules[0] as Rule;
  const logSourceMap = vector.map === undefined ? EMPTY_LOG_SOURCE_MAP : mapOf(vector.map);
  const set = compileRules(rules, { placeholders, logSourceMap });
  const filled = fillPlaceholders(rule, placeholders);
  const options = { regex: linearRegex, logSourceMap };
  for (const [expected, events] of [
    [true, vector.match ?? []],
    [false, vector.silent ?? []],
  ] as const) {
    for (const given of events) {
      const event = eventOf(given, rule);
      const label = JSON.stringify(given);
      expect({ label, engine: set.match(event).length > 0 }).toEqual({ label, engine: expected });
      expect({ label, naive: matchesNaively(filled, event, options) }).toEqual({ label, naive: expected });
      expect({ label, explained: set.explain(rule, event).matched }).toEqual({ label, explained: expected });
    }
  }
}

function mapOf(text: string): LogSourceMap {
  const { map, problems } = parseLogSourceMap(text);
  expect(problems).toEqual([]);
  return map;
}
