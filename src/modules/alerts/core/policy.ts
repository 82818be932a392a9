import { atLeast, type Instant, type Severity } from "../../../kernel/index.ts";
import type { Facts } from "./facts.ts";
import type { AlertState, CloseReason } from "./workflow.ts";

/** The policy of content/triage; the file explains each part. */
export interface TriagePolicy {
  readonly minimumText: Readonly<Record<CloseReason, number>>;
  readonly confirmFrom: Severity | "none";
  readonly pauseWhileSnoozed: boolean;
  readonly minutes: Readonly<Record<Severity, { readonly take: number; readonly verdict: number }>>;
  readonly shifts: readonly string[];
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
};

export function needsConfirmation(policy: TriagePolicy, level: Severity): boolean {
  return policy.confirmFrom !== "none" && atLeast(level, policy.confirmFrom);
}

/** The clock that runs: from when on, and when it is over. */
export interface RunningClock {
  readonly kind: "take" | "verdict";
  readonly startedAt: Instant;
  readonly dueAt: Instant;
}

const MINUTE_MS = 60_000;

/** The next promise that is still owed; null when none is, or while a snoozed alert's clocks stand still. */
export function clockOf(
  policy: TriagePolicy,
  alert: { readonly facts: Facts; readonly state: AlertState; readonly band: Severity },
): RunningClock | null {
  const { facts, state, band } = alert;
  if (state.status === "closed" || state.status === "merged") return null;
  if (state.snooze !== null && policy.pauseWhileSnoozed) return null;
  const paused = policy.pauseWhileSnoozed ? facts.pausedMs : 0;
  const { take, verdict } = policy.minutes[band];
  const due = (minutes: number): Instant => facts.createdAt + minutes * MINUTE_MS + paused;
  if (facts.ackAt === null) return { kind: "take", startedAt: facts.createdAt, dueAt: due(take) };
  if (facts.qualAt === null) return { kind: "verdict", startedAt: facts.createdAt, dueAt: due(verdict) };
  return null;
}
