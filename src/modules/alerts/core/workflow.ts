/**
 * The life of an alert as a pure state machine. History is append-only: an undo is a transition too.
 *
 * Invariants
 *  - a closed alert always has a reason, an open one never has an assignee;
 *  - a taken alert always has an assignee;
 *  - a merged alert lives in another one: nothing but a note and `unmerge` acts on it;
 *  - nothing but `reopen`, `note`, `tag`, `confirm` and `reject` acts on a closed alert;
 *  - whoever takes hold of a sleeping alert wakes it.
 */
import type { Instant, Severity } from "../../../kernel/index.ts";
import { needsConfirmation, type TriagePolicy } from "./policy.ts";
import type { AlertState, CloseReason, Person } from "./state.ts";

export * from "./state.ts";

export type AlertDeed =
  | { readonly action: "take" }
  | { readonly action: "release" }
  | { readonly action: "assign"; readonly assignee: Person }
  | { readonly action: "escalate"; readonly note?: string }
  | {
      readonly action: "close";
      readonly reason: CloseReason;
      readonly note?: string;
      /** Of the reason `duplicate`: the alert that says the same. */
      readonly duplicateOf?: string;
    }
  | { readonly action: "reopen"; readonly note?: string }
  | { readonly action: "note"; readonly note: string; readonly mentions?: readonly string[] }
  | { readonly action: "snooze"; readonly until: Instant }
  | { readonly action: "wake" }
  | { readonly action: "tag"; readonly add: readonly string[]; readonly remove: readonly string[] }
  | { readonly action: "judge"; readonly verdict: CloseReason }
  | { readonly action: "contain" }
  | { readonly action: "resolve" }
  | { readonly action: "confirm" }
  | { readonly action: "reject"; readonly note?: string }
  | { readonly action: "unmerge" };

/** Everything the history may tell of. */
export type AlertAct =
  | AlertDeed["action"]
  | "created"
  | "view"
  | "merge"
  | "gather"
  | "scatter"
  | "split"
  | "undo"
  | "ceased";

export type Verdict = { readonly ok: true; readonly next: AlertState } | { readonly ok: false; readonly code: string };

/** What a deed is judged against besides the state. */
export interface Circumstances {
  readonly actor: Person;
  readonly now: Instant;
  readonly policy: TriagePolicy;
  readonly level: Severity;
  readonly rank: number;
  readonly count: number;
}

export const MOST_TAGS = 20;
const LONGEST_SNOOZE_MS = 90 * 86_400_000;

/** What `deed` makes of `state`, or the code of why it cannot be. */
export function judgeDeed(state: AlertState, deed: AlertDeed, around: Circumstances): Verdict {
  if (deed.action === "note") return allow(state);
  if (state.status === "merged") {
    return deed.action === "unmerge" ? allow({ ...state, ...backInQueue(state), mergedInto: null }) : refuse("merged");
  }
  if (deed.action === "tag") return judgeTags(state, deed);
  return state.status === "closed" ? judgeClosed(state, deed, around) : judgeLive(state, deed, around);
}

function judgeClosed(state: AlertState, deed: AlertDeed, { actor }: Circumstances): Verdict {
  switch (deed.action) {
    case "reopen":
      return allow({ ...state, ...UNJUDGED, status: "open", assignee: null });
    case "confirm":
      if (state.proposedBy === null) return refuse("not_proposed");
      return state.proposedBy.id === actor.id ? refuse("own_proposal") : allow({ ...state, proposedBy: null });
    case "reject":
      if (state.proposedBy === null) return refuse("not_proposed");
      if (state.proposedBy.id === actor.id) return refuse("own_proposal");
      return allow({ ...state, ...UNJUDGED, status: "taken", assignee: state.proposedBy });
    default:
      return refuse("closed");
  }
}

function judgeLive(state: AlertState, deed: AlertDeed, around: Circumstances): Verdict {
  const { actor } = around;
  const held = state.status === "escalated" ? "escalated" : "taken";
  switch (deed.action) {
    case "take":
      if (state.assignee?.id === actor.id) return refuse("already_yours");
      return allow({ ...state, status: held, assignee: actor, snooze: null });
    case "assign":
      if (state.assignee?.id === deed.assignee.id) return refuse("already_assigned");
      return allow({ ...state, status: held, assignee: deed.assignee, snooze: null });
    case "release":
      if (state.assignee === null) return refuse("not_taken");
      return allow({ ...state, status: state.status === "escalated" ? "escalated" : "open", assignee: null });
    case "escalate":
      if (state.status === "escalated") return refuse("already_escalated");
      return allow({ ...state, status: "escalated", snooze: null });
    case "close":
      return judgeClosing(state, deed, around);
    case "snooze":
      if (deed.until <= around.now || deed.until > around.now + LONGEST_SNOOZE_MS) return refuse("snooze_time");
      return allow({ ...state, snooze: { until: deed.until, count: around.count, rank: around.rank } });
    case "wake":
      return state.snooze === null ? refuse("not_asleep") : allow({ ...state, snooze: null });
    case "judge":
      return state.verdict === deed.verdict ? refuse("already_so") : allow({ ...state, verdict: deed.verdict });
    case "contain":
      return state.contained ? refuse("already_so") : allow({ ...state, contained: true });
    case "resolve":
      return state.resolved ? refuse("already_so") : allow({ ...state, resolved: true });
    case "reopen":
      return refuse("not_closed");
    case "unmerge":
      return refuse("not_merged");
    default:
      return refuse("not_proposed");
  }
}

function judgeClosing(
  state: AlertState,
  deed: Extract<AlertDeed, { action: "close" }>,
  { actor, policy, level }: Circumstances,
): Verdict {
  if (deed.duplicateOf !== undefined && deed.reason !== "duplicate") return refuse("not_a_duplicate");
  if ([...(deed.note ?? "").trim()].length < policy.minimumText[deed.reason]) return refuse("text_too_short");
  const proposes = deed.reason === "false_positive" && needsConfirmation(policy, level);
  return allow({
    ...state,
    status: "closed",
    closeReason: deed.reason,
    verdict: deed.reason,
    resolved: true,
    snooze: null,
    proposedBy: proposes ? actor : null,
    duplicateOf: deed.duplicateOf ?? null,
  });
}

function judgeTags(state: AlertState, deed: Extract<AlertDeed, { action: "tag" }>): Verdict {
  const gone = new Set(deed.remove);
  const tags = [...new Set([...state.tags.filter((tag) => !gone.has(tag)), ...deed.add])].sort();
  if (tags.length > MOST_TAGS) return refuse("too_many_tags");
  return tags.join("\n") === state.tags.join("\n") ? refuse("already_so") : allow({ ...state, tags });
}

const UNJUDGED = {
  closeReason: null,
  verdict: null,
  contained: false,
  resolved: false,
  proposedBy: null,
  snooze: null,
  duplicateOf: null,
} as const;

function backInQueue(state: AlertState): Pick<AlertState, "status"> {
  return { status: state.assignee === null ? "open" : "taken" };
}

/** Should an alert that slept wake at once? Worse than it was, or ten times as much of it. */
export function wakesEarly(snooze: NonNullable<AlertState["snooze"]>, now: { rank: number; count: number }): boolean {
  return now.rank > snooze.rank || now.count >= snooze.count * 10;
}

function allow(next: AlertState): Verdict {
  return { ok: true, next };
}

function refuse(what: string): Verdict {
  return { ok: false, code: `alerts.action.${what}` };
}
