/**
 * Suricata EVE JSON: `logsource.service` is the event type (alert, dns, flow, modbus …). What an event is about stands
 * under the name of its protocol; an alert brings the protocol's part along.
 */
import { flattenInto } from "../flatten.ts";
import { logSource } from "../logsources.ts";
import type { JsonObject, OpenFields, Parsed } from "../parsed.ts";
import { firstText, isObject, newFields, portNumber, text } from "../parsed.ts";
import { parseTime } from "../time.ts";

export function isSuricata(record: JsonObject): boolean {
  if (typeof record["event_type"] !== "string" || typeof record["timestamp"] !== "string") return false;
  if (record["flow_id"] !== undefined || record["src_ip"] !== undefined) return true;
  // Statistics and the engine's own messages have no connection, but the part that every type has.
  return isObject(record[record["event_type"]]);
}

function urlOf(fields: OpenFields): string | undefined {
  const path = text(fields["http.url"]);
  const host = text(fields["http.hostname"]);
  return path === undefined || host === undefined || path.includes("://") ? path : `http://${host}${path}`;
}

/** First that says something; each protocol has its own word for it. */
const USERS = [
  "smb.ntlmssp.user",
  "krb5.cname",
  "rdp.cookie",
  "mqtt.connect.username",
  "pgsql.request.startup_parameters.user",
  "snmp.usm",
  "ldap.request.bind_request.name",
] as const;
const DOMAINS = [
  "dns.rrname",
  "dns.query.rrname",
  "dns.queries.rrname",
  "mdns.queries.rrname",
  "tls.sni",
  "quic.sni",
  "http.hostname",
  "ssl.sni",
] as const;
const HASHES = ["fileinfo.sha256", "files.sha256", "fileinfo.sha1", "files.sha1", "fileinfo.md5", "files.md5"] as const;
const FILES = [
  "fileinfo.filename",
  "files.filename",
  "smb.filename",
  "nfs.filename",
  "tftp.file",
  "ftp_data.filename",
  "email.attachment",
] as const;

/** FTP's and POP3's commands carry the user's name as their argument. */
function loginOf(fields: OpenFields): string | undefined {
  if (text(fields["ftp.command"])?.toUpperCase() === "USER") return text(fields["ftp.command_data"]);
  return text(fields["pop3.request.command"])?.toUpperCase() === "USER" ? text(fields["pop3.request.args"]) : undefined;
}

/** `MAIL FROM:<lan@songlam.example>` without its brackets. */
function senderOf(fields: OpenFields): string | undefined {
  const sender = firstText(fields, ["smtp.mail_from", "email.from"]);
  return sender === undefined ? undefined : (/<([^<>]{1,320})>/.exec(sender.slice(0, 1_024))?.[1] ?? sender);
}

export function parseSuricata(record: JsonObject): Parsed {
  const fields = flattenInto(newFields(), record);
  return {
    format: "suricata-eve",
    time: parseTime(record["timestamp"]),
    host: firstText(fields, ["host", "sensor_name", "sensor-name"]),
    logsource: logSource("suricata", text(record["event_type"])),
    entities: {
      user: firstText(fields, USERS) ?? loginOf(fields),
      srcIp: firstText(fields, ["src_ip", "arp.src_ip"]),
      srcPort: portNumber(fields["src_port"]),
      dstIp: firstText(fields, ["dest_ip", "arp.dest_ip"]),
      dstPort: portNumber(fields["dest_port"]),
      domain: firstText(fields, DOMAINS),
      url: urlOf(fields),
      hash: firstText(fields, HASHES),
      email: senderOf(fields),
      file: firstText(fields, FILES),
    },
    fields,
  };
}
