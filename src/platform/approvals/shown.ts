import { toIso } from "../../kernel/index.ts";
import type { Principal } from "../http/index.ts";
import type { z } from "../schema/index.ts";
import type * as schemas from "./schemas.ts";
import type { RequestRow, StepRow } from "./store.ts";

export type ApprovalRequest = z.infer<typeof schemas.ApprovalRequest>;
export type ApprovalState = z.infer<typeof schemas.ApprovalState>;

export interface Person {
  readonly id: string;
  readonly name: string;
}

/** What is asked for, and by whom. */
export interface Wanted {
  readonly kind: string;
  readonly object: { readonly kind: string; readonly id: string; readonly title: string };
  /** JSON: all that carrying it out needs, and what the one who decides is shown. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly reason: string;
}
export interface Approved extends Wanted {
  readonly id: string;
  readonly by: Person;
  readonly decidedBy: Person;
}

/** As its kind carries it out. */
export function toApproved(row: RequestRow, decided: StepRow): Approved {
  return {
    id: row.id,
    kind: row.kind,
    object: { kind: row.object_kind, id: row.object_id, title: row.object_title },
    details: JSON.parse(row.details) as Record<string, unknown>,
    reason: row.reason,
    by: { id: row.by_id, name: row.by_name },
    decidedBy: { id: decided.by_id, name: decided.by_name },
  };
}

/** As people see it; how it stands follows from its steps. */
export function toRequest(
  row: RequestRow,
  { steps, now, who }: { steps: readonly StepRow[]; now: number; who: Principal },
): ApprovalRequest {
  const last = steps.at(-1)?.what ?? (now >= row.expires_at ? "expired" : "waiting");
  const state = last as ApprovalState;
  return {
    id: row.id,
    kind: row.kind,
    object: { kind: row.object_kind, id: row.object_id, title: row.object_title },
    details: JSON.parse(row.details) as Record<string, unknown>,
    reason: row.reason,
    by: { id: row.by_id, name: row.by_name },
    openedAt: toIso(row.opened_at),
    expiresAt: toIso(row.expires_at),
    state,
    steps: steps.map((step) => ({
      what: step.what,
      at: toIso(step.at),
      by: { id: step.by_id, name: step.by_name },
      note: step.note,
    })),
    mayDecide: state === "waiting" && row.by_id !== who.id && who.permissions.has("approvals.decide"),
  };
}
