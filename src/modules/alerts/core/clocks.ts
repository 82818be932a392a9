import type { Instant, Severity } from "../../../kernel/index.ts";
import type { Facts } from "./facts.ts";
import type { TriagePolicy } from "./policy.ts";
import type { AlertState } from "./state.ts";

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
