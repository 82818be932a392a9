/**
 * Times by a format, compiled once. The signs are those of strftime where it has them: %Y %y %m %d %e %b %H %I %p %M %S
 * %z %Z %a %s; %f is the fraction with its point when there is one, %?z a zone with the blank before it when there is
 * one, %?Z the same for a zone's name. Named formats: iso, bsd, epoch (seconds to nanoseconds, told by size).
 *
 * Without a year: the one that brings the time nearest to arrival and not a day past it (../time.ts). Without a zone:
 * the zone the caller states.
 */
import type { Reading } from "../parsed.ts";
import { fromEpoch, usable } from "../time.ts";
import { namedZone } from "../zones.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");

/** The parts while a time is read; one object per compiled format, reused. */
interface Parts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  ms: number;
  /** Minutes east of UTC; NaN when the time states none. */
  zone: number;
  afternoon: number;
  epoch: number;
}

/** Where the part ends, or -1 when it is not there. */
type PartReader = (text: string, at: number, parts: Parts) => number;

export interface TimeFormat {
  /** Where the time that starts at `at` ends, or -1. */
  read(text: string, at: number): number;
  /** The time read last, in milliseconds, or NaN. */
  value(reading: Reading): number;
  /** The first characters it can have, each as a shape: 0 for a digit, a for a letter. */
  readonly shape: string;
}

function numberAt(text: string, at: number, least: number, most: number): { value: number; end: number } | undefined {
  let value = 0;
  let end = at;
  while (end < at + most) {
    const digit = text.charCodeAt(end) - 48;
    if (!(digit >= 0 && digit <= 9)) break;
    value = value * 10 + digit;
    end++;
  }
  return end - at < least ? undefined : { value, end };
}

type NumericPart = "year" | "month" | "day" | "hour" | "minute" | "second" | "epoch";

function digits(part: NumericPart, least: number, most: number): PartReader {
  return (text, at, parts) => {
    let value = 0;
    let end = at;
    while (end < at + most) {
      const digit = text.charCodeAt(end) - 48;
      if (!(digit >= 0 && digit <= 9)) break;
      value = value * 10 + digit;
      end++;
    }
    if (end - at < least) return -1;
    parts[part] = value;
    return end;
  };
}

const monthName: PartReader = (text, at, parts) => {
  const month = MONTHS.indexOf(text.slice(at, at + 3).toLowerCase());
  if (month < 0) return -1;
  parts.month = month + 1;
  return at + 3;
};

const paddedDay: PartReader = (text, at, parts) => {
  const from = text[at] === " " ? at + 1 : at;
  const read = numberAt(text, from, 1, 2);
  if (read === undefined) return -1;
  parts.day = read.value;
  return read.end;
};

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

const letters: PartReader = (text, at) => {
  let end = at;
  while (end < at + 9 && isLetter(text.charCodeAt(end))) end++;
  return end === at ? -1 : end;
};

function halfDay(morning: string, afternoon: string): PartReader {
  return (text, at, parts) => {
    const word = text.slice(at, at + 2).toLowerCase();
    if (word !== morning && word !== afternoon) return -1;
    parts.afternoon = word === afternoon ? 1 : 0;
    return at + 2;
  };
}

const fraction: PartReader = (text, at, parts) => {
  const point = text[at];
  if (point !== "." && point !== "," && point !== ":") return at;
  const read = numberAt(text, at + 1, 1, 9);
  if (read === undefined) return at;
  parts.ms = Math.trunc((read.value * 1_000) / 10 ** (read.end - at - 1));
  return read.end;
};

const zone: PartReader = (text, at, parts) => {
  const sign = text[at];
  if (sign === "Z" || sign === "z") {
    parts.zone = 0;
    return at + 1;
  }
  if (sign !== "+" && sign !== "-") return -1;
  const hours = numberAt(text, at + 1, 2, 2);
  if (hours === undefined) return -1;
  const minutesAt = text[hours.end] === ":" ? hours.end + 1 : hours.end;
  const minutes = numberAt(text, minutesAt, 2, 2);
  parts.zone = (sign === "-" ? -1 : 1) * (hours.value * 60 + (minutes?.value ?? 0));
  return minutes?.end ?? hours.end;
};

/** Abbreviations that several countries use for different hours are passed over (../zones.ts). */
const zoneName: PartReader = (text, at, parts) => {
  const end = letters(text, at, parts);
  if (end < 0) return -1;
  parts.zone = namedZone(text.slice(at, end)) ?? parts.zone;
  return end;
};

const zoneIfAny: PartReader = (text, at, parts) => {
  const from = text[at] === " " ? at + 1 : at;
  const end = zone(text, from, parts);
  return end < 0 ? at : end;
};

/** Only a name that means one zone: any other word is what comes behind the time. */
const zoneNameIfAny: PartReader = (text, at, parts) => {
  const from = text[at] === " " ? at + 1 : at;
  const end = letters(text, from, parts);
  const minutes = end < 0 ? undefined : namedZone(text.slice(from, end));
  if (minutes === undefined) return at;
  parts.zone = minutes;
  return end;
};

const SIGNS: ReadonlyMap<string, { readonly read: PartReader; readonly shape: string }> = new Map([
  ["Y", { read: digits("year", 4, 4), shape: "0000" }],
  ["y", { read: digits("year", 2, 2), shape: "00" }],
  ["m", { read: digits("month", 1, 2), shape: "0" }],
  ["d", { read: digits("day", 1, 2), shape: "0" }],
  ["e", { read: paddedDay, shape: "" }],
  ["b", { read: monthName, shape: "aaa" }],
  ["H", { read: digits("hour", 1, 2), shape: "0" }],
  ["I", { read: digits("hour", 1, 2), shape: "0" }],
  ["p", { read: halfDay("am", "pm"), shape: "aa" }],
  // Vietnamese Windows: sáng, chiều.
  ["v", { read: halfDay("sa", "ch"), shape: "aa" }],
  ["M", { read: digits("minute", 1, 2), shape: "0" }],
  ["S", { read: digits("second", 1, 2), shape: "0" }],
  ["s", { read: digits("epoch", 9, 19), shape: "00000000" }],
  ["f", { read: fraction, shape: "" }],
  ["z", { read: zone, shape: "" }],
  ["Z", { read: zoneName, shape: "" }],
  ["a", { read: letters, shape: "aaa" }],
]);
/** Signs whose text has a length that is not fixed: the shape is known only up to them. */
const OPEN_ENDED: ReadonlySet<string> = new Set(["m", "d", "e", "H", "I", "M", "S", "f", "z", "Z", "a"]);

const NAMED: ReadonlyMap<string, string> = new Map([
  ["iso", "%Y-%m-%d%t%H:%M:%S%f%?z"],
  ["bsd", "%b %e %H:%M:%S%f"],
  ["epoch", "%s%f"],
]);

const dateSeparator: PartReader = (text, at) => (text[at] === "T" || text[at] === " " ? at + 1 : -1);

interface Compiled {
  readonly readers: readonly PartReader[];
  readonly shape: string;
}

function literal(sign: string): PartReader {
  return (text, at) => (text.startsWith(sign, at) ? at + sign.length : -1);
}

function shapeOfChar(char: string): string {
  const code = char.charCodeAt(0);
  if (code >= 48 && code <= 57) return "0";
  return isLetter(code) ? "a" : char;
}

/** Undefined for an unknown sign. */
function compile(format: string): Compiled | undefined {
  const readers: PartReader[] = [];
  let shape = "";
  let shapeOpen = true;
  for (let i = 0; i < format.length; i++) {
    const char = format[i] as string;
    if (char !== "%") {
      readers.push(literal(char));
      if (shapeOpen) shape += shapeOfChar(char);
      continue;
    }
    const sign = format[++i] ?? "";
    if (sign === "%") {
      readers.push(literal("%"));
      if (shapeOpen) shape += "%";
    } else if (sign === "t") {
      readers.push(dateSeparator);
      shapeOpen = false;
    } else if (sign === "?" && (format[i + 1] === "z" || format[i + 1] === "Z")) {
      readers.push(format[++i] === "z" ? zoneIfAny : zoneNameIfAny);
      shapeOpen = false;
    } else {
      const known = SIGNS.get(sign);
      if (known === undefined) return undefined;
      readers.push(known.read);
      if (shapeOpen) shape += known.shape;
      if (OPEN_ENDED.has(sign)) shapeOpen = false;
    }
  }
  return { readers, shape };
}

function reset(parts: Parts): void {
  parts.year = Number.NaN;
  parts.month = 1;
  parts.day = 1;
  parts.hour = 0;
  parts.minute = 0;
  parts.second = 0;
  parts.ms = 0;
  parts.zone = Number.NaN;
  parts.afternoon = -1;
  parts.epoch = Number.NaN;
}

function instantOf(parts: Parts, reading: Reading): number {
  if (!Number.isNaN(parts.epoch)) return usable(fromEpoch(parts.epoch) + (parts.epoch < 1e11 ? parts.ms : 0));
  const { month, day, minute, second } = parts;
  let hour = parts.hour;
  if (parts.afternoon >= 0) hour = (hour % 12) + parts.afternoon * 12;
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 24 && minute <= 59 && second <= 60)) {
    return Number.NaN;
  }
  const offset = Number.isNaN(parts.zone) ? reading.utcOffsetMinutes : parts.zone;
  const at = (year: number): number =>
    Date.UTC(year, month - 1, day, hour, minute, second, parts.ms) - offset * MINUTE_MS;
  if (!Number.isNaN(parts.year)) return usable(at(parts.year < 100 ? 2_000 + parts.year : parts.year));
  const latest = reading.receivedAt + DAY_MS;
  const year = new Date(latest).getUTCFullYear();
  return usable(at(year) <= latest ? at(year) : at(year - 1));
}

/** Undefined when the format has a sign that is not known. */
export function timeFormat(written: string): TimeFormat | undefined {
  const compiled = compile(NAMED.get(written) ?? written);
  if (compiled === undefined) return undefined;
  const { readers, shape } = compiled;
  const parts = {} as Parts;
  reset(parts);
  return {
    shape,
    read(text, at) {
      reset(parts);
      let end = at;
      for (const read of readers) {
        end = read(text, end, parts);
        if (end < 0) return -1;
      }
      return end;
    },
    value: (reading) => instantOf(parts, reading),
  };
}
