/** When a scheduled hunt runs. */
import type { Instant } from "../../../kernel/index.ts";

export type Timing =
  | { readonly kind: "every"; readonly minutes: number }
  /** At a time of day of the people who read it: minutes since midnight, and how far their clock is before UTC. */
  | { readonly kind: "daily"; readonly minuteOfDay: number; readonly utcOffsetMinutes: number };

const MINUTE = 60_000;
const DAY = 86_400_000;

/** The first turn after `after`. Turns missed while nothing ran are not made up: one run looks back far enough. */
export function nextRun(timing: Timing, after: Instant): Instant {
  if (timing.kind === "every") {
    const every = timing.minutes * MINUTE;
    return (Math.floor(after / every) + 1) * every;
  }
  const offset = timing.utcOffsetMinutes * MINUTE;
  const midnight = Math.floor((after + offset) / DAY) * DAY - offset;
  const today = midnight + timing.minuteOfDay * MINUTE;
  return today > after ? today : today + DAY;
}
