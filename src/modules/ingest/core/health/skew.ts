/**
 * How far a sender's clock seems to be off, from arrival minus event time (the lag) of a sample of its events.
 *
 * A lag is the delay of delivery minus how far the sender's clock is ahead, and a delay is never negative. So a
 * negative lag is certain: that clock is ahead. A positive one is either a clock behind or a late delivery; when all
 * lags are alike it is told as an offset, when they differ as delay. Shown, never applied.
 */

/** `steady`: nothing to say. `unknown`: too few events with a time of their own. */
export type SkewKind = "unknown" | "steady" | "ahead" | "behind" | "delayed";

export interface Skew {
  readonly kind: SkewKind;
  readonly samples: number;
  /** 5th, 50th and 95th percentile of the lag. The lowest has the least delay in it: it tells most of the clock. */
  readonly lowMs: number;
  readonly medianMs: number;
  readonly highMs: number;
  /** The zone the sender's times look like, in minutes east of the one they are taken for; null = no such guess. */
  readonly zoneMinutes: number | null;
}

const LEAST_SAMPLES = 12;
/** Clocks that are kept agree better than this; deliveries are faster than this. */
const CLOCK_TOLERANCE_MS = 5_000;
const DELAY_TOLERANCE_MS = 60_000;
/** Lags are alike when they differ by less than this, or by less than a tenth of themselves. */
const ALIKE_MS = 30_000;
const ALIKE_SHARE = 0.1;
const QUARTER_HOUR_MS = 15 * 60_000;
/** Zones lie between 14 hours east and 14 hours west, and an offset this near one of their steps looks like one. */
const FARTHEST_ZONE_MINUTES = 14 * 60;
const ZONE_TOLERANCE_MS = 90_000;

export function estimateSkew(ascendingLags: readonly number[]): Skew {
  const samples = ascendingLags.length;
  if (samples < LEAST_SAMPLES) return { kind: "unknown", samples, lowMs: 0, medianMs: 0, highMs: 0, zoneMinutes: null };
  const at = (share: number) => ascendingLags[Math.floor(share * (samples - 1))] ?? 0;
  const [lowMs, medianMs, highMs] = [at(0.05), at(0.5), at(0.95)];
  const kind = kindOf(lowMs, highMs);
  const isOffset = kind === "ahead" || kind === "behind";
  return { kind, samples, lowMs, medianMs, highMs, zoneMinutes: isOffset ? zoneOf(lowMs) : null };
}

function kindOf(lowMs: number, highMs: number): SkewKind {
  if (lowMs < -CLOCK_TOLERANCE_MS) return "ahead";
  const isAlike = highMs - lowMs <= Math.max(ALIKE_MS, lowMs * ALIKE_SHARE);
  if (lowMs > CLOCK_TOLERANCE_MS && isAlike) return "behind";
  return highMs > DELAY_TOLERANCE_MS ? "delayed" : "steady";
}

/** A clock behind by seven hours and one written seven hours west look the same; the second is far more common. */
function zoneOf(offsetMs: number): number | null {
  const steps = Math.round(-offsetMs / QUARTER_HOUR_MS);
  const minutes = steps * 15;
  const isNear = Math.abs(-offsetMs - steps * QUARTER_HOUR_MS) <= ZONE_TOLERANCE_MS;
  return isNear && minutes !== 0 && Math.abs(minutes) <= FARTHEST_ZONE_MINUTES ? minutes : null;
}
