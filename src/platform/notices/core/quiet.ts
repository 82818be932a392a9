import { dayNumber, dayOf, type Instant, momentOf, wallTimeOf } from "../../../kernel/index.ts";
import type { QuietHours } from "./rules.ts";

/**
 * The end of the quiet hours `now` lies in, by the wall clock of the zone; undefined outside them. Where clocks jump,
 * the end is the moment the wall clock first shows it, or would have.
 */
export function quietUntil(now: Instant, quiet: QuietHours, zone: string): Instant | undefined {
  const today = dayNumber(dayOf(wallTimeOf(now, zone))) ?? 0;
  const over = quiet.to <= quiet.from ? 1_440 : 0;
  // Of yesterday's, today's: one that began yesterday may still last.
  for (const day of [today - 1, today]) {
    const begins = momentOf(day, quiet.from, zone);
    const ends = momentOf(day, quiet.to + over, zone);
    if (begins <= now && now < ends) return ends;
  }
  return undefined;
}
