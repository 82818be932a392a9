/** Windows events as Winlogbeat writes them: version 7 and later (`winlog.*`, ECS beside it) and version 6 (`event_data`). */
import type { FieldValue } from "../../../../kernel/index.ts";
import { flattenInto } from "../flatten.ts";
import type { JsonObject, OpenFields, Parsed } from "../parsed.ts";
import { isObject, newFields } from "../parsed.ts";
import { parseTime } from "../time.ts";
import { alias, eventNumber, windowsEvent, withoutBlanks } from "./windows.ts";

export function isWinlogbeat(record: JsonObject): boolean {
  return isObject(record["winlog"]) || (isObject(record["event_data"]) && typeof record["log_name"] === "string");
}

/** Version 6 and 7 name → System member. Dotted names are those of the flattened `winlog` object. */
const SYSTEM: readonly (readonly [string, string])[] = [
  ["channel", "Channel"],
  ["log_name", "Channel"],
  ["event_id", "EventID"],
  ["provider_name", "Provider_Name"],
  ["source_name", "Provider_Name"],
  ["provider_guid", "Provider_Guid"],
  ["computer_name", "Computer"],
  ["record_id", "EventRecordID"],
  ["record_number", "EventRecordID"],
  ["process.pid", "Execution_ProcessID"],
  ["process_id", "Execution_ProcessID"],
  ["process.thread.id", "Execution_ThreadID"],
  ["thread_id", "Execution_ThreadID"],
  ["user.identifier", "Security_UserID"],
  ["activity_id", "Correlation_ActivityID"],
  ["keywords", "Keywords"],
  ["task", "Task"],
  ["opcode", "Opcode"],
  ["version", "Version"],
  ["level", "Level"],
];

/** Members that are there under their System name already. */
const SYSTEM_NAMES: ReadonlySet<string> = new Set(SYSTEM.map(([name]) => name));

const LIFTED: ReadonlySet<string> = new Set(["event_data", "user_data"]);
const AT_TOP: ReadonlySet<string> = new Set(["winlog", "event_data", "user_data"]);

function lift(fields: OpenFields, data: unknown): void {
  if (!isObject(data)) return;
  const flat = flattenInto(newFields(), data);
  for (const name in flat) fields[withoutBlanks(name)] = flat[name] ?? null;
}

export function parseWinlogbeat(record: JsonObject, utcOffsetMinutes: number): Parsed {
  const winlog = isObject(record["winlog"]) ? record["winlog"] : record;
  const fields = newFields();
  lift(fields, winlog["event_data"]);
  lift(fields, winlog["user_data"]);
  const system = flattenInto(newFields(), winlog === record ? {} : winlog, LIFTED);
  const rest = flattenInto(newFields(), record, AT_TOP);
  const known = winlog === record ? rest : system;
  for (const [name, target] of SYSTEM) alias(fields, target, known[name]);
  alias(fields, "EventID", rest["event.code"]);
  alias(fields, "Message", rest["message"]);
  alias(fields, "Computer", rest["host.name"] ?? rest["host.hostname"]);
  for (const name in system) if (!SYSTEM_NAMES.has(name)) fields[`winlog.${name}`] = system[name] as FieldValue;
  for (const name in rest) {
    if (fields[name] === undefined && !(known === rest && SYSTEM_NAMES.has(name)))
      fields[name] = rest[name] as FieldValue;
  }
  const eventId = eventNumber(fields["EventID"]);
  if (eventId !== undefined) fields["EventID"] = eventId;
  const time = parseTime(rest["@timestamp"] ?? fields["UtcTime"], utcOffsetMinutes);
  return windowsEvent("winlogbeat", fields, time, true);
}
