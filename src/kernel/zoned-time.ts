import type { Instant } from "./instant.ts";

/**
 * Clocks on walls: a moment as people of a time zone read it, and back. The rules of the zones are the runtime's
 * (IANA, through Intl); nothing here knows the machine's own zone.
 */
export interface WallTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const DAY_MS = 86_400_000;
/** There are some 600 zones; names are checked before they get here. */
const MAX_FORMATS = 700;
const formats = new Map<string, Intl.DateTimeFormat>();

export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/u.test(name)) return false;
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** Throws RangeError for a zone nobody knows: check with `isTimeZone` where names come in. */
export function wallTimeOf(at: Instant, zone: string): WallTime {
  const parts: Record<string, number> = Object.create(null);
  for (const { type, value } of formatOf(zone).formatToParts(at)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return { year, month, day, hour, minute, second };
}

/**
 * The moment a wall clock shows this time. A time that happens twice (clocks go back) is its first; one that never
 * happens (clocks go forward) is as much later as the clocks jump.
 */
export function instantOf(wall: WallTime, zone: string): Instant {
  const asUtc = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second);
  const before = asUtc - offsetAt(asUtc - DAY_MS, zone);
  const after = asUtc - offsetAt(asUtc + DAY_MS, zone);
  const shown = [before, after].filter((at) => at + offsetAt(at, zone) === asUtc);
  return shown.length === 0 ? before : Math.min(...shown);
}

/** How far the zone's clocks are ahead of UTC, in ms. */
export function offsetAt(at: Instant, zone: string): number {
  const { year, month, day, hour, minute, second } = wallTimeOf(at, zone);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1_000) * 1_000;
}

/** A day of the calendar, whatever the clocks do on it: `2026-03-29`. */
export function dayOf(wall: Pick<WallTime, "year" | "month" | "day">): string {
  return new Date(Date.UTC(wall.year, wall.month - 1, wall.day)).toISOString().slice(0, 10);
}

/** The days of the calendar from 1970-01-01 on, as a count; a day that is none is undefined. */
export function dayNumber(day: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/u.test(day)) return undefined;
  const ms = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== day ? undefined : ms / DAY_MS;
}

export function dayOfNumber(number: number): string {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}

/** The moment of a minute (0 is midnight, 1,440 the next one) of a calendar day in a zone. */
export function momentOf(day: number, minuteOfDay: number, zone: string): Instant {
  const whole = day + Math.floor(minuteOfDay / 1_440);
  const minute = ((minuteOfDay % 1_440) + 1_440) % 1_440;
  const date = new Date(whole * DAY_MS);
  return instantOf(
    {
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      hour: Math.floor(minute / 60),
      minute: minute % 60,
      second: 0,
    },
    zone,
  );
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    calendar: "gregory",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  if (formats.size < MAX_FORMATS) formats.set(zone, format);
  return format;
}
