import type { Instant } from "../../../../kernel/index.ts";
import { coveredMs, HOUR_MS, type HourNumber, hourOf, type Span } from "./week.ts";

/** What is remembered of one hour of a stream. Hours in which nothing came have no entry. */
export interface HeardHour {
  readonly hour: HourNumber;
  readonly events: number;
  /** The longest pause that began in this hour, without the time nobody listened. Exact, and known once it is over. */
  readonly gap: { readonly from: Instant; readonly ms: number } | null;
}

/** Everything a stream's habits are learned from. */
export interface History {
  readonly hours: readonly HeardHour[];
  /** First record ever. The hour it lies in is not whole and teaches nothing. */
  readonly since: Instant;
  readonly now: Instant;
  /** When this program did not run or its doors were shut, and maintenance: in order, without overlaps. */
  readonly absences: readonly Span[];
}

/** So far back habits are learned: old enough to know every hour of the week, young enough to forget. */
export const LEARNED_WEEKS = 6;
const LEARNED_HOURS = LEARNED_WEEKS * 168;

/** Whole hours in which somebody listened all the time, oldest first, with what came in each of them. */
export function observedHours({ hours, since, now, absences }: History): { hour: HourNumber; events: number }[] {
  const heard = new Map(hours.map(({ hour, events }) => [hour, events]));
  const end = hourOf(now);
  const first = Math.max(hourOf(since) + 1, end - LEARNED_HOURS);
  const observed: { hour: HourNumber; events: number }[] = [];
  const pending = absences.filter(({ to }) => to > first * HOUR_MS);
  for (let hour = first; hour < end; hour += 1) {
    const span = { from: hour * HOUR_MS, to: (hour + 1) * HOUR_MS };
    while (pending[0] !== undefined && pending[0].to <= span.from) pending.shift();
    const isAway = pending[0] !== undefined && pending[0].from < span.to && coveredMs(span, pending) > 0;
    if (!isAway) observed.push({ hour, events: heard.get(hour) ?? 0 });
  }
  return observed;
}
