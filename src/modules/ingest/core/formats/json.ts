/** One JSON object: which of the known shapes it has, told by a few key probes, most frequent first. */
import { flattenInto } from "../flatten.ts";
import { UNKNOWN_SOURCE } from "../logsources.ts";
import type { JsonObject, Parsed, Reading } from "../parsed.ts";
import { firstText, newFields, parsedBy, portNumber } from "../parsed.ts";
import { parseTime } from "../time.ts";
import { parseCloud } from "./cloud.ts";
import { isEcs, parseEcs } from "./ecs.ts";
import { isOcsf, parseOcsf } from "./ocsf.ts";
import { isAzureSyslog, isJournald, parseAzureSyslog, parseJournald } from "./program-event.ts";
import { isSuricata, parseSuricata } from "./suricata.ts";
import { eventOf, parseNestedEvent } from "./windows-nested.ts";
import { isNxlog, parseNxlog } from "./windows-nxlog.ts";
import { isWinlogbeat, parseWinlogbeat } from "./winlogbeat.ts";
import { isZeek, parseZeekJson } from "./zeek.ts";

/** Names under which JSON logs of no known shape keep the few things pivots need (ECS first). */
const COMMON = {
  time: ["@timestamp", "timestamp", "time", "eventTime", "TimeGenerated", "ts", "datetime", "date", "created_at"],
  host: ["host.name", "host.hostname", "hostname", "HostName", "host", "Computer"],
  user: ["user.name", "username", "user"],
  srcIp: ["source.ip", "src_ip", "client.ip"],
  srcPort: ["source.port", "src_port"],
  dstIp: ["destination.ip", "dest_ip", "dst_ip"],
  dstPort: ["destination.port", "dest_port", "dst_port"],
  process: ["process.executable", "process.name"],
  commandLine: ["process.command_line"],
  domain: ["dns.question.name", "url.domain", "domain"],
  url: ["url.full", "url.original", "url"],
  file: ["file.path", "file.name"],
} as const;

function parseOtherJson(record: JsonObject, reading: Reading): Parsed {
  const fields = flattenInto(newFields(), record);
  const first = (names: readonly string[]) => firstText(fields, names);
  let time = Number.NaN;
  for (const name of COMMON.time) if (Number.isNaN(time)) time = parseTime(fields[name], reading.utcOffsetMinutes);
  return {
    format: "json",
    time,
    host: first(COMMON.host),
    logsource: UNKNOWN_SOURCE,
    entities: {
      user: first(COMMON.user),
      process: first(COMMON.process),
      commandLine: first(COMMON.commandLine),
      srcIp: first(COMMON.srcIp),
      srcPort: portNumber(first(COMMON.srcPort)),
      dstIp: first(COMMON.dstIp),
      dstPort: portNumber(first(COMMON.dstPort)),
      domain: first(COMMON.domain),
      url: first(COMMON.url),
      file: first(COMMON.file),
    },
    fields,
    verbatim: true,
  };
}

export function parseJsonObject(record: JsonObject, reading: Reading): Parsed {
  const utcOffsetMinutes = reading.utcOffsetMinutes;
  if (isNxlog(record)) return parseNxlog(record, utcOffsetMinutes);
  if (isWinlogbeat(record)) return parseWinlogbeat(record, utcOffsetMinutes);
  const event = eventOf(record);
  if (event !== undefined) return parseNestedEvent(event, "windows-json", utcOffsetMinutes);
  if (isZeek(record)) return parseZeekJson(record);
  if (isSuricata(record)) return parseSuricata(record);
  if (isJournald(record)) return parseJournald(record, reading);
  if (isAzureSyslog(record)) return parseAzureSyslog(record, reading);
  if (isOcsf(record)) return parseOcsf(record, utcOffsetMinutes);
  const cloud = parseCloud(record);
  if (cloud !== undefined) return cloud;
  const found = reading.parsers?.readJson(record, reading);
  if (found !== undefined) return parsedBy(found);
  return isEcs(record) ? parseEcs(record, utcOffsetMinutes) : parseOtherJson(record, reading);
}
