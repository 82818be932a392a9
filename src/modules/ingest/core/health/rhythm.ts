/**
 * How long a stream of events may pause before it is late, learned from its own past.
 *
 * Two things are learned for every hour of the week: whether the stream usually speaks in it, and how long its pauses
 * are that begin in it. Pauses are measured on a clock that only runs in usual hours: a nightly batch is not late by
 * day, an office not at night, and the pause over a weekend is as short as that between two working hours. A stream
 * without habits (what it says falls into no particular hours) is measured by the ordinary clock. Where pauses are all
 * of about one length, that length counts as well: the batch that did not come at two is missed before the next night.
 *
 * The allowance is what a pause exceeds about once in some hundred weeks: each sample is the longest of an hour, and
 * the longest of many exponential pauses are Gumbel distributed, so the tail follows from their spread.
 */
import type { Instant } from "../../../../kernel/index.ts";
import { type History, observedHours } from "./history.ts";
import { ascending, quantileOf } from "./robust.ts";
import { HOUR_MS, HOURS_OF_WEEK, hourOf, hourOfWeek, type Span } from "./week.ts";

export interface Rhythm {
  /** By hour of the week: whether the clock for pauses runs. */
  readonly usual: readonly boolean[];
  /** By hour of the week in which a pause begins: how long it may be, in usual time. */
  readonly allowedMs: readonly number[];
  /** The same by the ordinary clock, where pauses that begin then are all of about one length (a nightly batch). */
  readonly periodMs: readonly (number | null)[];
}

/** Shorter pauses are nobody's business, longer ones than this are never waited for. */
export const SHORTEST_ALLOWANCE_MS = 5 * 60_000;
export const LONGEST_ALLOWANCE_MS = 14 * 24 * HOUR_MS;

/** Hours that must have been observed before anything is claimed. */
const LEAST_OBSERVED_HOURS = 24;
/** Pauses a claim rests on: of this hour of the week and its neighbours, of this hour on all days, of all hours. */
const LEAST_OF_WEEK_HOUR = 9;
const LEAST_OF_DAY_HOUR = 12;
const LEAST_OF_ALL = 20;
/** An hour is usual when the stream spoke in this share of its occurrences. */
const USUAL_SHARE = 0.5;
/** Of an hour of the week that has not come yet nothing is known, unless the stream speaks round the clock. */
const ROUND_THE_CLOCK_SHARE = 0.9;
const ROOM_IN_FIRST_WEEK = 2;
/** Hours explain a stream when this share of the hours in which it spoke are usual ones. */
const EXPLAINED_SHARE = 0.7;
/** Beyond the 95th percentile by this many Gumbel scales: e^-14 of all pauses are longer. */
const TAIL_SCALES = 11;
/** MAD to scale of a Gumbel distribution, and the distance from its median to its 95th percentile in scales. */
const SCALES_PER_MAD = 1.3;
const SCALES_TO_Q95 = 2.6;
/** A period: at least so long, most pauses this near their median and none of the others longer. */
const SHORTEST_PERIOD_MS = 2 * HOUR_MS;
const PERIOD_SHARE = 0.6;
const PERIOD_TOLERANCE = 0.1;
const LEAST_OF_PERIOD = 5;

export function learnRhythm(history: History): Rhythm | undefined {
  const observed = observedHours(history);
  if (observed.length < LEAST_OBSERVED_HOURS) return undefined;
  const usual = usualHours(observed);
  const samples = pausesByWeekHour(history, usual);
  const all = samples.flat();
  if (all.length < LEAST_OF_ALL) return undefined;
  const whole = allowance(all);
  // Not every day of the week has been seen: more room.
  const room = observed.length < HOURS_OF_WEEK ? ROOM_IN_FIRST_WEEK : 1;
  const plain = pausesByWeekHour(history, EVERY_HOUR);
  return {
    usual,
    allowedMs: usual.map((_, weekHour) => (allowanceAt(samples, weekHour) ?? whole) * room),
    periodMs: usual.map((_, weekHour) => (observed.length < HOURS_OF_WEEK ? null : periodAt(plain, weekHour))),
  };
}

export const EVERY_HOUR: readonly boolean[] = new Array<boolean>(HOURS_OF_WEEK).fill(true);

function usualHours(observed: readonly { hour: number; events: number }[]): boolean[] {
  const times = new Array<number>(HOURS_OF_WEEK).fill(0);
  const spoken = new Array<number>(HOURS_OF_WEEK).fill(0);
  for (const { hour, events } of observed) {
    const at = hourOfWeek(hour);
    times[at] = (times[at] ?? 0) + 1;
    if (events > 0) spoken[at] = (spoken[at] ?? 0) + 1;
  }
  const heard = observed.filter(({ events }) => events > 0);
  const isRoundTheClock = heard.length >= observed.length * ROUND_THE_CLOCK_SHARE;
  const usual = times.map((n, at) => (n === 0 ? isRoundTheClock : (spoken[at] ?? 0) >= n * USUAL_SHARE));
  const explained = heard.filter(({ hour }) => usual[hourOfWeek(hour)]).length;
  return explained >= heard.length * EXPLAINED_SHARE ? usual : usual.map(() => true);
}

/** The longest pause of every hour, in usual time, under the hour of the week it began in. */
function pausesByWeekHour({ hours }: History, usual: readonly boolean[]): number[][] {
  const samples = Array.from({ length: HOURS_OF_WEEK }, (): number[] => []);
  for (const { hour, gap } of hours) {
    if (gap !== null) samples[hourOfWeek(hour)]?.push(usualTime({ from: gap.from, to: gap.from + gap.ms }, usual));
  }
  return samples;
}

function allowanceAt(samples: readonly (readonly number[])[], weekHour: number): number | undefined {
  const ofWeekHour = around(samples, [weekHour]);
  if (ofWeekHour.length >= LEAST_OF_WEEK_HOUR) return allowance(ofWeekHour);
  const ofDayHour = around(samples, everyDay(weekHour));
  return ofDayHour.length >= LEAST_OF_DAY_HOUR ? allowance(ofDayHour) : undefined;
}

function periodAt(samples: readonly (readonly number[])[], weekHour: number): number | null {
  const ofWeekHour = around(samples, [weekHour]);
  return period(ofWeekHour.length >= LEAST_OF_PERIOD ? ofWeekHour : around(samples, everyDay(weekHour)));
}

/** Of these hours and their neighbours: what happens at the full hour falls now before and now after it. */
function around(samples: readonly (readonly number[])[], weekHours: readonly number[]): number[] {
  return weekHours.flatMap((hour) =>
    [-1, 0, 1].flatMap((by) => samples[(hour + by + HOURS_OF_WEEK) % HOURS_OF_WEEK] ?? []),
  );
}

function everyDay(weekHour: number): number[] {
  return [0, 1, 2, 3, 4, 5, 6].map((day) => (weekHour + day * 24) % HOURS_OF_WEEK);
}

function period(pauses: readonly number[]): number | null {
  if (pauses.length < LEAST_OF_PERIOD) return null;
  const sorted = ascending(pauses);
  const middle = quantileOf(sorted, 0.5);
  const near = middle * PERIOD_TOLERANCE;
  const alike = sorted.filter((pause) => Math.abs(pause - middle) <= near);
  const isPeriod = middle >= SHORTEST_PERIOD_MS && alike.length >= sorted.length * PERIOD_SHARE;
  if (!isPeriod || quantileOf(sorted, 0.95) > middle + near) return null;
  return Math.min(LONGEST_ALLOWANCE_MS, quantileOf(alike, 1) + near);
}

function allowance(pauses: readonly number[]): number {
  const sorted = ascending(pauses);
  const middle = quantileOf(sorted, 0.5);
  const high = quantileOf(sorted, 0.95);
  const mad = quantileOf(ascending(sorted.map((pause) => Math.abs(pause - middle))), 0.5);
  const scale = Math.max(mad * SCALES_PER_MAD, (high - middle) / SCALES_TO_Q95);
  return Math.min(LONGEST_ALLOWANCE_MS, Math.max(SHORTEST_ALLOWANCE_MS, high + TAIL_SCALES * scale));
}

/** How much of a span lies in usual hours. */
export function usualTime({ from, to }: Span, usual: readonly boolean[]): number {
  let total = 0;
  for (let at = from; at < to; ) {
    const end = Math.min(to, (hourOf(at) + 1) * HOUR_MS);
    if (usual[hourOfWeek(hourOf(at))]) total += end - at;
    at = end;
  }
  return total;
}

const STEPS = 8 * HOURS_OF_WEEK;

/** When `needMs` of usual time have passed since `from`, not counting absences; null = not within eight weeks. */
export function momentAfter(
  from: Instant,
  needMs: number,
  { usual, absences }: { readonly usual: readonly boolean[]; readonly absences: readonly Span[] },
): Instant | null {
  let at = from;
  let left = needMs;
  for (let step = 0; step < STEPS; step += 1) {
    const away = absences.find((span) => span.from <= at && at < span.to);
    if (away !== undefined) {
      at = away.to;
      continue;
    }
    const ahead = absences.find((span) => span.from > at);
    const end = Math.min((hourOf(at) + 1) * HOUR_MS, ahead?.from ?? Number.POSITIVE_INFINITY);
    if (usual[hourOfWeek(hourOf(at))]) {
      if (end - at >= left) return at + left;
      left -= end - at;
    }
    at = end;
  }
  return null;
}
