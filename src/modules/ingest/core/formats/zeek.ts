/**
 * Zeek logs. JSON in its common dialects (plain, `_path` of the Corelight streaming package, `@stream` of the humio and
 * ELK shippers, `id_orig_h` instead of `id.orig_h`): rules always see `id.orig_h`. TSV: see zeek-tsv.ts.
 */
import type { Entities } from "../../../../kernel/index.ts";
import { flattenInto } from "../flatten.ts";
import { logSource } from "../logsources.ts";
import type { JsonObject, OpenFields, Parsed } from "../parsed.ts";
import { newFields, portNumber, text } from "../parsed.ts";
import { parseTime } from "../time.ts";

const PATH_NAMES = ["_path", "@stream", "@path"] as const;
const CONNECTION = ["orig_h", "orig_p", "resp_h", "resp_p"] as const;

export function isZeek(record: JsonObject): boolean {
  if (record["ts"] === undefined) return false;
  if (record["id.orig_h"] !== undefined || record["id_orig_h"] !== undefined) return true;
  // Logs of files, leases and notices name no connection, or several.
  if (record["fuid"] !== undefined || record["uids"] !== undefined) return true;
  if (record["note"] !== undefined && record["peer_descr"] !== undefined) return true;
  return record["uid"] !== undefined || PATH_NAMES.some((name) => typeof record[name] === "string");
}

/** Plain Zeek JSON does not say which log it is from; these fields do. First match wins. */
const SIGNATURES: readonly (readonly [string, readonly string[]])[] = [
  ["conn", ["conn_state"]],
  ["dns", ["qtype"]],
  ["dns", ["trans_id", "proto"]],
  ["smtp", ["helo"]],
  ["sip", ["call_id"]],
  ["http", ["trans_depth"]],
  ["kerberos", ["request_type"]],
  ["ssl", ["cipher"]],
  ["ssl", ["resumed"]],
  ["x509", ["certificate.subject"]],
  ["files", ["fuid", "source", "depth"]],
  ["smb_files", ["action", "name"]],
  ["smb_mapping", ["share_type"]],
  ["dce_rpc", ["endpoint", "operation"]],
  ["ntlm", ["domainname"]],
  ["rdp", ["security_protocol"]],
  ["ssh", ["auth_attempts"]],
  ["modbus", ["func"]],
  ["dnp3", ["fc_request"]],
  ["s7comm", ["rosctr_name"]],
  ["notice", ["note", "msg"]],
  ["weird", ["name", "notice", "peer"]],
  ["dhcp", ["msg_types"]],
  ["ftp", ["arg", "command"]],
  ["snmp", ["get_requests"]],
  ["ntp", ["stratum"]],
  ["pe", ["compile_ts"]],
  ["intel", ["seen.indicator"]],
  ["software", ["software_type"]],
  ["mqtt_connect", ["connect_status"]],
  ["dpd", ["failure_reason"]],
  ["tunnel", ["tunnel_type"]],
  ["analyzer", ["analyzer_kind"]],
];

function guessPath(fields: OpenFields): string | undefined {
  for (const [path, names] of SIGNATURES) if (names.every((name) => fields[name] !== undefined)) return path;
  return undefined;
}

function urlOf(fields: OpenFields): string | undefined {
  const uri = text(fields["uri"]);
  if (uri === undefined) return undefined;
  const host = text(fields["host"]);
  return uri.includes("://") || host === undefined ? uri : `http://${host}${uri}`;
}

function entitiesOf(fields: OpenFields): Entities {
  // In other logs than Kerberos' the client is a program.
  const principal = fields["request_type"] === undefined ? undefined : text(fields["client"]);
  return {
    user: text(fields["username"]) ?? text(fields["user"]) ?? text(fields["client_name"]) ?? principal,
    srcIp: text(fields["id.orig_h"]) ?? text(fields["src"]),
    srcPort: portNumber(fields["id.orig_p"]),
    dstIp: text(fields["id.resp_h"]) ?? text(fields["dst"]),
    dstPort: portNumber(fields["id.resp_p"]),
    domain: text(fields["query"]) ?? text(fields["server_name"]) ?? text(fields["host"]),
    url: urlOf(fields),
    hash: text(fields["sha256"]) ?? text(fields["sha1"]) ?? text(fields["md5"]),
    email: text(fields["mailfrom"]),
    file: text(fields["filename"]) ?? (text(fields["path"]) === undefined ? undefined : text(fields["name"])),
  };
}

/** Fields under Zeek's names, from either form, to an event. */
export function zeekEvent(format: string, path: string | undefined, fields: OpenFields, time: number): Parsed {
  const service = path ?? guessPath(fields);
  return {
    format,
    time,
    host: text(fields["@system"]) ?? text(fields["_system_name"]),
    logsource: logSource("zeek", service),
    entities: entitiesOf(fields),
    fields,
  };
}

export function parseZeekJson(record: JsonObject, path?: string): Parsed {
  const fields = flattenInto(newFields(), record);
  for (const end of CONNECTION) {
    const flat = fields[`id_${end}`];
    if (flat === undefined) continue;
    fields[`id.${end}`] = flat;
    delete fields[`id_${end}`];
  }
  let stated = path;
  for (const name of PATH_NAMES) stated ??= text(fields[name]);
  return zeekEvent("zeek-json", stated, fields, parseTime(fields["ts"]));
}
