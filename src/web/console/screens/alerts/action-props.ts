import type { Alert, AlertAction } from "../../api/types.ts";

/** More than this many at once are asked about first; fewer are undone instead. */
export const BULK_CONFIRM = 20;

export type AskKind =
  | "close"
  | "note"
  | "assign"
  | "reopen"
  | "escalate"
  | "case"
  | "snooze"
  | "tag"
  | "merge"
  | "merge-into"
  | "duplicate"
  | "split"
  | "grouping"
  | "reject";

export interface ActionButtonsProps {
  readonly alerts: readonly Alert[];
  readonly onAction: (action: AlertAction) => void;
  readonly onAsk: (kind: AskKind) => void;
  /** For one alert, and whoever may tune rules. */
  readonly onExcept?: () => void;
}

export const isInQueue = (alert: Pick<Alert, "status">): boolean =>
  alert.status !== "closed" && alert.status !== "merged";
