/** The shapes of the register of systems, taken as types from the schemas of its module. */
import type * as SchemeShapes from "../../../modules/assets/classification/schemas.ts";
import type * as AssetShapes from "../../../modules/assets/schemas.ts";
import type { z } from "../../../platform/schema/index.ts";

export type Criticality = z.infer<typeof AssetShapes.Criticality>;
export type IdentifierKind = z.infer<typeof AssetShapes.IdentifierKind>;
export type ListedAsset = z.infer<typeof AssetShapes.ListedSystem>;
export type AssetList = z.infer<typeof AssetShapes.SystemList>;
export type Asset = z.infer<typeof AssetShapes.System>;
export type AssetContent = z.infer<typeof AssetShapes.SystemContent>;
export type AssetPage = z.infer<typeof AssetShapes.SystemPage>;
export type AssetHistory = z.infer<typeof AssetShapes.History>;
export type AssetFilterValues = z.infer<typeof AssetShapes.FilterValues>;
export type AssetMerged = z.infer<typeof AssetShapes.Merged>;
export type AssetImport = z.infer<typeof AssetShapes.ImportReport>;
export type SeenList = z.infer<typeof AssetShapes.SeenList>;
export type SeenItem = SeenList["items"][number];
export type SeenRegister = z.input<typeof AssetShapes.SeenRegister>;
export type SeenRegistered = z.infer<typeof AssetShapes.SeenRegistered>;
export type IgnoredList = z.infer<typeof AssetShapes.IgnoredList>;
export type SchemeId = z.infer<typeof SchemeShapes.SchemeId>;
export type Scheme = z.infer<typeof SchemeShapes.ShownScheme>;
export type SchemeContent = z.infer<typeof SchemeShapes.SchemeContent>;
export type SchemeQuestion = SchemeContent["questions"][number];
export type SchemeAnswers = z.infer<typeof SchemeShapes.AnswersShape>;
export type Verdict = z.infer<typeof SchemeShapes.Verdict>;
export type Assessment = z.infer<typeof SchemeShapes.Assessment>;
export type AssessmentList = z.infer<typeof SchemeShapes.AssessmentList>;
export interface AssessmentPage {
  readonly assessment: Assessment;
  readonly content: SchemeContent;
  readonly system: Asset;
}
