/** What the HTTP API of rules answers, for the command line, which asks it when a server runs. */
import type { z } from "../../platform/schema/index.ts";
import type * as retro from "./retro/schemas.ts";
import type * as shapes from "./schemas.ts";

export type RetroHuntAnswer = z.output<typeof retro.RetroHunt>;
export type RuleSummaryAnswer = z.output<typeof shapes.RuleSummary>;
export type RulePageAnswer = z.output<typeof shapes.RulePage>;
export type RuleDetailAnswer = z.output<typeof shapes.RuleDetail>;
export type ExceptionAnswer = z.output<typeof shapes.Exception>;
export type ExceptionPageAnswer = z.output<typeof shapes.ExceptionList>;
export type ExceptionPreviewAnswer = z.output<typeof shapes.ExceptionPreview>;
export type RuleImportAnswer = z.output<typeof shapes.RuleImportReport>;
