/** Suricata EVE JSON: `logsource.service` is the event type (alert, dns, flow, modbus …). */
import { flattenInto } from "../flatten.ts";
import { logSource } from "../logsources.ts";
import type { JsonObject, OpenFields, Parsed } from "../parsed.ts";
import { newFields, portNumber, text } from "../parsed.ts";
import { parseTime } from "../time.ts";

export function isSuricata(record: JsonObject): boolean {
  if (typeof record["event_type"] !== "string" || typeof record["timestamp"] !== "string") return false;
  return record["flow_id"] !== undefined || record["src_ip"] !== undefined || record["stats"] !== undefined;
}

function urlOf(fields: OpenFields): string | undefined {
  const path = text(fields["http.url"]);
  const host = text(fields["http.hostname"]);
  return path === undefined || host === undefined || path.includes("://") ? path : `http://${host}${path}`;
}

export function parseSuricata(record: JsonObject): Parsed {
  const fields = flattenInto(newFields(), record);
  return {
    format: "suricata-eve",
    time: parseTime(record["timestamp"]),
    host: text(fields["host"]),
    logsource: logSource("suricata", text(record["event_type"])),
    entities: {
      user: text(fields["smb.ntlmssp.user"]) ?? text(fields["krb5.cname"]),
      srcIp: text(fields["src_ip"]),
      srcPort: portNumber(fields["src_port"]),
      dstIp: text(fields["dest_ip"]),
      dstPort: portNumber(fields["dest_port"]),
      domain:
        text(fields["dns.rrname"]) ??
        text(fields["dns.query.rrname"]) ??
        text(fields["dns.queries.rrname"]) ??
        text(fields["tls.sni"]) ??
        text(fields["http.hostname"]),
      url: urlOf(fields),
      hash: text(fields["fileinfo.sha256"]) ?? text(fields["fileinfo.md5"]),
      email: text(fields["email.from"]),
      file: text(fields["fileinfo.filename"]) ?? text(fields["smb.filename"]),
    },
    fields,
  };
}
