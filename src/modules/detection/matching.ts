/** The door for threads and the command line: matching without records, routes or the rule library. */
export type { Explanation, LogSourceMap, Rule, Ruleset } from "./core/sigma/index.ts";
export { compileEngine, groupFieldOf, loadLogSources, runsByDefault, vietnameseOf } from "./engine.ts";
export { type ImportReport, loadRules } from "./rule-import.ts";
