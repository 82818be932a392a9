/** Cases and evidence, as their module's schemas say. */
import type * as EvidenceShapes from "../../../modules/incidents/evidence/schemas.ts";
import type * as PartShapes from "../../../modules/incidents/parts/schemas.ts";
import type * as CaseShapes from "../../../modules/incidents/schemas.ts";
import type { z } from "../../../platform/schema/index.ts";

export type CaseSummary = z.infer<typeof CaseShapes.CaseSummary>;
export type CasePage = z.infer<typeof CaseShapes.CasePage>;
export type CaseList = z.infer<typeof CaseShapes.CaseList>;
export type CaseStage = z.infer<typeof CaseShapes.Stage>;
export type CaseAlert = z.infer<typeof CaseShapes.CaseAlert>;
export type CaseHistory = z.infer<typeof CaseShapes.CaseHistory>;
export type CaseHistoryEntry = z.infer<typeof CaseShapes.HistoryEntry>;
export type CaseGraph = z.infer<typeof CaseShapes.CaseGraph>;
export type SimilarCases = z.infer<typeof CaseShapes.SimilarCases>;
export type SimilarCase = z.infer<typeof CaseShapes.SimilarCase>;
export type CaseTemplates = z.infer<typeof CaseShapes.TemplateList>;
export type CaseCreate = z.input<typeof CaseShapes.CaseCreate>;
export type AlertLinks = z.infer<typeof CaseShapes.AlertLinks>;
export type Tlp = CaseSummary["tlp"];
export type CasePerson = CasePage["watchers"][number];
export type Part = z.infer<typeof CaseShapes.Part>;
export type PartContent = z.infer<typeof PartShapes.PartContent>;
export type PartKind = PartContent["kind"];
export type PartOf<Kind extends PartKind> = Omit<Part, "content"> & {
  readonly content: Extract<PartContent, { kind: Kind }>;
};
export type EvidenceList = z.infer<typeof EvidenceShapes.EvidenceList>;
export type EvidencePiece = z.infer<typeof EvidenceShapes.Evidence>;
