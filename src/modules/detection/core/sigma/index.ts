/**
 * The Sigma engine: parse, check, compile, match, explain. Pure: the YAML parser and the regular-expression engine
 * are given by the caller (src/apps/sigma.ts wires ours). Semantics and open decisions: docs/sigma.md.
 */
export { checkRule } from "./check.ts";
export type { CheckOptions } from "./check.ts";
export type { CompileOptions } from "./compile-rule.ts";
export type { Condition } from "./condition.ts";
export type {
  DocumentNode,
  DocumentParser,
  DocumentProblem,
  MapEntry,
  MapNode,
  ParsedDocument,
  ScalarNode,
} from "./document.ts";
export type { Explanation, Hit, ItemExplanation, SelectionExplanation } from "./explain.ts";
export { EMPTY_LOG_SOURCE_MAP, isFed, mergeLogSourceMaps, parseLogSourceMap, routesFor } from "./logsource.ts";
export type { LogSourceMap, ParsedLogSourceMap, Route } from "./logsource.ts";
export { matchesNaively } from "./naive.ts";
export { parseRules } from "./parse.ts";
export type { ParseOptions } from "./parse.ts";
export type { Span } from "./pattern.ts";
export type { CompiledRegex, RegexCompiler, RegexFlags, RegexRefusal } from "./regex.ts";
export type {
  Detection,
  DetectionItem,
  ParsedRules,
  Placeholders,
  RelatedRule,
  Rule,
  RuleLogSource,
  Selection,
  SelectionNode,
  SigmaEvent,
  SkippedDocument,
  ValueTest,
} from "./rule.ts";
export { compileRules } from "./ruleset.ts";
export type { Ruleset, RulesetSize } from "./ruleset.ts";
