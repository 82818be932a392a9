import { atLeast, type Severity } from "../../../kernel/index.ts";
import type { CloseReason } from "./state.ts";

/** The policy of content/triage; the file explains each part. */
export interface TriagePolicy {
  readonly minimumText: Readonly<Record<CloseReason, number>>;
  readonly confirmFrom: Severity | "none";
  readonly pauseWhileSnoozed: boolean;
  readonly minutes: Readonly<Record<Severity, { readonly take: number; readonly verdict: number }>>;
  readonly shifts: readonly string[];
  /** Figures may be asked for by person. */
  readonly figuresByPerson: boolean;
}

/** What is used when the content cannot be. */
export const PLAIN_POLICY: TriagePolicy = {
  minimumText: { true_positive: 0, false_positive: 0, benign: 0, duplicate: 0 },
  confirmFrom: "none",
  pauseWhileSnoozed: true,
  minutes: {
    critical: { take: 15, verdict: 60 },
    high: { take: 60, verdict: 240 },
    medium: { take: 240, verdict: 1_440 },
    low: { take: 1_440, verdict: 4_320 },
    informational: { take: 4_320, verdict: 10_080 },
  },
  shifts: ["06:00", "14:00", "22:00"],
  figuresByPerson: false,
};

export function needsConfirmation(policy: TriagePolicy, level: Severity): boolean {
  return policy.confirmFrom !== "none" && atLeast(level, policy.confirmFrom);
}
