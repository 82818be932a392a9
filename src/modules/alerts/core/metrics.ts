import type { Instant, Severity } from "../../../kernel/index.ts";

/** By how much the number of open alerts of a level changed in the piece of time that begins at `start`. */
export interface OpenChange {
  readonly start: Instant;
  readonly level: Severity;
  readonly delta: number;
}

/** One point of the curve: open alerts by level at `start`. */
export interface OpenPoint {
  readonly start: Instant;
  readonly byLevel: Readonly<Record<Severity, number>>;
}

/**
 * Open alerts over time, walked back from the present count through the append-only history: no stored
 * gauge that could drift from it. `changes` are newest first, in pieces of `bucketMs`, and reach back to `from`.
 */
export function openOverTime(asked: {
  openNow: Readonly<Record<Severity, number>>;
  changes: readonly OpenChange[];
  from: Instant;
  to: Instant;
  bucketMs: number;
}): OpenPoint[] {
  const points: OpenPoint[] = [{ start: asked.to, byLevel: { ...asked.openNow } }];
  const count = { ...asked.openNow };
  let next = 0;
  const firstBucket = Math.ceil(asked.from / asked.bucketMs) * asked.bucketMs;
  const lastBucket = Math.floor(asked.to / asked.bucketMs) * asked.bucketMs;
  for (let start = lastBucket; start >= firstBucket; start -= asked.bucketMs) {
    for (
      let change = asked.changes[next];
      change !== undefined && change.start >= start;
      change = asked.changes[next]
    ) {
      count[change.level] -= change.delta;
      next += 1;
    }
    points.push({ start, byLevel: { ...count } });
  }
  return points.toReversed();
}

/** Linear-interpolated quantile (type 7) of the values, or null when there are none. */
export function quantile(values: readonly number[], p: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const rank = (sorted.length - 1) * p;
  const low = sorted[Math.floor(rank)] ?? 0;
  const high = sorted[Math.ceil(rank)] ?? low;
  return low + (high - low) * (rank - Math.floor(rank));
}
