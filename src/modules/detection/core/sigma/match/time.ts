/** Parts of a time for the modifiers `minute hour day week month year`, in UTC; weeks as in ISO 8601. */
import type { FieldScalar } from "../../../../../kernel/index.ts";
import type { TimeUnit } from "../rule.ts";

const DAY_MS = 86_400_000;
/** Numbers below are seconds since 1970, above milliseconds (the limit is the year 5138 in seconds). */
const SECONDS_LIMIT = 100_000_000_000;
const isoLike = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)\d*\s?(Z|UTC|[+-]\d{2}:?\d{2})?)?$/i;

export function timePart(value: FieldScalar, unit: TimeUnit): number | undefined {
  const time = instantOf(value);
  return time === undefined ? undefined : partOf(new Date(time), unit);
}

export function instantOf(value: FieldScalar): number | undefined {
  if (typeof value === "number") return valid(value < SECONDS_LIMIT ? value * 1000 : value);
  if (typeof value !== "string" || value.length > 40) return undefined;
  const text = value.trim();
  if (/^\d{9,13}(\.\d+)?$/.test(text)) return instantOf(Number(text));
  const found = isoLike.exec(text);
  if (found === null) return undefined;
  const [, date, time = "00:00", zone = "Z"] = found;
  return valid(
    Date.parse(
      `${date}T${time}${/^utc$/i.test(zone) ? "Z" : zone.toUpperCase().replace(/^([+-]\d\d)(\d\d)$/, "$1:$2")}`,
    ),
  );
}

function valid(time: number): number | undefined {
  return Number.isNaN(new Date(time).getTime()) ? undefined : time;
}

function partOf(time: Date, unit: TimeUnit): number {
  switch (unit) {
    case "minute":
      return time.getUTCMinutes();
    case "hour":
      return time.getUTCHours();
    case "day":
      return time.getUTCDate();
    case "week":
      return isoWeek(time);
    case "month":
      return time.getUTCMonth() + 1;
    case "year":
      return time.getUTCFullYear();
  }
}

/** The week that holds this day's Thursday, counted within the Thursday's year. */
function isoWeek(time: Date): number {
  const day = Date.UTC(time.getUTCFullYear(), time.getUTCMonth(), time.getUTCDate());
  const thursday = day + (4 - (time.getUTCDay() || 7)) * DAY_MS;
  const yearStart = Date.UTC(new Date(thursday).getUTCFullYear(), 0, 1);
  return Math.floor((thursday - yearStart) / DAY_MS / 7) + 1;
}
