/**
 * `khien/sigma`: the Sigma engine as a library, with our YAML parser and linear-time regular expressions wired in.
 *
 *     import { compileRules, parseRules } from "khien/sigma";
 *
 *     const { rules, problems } = parseRules(yamlText, { file: "rule.yml" });
 *     const set = compileRules(rules);
 *     const fields = { Image: "C:\\Windows\\System32\\whoami.exe" };
 *     for (const rule of set.match({ logsource: { product: "windows", category: "process_creation" }, fields, raw: "" }))
 *       console.log(rule.title, rule.author);
 */
import { createHash } from "node:crypto";
import type {
  CompileOptions,
  ParsedLogSourceMap,
  ParsedRules,
  Rule,
  Ruleset,
} from "../modules/detection/core/sigma/index.ts";
import {
  compileRules as compile,
  parseLogSourceMap as parseMap,
  parseRules as parse,
} from "../modules/detection/core/sigma/index.ts";
import { linearRegex } from "../platform/regex/index.ts";
import { yamlParser } from "../platform/yaml/index.ts";

export { checkRule, mergeLogSourceMaps } from "../modules/detection/core/sigma/index.ts";
export type {
  Explanation,
  Hit,
  ItemExplanation,
  LogSourceMap,
  ParsedRules,
  Placeholders,
  RegexCompiler,
  Rule,
  Ruleset,
  SigmaEvent,
} from "../modules/detection/core/sigma/index.ts";

/** Rules of one YAML text; every complaint names its line. */
export function parseRules(text: string, options: { readonly file?: string } = {}): ParsedRules {
  const version = createHash("sha256").update(text).digest("hex").slice(0, 32);
  return parse(text, { ...options, documents: yamlParser, version });
}

/** Without a log-source map a rule sees the events that carry its own product, category and service. */
export function compileRules(rules: readonly Rule[], options: Partial<CompileOptions> = {}): Ruleset {
  return compile(rules, { regex: linearRegex, ...options });
}

/** One file in the form of content/log-sources. */
export function parseLogSourceMap(text: string, file = ""): ParsedLogSourceMap {
  return parseMap(text, yamlParser, file);
}

export type { CompileOptions, ParsedLogSourceMap };
