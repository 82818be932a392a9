import type { Instant } from "../../../kernel/index.ts";
import type { AlertAct, AlertState, CloseReason } from "./workflow.ts";

/** One transition as the facts need it. */
export interface FactStep {
  readonly id: string;
  readonly at: Instant;
  readonly actorId: string;
  readonly action: AlertAct;
  readonly after: AlertState | null;
  readonly undoes: string | null;
}

/**
 * The moments figures are made of (docs/metrics.md), folded from the history and from nothing else.
 * A moment that was taken back never was; reopening takes back the verdict and what followed it.
 */
export interface Facts {
  readonly createdAt: Instant;
  readonly viewAt: Instant | null;
  readonly ackAt: Instant | null;
  readonly ackBy: string | null;
  readonly qualAt: Instant | null;
  readonly verdict: CloseReason | null;
  readonly contAt: Instant | null;
  readonly resAt: Instant | null;
  readonly closeAt: Instant | null;
  /** Time asleep that is over. */
  readonly pausedMs: number;
  readonly reopened: number;
  readonly isMerged: boolean;
}

export const SYSTEM_ID = "system";
type Open = { -readonly [Name in keyof Facts]: Facts[Name] };

export function foldFacts(history: readonly FactStep[], createdAt: Instant): Facts {
  const undone = new Set(history.flatMap((step) => step.undoes ?? []));
  const facts: Open = {
    createdAt,
    viewAt: null,
    ackAt: null,
    ackBy: null,
    qualAt: null,
    verdict: null,
    contAt: null,
    resAt: null,
    closeAt: null,
    pausedMs: 0,
    reopened: 0,
    isMerged: false,
  };
  let asleepSince: Instant | null = null;
  for (const step of history) {
    // Whoever acts has seen it, whatever became of the act.
    if (step.actorId !== SYSTEM_ID) facts.viewAt ??= step.at;
    if (step.action === "undo" || undone.has(step.id)) continue;
    apply(facts, step);
    const asleep = step.after !== null && step.after.snooze !== null;
    if (asleep) asleepSince ??= step.at;
    else if (step.after !== null && asleepSince !== null) {
      facts.pausedMs += step.at - asleepSince;
      asleepSince = null;
    }
    if (step.after !== null) facts.isMerged = step.after.status === "merged";
  }
  return facts;
}

function apply(facts: Open, step: FactStep): void {
  switch (step.action) {
    case "take":
    case "assign":
      acknowledge(facts, step);
      return;
    case "judge":
    case "close":
      acknowledge(facts, step);
      facts.qualAt ??= step.at;
      facts.verdict = step.after?.verdict ?? null;
      if (step.action === "close") {
        facts.resAt ??= step.at;
        facts.closeAt = step.at;
      }
      return;
    case "contain":
      acknowledge(facts, step);
      facts.contAt ??= step.at;
      return;
    case "resolve":
      acknowledge(facts, step);
      facts.resAt ??= step.at;
      return;
    case "reopen":
    case "reject":
      facts.qualAt = null;
      facts.verdict = null;
      facts.contAt = null;
      facts.resAt = null;
      facts.closeAt = null;
      facts.reopened += 1;
      return;
    default:
  }
}

function acknowledge(facts: Open, step: FactStep): void {
  if (facts.ackAt !== null) return;
  facts.ackAt = step.at;
  facts.ackBy = step.actorId;
}
