/** A schedule as it is written in the dialog, and as the server takes it. */
import type { HuntSchedule, SavedHunt } from "../../api/hunt-types.ts";
import { clockText, minuteHere } from "./hunt-words.ts";

export const UNITS = { minutes: 1, hours: 60, days: 1_440 } as const;
export type Unit = keyof typeof UNITS;
export interface Amount {
  readonly count: string;
  readonly unit: Unit;
}

export interface ScheduleForm {
  readonly kind: "every" | "daily";
  readonly every: Amount;
  /** On the reader's clock: `07:30`. */
  readonly at: string;
  readonly lookback: Amount;
  readonly level: HuntSchedule["level"];
  readonly enabled: boolean;
}

const MAX_EVERY_MINUTES = 7 * 1_440;
const MAX_LOOKBACK_MINUTES = 31 * 1_440;
const DAY_MINUTES = 1_440;

/** The largest unit that says it in whole numbers. */
export function amountOf(minutes: number): Amount {
  const unit = (["days", "hours"] as const).find((each) => minutes >= UNITS[each] && minutes % UNITS[each] === 0);
  return { count: String(minutes / UNITS[unit ?? "minutes"]), unit: unit ?? "minutes" };
}

/** Minutes; undefined when it is no whole number between one minute and the limit. */
export function minutesOf({ count, unit }: Amount, most: number): number | undefined {
  if (!/^\d{1,6}$/u.test(count.trim())) return undefined;
  const minutes = Number(count) * UNITS[unit];
  return minutes >= 1 && minutes <= most ? minutes : undefined;
}

export function formOf({ schedule }: Pick<SavedHunt, "schedule">, offset: number): ScheduleForm {
  const timing = schedule?.timing ?? { kind: "every" as const, minutes: 15 };
  return {
    kind: timing.kind,
    every: amountOf(timing.kind === "every" ? timing.minutes : 60),
    at: timing.kind === "daily" ? clockText(minuteHere(timing, offset)) : "07:00",
    lookback: amountOf((schedule?.lookbackMs ?? 3_600_000) / 60_000),
    level: schedule?.level ?? "medium",
    enabled: schedule?.enabled ?? true,
  };
}

export interface Judged {
  readonly schedule: HuntSchedule | undefined;
  readonly wrong: { readonly every: boolean; readonly at: boolean; readonly lookback: boolean };
  /** The look-back is shorter than the time between runs: what lies between is never looked at. */
  readonly leavesGaps: boolean;
}

export function judged(form: ScheduleForm, offset: number): Judged {
  const every = minutesOf(form.every, MAX_EVERY_MINUTES);
  const lookback = minutesOf(form.lookback, MAX_LOOKBACK_MINUTES);
  const clock = /^(\d{2}):(\d{2})/u.exec(form.at);
  const isEvery = form.kind === "every";
  const wrong = {
    every: isEvery && every === undefined,
    at: !isEvery && clock === null,
    lookback: lookback === undefined,
  };
  const between = isEvery ? every : DAY_MINUTES;
  const leavesGaps = lookback !== undefined && between !== undefined && lookback < between;
  if (Object.values(wrong).includes(true)) return { schedule: undefined, wrong, leavesGaps };
  const timing: HuntSchedule["timing"] = isEvery
    ? { kind: "every", minutes: every ?? 1 }
    : {
        kind: "daily",
        minuteOfDay: Number(clock?.[1]) * 60 + Number(clock?.[2]),
        utcOffsetMinutes: offset,
      };
  return {
    schedule: { timing, level: form.level, lookbackMs: (lookback ?? 1) * 60_000, enabled: form.enabled },
    wrong,
    leavesGaps,
  };
}
