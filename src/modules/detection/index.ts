import { type Migration, readMigrations } from "../../platform/db/index.ts";

export { type Explanation, type LogSourceMap, parseRules, type Rule, type Ruleset } from "./core/sigma/index.ts";
export { compileEngine, groupFieldOf, loadLogSources, runsByDefault, vietnameseOf } from "./engine.ts";
export { FINDINGS_RAISED, type Finding, type FindingsRaised, findingId, type RuleCredit } from "./findings.ts";
export { type FiredStats, ruleRoutes } from "./http.ts";
export { type ImportOutcome, type LibraryRule, RuleLibrary } from "./library.ts";
export { DetectionProgress, type RuleMatch } from "./raise.ts";
export { type ImportReport, loadRules } from "./rule-import.ts";

export const detectionMigrations: Migration[] = readMigrations("detection", new URL("./migrations/", import.meta.url));
