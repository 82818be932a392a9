/** What writing and judging rules needs, for the command line and the server alike. */
export type * from "./answers.ts";
export { type CoveredRule, type Matrix, matrixOf } from "./attack/matrix.ts";
export { layerOf } from "./attack/layer.ts";
export { type AttackDomainName, type AttackTables, loadAttackTables } from "./attack/table.ts";
export type { RuleDocument } from "./core/references.ts";
export { type Sample, SAMPLE_START, samplesOf } from "./core/samples.ts";
export { isFed, partOf } from "./core/sigma/index.ts";
export { applyFixes } from "./lint/fix.ts";
export { type LintedFile, lintSet, lintText } from "./lint/lint.ts";
export { CHECKS, REMARK_LEVELS, type RemarkLevel } from "./lint/checks.ts";
export type { LintContext, Remark } from "./lint/remark.ts";
export { huntQuery, type LeftOut } from "./retro/convert.ts";
export { distanceOf } from "./retro/explanation.ts";
export { type AlertKey, runHunt, storeQueryOf } from "./retro/hunt.ts";
export type { HuntReport } from "./retro/hunt-record.ts";
export { TargetMatcher, type TargetMatch } from "./retro/matcher.ts";
export { alertsPerDay, HuntTally } from "./retro/tally.ts";
export { type HuntTarget, mainOf, targetOf } from "./retro/target.ts";
