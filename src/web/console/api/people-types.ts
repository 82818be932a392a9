/** The shapes of the roster, rotas and hand-over, taken as types from the schemas of their module. */
import type * as Shapes from "../../../modules/people/schemas.ts";
import type { z } from "../../../platform/schema/index.ts";

export type RosterPerson = z.infer<typeof Shapes.Person>;
export type Roster = z.infer<typeof Shapes.Roster>;
export type PersonContent = z.infer<typeof Shapes.PersonContent>;
export type ImportReply = z.infer<typeof Shapes.ImportReply>;
export type Rota = z.infer<typeof Shapes.Rota>;
export type RotaContent = z.infer<typeof Shapes.RotaContent>;
export type RotaList = z.infer<typeof Shapes.RotaList>;
export type Sharing = z.infer<typeof Shapes.Sharing>;
export type Duty = z.infer<typeof Shapes.Duty>;
export type DutyNow = z.infer<typeof Shapes.DutyNow>;
export type Calendar = z.infer<typeof Shapes.Calendar>;
export type ExceptionCreate = z.input<typeof Shapes.ExceptionCreate>;
export type EscalationView = z.infer<typeof Shapes.Escalations>;
export type EscalationPolicy = z.infer<typeof Shapes.Policy>;
export type PolicyContent = z.infer<typeof Shapes.PolicyContent>;
export type Handover = z.infer<typeof Shapes.Handover>;
export type HandoverDraft = z.infer<typeof Shapes.HandoverDraft>;
export type HandoverList = z.infer<typeof Shapes.HandoverList>;
export type HandoverCheck = z.infer<typeof Shapes.HandoverCheck>;
export type HandoverFigures = z.infer<typeof Shapes.Figures>;
