/**
 * The frame around a syslog message: RFC 5424, RFC 3164, and what rsyslog and others write to files
 * (no priority; an ISO time instead of the BSD one). Hand-written and linear: headers are hostile input.
 */
import type { Instant } from "../../../../kernel/index.ts";
import { MAX_VALUES } from "../limits.ts";
import type { OpenFields } from "../parsed.ts";
import { newFields } from "../parsed.ts";
import { parseBsdTime, parseIso, usable } from "../time.ts";
import { namedZone } from "../zones.ts";

export interface SyslogHeader {
  readonly format: "syslog-3164" | "syslog-5424";
  readonly time: number;
  readonly host: string | undefined;
  readonly program: string | undefined;
  readonly pid: string | undefined;
  readonly message: string;
  /** `priority`, `facility`, `severity`, `msgid` and structured data as `sd.<id>.<name>`. */
  readonly extra: OpenFields;
}

const FACILITIES =
  "kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp audit alert clock local0 local1 local2 local3 local4 local5 local6 local7".split(
    " ",
  );
const LEVELS = "emerg alert crit err warning notice info debug".split(" ");

/** `<13>` at the start: its value and length, or length 0. */
function priorityOf(raw: string): { value: number; length: number } {
  const match = /^<(\d{1,3})>/.exec(raw);
  const value = match === null ? -1 : Number(match[1]);
  return match === null || value > 191 ? { value: -1, length: 0 } : { value, length: match[0].length };
}

function addPriority(extra: OpenFields, priority: number): void {
  if (priority < 0) return;
  extra["priority"] = priority;
  extra["facility"] = FACILITIES[priority >> 3] ?? String(priority >> 3);
  extra["severity"] = LEVELS[priority & 7] ?? "";
}

/** RFC 5424 section 6.3: `[id name="value" …]…`, with `\"`, `\\` and `\]` escaped. Answers where the message starts. */
function structuredData(raw: string, start: number, extra: OpenFields): number {
  if (raw[start] === "-") return start + 1;
  let i = start;
  let left = MAX_VALUES;
  while (raw[i] === "[") {
    const idEnd = /[ \]]/.exec(raw.slice(i + 1, i + 130));
    if (idEnd === null) return start;
    const id = raw.slice(i + 1, i + 1 + idEnd.index);
    i += 1 + idEnd.index;
    while (raw[i] === " ") {
      const quote = raw.indexOf('="', i);
      if (quote < 0) return start;
      let end = quote + 2;
      while (end < raw.length && raw[end] !== '"') end += raw[end] === "\\" ? 2 : 1;
      if (end >= raw.length) return start;
      if (left-- > 0) {
        extra[`sd.${id}.${raw.slice(i + 1, quote)}`] = raw.slice(quote + 2, end).replace(/\\(["\\\]])/g, "$1");
      }
      i = end + 1;
    }
    if (raw[i] !== "]") return start;
    i++;
  }
  return i;
}

/** RFC 5424's NILVALUE. */
function nil(value: string | undefined): string | undefined {
  return value === "-" ? undefined : value;
}

function parse5424(raw: string, at: number, priority: number, utcOffsetMinutes: number): SyslogHeader | undefined {
  // VERSION SP TIMESTAMP SP HOSTNAME SP APP-NAME SP PROCID SP MSGID SP STRUCTURED-DATA [SP MSG]
  const match = /^1 (\S{1,64}) (\S{1,255}) (\S{1,128}) (\S{1,128}) (\S{1,64}) (?=[-[])/.exec(raw.slice(at, at + 900));
  if (match === null) return undefined;
  const time = match[1] === "-" ? Number.NaN : usable(parseIso(match[1] as string, utcOffsetMinutes));
  const extra = newFields();
  addPriority(extra, priority);
  const msgid = nil(match[5]);
  if (msgid !== undefined) extra["msgid"] = msgid;
  const dataAt = at + match[0].length;
  const end = structuredData(raw, dataAt, extra);
  const text = raw.slice(raw[end] === " " ? end + 1 : end).replace(/^\ufeff/, "");
  // Junos says all it has to say in the structured data: then that is the message, also where a text follows or a
  // value is quoted wrongly.
  const isMessage = (text === "" && end > dataAt + 1) || raw.startsWith("[junos@", dataAt);
  const message = isMessage ? `${msgid === undefined ? "" : `${msgid} `}${raw.slice(dataAt).trimEnd()}` : text;
  return {
    format: "syslog-5424",
    time,
    host: nil(match[2]),
    program: nil(match[3]),
    pid: nil(match[4]),
    message,
    extra,
  };
}

interface Stamp {
  readonly kind: "iso" | "bsd";
  readonly time: number;
  readonly length: number;
}

const ISO = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:Z|[+-]\d\d:?\d\d))?(?=:? )/;
/** Some put the year before the clock, some behind it; some put the zone behind the clock, as a number or by name. */
const BSD =
  /^((?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)) ([ \d]?\d) (?:(\d{4}) )?(\d\d:\d\d:\d\d(?:\.\d{1,9})?)(?:([+-])(\d\d):?(\d\d))?(?: (20\d\d)(?= \S+ ))?(?: ([A-Z]{2,4})(?=:? [^\s:]+ ))?(?=[ :])/;

function stampOf(raw: string, at: number, receivedAt: Instant, utcOffsetMinutes: number): Stamp | undefined {
  const head = raw.slice(at, at + 48);
  const iso = ISO.exec(head);
  if (iso !== null) return { kind: "iso", time: usable(parseIso(iso[0], utcOffsetMinutes)), length: iso[0].length };
  const bsd = BSD.exec(head);
  if (bsd === null) return undefined;
  const [whole, month, day, yearBefore, clock, sign, hours, minutes, yearBehind, zoneName = ""] = bsd;
  // A word in capitals is the host's name unless it is that of a zone.
  const named = namedZone(zoneName);
  const all = named === undefined && zoneName !== "" ? whole.slice(0, -zoneName.length - 1) : whole;
  // "Jan 5" is written by some with one blank; RFC 3164 pads with two.
  const padded = `${month} ${(day ?? "").trim().padStart(2)} ${clock} `;
  const year = yearBefore ?? yearBehind;
  const near = year === undefined ? receivedAt : Date.UTC(Number(year), 11, 31);
  const stated = sign === undefined ? named : (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  const zone = stated ?? utcOffsetMinutes;
  return { kind: "bsd", time: usable(parseBsdTime(padded, near, zone)), length: all.length };
}

// What looks like a tag and is the message: Cisco's "%ASA-6-302013:" and sequence numbers, CEF and LEEF.
// A comma is in no program's name: "1,2026/11/18 09:14:04,…" is PAN-OS without a header of its own.
const TAG = /^(?!%|\*|\d+:|CEF:|LEEF:)([^\s:,[\]]{1,128})(?:\[([^\]\s]{1,64})\])?:? ?/;
/** Cisco writes its own name where others write the program: "fw1: %ASA-6-302013:", "sw1: 4711: Nov 18 09:14:05: %SYS-5-…". */
const CISCO = /^(?:\d{1,12}: )?(?:[*.]?[A-Z][a-z]{2} [ \d]?\d (?:\d{4} )?\d\d:\d\d:\d\d[^%]{0,24}: )?%[A-Z]/;

/** The header of a line, or undefined when it has neither a priority nor a time in syslog's place. */
export function parseSyslogHeader(
  raw: string,
  receivedAt: Instant,
  utcOffsetMinutes: number,
): SyslogHeader | undefined {
  const priority = priorityOf(raw);
  const modern = parse5424(raw, priority.length, priority.value, utcOffsetMinutes);
  if (modern !== undefined) return modern;
  const stamp = stampOf(raw, priority.length, receivedAt, utcOffsetMinutes);
  if (stamp === undefined && priority.length === 0) return undefined;
  const extra = newFields();
  addPriority(extra, priority.value);
  let rest = raw.slice(priority.length + (stamp?.length ?? 0)).replace(/^:? /, "");
  let host: string | undefined;
  if (stamp !== undefined) {
    // A word that ends in ":" or "]:" is the tag already: some senders leave the host out.
    const word = /^(\S{1,255}) /.exec(rest);
    if (word !== null && !/:$|,|^(?:CEF|LEEF):/.test(word[1] as string)) {
      host = word[1];
      rest = rest.slice(word[0].length);
    }
  }
  const tag = TAG.exec(rest);
  const isTag = tag !== null && (tag[2] !== undefined || tag[0].trimEnd().endsWith(":"));
  const message = isTag ? rest.slice(tag[0].length) : rest.replace(/^: /, "");
  const isDevice = isTag && host === undefined && tag[2] === undefined && CISCO.test(message);
  if (isDevice) host = tag[1];
  // Any program's own log starts with an ISO time; it is syslog only with a host and a tag behind, or around CEF.
  if (priority.length === 0 && stamp?.kind === "iso" && (host === undefined || !isTag)) {
    if (!/^(?:CEF|LEEF):/.test(message)) return undefined;
  }
  return {
    format: "syslog-3164",
    time: stamp?.time ?? Number.NaN,
    host,
    program: isTag && !isDevice ? tag[1] : undefined,
    pid: isTag ? tag[2] : undefined,
    message,
    extra,
  };
}
