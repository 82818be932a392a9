/**
 * One journal record to one event. Total: every record becomes an event, whatever is in it. What no parser
 * recognises keeps format "raw", the reason as a code, and its text, which stays searchable.
 */
import type { JournalRecord, KhienEvent } from "../../../kernel/index.ts";
import { parseAudit } from "./formats/auditd.ts";
import { parseEventXml } from "./formats/event-xml.ts";
import { parseJsonObject } from "./formats/json.ts";
import { parseSyslog, parseSyslogAs } from "./formats/syslog.ts";
import { eventOf, parseNestedEvent, WINDOWS_XML } from "./formats/windows-nested.ts";
import { parseZeekJson } from "./formats/zeek.ts";
import { parseZeekTsv, ZEEK_TSV } from "./formats/zeek-tsv.ts";
import { MAX_RECORD_CHARS } from "./limits.ts";
import { UNKNOWN_SOURCE } from "./logsources.ts";
import type { ContentParsers, Outcome, Parsed, Reading } from "./parsed.ts";
import { isObject, newFields, parsedBy } from "./parsed.ts";
import { parseTime } from "./time.ts";

export interface ParseContext {
  /** Zone assumed for times that state none, in minutes east of UTC. Default 0: UTC. */
  readonly utcOffsetMinutes?: number;
  /** Parsers that are content. Without them only the formats in code are known. */
  readonly parsers?: ContentParsers;
}

/** Why a record stayed raw. Texts: content/i18n `parse.failure.*`. */
export type ParseFailure =
  | "parse.failure.empty"
  | "parse.failure.json"
  | "parse.failure.not_object"
  | "parse.failure.too_long"
  | "parse.failure.unknown_format"
  | "parse.failure.internal";

const OPEN_BRACE = 123;
const OPEN_BRACKET = 91;
const LESS_THAN = 60;
const DIGIT_0 = 48;
const DIGIT_9 = 57;
/** What an array of JSON can start with; "[2026-01-02 …" and "[client 192.0.2.1]" are plain text. */
const JSON_LIST = /^\[\s*(?:[{["\]]|-?\d+\s*[,\]]|$)/;
const LOWER_A = 97;
const LOWER_N = 110;
const LOWER_T = 116;

/** Index of the first character that is not blank, so the kind of line is told from one character. */
function firstVisible(raw: string): number {
  let i = 0;
  while (i < raw.length) {
    const code = raw.charCodeAt(i);
    if (code > 32 && code !== 0xfeff) return i;
    i++;
  }
  return -1;
}

/** Without the end of the line: senders close it with CR, LF, blanks or NUL, and none of them is part of what it says. */
function withoutEnd(raw: string, start: number): string {
  let end = raw.length;
  while (end > start && raw.charCodeAt(end - 1) <= 32) end--;
  return start === 0 && end === raw.length ? raw : raw.slice(start, end);
}

function parseJson(json: string, reading: Reading): Parsed | ParseFailure {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return "parse.failure.json";
  }
  return isObject(value) ? parseJsonObject(value, reading) : "parse.failure.not_object";
}

/** A parser the sender names, also for the message of a syslog line. */
function parseByName(raw: string, name: string, reading: Reading): Parsed | undefined {
  const found = reading.parsers?.readNamed([name], raw, reading);
  return found === undefined ? parseSyslogAs(raw, name, reading) : parsedBy(found);
}

/** A format the sender names wins over recognition; one that does not fit falls back to it. */
function parseNamed(raw: string, format: string, reading: Reading): Parsed | undefined {
  if (format.startsWith(ZEEK_TSV)) return parseZeekTsv(raw, format);
  if (format === "auditd") return parseAudit(raw);
  if (format === "syslog") return parseSyslog(raw, reading);
  if (reading.parsers?.has(format) === true) return parseByName(raw, format, reading);
  if (!format.startsWith("zeek-json:") && format !== "evtx") return undefined;
  const value: unknown = JSON.parse(raw);
  if (!isObject(value)) return undefined;
  if (format === "evtx") {
    const event = eventOf(value);
    return event === undefined ? undefined : parseNestedEvent(event, "evtx", reading.utcOffsetMinutes);
  }
  return parseZeekJson(value, format.slice("zeek-json:".length));
}

function parseText(raw: string, first: number, reading: Reading): Parsed | ParseFailure {
  if (first === LESS_THAN && raw.startsWith("<Event")) {
    const xml = parseEventXml(raw);
    const event = xml === undefined ? undefined : eventOf(xml);
    if (event !== undefined) return parseNestedEvent(event, WINDOWS_XML, reading.utcOffsetMinutes);
  }
  if (first === LOWER_T || first === LOWER_N || first === LOWER_A) {
    const audit = parseAudit(raw);
    if (audit !== undefined) return audit;
  }
  // A program's own log may start as syslog does that some write to files: a time, a word, a word with a colon.
  const ownFirst = first >= DIGIT_0 && first <= DIGIT_9;
  const own = ownFirst ? reading.parsers?.readLine(raw, reading) : undefined;
  if (own !== undefined) return parsedBy(own);
  const syslog = parseSyslog(raw, reading);
  if (syslog !== undefined) return syslog;
  const found = ownFirst ? undefined : reading.parsers?.readLine(raw, reading);
  return found === undefined ? "parse.failure.unknown_format" : parsedBy(found);
}

/** A text by what it looks like. */
function recognise(text: string, reading: Reading): Parsed | ParseFailure {
  const start = firstVisible(text);
  if (start < 0) return "parse.failure.empty";
  const first = text.charCodeAt(start);
  const raw = withoutEnd(text, start);
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) return parseText(raw, first, reading);
  if (first === OPEN_BRACKET && !JSON_LIST.test(raw.slice(0, 32))) return parseText(raw, first, reading);
  const parsed = parseJson(raw, reading);
  // "[" also starts the lines of many plain logs.
  return first === OPEN_BRACKET && parsed === "parse.failure.json" ? parseText(raw, first, reading) : parsed;
}

/** The text inside an envelope, for parsers that unwrap. */
function parseInner(raw: string, reading: Reading): Outcome | undefined {
  const parsed = recognise(raw.trimEnd(), reading);
  return typeof parsed === "string" ? undefined : { name: parsed.format, ...parsed };
}

function parseParts(record: JournalRecord, context: ParseContext): Parsed | ParseFailure {
  if (record.raw.length > MAX_RECORD_CHARS) return "parse.failure.too_long";
  const start = firstVisible(record.raw);
  if (start < 0) return "parse.failure.empty";
  const { utcOffsetMinutes = 0, parsers } = context;
  const reading: Reading = { receivedAt: record.receivedAt, utcOffsetMinutes, parsers, parseInner };
  if (record.format !== undefined) {
    const named = parseNamed(withoutEnd(record.raw, 0), record.format, reading);
    if (named !== undefined) return named;
  }
  return recognise(record.raw, reading);
}

/** Syslog's sender speaks for itself; behind HTTP stands a shipper, whose address says nothing about the event. */
export function senderOf(record: JournalRecord): string | undefined {
  return record.door.startsWith("syslog-") ? record.peer : undefined;
}

const LEADING_TIME = /^\[?(\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?)/;

/** Most plain text logs start their lines with the time: it holds although nothing else is understood. */
function leadingTime(raw: string, utcOffsetMinutes: number): number {
  const match = LEADING_TIME.exec(raw.slice(0, 48));
  return match === null ? Number.NaN : parseTime(match[1], utcOffsetMinutes);
}

function rawEvent(record: JournalRecord, failure: ParseFailure, context: ParseContext): KhienEvent {
  const time = leadingTime(record.raw, context.utcOffsetMinutes ?? 0);
  const timeMissing = Number.isNaN(time);
  return {
    id: record.id,
    time: timeMissing ? record.receivedAt : time,
    ingestedAt: record.receivedAt,
    timeMissing: timeMissing ? true : undefined,
    sensor: record.sensor,
    logsource: UNKNOWN_SOURCE,
    format: "raw",
    parseFailure: failure,
    host: senderOf(record),
    entities: {},
    fields: newFields(),
    raw: record.raw,
    exerciseId: record.exerciseId,
  };
}

/** The event of a record. Never throws; the same record and context always give the same event. */
export function parseRecord(record: JournalRecord, context: ParseContext = {}): KhienEvent {
  let parsed: Parsed | ParseFailure;
  try {
    parsed = parseParts(record, context);
  } catch {
    // A parser's bug or an exhausted stack must not stop the journal's consumer; the record is kept and counted.
    return rawEvent(record, "parse.failure.internal", context);
  }
  if (typeof parsed === "string") return rawEvent(record, parsed, context);
  const timeMissing = Number.isNaN(parsed.time);
  return {
    id: record.id,
    time: timeMissing ? record.receivedAt : parsed.time,
    ingestedAt: record.receivedAt,
    timeMissing: timeMissing ? true : undefined,
    sensor: record.sensor,
    logsource: parsed.logsource,
    format: parsed.format,
    host: parsed.host ?? senderOf(record),
    entities: parsed.entities,
    fields: parsed.fields,
    raw: record.raw,
    verbatim: parsed.verbatim,
    exerciseId: record.exerciseId,
  };
}
