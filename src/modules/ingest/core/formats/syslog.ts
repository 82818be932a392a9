/** One syslog line to an event: its frame, then what is inside (a known program, an audit record, XML or JSON). */
import type { Parsed, Reading } from "../parsed.ts";
import { isObject, parsedBy } from "../parsed.ts";
import { parseAudit } from "./auditd.ts";
import { parseEventXml } from "./event-xml.ts";
import { parseJsonObject } from "./json.ts";
import { programEvent } from "./program-event.ts";
import type { SyslogHeader } from "./syslog-header.ts";
import { parseSyslogHeader } from "./syslog-header.ts";
import { eventOf, parseNestedEvent, WINDOWS_XML } from "./windows-nested.ts";

/** An inner record keeps its own names; the frame's host counts only where it states none. */
function within(header: SyslogHeader, inner: Parsed): Parsed {
  return {
    ...inner,
    time: Number.isNaN(inner.time) ? header.time : inner.time,
    host: inner.host ?? header.host,
  };
}

function parseInner(header: SyslogHeader, reading: Reading): Parsed | undefined {
  const message = header.message.trimStart();
  const first = message[0];
  if (first === "<") {
    const xml = message.startsWith("<Event") ? parseEventXml(message) : undefined;
    const event = xml === undefined ? undefined : eventOf(xml);
    return event === undefined ? undefined : parseNestedEvent(event, WINDOWS_XML, reading.utcOffsetMinutes);
  }
  const json = message.startsWith("@cee:") ? message.slice(5).trimStart() : message;
  if (json[0] === "{") {
    try {
      const value: unknown = JSON.parse(json);
      return isObject(value) ? parseJsonObject(value, reading) : undefined;
    } catch {
      return undefined;
    }
  }
  return first === "t" || first === "a" || first === "n" ? parseAudit(message) : undefined;
}

export function parseSyslog(raw: string, reading: Reading): Parsed | undefined {
  const header = parseSyslogHeader(raw, reading.receivedAt, reading.utcOffsetMinutes);
  if (header === undefined) return undefined;
  const inner = parseInner(header, reading);
  if (inner !== undefined) return within(header, inner);
  // The kernel's own copy of an audit record: "kernel: [12.3] audit: type=1400 audit(…)".
  const audit = /(?:^|\] )(audit: type=)/.exec(header.message.slice(0, 64));
  if (audit !== null) {
    const parsed = parseAudit(header.message.slice(header.message.indexOf("audit: type=")));
    if (parsed !== undefined) return within(header, parsed);
  }
  return programEvent(header, reading);
}

/** The message of a syslog line, read by one parser that the sender names. */
export function parseSyslogAs(raw: string, name: string, reading: Reading): Parsed | undefined {
  const header = parseSyslogHeader(raw, reading.receivedAt, reading.utcOffsetMinutes);
  const found =
    header === undefined ? undefined : reading.parsers?.readNamed([name], header.message.trimStart(), reading);
  if (header === undefined || found === undefined) return undefined;
  const { fields } = parsedBy(found);
  return within(header, {
    ...parsedBy(found),
    fields: Object.assign(header.extra, { message: header.message }, fields),
  });
}
