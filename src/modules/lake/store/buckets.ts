const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Widths people read without thinking. */
const WIDTHS = [
  [1, 2, 5, 10, 20, 50, 100, 200, 500],
  [1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  [1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  [1, 2, 3, 6, 12].map((n) => n * HOUR),
  [1, 2, 7, 14, 30, 90, 180, 365].map((n) => n * DAY),
].flat();

/** The smallest round width that covers the range in at most `buckets`. */
export function bucketWidth(rangeMs: number, buckets: number): number {
  const least = rangeMs / buckets;
  return WIDTHS.find((width) => width >= least) ?? Math.ceil(least / (365 * DAY)) * 365 * DAY;
}
