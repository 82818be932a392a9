/** A program's log message as an event, whatever frame it came in: syslog, journald, or a cloud's copy of syslog. */
import { flattenInto } from "../flatten.ts";
import { logSource } from "../logsources.ts";
import type { JsonObject, OpenFields, Parsed } from "../parsed.ts";
import { newFields, text } from "../parsed.ts";
import { parseTime } from "../time.ts";
import { parseAudit } from "./auditd.ts";
import type { SyslogHeader } from "./syslog-header.ts";
import { programEntities, readProgram } from "./syslog-programs.ts";

export type ProgramMessage = Omit<SyslogHeader, "format"> & { readonly format: string };

export function programEvent(header: ProgramMessage): Parsed {
  const fields: OpenFields = header.extra;
  if (header.host !== undefined) fields["hostname"] = header.host;
  if (header.program !== undefined) fields["program"] = header.program;
  if (header.pid !== undefined) fields["pid"] = header.pid;
  fields["message"] = header.message;
  const service = readProgram(header.program, header.message, fields);
  return {
    format: header.format,
    time: header.time,
    host: header.host,
    logsource: logSource("linux", service),
    entities: programEntities(fields),
    fields,
  };
}

export function isJournald(record: JsonObject): boolean {
  return record["MESSAGE"] !== undefined && record["__REALTIME_TIMESTAMP"] !== undefined;
}

/** systemd-journald's JSON export: the same messages with other names. */
export function parseJournald(record: JsonObject): Parsed {
  const extra = newFields();
  for (const name in record) {
    const value = record[name];
    if (typeof value === "string" || typeof value === "number") extra[name] = value;
  }
  const micros = Number(
    text(record["_SOURCE_REALTIME_TIMESTAMP"]) ?? text(record["__REALTIME_TIMESTAMP"]) ?? Number.NaN,
  );
  return programEvent({
    format: "journald",
    time: Math.trunc(micros / 1_000),
    host: text(record["_HOSTNAME"]),
    program: text(record["SYSLOG_IDENTIFIER"]) ?? text(record["_COMM"]),
    pid: text(record["_PID"]) ?? text(record["SYSLOG_PID"]),
    message: text(record["MESSAGE"]) ?? "",
    extra,
  });
}

/** The Syslog table of Azure Monitor: one row per message. */
export function isAzureSyslog(record: JsonObject): boolean {
  return typeof record["SyslogMessage"] === "string";
}

export function parseAzureSyslog(record: JsonObject, utcOffsetMinutes: number): Parsed {
  const extra = flattenInto(newFields(), record);
  const message = text(record["SyslogMessage"]) ?? "";
  const time = parseTime(record["TimeGenerated"] ?? record["EventTime"], utcOffsetMinutes);
  const host = text(record["HostName"]) ?? text(record["Computer"]);
  const audit = parseAudit(message);
  if (audit !== undefined) return { ...audit, host: audit.host ?? host };
  const program = text(record["ProcessName"]);
  const pid = text(record["ProcessID"]);
  return programEvent({ format: "azure-syslog", time, host, program, pid, message, extra });
}
