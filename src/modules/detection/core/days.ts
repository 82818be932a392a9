import type { Instant } from "../../../kernel/index.ts";

const DAY_MS = 86_400_000;

export function dayOf(time: Instant): number {
  return Math.floor(time / DAY_MS);
}

/** The last days up to and with today (UTC), oldest first, as numbers since 1970. */
export function lastDays(count: number, now: Instant): number[] {
  const today = dayOf(now);
  return Array.from({ length: count }, (_, index) => today - count + 1 + index);
}

export function startOfDay(day: number): Instant {
  return day * DAY_MS;
}

/** YYYY-MM-DD. */
export function nameOfDay(day: number): string {
  return new Date(startOfDay(day)).toISOString().slice(0, 10);
}
