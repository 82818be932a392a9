/**
 * `khien/sigma`: the Sigma engine as a library, with our YAML parser, linear-time regular expressions and SHA-256 wired in.
 *
 *     import { openStream, parseRules } from "khien/sigma";
 *
 *     const content = parseRules(yamlText, { file: "rules.yml" });
 *     const stream = openStream(content);
 *     const { matches, findings } = stream.take({ id, time, receivedAt, logsource, fields, raw });
 *
 * `compileRules` is the same without correlations and filters: one event in, the rules that match out.
 */
import { createHash } from "node:crypto";
import type {
  CompileOptions,
  CorrelatorOptions,
  Detector,
  ParsedLogSourceMap,
  ParsedPlaceholders,
  ParsedRules,
  Rule,
  Ruleset,
  SigmaFilter,
  StreamContent,
  StreamOptions,
} from "../modules/detection/core/sigma/index.ts";
import {
  compileDetection as compileWithFilters,
  compileRules as compile,
  Correlator,
  type CorrelationPlan,
  DetectionStream,
  parseLogSourceMap as parseMap,
  parsePlaceholders as parseValues,
  parseRules as parse,
} from "../modules/detection/core/sigma/index.ts";
import { linearRegex } from "../platform/regex/index.ts";
import { yamlParser } from "../platform/yaml/index.ts";

export {
  checkRule,
  DetectionStream,
  exceptionOf,
  filterProblems,
  mergeLogSourceMaps,
  mergePlaceholders,
  PlanInputs,
  planCorrelations,
  Suppressor,
} from "../modules/detection/core/sigma/index.ts";
export type {
  Correlation,
  CorrelationFinding,
  CorrelationInput,
  CorrelationPlan,
  CorrelationStats,
  Correlator,
  CorrelatorState,
  Detector,
  Explanation,
  HiddenMatch,
  Hit,
  ItemExplanation,
  LogSourceMap,
  Matched,
  ParsedRules,
  Placeholders,
  RegexCompiler,
  Rule,
  Ruleset,
  SigmaEvent,
  SigmaFilter,
  StreamContent,
  StreamEvent,
  StreamFound,
} from "../modules/detection/core/sigma/index.ts";

const hash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);

/** Rules, correlations and filters of one YAML text; every complaint names its line. */
export function parseRules(text: string, options: { readonly file?: string } = {}): ParsedRules {
  return parse(text, { ...options, documents: yamlParser, version: hash(text) });
}

/** Without a log-source map a rule sees the events that carry its own product, category and service. */
export function compileRules(rules: readonly Rule[], options: Partial<CompileOptions> = {}): Ruleset {
  return compile(rules, { regex: linearRegex, ...options });
}

/** Rules with the filters and exceptions that narrow them. */
export function compileDetection(
  content: { readonly rules: readonly Rule[]; readonly filters: readonly SigmaFilter[] },
  options: Partial<CompileOptions> = {},
): Detector {
  return compileWithFilters({ regex: linearRegex, ...options, ...content });
}

/** Rules, filters and correlations over one stream. */
export function openStream(content: StreamContent, options: Partial<StreamOptions> = {}): DetectionStream {
  return new DetectionStream(content, { regex: linearRegex, hash, ...options });
}

/** For programs that match elsewhere: findings get ids as everywhere else. */
export function openCorrelator(plan: CorrelationPlan, options: Partial<CorrelatorOptions> = {}): Correlator {
  return new Correlator(plan, { hash, ...options });
}

/** One file in the form of content/log-sources, or in SigmaHQ's. */
export function parseLogSourceMap(text: string, file = ""): ParsedLogSourceMap {
  return parseMap(text, yamlParser, file);
}

/** A file of values for `%placeholders%`: name → list. */
export function parsePlaceholders(text: string, file = ""): ParsedPlaceholders {
  return parseValues(text, yamlParser, file);
}

export type { CompileOptions, ParsedLogSourceMap, ParsedPlaceholders };
