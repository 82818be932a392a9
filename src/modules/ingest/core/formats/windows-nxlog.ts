/** Windows events as NXLog's flat JSON (`EventID`, `Channel`, `Hostname`, `SourceName` …), also as Logstash hands it on. */
import { adoptFlat, flattenInto } from "../flatten.ts";
import type { JsonObject, OpenFields, Parsed } from "../parsed.ts";
import { newFields } from "../parsed.ts";
import { hasZone, parseTime } from "../time.ts";
import { alias, eventNumber, windowsEvent, withoutBlanks } from "./windows.ts";

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

function hasBlankName(record: JsonObject): boolean {
  for (const name in record) if (name.includes(" ")) return true;
  return false;
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
  // EventTime has whole seconds; Sysmon's own time, when it agrees, has the milliseconds that put events in order.
  const precise = parseTime(fields["UtcTime"]);
  return Math.abs(precise - local - zone) <= CLOCK_SLACK_MS ? precise : local + zone;
}

/** Best first: a time that states its zone, the local time with a measured zone, Sysmon's UTC, the shipper's, a bare one. */
function timeOf(fields: OpenFields, utcOffsetMinutes: number): number {
  const created = fields["TimeCreated"] ?? fields["EventTime"];
  if (hasZone(created) || typeof created === "number") {
    const time = parseTime(created);
    if (!Number.isNaN(time)) return time;
  }
  if (hasZone(fields["@timestamp"])) {
    const time = zonedEventTime(fields);
    if (!Number.isNaN(time)) return time;
  }
  for (const name of ["UtcTime", "@timestamp"]) {
    const time = parseTime(fields[name]);
    if (!Number.isNaN(time)) return time;
  }
  return parseTime(created, utcOffsetMinutes);
}

/** Cheap probe: NXLog's pair of keys, flat. */
export function isNxlog(record: JsonObject): boolean {
  return record["EventID"] !== undefined && typeof record["Channel"] === "string" && record["System"] === undefined;
}

export function parseNxlog(record: JsonObject, utcOffsetMinutes: number): Parsed {
  const fields = (hasBlankName(record) ? undefined : adoptFlat(record)) ?? copyFields(record);
  const eventId = eventNumber(fields["EventID"]);
  if (eventId !== undefined) fields["EventID"] = eventId;
  alias(fields, "Provider_Name", fields["SourceName"] ?? fields["ProviderName"] ?? fields["Source"]);
  alias(fields, "Computer", fields["Hostname"] ?? fields["ComputerName"] ?? fields["MachineName"]);
  alias(fields, "EventRecordID", fields["RecordNumber"] ?? fields["RecordId"]);
  alias(fields, "Execution_ProcessID", fields["ExecutionProcessID"]);
  return windowsEvent("windows-nxlog", fields, timeOf(fields, utcOffsetMinutes));
}
