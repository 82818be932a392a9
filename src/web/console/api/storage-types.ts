/** Storage, retention, holds and proofs, as their modules' schemas say. */
import type * as IntegrityShapes from "../../../modules/lake/integrity/schemas.ts";
import type * as RetentionShapes from "../../../modules/lake/retention/schemas.ts";
import type * as LakeShapes from "../../../modules/lake/schemas.ts";
import type * as OverviewShapes from "../../../modules/overview/schemas.ts";
import type { z } from "../../../platform/schema/index.ts";

export type Storage = RetentionShapes.Storage;
export type StoredSource = Storage["sources"][number];
export type RetentionSettings = RetentionShapes.RetentionSettings;
export type RetentionRule = RetentionShapes.RetentionRule;
export type Term = RetentionShapes.Term;
export type TermInput = z.input<typeof RetentionShapes.TermInput>;
export type Preview = RetentionShapes.Preview;
export type Applied = z.infer<typeof RetentionShapes.Applied>;
export type Hold = RetentionShapes.ShownHold;
export type HoldScope = RetentionShapes.HoldScope;
export type HoldInput = RetentionShapes.HoldInput;
export type HoldExtent = RetentionShapes.HoldExtent;
export type EventProof = IntegrityShapes.EventProof;
export type LastCheck = LakeShapes.LastCheck;
export type RunningCheck = LakeShapes.RunningCheck;
export type StorageCare = z.infer<typeof OverviewShapes.StorageCare>;
export type ServerMemory = z.infer<typeof OverviewShapes.Memory>;
