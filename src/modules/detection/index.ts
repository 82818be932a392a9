import { type Migration, readMigrations } from "../../platform/db/index.ts";

export {
  type Correlation,
  type Explanation,
  type LogSourceMap,
  parseRules,
  type Rule,
  type Ruleset,
} from "./core/sigma/index.ts";
export { type ActiveDetection, NOTHING_ACTIVE, type RuleSuppression } from "./active.ts";
export { compileEngine, groupFieldOf, loadLogSources, runsByDefault, vietnameseOf } from "./engine.ts";
export { attackRoutes } from "./attack/http.ts";
export * from "./authoring.ts";
export { type HiddenCount, type SuppressedCount } from "./counts/store.ts";
export {
  type CorrelationPart,
  type EventOfFinding,
  FINDINGS_RAISED,
  type Finding,
  type FindingsRaised,
  findingId,
  type RuleCredit,
} from "./findings.ts";
export { RuleExceptions } from "./exceptions/exceptions.ts";
export { ruleRoutes } from "./http/index.ts";
export type { FiredStats } from "./http/listing.ts";
export type { LibraryRule } from "./library/catalogue.ts";
export type { ImportOutcome } from "./library/imports.ts";
export { RuleLibrary } from "./library/library.ts";
export { RuleStatistics } from "./library/statistics.ts";
export { type CorrelationMatch, DetectionProgress, type Found, type MatchedBatch, type RuleMatch } from "./raise.ts";
export { type ImportReport, loadRules } from "./rule-import.ts";
export { packRules } from "./rule-pack.ts";
export { NO_VALUES } from "./core/sigma/index.ts";
export { Drafts } from "./retro/drafts.ts";
export { retroRoutes } from "./retro/http.ts";
export { type HuntLibrary, RetroHunts } from "./retro/service.ts";
export type { JudgedFinding, TrackRecord } from "./track-record.ts";

export const detectionMigrations: Migration[] = readMigrations("detection", new URL("./migrations/", import.meta.url));
