/**
 * Records in the Open Cybersecurity Schema Framework, told by their class. Fields keep their OCSF names;
 * content/log-sources/field-names.yml relates them to the names rules use. Classes and activities Sigma has no category
 * for get none.
 */
import { flattenInto } from "../flatten.ts";
import { logSource } from "../logsources.ts";
import type { JsonObject, OpenFields, Parsed } from "../parsed.ts";
import { firstText, isObject, newFields, portNumber, text } from "../parsed.ts";
import { parseTime } from "../time.ts";

export function isOcsf(record: JsonObject): boolean {
  return typeof record["class_uid"] === "number" && isObject(record["metadata"]);
}

export function parseOcsf(record: JsonObject, utcOffsetMinutes: number): Parsed {
  const fields = flattenInto(newFields(), record);
  const first = (...names: readonly string[]) => firstText(fields, names);
  return {
    format: "ocsf",
    time: parseTime(fields["time"] ?? fields["time_dt"], utcOffsetMinutes),
    host: first("device.hostname", "device.name"),
    logsource: logSource(productOf(fields), undefined, categoryOf(fields)),
    entities: {
      user: first("actor.user.name", "user.name"),
      process: first("process.file.path", "actor.process.file.path"),
      commandLine: first("process.cmd_line", "actor.process.cmd_line"),
      parentProcess: first("process.parent_process.file.path"),
      srcIp: first("src_endpoint.ip"),
      srcPort: portNumber(fields["src_endpoint.port"]),
      dstIp: first("dst_endpoint.ip"),
      dstPort: portNumber(fields["dst_endpoint.port"]),
      domain: first("query.hostname", "http_request.url.hostname"),
      url: first("http_request.url.url_string", "http_request.url.text"),
      email: first("actor.user.email_addr"),
      file: first("file.path"),
    },
    fields,
  };
}

/** `device.os.type_id` of the schema's dictionary. */
const SYSTEMS: Readonly<Record<number, string>> = { 100: "windows", 200: "linux", 300: "macos" };

function productOf(fields: OpenFields): string | undefined {
  const id = fields["device.os.type_id"];
  if (typeof id === "number" && SYSTEMS[id] !== undefined) return SYSTEMS[id];
  const named = text(fields["device.os.type"])?.toLowerCase();
  return named === "windows" || named === "linux" || named === "macos" ? named : undefined;
}

/** Class → activity → Sigma category (schema: system activity and network activity). */
const CATEGORIES: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  1001: { 1: "file_event", 2: "file_access", 4: "file_delete", 5: "file_rename", 14: "file_access" },
  1002: { 1: "driver_load" },
  1005: { 1: "image_load" },
  1007: { 1: "process_creation", 2: "process_termination", 3: "process_access", 4: "create_remote_thread" },
};

function categoryOf(fields: OpenFields): string | undefined {
  const classId = fields["class_uid"] as number;
  const byProcess = fields["actor.process.file.path"] !== undefined;
  switch (classId) {
    case 4001:
      return byProcess ? "network_connection" : "firewall";
    case 4002:
      return isObjectNamed(fields, "proxy") ? "proxy" : "webserver";
    case 4003:
      return byProcess ? "dns_query" : "dns";
    default: {
      const activity = fields["activity_id"];
      return typeof activity === "number" ? CATEGORIES[classId]?.[activity] : undefined;
    }
  }
}

function isObjectNamed(fields: OpenFields, name: string): boolean {
  for (const field in fields) if (field.startsWith(`${name}.`) || field.startsWith(`${name}_endpoint.`)) return true;
  return false;
}
