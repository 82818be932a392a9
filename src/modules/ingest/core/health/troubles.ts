import type { StreamState } from "./silence.ts";
import type { Skew } from "./skew.ts";
import type { VolumeState } from "./volume.ts";

/** What is wrong with a sensor, worst first. */
export const TROUBLES = ["silent", "drop", "late", "sources", "flood", "returned", "failures", "skew"] as const;
export type Trouble = (typeof TROUBLES)[number];

/** Shares of failed lines below this are what scanners and broken lines make anywhere. */
const FAILURES_ALARM_SHARE = 0.05;
const FAILURES_LEAST_EVENTS = 20;
const SKEW_ALARM_MS = 120_000;

export interface Condition {
  readonly state: StreamState;
  readonly volume: VolumeState;
  readonly silentSources: number;
  readonly lastDay: { readonly events: number; readonly failures: number };
  readonly skew: Skew;
}

/** What nobody expects has no troubles. */
export function troublesOf(condition: Condition): Trouble[] {
  if (condition.state === "retired" || condition.state === "paused") return [];
  return TROUBLES.filter((trouble) => has(trouble, condition));
}

function has(trouble: Trouble, { state, volume, silentSources, lastDay, skew }: Condition): boolean {
  switch (trouble) {
    case "silent":
    case "late":
    case "returned":
      return state === trouble;
    case "drop":
    case "flood":
      return volume === trouble && state !== "silent";
    case "sources":
      return silentSources > 0;
    case "failures":
      return lastDay.events >= FAILURES_LEAST_EVENTS && lastDay.failures >= lastDay.events * FAILURES_ALARM_SHARE;
    case "skew":
      // An import or an exercise replays the past on purpose.
      return state !== "once" && isSkewed(skew);
  }
}

function isSkewed({ kind, lowMs, medianMs, zoneMinutes }: Skew): boolean {
  if (kind === "unknown" || kind === "steady") return false;
  return zoneMinutes !== null || Math.abs(kind === "delayed" ? medianMs : lowMs) > SKEW_ALARM_MS;
}
