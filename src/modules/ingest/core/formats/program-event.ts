/** A program's log message as an event, whatever frame it came in: syslog, journald, or a cloud's copy of syslog. */
import type { FieldValue } from "../../../../kernel/index.ts";
import { flattenInto } from "../flatten.ts";
import { logSource } from "../logsources.ts";
import type { JsonObject, OpenFields, Parsed, Reading } from "../parsed.ts";
import { newFields, text } from "../parsed.ts";
import { parseTime } from "../time.ts";
import { parseAudit } from "./auditd.ts";
import type { SyslogHeader } from "./syslog-header.ts";

/** A message of a program that no parser knows. */
const SYSLOG = logSource("linux", "syslog");

export type ProgramMessage = Omit<SyslogHeader, "format"> & { readonly format: string };

/** The frame's fields, and what the program's parser reads from its message. */
export function programEvent(header: ProgramMessage, reading: Reading): Parsed {
  const { program, message, host } = header;
  const fields: OpenFields = header.extra;
  if (host !== undefined) fields["hostname"] = host;
  if (program !== undefined) fields["program"] = program;
  if (header.pid !== undefined) fields["pid"] = header.pid;
  fields["message"] = message;
  const { parsers } = reading;
  const found = parsers?.readMessage(program, message.trimStart(), reading);
  if (found === undefined) {
    const logsource = (program === undefined ? undefined : parsers?.programSource(program)) ?? SYSLOG;
    return { format: header.format, time: header.time, host, logsource, entities: { process: program }, fields };
  }
  for (const name in found.fields) fields[name] = found.fields[name] as FieldValue;
  return {
    format: found.name,
    time: Number.isNaN(found.time) ? header.time : found.time,
    host: found.host ?? host,
    logsource: found.logsource ?? SYSLOG,
    entities: { ...found.entities, process: found.entities.process ?? program },
    fields,
  };
}

export function isJournald(record: JsonObject): boolean {
  return record["MESSAGE"] !== undefined && record["__REALTIME_TIMESTAMP"] !== undefined;
}

/** systemd-journald's JSON export: the same messages with other names. */
export function parseJournald(record: JsonObject, reading: Reading): Parsed {
  const extra = newFields();
  for (const name in record) {
    const value = record[name];
    if (typeof value === "string" || typeof value === "number") extra[name] = value;
  }
  const micros = Number(
    text(record["_SOURCE_REALTIME_TIMESTAMP"]) ?? text(record["__REALTIME_TIMESTAMP"]) ?? Number.NaN,
  );
  const header = {
    format: "journald",
    time: Math.trunc(micros / 1_000),
    host: text(record["_HOSTNAME"]),
    program: text(record["SYSLOG_IDENTIFIER"]) ?? text(record["_COMM"]),
    pid: text(record["_PID"]) ?? text(record["SYSLOG_PID"]),
    message: text(record["MESSAGE"]) ?? "",
    extra,
  };
  return programEvent(header, reading);
}

/** The Syslog table of Azure Monitor: one row per message. */
export function isAzureSyslog(record: JsonObject): boolean {
  return typeof record["SyslogMessage"] === "string";
}

export function parseAzureSyslog(record: JsonObject, reading: Reading): Parsed {
  const extra = flattenInto(newFields(), record);
  const message = text(record["SyslogMessage"]) ?? "";
  const time = parseTime(record["TimeGenerated"] ?? record["EventTime"], reading.utcOffsetMinutes);
  const host = text(record["HostName"]) ?? text(record["Computer"]);
  const audit = parseAudit(message);
  if (audit !== undefined) return { ...audit, host: audit.host ?? host };
  const program = text(record["ProcessName"]);
  const pid = text(record["ProcessID"]);
  return programEvent({ format: "azure-syslog", time, host, program, pid, message, extra }, reading);
}
