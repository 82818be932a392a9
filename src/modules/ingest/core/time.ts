/**
 * Times as logs write them, to milliseconds. Every function answers NaN when it cannot tell; nothing throws.
 * A time without a zone is taken as UTC unless the caller states an offset.
 */
import type { Instant } from "../../../kernel/index.ts";
import { isUsableInstant } from "../../../kernel/index.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

function digits(source: string, start: number, count: number): number {
  let value = 0;
  for (let i = start; i < start + count; i++) {
    const digit = source.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** Index where the zone starts ("Z", "+07:00", "-0400"), or -1 when the time states none. */
function zoneIndex(source: string, from: number): number {
  for (let i = from; i < source.length; i++) {
    const code = source.charCodeAt(i);
    if (code === 90 || code === 122 || code === 43 || code === 45) return i;
  }
  return -1;
}

function zoneOffsetMinutes(source: string, at: number): number {
  const sign = source.charCodeAt(at);
  if (sign === 90 || sign === 122) return 0;
  const hours = digits(source, at + 1, 2);
  const colon = source.charCodeAt(at + 3) === 58 ? 1 : 0;
  const minutes = source.length > at + 3 ? digits(source, at + 3 + colon, 2) : 0;
  return (sign === 45 ? -1 : 1) * (hours * 60 + minutes);
}

/** Milliseconds of the fraction whose point or comma stands at `at`; further digits are cut. */
function fractionMs(source: string, at: number): number {
  const point = source.charCodeAt(at);
  if (point !== 46 && point !== 44) return 0;
  let value = 0;
  for (let i = at + 1, weight = 100; i < at + 4; i++, weight /= 10) {
    const digit = source.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) break;
    value += digit * weight;
  }
  return value;
}

/** True when an ISO-like time says in which zone it is. */
export function hasZone(source: unknown): source is string {
  return typeof source === "string" && source.length > 19 && zoneIndex(source, 19) >= 0;
}

/** `2026-01-02T03:04:05[.678…][Z|±hh:mm]`, blank or `T` or `/` in the date, as all of Windows, syslog and the clouds write it. */
export function parseIso(source: string, utcOffsetMinutes = 0): number {
  if (source.length < 19) return Number.NaN;
  const year = digits(source, 0, 4);
  const month = digits(source, 5, 2);
  const day = digits(source, 8, 2);
  const hour = digits(source, 11, 2);
  const minute = digits(source, 14, 2);
  const second = digits(source, 17, 2);
  // Written so that NaN fails as well. A leap second (60) is allowed and rolls over.
  const plausible = year >= 1900 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
  if (!(plausible && hour <= 24 && minute <= 59 && second <= 60)) return Number.NaN;
  const fraction = fractionMs(source, 19);
  const zone = source.length > 19 ? zoneIndex(source, 19) : -1;
  const offset = zone < 0 ? utcOffsetMinutes : zoneOffsetMinutes(source, zone);
  return Date.UTC(year, month - 1, day, hour, minute, second, fraction) - offset * MINUTE_MS;
}

/** Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by size. */
export function fromEpoch(value: number): number {
  const size = Math.abs(value);
  if (size < 1e11) return Math.trunc(value * 1_000);
  if (size < 1e14) return Math.trunc(value);
  if (size < 1e17) return Math.trunc(value / 1_000);
  return Math.trunc(value / 1_000_000);
}

const DOTNET_DATE = /^\/Date\((-?\d{1,16})\)\/$/;

/** Any single time value of a JSON record. */
export function parseTime(value: unknown, utcOffsetMinutes = 0): number {
  if (typeof value === "number") return usable(fromEpoch(value));
  if (typeof value !== "string" || value.length < 9) return Number.NaN;
  const iso = parseIso(value, utcOffsetMinutes);
  if (!Number.isNaN(iso)) return usable(iso);
  const dotnet = DOTNET_DATE.exec(value);
  if (dotnet !== null) return usable(Number(dotnet[1]));
  return value.length <= 32 && /^\d{9,19}(\.\d+)?$/.test(value) ? usable(fromEpoch(Number(value))) : Number.NaN;
}

export function usable(ms: number): number {
  return isUsableInstant(ms) ? ms : Number.NaN;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/**
 * The time of RFC 3164 section 4.1.2, `Mmm dd hh:mm:ss`, to which many add a fraction. It has no year: the year that
 * brings it closest to arrival without lying more than a day after it, so a December line read in January belongs to the old year.
 */
export function parseBsdTime(source: string, receivedAt: Instant, utcOffsetMinutes = 0): number {
  const month = MONTHS.indexOf(source.slice(0, 3));
  const day = digits(source, source[4] === " " ? 5 : 4, source[4] === " " ? 1 : 2);
  const hour = digits(source, 7, 2);
  const minute = digits(source, 10, 2);
  const second = digits(source, 13, 2);
  if (!(month >= 0 && day >= 1 && day <= 31 && hour <= 23 && minute <= 59 && second <= 60)) return Number.NaN;
  const ms = fractionMs(source, 15);
  const at = (year: number): number =>
    Date.UTC(year, month, day, hour, minute, second, ms) - utcOffsetMinutes * MINUTE_MS;
  // One day of tolerance covers every zone error of a sender that writes local time.
  for (let year = new Date(receivedAt + DAY_MS).getUTCFullYear(), tries = 0; tries < 2; year--, tries++) {
    const time = at(year);
    if (time <= receivedAt + DAY_MS) return time;
  }
  return Number.NaN;
}
