/**
 * The Sigma engine: parse, check, compile, match, explain. Pure: the YAML parser and the regular-expression engine
 * are given by the caller (src/apps/sigma.ts wires ours). Semantics and open decisions: docs/sigma.md.
 */
export { eventNamesOf, NO_ALIASES } from "./sources/aliases.ts";
export type { AliasGroup, FieldAliases } from "./sources/aliases.ts";
export { checkRule } from "./check.ts";
export type { CheckOptions } from "./check.ts";
export { NO_VALUES, usesPlaceholders } from "./parse/placeholders.ts";
export type { CompileOptions } from "./match/compile-rule.ts";
export type { Condition } from "./parse/condition.ts";
export type {
  DocumentNode,
  DocumentParser,
  DocumentProblem,
  MapEntry,
  MapNode,
  ParsedDocument,
  ScalarNode,
} from "./parse/document.ts";
export type { Explanation, Hit, ItemExplanation, SelectionExplanation } from "./explain.ts";
export { parseLogSourceMap } from "./sources/log-source-map.ts";
export type { ParsedLogSourceMap } from "./sources/log-source-map.ts";
export { EMPTY_LOG_SOURCE_MAP, isFed, leadsTo, mergeLogSourceMaps, routesFor, sourceOf } from "./sources/logsource.ts";
export type { LogSourceMap, Route } from "./sources/logsource.ts";
export { compileDetection, exceptionOf, filterAsRule, filterProblems } from "./filtering.ts";
export type { Detector, Exception, HiddenMatch, Matched } from "./filtering.ts";
export type { LazyEvent } from "./match/fields.ts";
export { mergePlaceholders, parsePlaceholders } from "./parse/placeholder-values.ts";
export type { ParsedPlaceholders } from "./parse/placeholder-values.ts";
export { matchesNaively } from "./naive.ts";
export { parseRules } from "./parse/parse.ts";
export type { ParseOptions } from "./parse/parse.ts";
export type { ParsedRules, SkippedDocument } from "./parse/parsed.ts";
export { partOf } from "./parse/parse-legacy.ts";
export type { Span } from "./pattern.ts";
export type { CompiledRegex, RegexCompiler, RegexFlags, RegexRefusal } from "./regex.ts";
export type {
  Detection,
  DetectionItem,
  Placeholders,
  RelatedRule,
  Rule,
  RuleLogSource,
  RuleMetadata,
  Selection,
  SelectionNode,
  SigmaEvent,
  ValueTest,
} from "./rule.ts";
export { compileRules } from "./match/ruleset.ts";
export type { Ruleset, RulesetSize } from "./match/ruleset.ts";
export type {
  Bound,
  Correlation,
  CorrelationAlias,
  CorrelationCondition,
  CorrelationType,
  RuleExpression,
  RuleReference,
} from "./correlation/correlation.ts";
export type {
  CorrelationFinding,
  CorrelationInput,
  CorrelationStats,
  PlanInput,
} from "./correlation/correlator-types.ts";
export type { SigmaFilter } from "./filter.ts";
export { Correlator } from "./correlation/correlator.ts";
export type { CorrelatorOptions, CorrelatorState, RestoredCorrelator } from "./correlation/correlator.ts";
export { planCorrelations } from "./correlation/plan.ts";
export { PlanInputs } from "./correlation/plan-inputs.ts";
export type { MatchedValues } from "./correlation/plan-inputs.ts";
export { RuleValues, scalarOf } from "./rule-values.ts";
export type { CorrelationPlan, PlannedCorrelations, PlanNode } from "./correlation/plan.ts";
export { Suppressor } from "./correlation/suppressor.ts";
export type { SuppressionRule, SuppressorState } from "./correlation/suppressor.ts";
export { DetectionStream } from "./stream.ts";
export type { StreamContent, StreamEvent, StreamFound, StreamOptions } from "./stream.ts";
