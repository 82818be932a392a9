import type { Instant } from "../../../../kernel/index.ts";

/**
 * Hours as they come round every week. They are hours of UTC: a country that changes its clocks moves its pattern by
 * one hour twice a year, and what is learned from neighbouring hours bears that.
 */
export const HOUR_MS = 3_600_000;
export const HOURS_OF_WEEK = 168;
/** 1970-01-01 was a Thursday; weeks begin on Monday. */
const MONDAY_OFFSET = 72;

/** Hours since 1970. */
export type HourNumber = number;

/** Half open: `to` is the first moment after it. */
export interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

export function hourOf(at: Instant): HourNumber {
  return Math.floor(at / HOUR_MS);
}

/** 0 is Monday 00:00 UTC. */
export function hourOfWeek(hour: HourNumber): number {
  return (((hour + MONDAY_OFFSET) % HOURS_OF_WEEK) + HOURS_OF_WEEK) % HOURS_OF_WEEK;
}

export function isWeekend(weekHour: number): boolean {
  return weekHour >= 5 * 24;
}

/** How much of `span` the others cover; they do not overlap each other. */
export function coveredMs(span: Span, others: readonly Span[]): number {
  let covered = 0;
  for (const other of others) covered += Math.max(0, Math.min(span.to, other.to) - Math.max(span.from, other.from));
  return covered;
}

/** In order, and what touches or overlaps made one. */
export function joinSpans(spans: readonly Span[]): Span[] {
  const joined: { from: Instant; to: Instant }[] = [];
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    if (to <= from) continue;
    const last = joined.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else joined.push({ from, to });
  }
  return joined;
}
