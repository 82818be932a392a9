/**
 * The life of an alert as a pure state machine. History is append-only: an undo is a transition too.
 *
 * Invariants
 *  - a closed alert always has a reason, an open one never has an assignee;
 *  - a taken alert always has an assignee;
 *  - nothing but `reopen`, `note` and `undo` acts on a closed alert.
 */
export type AlertStatus = "open" | "taken" | "escalated" | "closed";
/** Statuses of alerts that are in the queue. */
export const LIVE_STATUSES: readonly AlertStatus[] = ["open", "taken", "escalated"];
export const isLive = (status: AlertStatus): boolean => LIVE_STATUSES.includes(status);
export type CloseReason = "true_positive" | "false_positive" | "benign" | "duplicate";

export interface Person {
  readonly id: string;
  readonly name: string;
}

export interface AlertState {
  readonly status: AlertStatus;
  readonly closeReason: CloseReason | null;
  readonly assignee: Person | null;
}

export type AlertDeed =
  | { readonly action: "take" }
  | { readonly action: "release" }
  | { readonly action: "assign"; readonly assignee: Person }
  | { readonly action: "escalate"; readonly note?: string }
  | { readonly action: "close"; readonly reason: CloseReason; readonly note?: string }
  | { readonly action: "reopen"; readonly note?: string }
  | { readonly action: "note"; readonly note: string };

export type Verdict = { readonly ok: true; readonly next: AlertState } | { readonly ok: false; readonly code: string };

/** What `deed` by `actor` makes of `state`, or the code of why it cannot be. */
export function judgeDeed(state: AlertState, deed: AlertDeed, actor: Person): Verdict {
  if (deed.action === "note") return { ok: true, next: state };
  if (deed.action === "reopen")
    return state.status === "closed"
      ? allow({ status: "open", closeReason: null, assignee: null })
      : refuse("not_closed");
  if (state.status === "closed") return refuse("closed");
  switch (deed.action) {
    case "take":
      if (state.assignee?.id === actor.id) return refuse("already_yours");
      return allow({ ...state, status: state.status === "escalated" ? "escalated" : "taken", assignee: actor });
    case "assign":
      if (state.assignee?.id === deed.assignee.id) return refuse("already_assigned");
      return allow({ ...state, status: state.status === "escalated" ? "escalated" : "taken", assignee: deed.assignee });
    case "release":
      if (state.assignee === null) return refuse("not_taken");
      return allow({ ...state, status: state.status === "escalated" ? "escalated" : "open", assignee: null });
    case "escalate":
      return state.status === "escalated" ? refuse("already_escalated") : allow({ ...state, status: "escalated" });
    case "close":
      return allow({ ...state, status: "closed", closeReason: deed.reason });
  }
}

function allow(next: AlertState): Verdict {
  return { ok: true, next };
}

function refuse(what: string): Verdict {
  return { ok: false, code: `alerts.action.${what}` };
}
