/** The door for threads and the command line: matching without records, routes or the rule library. */
export { type ActiveDetection, NOTHING_ACTIVE, type RuleSuppression } from "./active.ts";
export {
  type Correlation,
  type CorrelationFinding,
  type CorrelationInput,
  type CorrelationPlan,
  type CorrelationStats,
  Correlator,
  type CorrelatorState,
  type Detector,
  type LazyEvent,
  type Explanation,
  type LogSourceMap,
  type Placeholders,
  type PlannedCorrelations,
  planCorrelations,
  PlanInputs,
  type Rule,
  type RuleMetadata,
  type Ruleset,
  RuleValues,
  scalarOf,
  type SigmaFilter,
  Suppressor,
  type SuppressorState,
} from "./core/sigma/index.ts";
export {
  compileDetector,
  compileEngine,
  groupFieldOf,
  loadLogSources,
  runsByDefault,
  vietnameseOf,
} from "./engine.ts";
export { type EventOfFinding, eventOfFinding, groupOf } from "./findings.ts";
export { type PackedRule, packForMatching, unpackRule } from "./packed-rule.ts";
export { type ReadRuleFile, type RuleFile, type RuleFileReader, readPacked, unpackFiles } from "./rule-files.ts";
export { type ImportReport, loadRules } from "./rule-import.ts";
