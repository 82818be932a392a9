/** Whether a stream of events has fallen silent, and what that changes in what is remembered of it. */
import type { Instant } from "../../../../kernel/index.ts";
import { EVERY_HOUR, LONGEST_ALLOWANCE_MS, momentAfter, type Rhythm } from "./rhythm.ts";
import { HOUR_MS, hourOf, hourOfWeek, joinSpans, type Span } from "./week.ts";

/**
 * `new`: too little is known; `once`: an import or an exercise, which ends; `returned`: it speaks again after a
 * silence, and not long enough yet to call that over; `paused`: maintenance; `retired`: not expected any more.
 */
export type StreamState = "live" | "late" | "silent" | "returned" | "new" | "once" | "paused" | "retired";

/** What people have said about it. */
export interface Expectation {
  /** It should be heard at least this often; null = learn it. */
  readonly everyMs: number | null;
  readonly paused: Span | null;
  readonly retired: boolean;
  /** Imports and exercises have an end and cannot fall silent. */
  readonly hasAnEnd: boolean;
}

/** A silence that is not over. */
export interface OpenSilence {
  /** The last record before it. */
  readonly since: Instant;
  /** It was heard again then. */
  readonly returnedAt: Instant | null;
}

export interface Heard {
  readonly events: number;
  readonly firstSeen: Instant;
  readonly lastSeen: Instant;
  /** First record after the last long pause. */
  readonly speakingSince: Instant;
  readonly rhythm: Rhythm | undefined;
  readonly expectation: Expectation;
  readonly open: OpenSilence | null;
  /** Up to here everything that arrived has been counted. */
  readonly now: Instant;
  readonly absences: readonly Span[];
}

/** What the expectation rests on: a person's word, habits, or only how long it has been known; `none`: nobody knows. */
export type Basis = "stated" | "learned" | "known-since" | "none";

export interface Verdict {
  readonly state: StreamState;
  readonly basis: Basis;
  /** When it should be heard again at the latest; null = nobody can say. */
  readonly expectedBy: Instant | null;
  readonly change:
    | { readonly kind: "none" }
    | { readonly kind: "fell-silent"; readonly since: Instant }
    | { readonly kind: "spoke"; readonly at: Instant }
    | { readonly kind: "relapsed" }
    | { readonly kind: "over" };
}

/** It must go on speaking this long before a silence counts as over: a sign of life is not a recovery. */
export const SETTLE_MS = 10 * 60_000;
/** Late becomes silent after this share of the allowance more. */
const LATE_SHARE = 0.25;
const LATE_SHARE_OF_PERIOD = 0.05;
/** Until habits are known: silent after twice the time it has been known, and never before a day has passed. */
const EVENTS_TO_COUNT_ON = 20;
const FIRST_DAY_MS = 24 * HOUR_MS;
const TIMES_KNOWN = 2;
const NO_CHANGE = { kind: "none" } as const;

export function judgeSilence(heard: Heard): Verdict {
  const { expectation, open, now } = heard;
  const isPaused = expectation.paused !== null && expectation.paused.from <= now && now < expectation.paused.to;
  const resting = restOf(expectation, isPaused);
  const allowed = allowancesOf(heard);
  const basis: Basis = allowed[0]?.basis ?? "none";
  // A silence that nobody waits for any more is over; one in maintenance is only not counted.
  if (resting !== undefined) {
    const ends = open !== null && resting !== "paused";
    return { state: resting, basis, expectedBy: null, change: ends ? { kind: "over" } : NO_CHANGE };
  }
  const [expectedBy, silentAt] = dueOf(heard, allowed);
  const isLate = expectedBy !== null && now > expectedBy;
  const isSilent = silentAt !== null && now > silentAt;
  const told = { basis, expectedBy };
  if (open !== null) return { ...told, ...judgeOpen(heard, open, { isSilent, isLate }) };
  if (isSilent) return { ...told, state: "silent", change: { kind: "fell-silent", since: heard.lastSeen } };
  return { ...told, state: isLate ? "late" : allowed.length === 0 ? "new" : "live", change: NO_CHANGE };
}

function judgeOpen(
  heard: Heard,
  open: OpenSilence,
  { isSilent, isLate }: { readonly isSilent: boolean; readonly isLate: boolean },
): Pick<Verdict, "state" | "change"> {
  if (heard.lastSeen <= open.since) return { state: "silent", change: NO_CHANGE };
  if (open.returnedAt === null) {
    const at = heard.speakingSince > open.since ? heard.speakingSince : heard.lastSeen;
    return isSilent ? { state: "silent", change: NO_CHANGE } : { state: "returned", change: { kind: "spoke", at } };
  }
  if (isSilent) return { state: "silent", change: { kind: "relapsed" } };
  const isSettled = heard.now - open.returnedAt >= SETTLE_MS && !isLate;
  return isSettled ? { state: "live", change: { kind: "over" } } : { state: "returned", change: NO_CHANGE };
}

function restOf(expectation: Expectation, isPaused: boolean): "retired" | "paused" | "once" | undefined {
  if (expectation.retired) return "retired";
  if (isPaused) return "paused";
  return expectation.hasAnEnd && expectation.everyMs === null ? "once" : undefined;
}

interface Allowance {
  readonly basis: Exclude<Basis, "none">;
  readonly ms: number;
  readonly graceMs: number;
  readonly usual: readonly boolean[];
}

/** A stated rhythm is taken at its word, round the clock; a learned one gets some grace. */
function allowancesOf({ expectation, rhythm, events, firstSeen, lastSeen }: Heard): readonly Allowance[] {
  const plain = { graceMs: 0, usual: EVERY_HOUR };
  if (expectation.everyMs !== null) return [{ basis: "stated", ms: expectation.everyMs, ...plain }];
  const weekHour = hourOfWeek(hourOf(lastSeen));
  const ms = rhythm?.allowedMs[weekHour];
  if (rhythm !== undefined && ms !== undefined) {
    const period = rhythm.periodMs[weekHour];
    const learned: Allowance = { basis: "learned", ms, graceMs: ms * LATE_SHARE, usual: rhythm.usual };
    return period === null || period === undefined
      ? [learned]
      : [learned, { basis: "learned", ms: period, graceMs: period * LATE_SHARE_OF_PERIOD, usual: EVERY_HOUR }];
  }
  if (events < EVENTS_TO_COUNT_ON) return [];
  const known = Math.min(LONGEST_ALLOWANCE_MS, Math.max(FIRST_DAY_MS, TIMES_KNOWN * (lastSeen - firstSeen)));
  return [{ basis: "known-since", ms: known, ...plain }];
}

/** When it is late, and when silent: by whichever allowance ends first. */
function dueOf(heard: Heard, allowances: readonly Allowance[]): readonly [Instant | null, Instant | null] {
  const { lastSeen, absences, expectation } = heard;
  const away = expectation.paused === null ? absences : joinSpans([...absences, expectation.paused]);
  const first = (spans: readonly { readonly ms: number; readonly usual: readonly boolean[] }[]) => {
    const dues = spans.map(({ ms, usual }) => momentAfter(lastSeen, ms, { usual, absences: away }) ?? Infinity);
    const due = Math.min(...dues);
    return due === Infinity ? null : due;
  };
  return [first(allowances), first(allowances.map((one) => ({ ...one, ms: one.ms + one.graceMs })))];
}
