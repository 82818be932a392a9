/** A moment: whole milliseconds since 1970-01-01T00:00:00Z. Sub-millisecond parts of a log's time are dropped. */
export type Instant = number;

/** The span the store accepts, in ms: years 1900 to 2200. Times outside are kept in `fields` but never used as event time. */
export const EARLIEST: Instant = -2_208_988_800_000;
export const LATEST: Instant = 7_258_118_400_000;

export function isUsableInstant(ms: number): boolean {
  return Number.isFinite(ms) && ms >= EARLIEST && ms <= LATEST;
}

/** RFC 3339 UTC with milliseconds. */
export function toIso(ms: Instant): string {
  return new Date(ms).toISOString();
}
