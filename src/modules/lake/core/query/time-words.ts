/**
 * Times as people write them: `2026-11-21`, `2026-11-21T10:30+07:00`, `now-24h`, `now/d`. A written time stands for
 * the whole period it names, so `time:<=2026-11-21` includes that day and `time:2026-11-21` is that day.
 */
import { type Instant, tableOf } from "../../../../kernel/index.ts";
import { resolveField } from "./columns.ts";
import { type CompareOp, type FieldTest, literalOf, type Query, type RangeEnd } from "./tree.ts";

/** `from` included, `to` excluded. */
export interface Period {
  readonly from: Instant;
  readonly to: Instant;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const UNITS = tableOf<number>({ s: SECOND, m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY });
/** A Monday: weeks and days are counted from here. */
export const TIME_GRID_START: Instant = -2_208_988_800_000;

const RELATIVE = /^now((?:[+-][0-9]{1,6}[smhdw])*)(?:\/([smhdw]))?$/i;
const STEP = /([+-])([0-9]+)([smhdw])/gi;
const WRITTEN =
  /^([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(?:[t ]([0-9]{2})(?::([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,3}))?)?)?)?)?)?(z|[+-][0-9]{2}:[0-9]{2})?$/i;
const SPAN = /^([0-9]{1,6})([smhdw])$/i;

export function isRelativeTime(text: string): boolean {
  return RELATIVE.test(text);
}

/** `5m`, `24h`, `7d` in ms; undefined when it is none or nothing. */
export function spanMs(text: string): number | undefined {
  const [, count, unit] = SPAN.exec(text) ?? [];
  if (count === undefined || unit === undefined) return undefined;
  const ms = Number(count) * (UNITS[unit.toLowerCase()] ?? 0);
  return ms > 0 ? ms : undefined;
}

/** The shortest way to write a span. */
export function spanText(ms: number): string {
  for (const unit of ["w", "d", "h", "m"]) {
    const width = UNITS[unit] ?? 0;
    if (ms >= width && ms % width === 0) return `${ms / width}${unit}`;
  }
  return `${Math.max(1, Math.round(ms / SECOND))}s`;
}

export function relativeInstant(text: string, now: Instant): Instant | undefined {
  const [whole, steps = "", round] = RELATIVE.exec(text) ?? [];
  if (whole === undefined) return undefined;
  let at = now;
  for (const [, sign, count, unit] of steps.matchAll(STEP)) {
    at += (sign === "-" ? -1 : 1) * Number(count) * (UNITS[unit?.toLowerCase() ?? ""] ?? 0);
  }
  return round === undefined ? at : bucketStart(at, UNITS[round.toLowerCase()] ?? 1);
}

/** Beginning of the bucket of this width a time lies in. */
export function bucketStart(at: Instant, widthMs: number): Instant {
  return Math.floor((at - TIME_GRID_START) / widthMs) * widthMs + TIME_GRID_START;
}

/** The period a written time names; undefined when it is none. Without a zone it is UTC. */
export function instantPeriod(text: string): Period | undefined {
  const [whole, year, month, day, hour, minute, second, fraction, zone] = WRITTEN.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const numbers = [Number(month ?? 1) - 1, Number(day ?? 1), Number(hour ?? 0), Number(minute ?? 0)] as const;
  const start = new Date(0);
  start.setUTCFullYear(Number(year), numbers[0], numbers[1]);
  start.setUTCHours(numbers[2], numbers[3], Number(second ?? 0), Number((fraction ?? "").padEnd(3, "0")));
  const isReal =
    start.getUTCMonth() === numbers[0] && start.getUTCDate() === numbers[1] && start.getUTCHours() === numbers[2];
  if (!isReal || start.getUTCMinutes() !== numbers[3] || Number(second ?? 0) > 59) return undefined;
  const from = start.getTime() - offsetMs(zone);
  return { from, to: from + lengthOf(start, { month, day, hour, minute, second, fraction }) };
}

function lengthOf(start: Date, parts: Readonly<Record<string, string | undefined>>): number {
  const { month, day, hour, minute, second, fraction } = parts;
  if (fraction !== undefined) return 10 ** (3 - fraction.length);
  if (second !== undefined) return SECOND;
  if (minute !== undefined) return MINUTE;
  if (hour !== undefined) return HOUR;
  if (day !== undefined) return DAY;
  const end = new Date(start);
  if (month !== undefined) end.setUTCMonth(end.getUTCMonth() + 1);
  else end.setUTCFullYear(end.getUTCFullYear() + 1);
  return end.getTime() - start.getTime();
}

function offsetMs(zone: string | undefined): number {
  if (zone === undefined || zone.toLowerCase() === "z") return 0;
  const ms = Number(zone.slice(1, 3)) * HOUR + Number(zone.slice(4)) * MINUTE;
  return zone.startsWith("-") ? -ms : ms;
}

/**
 * What a test of a time column asks of milliseconds: both ends optional, `from` included, `to` excluded.
 * Undefined when the test is about the text of the time, such as a wildcard.
 */
export function testedPeriod(test: FieldTest): { readonly from?: Instant; readonly to?: Instant } | undefined {
  switch (test.kind) {
    case "match": {
      const literal = literalOf(test.pattern);
      return literal === undefined ? undefined : instantPeriod(literal);
    }
    case "compare":
      return halfOf(test.op, test.value);
    case "range": {
      const { low, high } = test;
      const from = low === undefined ? {} : halfOf(low.inclusive ? ">=" : ">", low.value);
      const to = high === undefined ? {} : halfOf(high.inclusive ? "<=" : "<", high.value);
      return from === undefined || to === undefined ? undefined : { ...from, ...to };
    }
    case "cidr":
    case "exists":
      return undefined;
  }
}

function halfOf(op: CompareOp, text: string): { readonly from?: Instant; readonly to?: Instant } | undefined {
  const period = instantPeriod(text);
  if (period === undefined) return undefined;
  switch (op) {
    case ">":
      return { from: period.to };
    case ">=":
      return { from: period.from };
    case "<":
      return { to: period.from };
    case "<=":
      return { to: period.to };
  }
}

/** The same query with every `now…` bound of a time as the moment it stands for. */
export function atInstant(query: Query, now: Instant): Query {
  switch (query.kind) {
    case "and":
    case "or":
      return { kind: query.kind, items: query.items.map((item) => atInstant(item, now)) };
    case "not":
      return { kind: "not", item: atInstant(query.item, now) };
    case "field":
      return isTimeField(query.field) ? { ...query, test: testAt(query.test, now) } : query;
    default:
      return query;
  }
}

export function isTimeField(field: string): boolean {
  const target = resolveField(field);
  return target.kind === "columns" && target.columns.every(({ type }) => type === "instant");
}

function testAt(test: FieldTest, now: Instant): FieldTest {
  if (test.kind === "compare") return { ...test, value: absolute(test.value, now) };
  if (test.kind !== "range") return test;
  const end = (one: RangeEnd | undefined) => (one === undefined ? one : { ...one, value: absolute(one.value, now) });
  return { kind: "range", low: end(test.low), high: end(test.high) };
}

function absolute(text: string, now: Instant): string {
  const at = relativeInstant(text, now);
  return at === undefined ? text : new Date(at).toISOString();
}

/** What event times can match at all: spares reading what lies outside. Never narrower than the query. */
export function timeBounds(query: Query): Period {
  switch (query.kind) {
    case "and":
      return query.items.map(timeBounds).reduce(intersection, EVER);
    case "or":
      return query.items.map(timeBounds).reduce(hull);
    case "field": {
      const target = resolveField(query.field);
      if (target.kind !== "columns" || target.columns.some(({ name }) => name !== "time")) return EVER;
      return { ...EVER, ...testedPeriod(query.test) };
    }
    default:
      return EVER;
  }
}

export const EVER: Period = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

export function intersection(a: Period, b: Period): Period {
  return { from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) };
}

function hull(a: Period, b: Period): Period {
  return { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) };
}
