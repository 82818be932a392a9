/**
 * Whether as much arrives as usual. Counts are compared as square roots: of a Poisson count the root spreads by about
 * one half whatever its mean, so busy and quiet hours can be judged by one measure. What an hour of the week usually
 * brings is the median of its past; how far hours stray from theirs is learned from all of them together, bursts
 * included, so that a stream that is wild by nature is given room.
 */
import type { Instant } from "../../../../kernel/index.ts";
import { type History, observedHours } from "./history.ts";
import { ascending, medianOf, quantileOf } from "./robust.ts";
import { HOUR_MS, HOURS_OF_WEEK, hourOf, hourOfWeek, isWeekend } from "./week.ts";

export type VolumeState = "unknown" | "normal" | "drop" | "flood";

export interface Band {
  readonly expected: number;
  readonly low: number;
  readonly high: number;
}

export interface VolumeHabit {
  /** Usual count by hour of the week, as a square root; null = not known yet. */
  readonly roots: readonly (number | null)[];
  /** How far below and above its usual root an hour may lie. */
  readonly below: number;
  readonly above: number;
}

/** Occurrences of an hour of the week, or of an hour of the day on like days, that a median rests on. */
const LEAST_OF_WEEK_HOUR = 3;
const LEAST_OF_DAY_HOUR = 5;
const LEAST_OF_ALL = 72;
const SIGMAS = 6;
const POISSON_ROOT_SIGMA = 0.5;
const SIGMA_PER_MAD = 1.4826;
/** Beyond the second farthest hour ever seen by this factor. */
const BEYOND_WORST = 1.25;
/** What is called a drop is at most this share of the usual, of a count that says something. */
const DROP_SHARE = 0.5;
const DROP_LEAST_EXPECTED = 20;
const FLOOD_FACTOR = 3;
const FLOOD_LEAST = 100;

export function learnVolume(history: History): VolumeHabit | undefined {
  const observed = observedHours(history);
  if (observed.length < LEAST_OF_ALL) return undefined;
  const byWeekHour = Array.from({ length: HOURS_OF_WEEK }, (): number[] => []);
  for (const { hour, events } of observed) byWeekHour[hourOfWeek(hour)]?.push(Math.sqrt(events));
  const roots = byWeekHour.map((_, weekHour) => usualRoot(byWeekHour, weekHour));
  const strays = byWeekHour.flatMap((values, weekHour) => {
    const root = roots[weekHour];
    return root === null || root === undefined ? [] : values.map((value) => value - root);
  });
  if (strays.length < LEAST_OF_ALL) return undefined;
  const sorted = ascending(strays);
  const usual = Math.max(POISSON_ROOT_SIGMA, SIGMA_PER_MAD * medianOf(sorted.map(Math.abs))) * SIGMAS;
  const lowest = -(sorted[1] ?? 0) * BEYOND_WORST;
  const highest = (sorted.at(-2) ?? 0) * BEYOND_WORST;
  // One outage or flood of some hours is no habit: what less than one hour in a hundred does gives no room.
  const tame = quantileOf(ascending(strays.map(Math.abs)), 0.99) * 2;
  return { roots, below: Math.max(usual, Math.min(lowest, tame)), above: Math.max(usual, Math.min(highest, tame)) };
}

function usualRoot(byWeekHour: readonly (readonly number[])[], weekHour: number): number | null {
  const own = byWeekHour[weekHour] ?? [];
  if (own.length >= LEAST_OF_WEEK_HOUR) return medianOf(own);
  const likeDays = [0, 1, 2, 3, 4, 5, 6].map((day) => day * 24 + (weekHour % 24));
  const like = likeDays.filter((at) => isWeekend(at) === isWeekend(weekHour)).flatMap((at) => byWeekHour[at] ?? []);
  return like.length >= LEAST_OF_DAY_HOUR ? medianOf(like) : null;
}

/** What one whole hour usually brings. */
export function bandOf(habit: VolumeHabit, hour: number): Band | undefined {
  const root = habit.roots[hourOfWeek(hour)];
  return root === null || root === undefined ? undefined : bandAround(habit, root * root);
}

/** What the sixty minutes before `at` usually bring: parts of two hours. */
export function trailingBand(habit: VolumeHabit, at: Instant): Band | undefined {
  const hour = hourOf(at);
  const share = (at - hour * HOUR_MS) / HOUR_MS;
  const [before, now] = [habit.roots[hourOfWeek(hour - 1)], habit.roots[hourOfWeek(hour)]];
  if (before === null || before === undefined || now === null || now === undefined) return undefined;
  return bandAround(habit, (1 - share) * before * before + share * now * now);
}

function bandAround({ below, above }: VolumeHabit, expected: number): Band {
  const root = Math.sqrt(expected);
  return { expected, low: Math.max(0, root - below) ** 2, high: (root + above) ** 2 };
}

export function judgeVolume(count: number, band: Band | undefined): VolumeState {
  if (band === undefined) return "unknown";
  const { expected, low, high } = band;
  if (expected >= DROP_LEAST_EXPECTED && count < low && count <= expected * DROP_SHARE) return "drop";
  if (count >= FLOOD_LEAST && count > high && count >= expected * FLOOD_FACTOR) return "flood";
  return "normal";
}

/** One look is a hint, two in a row are a state; the way back is the same. */
export interface VolumeMemory {
  readonly state: VolumeState;
  readonly since: Instant | null;
  /** What the last look said, when it said something else than the state. */
  readonly doubt: VolumeState | null;
}

export const VOLUME_LOOK_MS = 10 * 60_000;

export function rememberVolume(memory: VolumeMemory, seen: VolumeState, now: Instant): VolumeMemory {
  if (seen === memory.state) return memory.doubt === null ? memory : { ...memory, doubt: null };
  const isSettled = memory.state === "unknown" || memory.doubt === seen;
  if (!isSettled && seen !== "unknown") return { ...memory, doubt: seen };
  return { state: seen, since: seen === "drop" || seen === "flood" ? now : null, doubt: null };
}
