/** Rules, exceptions, drafts, searches in the past and ATT&CK, as their module's schemas say. */
import type * as AttackShapes from "../../../modules/detection/attack/schemas.ts";
import type * as RetroShapes from "../../../modules/detection/retro/schemas.ts";
import type * as RuleShapes from "../../../modules/detection/schemas.ts";
import type { z } from "../../../platform/schema/index.ts";

export type RuleKind = z.infer<typeof RuleShapes.RuleKind>;
export type RuleSummary = z.infer<typeof RuleShapes.RuleSummary>;
export type RulePage = z.infer<typeof RuleShapes.RulePage>;
export type RuleDetail = z.infer<typeof RuleShapes.RuleDetail>;
export type RuleChange = z.infer<typeof RuleShapes.RuleChange>;
export type RuleProblem = z.infer<typeof RuleShapes.RuleProblem>;
export type RuleStats = z.infer<typeof RuleShapes.RuleStats>;
export type RuleHistory = z.infer<typeof RuleShapes.RuleHistoryPage>;
export type RuleVersion = z.infer<typeof RuleShapes.RuleVersion>;
export type RuleException = z.infer<typeof RuleShapes.Exception>;
export type RuleExceptionList = z.infer<typeof RuleShapes.ExceptionList>;
export type ExceptionTest = z.infer<typeof RuleShapes.ExceptionTest>;
export type ExceptionOperator = z.infer<typeof RuleShapes.ExceptionOperator>;
export type ExceptionDraft = z.infer<typeof RuleShapes.ExceptionDraft>;
export type ExceptionPreview = z.infer<typeof RuleShapes.ExceptionPreview>;
export type RuleImport = z.infer<typeof RuleShapes.RuleImport>;
export type RuleImportList = z.infer<typeof RuleShapes.RuleImportList>;
export type RuleImportReport = z.infer<typeof RuleShapes.RuleImportReport>;
export type DataSourceCoverage = z.infer<typeof RuleShapes.DataSourceCoverage>;

export type DraftCheck = z.infer<typeof RetroShapes.DraftCheck>;
export type DraftTest = z.infer<typeof RetroShapes.DraftTest>;
export type DraftEvent = z.infer<typeof RetroShapes.DraftEvent>;
export type DraftExplanation = z.infer<typeof RetroShapes.DraftExplanation>;
export type RetroHunt = z.infer<typeof RetroShapes.RetroHunt>;
export type RetroHuntPage = z.infer<typeof RetroShapes.RetroHuntPage>;
export type RetroHuntRequest = z.input<typeof RetroShapes.RetroHuntRequest>;
export type RetroMatch = z.infer<typeof RetroShapes.RetroMatch>;
export type RetroMatchPage = z.infer<typeof RetroShapes.RetroMatchPage>;

export type AttackMatrix = z.infer<typeof AttackShapes.AttackMatrix>;
export type AttackTechnique = z.infer<typeof AttackShapes.AttackTechnique>;
export type AttackCounts = AttackTechnique["subtechniques"][number];
