/** Windows events as NXLog's flat JSON (`EventID`, `Channel`, `Hostname`, `SourceName` …), also as Logstash hands it on. */
import { flattenInto, isFlat } from "../flatten.ts";
import type { JsonObject, OpenFields, Parsed } from "../parsed.ts";
import { newFields } from "../parsed.ts";
import { hasZone, parseTime } from "../time.ts";
import { eventNumber, windowsEvent, withoutBlanks } from "./windows.ts";

const QUARTER_HOUR_MS = 900_000;
/** How far a zone measured from two clocks may lie from a whole quarter hour. */
const CLOCK_SLACK_MS = 120_000;

function copyFields(record: JsonObject): OpenFields {
  const flat = flattenInto(newFields(), record);
  for (const name in flat) {
    const bare = withoutBlanks(name);
    if (bare === name) continue;
    // A name that has no blanks of its own keeps its value.
    flat[bare] ??= flat[name] ?? null;
    delete flat[name];
  }
  return flat;
}

/**
 * NXLog writes EventTime in the collector's local time without saying which. EventReceivedTime is the same clock and
 * @timestamp the same moment in UTC: their difference, to the quarter hour, is the zone.
 */
function zonedEventTime(fields: OpenFields): number {
  const local = parseTime(fields["EventTime"]);
  const difference = parseTime(fields["@timestamp"]) - parseTime(fields["EventReceivedTime"]);
  const zone = Math.round(difference / QUARTER_HOUR_MS) * QUARTER_HOUR_MS;
  if (!(Math.abs(difference - zone) <= CLOCK_SLACK_MS)) return Number.NaN;
  return local + zone;
}

/** What `nxlogTime` looks at. */
export const NXLOG_TIME_NAMES = ["TimeCreated", "EventTime", "UtcTime", "@timestamp", "EventReceivedTime"] as const;

/** Best first: a time that states its zone, Sysmon's UTC, the local time with a measured zone, the shipper's, a bare one. */
export function nxlogTime(fields: OpenFields, utcOffsetMinutes: number): number {
  const created = fields["TimeCreated"] ?? fields["EventTime"];
  if (hasZone(created) || typeof created === "number") {
    const time = parseTime(created);
    if (!Number.isNaN(time)) return time;
  }
  const utc = fields["UtcTime"];
  if (utc !== undefined) {
    const time = parseTime(utc);
    if (!Number.isNaN(time)) return time;
  }
  if (hasZone(fields["@timestamp"])) {
    const time = zonedEventTime(fields);
    return Number.isNaN(time) ? parseTime(fields["@timestamp"]) : time;
  }
  return parseTime(created, utcOffsetMinutes);
}

/** Cheap probe: NXLog's pair of keys, flat. */
export function isNxlog(record: JsonObject): boolean {
  return record["EventID"] !== undefined && typeof record["Channel"] === "string" && record["System"] === undefined;
}

/** System members under the names rules use, and NXLog's names for them, best first. */
export const NXLOG_SYSTEM_NAMES: readonly (readonly [string, readonly string[]])[] = [
  ["Provider_Name", ["SourceName", "ProviderName", "Source"]],
  ["Computer", ["Hostname", "ComputerName", "MachineName"]],
  ["EventRecordID", ["RecordNumber", "RecordId"]],
  ["Execution_ProcessID", ["ExecutionProcessID"]],
];

/** The same written out: constant names are what makes it fast. */
function addSystemNames(fields: OpenFields): void {
  const provider = fields["SourceName"] ?? fields["ProviderName"] ?? fields["Source"];
  if (provider !== undefined) fields["Provider_Name"] ??= provider;
  const computer = fields["Hostname"] ?? fields["ComputerName"] ?? fields["MachineName"];
  if (computer !== undefined) fields["Computer"] ??= computer;
  const record = fields["RecordNumber"] ?? fields["RecordId"];
  if (record !== undefined) fields["EventRecordID"] ??= record;
  const process = fields["ExecutionProcessID"];
  if (process !== undefined) fields["Execution_ProcessID"] ??= process;
}

export function parseNxlog(record: JsonObject, utcOffsetMinutes: number): Parsed {
  const flat = isFlat(record);
  const fields = flat ? (record as OpenFields) : copyFields(record);
  const eventId = eventNumber(fields["EventID"]);
  if (eventId !== undefined) fields["EventID"] = eventId;
  addSystemNames(fields);
  const event = windowsEvent("windows-nxlog", fields, nxlogTime(fields, utcOffsetMinutes), true);
  // Last, because it is cheaper to read and extend an ordinary object; until here only fixed names were touched.
  if (flat) Object.setPrototypeOf(fields, null);
  return event;
}
