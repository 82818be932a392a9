import type { Instant } from "../../../kernel/index.ts";

export type AlertStatus = "open" | "taken" | "escalated" | "closed" | "merged";
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
  /** Asleep until then; count and rank of then tell when to wake it early. */
  readonly snooze: { readonly until: Instant; readonly count: number; readonly rank: number } | null;
  /** The alert it lives in. */
  readonly mergedInto: string | null;
  /** Who called it false and waits for a second person. */
  readonly proposedBy: Person | null;
  readonly verdict: CloseReason | null;
  readonly contained: boolean;
  readonly resolved: boolean;
  readonly tags: readonly string[];
  /** The alert it says the same as, when somebody closed it for that. */
  readonly duplicateOf: string | null;
}

export const FRESH: AlertState = {
  status: "open",
  closeReason: null,
  assignee: null,
  snooze: null,
  mergedInto: null,
  proposedBy: null,
  verdict: null,
  contained: false,
  resolved: false,
  tags: [],
  duplicateOf: null,
};
