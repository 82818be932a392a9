/**
 * Zeek logs. JSON in its common dialects (plain, `_path` of the Corelight streaming package, `@stream` of the humio and
 * ELK shippers, `id_orig_h` instead of `id.orig_h`): rules always see `id.orig_h`. TSV: see zeek-tsv.ts.
 */
import type { Entities } from "../../../../kernel/index.ts";
import { flattenInto } from "../flatten.ts";
import { logSource } from "../logsources.ts";
import type { JsonObject, OpenFields, Parsed } from "../parsed.ts";
import { firstText, newFields, portNumber, text } from "../parsed.ts";
import { parseTime } from "../time.ts";

const PATH_NAMES = ["_path", "@stream", "@path"] as const;
const CONNECTION = ["orig_h", "orig_p", "resp_h", "resp_p"] as const;

export function isZeek(record: JsonObject): boolean {
  if (record["ts"] === undefined) return false;
  if (record["id.orig_h"] !== undefined || record["id_orig_h"] !== undefined) return true;
  // Logs of files, leases and notices name no connection, or several.
  if (record["fuid"] !== undefined || record["uids"] !== undefined) return true;
  if (record["note"] !== undefined && record["peer_descr"] !== undefined) return true;
  if (record["uid"] !== undefined || PATH_NAMES.some((name) => typeof record[name] === "string")) return true;
  const path = guessPath(record);
  return path !== undefined && WITHOUT_CONNECTION.has(path);
}

/** Plain Zeek JSON does not say which log it is from; these fields do. First match wins. */
const SIGNATURES: readonly (readonly [string, readonly string[]])[] = [
  ["conn", ["conn_state"]],
  ["intel", ["seen.indicator"]],
  ["dns", ["qtype"]],
  ["dns", ["trans_id", "proto"]],
  ["smtp", ["helo"]],
  ["sip", ["call_id"]],
  ["http", ["trans_depth"]],
  ["kerberos", ["request_type"]],
  ["quic", ["client_initial_dcid"]],
  ["ssl", ["cipher"]],
  ["ssl", ["resumed"]],
  ["x509", ["certificate.subject"]],
  ["ocsp", ["certStatus"]],
  ["files", ["fuid", "source", "depth"]],
  ["smb_files", ["action", "name"]],
  ["smb_mapping", ["share_type"]],
  ["smb_cmd", ["command", "sub_command"]],
  ["smb_cmd", ["command", "tree"]],
  ["dce_rpc", ["endpoint", "operation"]],
  ["ntlm", ["domainname"]],
  ["ntlm", ["hostname", "username", "success"]],
  ["ntlm", ["server_nb_computer_name"]],
  ["rdp", ["security_protocol"]],
  ["rdp", ["cookie", "result"]],
  ["ssh", ["auth_attempts"]],
  ["modbus", ["func"]],
  ["dnp3", ["fc_request"]],
  ["dnp3", ["fc_reply"]],
  ["s7comm", ["rosctr_name"]],
  ["notice", ["note", "msg"]],
  ["weird", ["name", "notice", "peer"]],
  ["dhcp", ["msg_types"]],
  ["mysql", ["cmd", "arg"]],
  ["ftp", ["arg", "command"]],
  ["ftp", ["command", "user"]],
  ["irc", ["command", "value", "addl"]],
  ["irc", ["command", "nick"]],
  ["radius", ["mac", "result"]],
  ["radius", ["username", "result", "ttl"]],
  ["rfb", ["client_major_version"]],
  ["rfb", ["authentication_method", "share_flag"]],
  ["socks", ["request.host"]],
  ["socks", ["bound.host"]],
  ["socks", ["bound_p"]],
  ["syslog", ["facility", "severity", "message"]],
  ["signatures", ["sig_id"]],
  ["ldap_search", ["base_object"]],
  ["ldap", ["message_id", "opcode"]],
  ["snmp", ["get_requests"]],
  ["ntp", ["stratum"]],
  ["pe", ["compile_ts"]],
  ["pe", ["machine", "subsystem"]],
  ["known_certs", ["port_num", "issuer_subject"]],
  ["known_services", ["port_num", "port_proto"]],
  ["software", ["software_type"]],
  ["mqtt_connect", ["connect_status"]],
  ["mqtt_publish", ["topic", "payload_len"]],
  ["mqtt_subscribe", ["topics", "ack"]],
  ["dpd", ["failure_reason"]],
  ["tunnel", ["tunnel_type"]],
  ["analyzer", ["analyzer_kind"]],
  ["capture_loss", ["ts_delta", "percent_lost"]],
  ["stats", ["peer", "pkts_proc"]],
  ["packet_filter", ["node", "filter", "success"]],
  ["broker", ["ty", "ev"]],
];
/** Logs about a machine, a certificate or Zeek itself name no connection; only fields no other program has count. */
const WITHOUT_CONNECTION: ReadonlySet<string> = new Set([
  "x509",
  "ocsp",
  "weird",
  "pe",
  "known_certs",
  "known_services",
  "software",
  "capture_loss",
  "stats",
]);
/** Their `host` is the machine they are about. */
const ABOUT_HOST: ReadonlySet<string> = new Set(["software", "known_certs", "known_hosts", "known_services"]);

function guessPath(fields: JsonObject): string | undefined {
  for (const [path, names] of SIGNATURES) if (names.every((name) => fields[name] !== undefined)) return path;
  return undefined;
}

function urlOf(fields: OpenFields): string | undefined {
  const uri = text(fields["uri"]);
  if (uri === undefined) return undefined;
  const host = text(fields["host"]);
  return uri.includes("://") || host === undefined ? uri : `http://${host}${uri}`;
}

/** What Zeek writes for the names of people it could not see. */
const NOBODY: ReadonlySet<string> = new Set(["<unknown>", "anonymous", "(empty)"]);

function userOf(fields: OpenFields, service: string | undefined): string | undefined {
  const names = ["username", "user", "client_name"];
  // In other logs than Kerberos' the client is a program; the cookie of RDP is the name typed in front of "@".
  if (fields["request_type"] !== undefined) names.push("client");
  if (service === "rdp") names.push("cookie");
  if (service === "irc") names.push("nick");
  const user = firstText(fields, names);
  return user === undefined || NOBODY.has(user) ? undefined : user;
}

/** The framework of indicators says what it saw by kind. */
function indicatorOf(fields: OpenFields, kind: string): string | undefined {
  return text(fields["seen.indicator_type"])?.toUpperCase() === `INTEL::${kind}`
    ? text(fields["seen.indicator"])
    : undefined;
}

function entitiesOf(fields: OpenFields, service: string | undefined): Entities {
  const aboutHost = service !== undefined && ABOUT_HOST.has(service);
  const srcNames = ["id.orig_h", "src", "src_addr", "tx_hosts", "client_addr", "requested_addr"];
  const host = aboutHost ? undefined : text(fields["host"]);
  return {
    user: userOf(fields, service),
    process: service === "software" ? text(fields["name"]) : undefined,
    srcIp: firstText(fields, aboutHost ? ["host"] : srcNames),
    srcPort: portNumber(fields["id.orig_p"] ?? fields["src_port"]),
    dstIp: firstText(fields, ["id.resp_h", "dst", "dst_addr", "rx_hosts", "server_addr"]),
    dstPort: portNumber(fields["id.resp_p"] ?? fields["dst_port"] ?? fields["p"]),
    domain:
      firstText(fields, ["query", "server_name", "request.name", "san.dns"]) ?? host ?? indicatorOf(fields, "DOMAIN"),
    url: urlOf(fields) ?? indicatorOf(fields, "URL"),
    hash:
      firstText(fields, ["sha256", "sha1", "md5"]) ??
      indicatorOf(fields, "FILE_HASH") ??
      (service === "x509" ? text(fields["fingerprint"]) : undefined),
    email: text(fields["mailfrom"]) ?? indicatorOf(fields, "EMAIL"),
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
    entities: entitiesOf(fields, service),
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
