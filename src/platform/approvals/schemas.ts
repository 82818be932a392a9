import { IsoTime } from "../http/shapes.ts";
import { z } from "../schema/index.ts";
import { MAX_REASON_CHARS } from "./limits.ts";

export const ApprovalState = z.enum(["waiting", "approved", "done", "failed", "refused", "expired", "withdrawn"]);
const Step = z.object({
  what: z.string(),
  at: IsoTime,
  by: z.object({ id: z.string(), name: z.string() }),
  note: z.string(),
});

export const ApprovalRequest = z
  .object({
    id: z.string(),
    /** approvals.kind.<kind> in the catalogue. */
    kind: z.string(),
    object: z.object({ kind: z.string(), id: z.string(), title: z.string() }),
    /** What would change, as name and value. */
    details: z.record(z.string(), z.unknown()),
    reason: z.string(),
    by: z.object({ id: z.string(), name: z.string() }),
    openedAt: IsoTime,
    expiresAt: IsoTime,
    state: ApprovalState,
    steps: z.array(Step),
    /** The asker may decide on it. */
    mayDecide: z.boolean(),
  })
  .meta({ id: "ApprovalRequest" });
export const ApprovalList = z.object({ items: z.array(ApprovalRequest), waiting: z.int() });
export const ApprovalDecision = z.strictObject({
  decision: z.enum(["approve", "refuse"]),
  note: z.string().trim().max(MAX_REASON_CHARS).default(""),
});
export const ApprovalKind = z.object({
  kind: z.string(),
  enabled: z.boolean(),
  changedAt: IsoTime.nullable(),
  changedBy: z.string().nullable(),
});
export const ApprovalKinds = z.object({
  items: z.array(ApprovalKind),
  /** People who may decide; a kind is switched on only when there are two. */
  deciders: z.array(z.object({ id: z.string(), name: z.string() })),
});
export const ApprovalSwitch = z.strictObject({ enabled: z.boolean() });
