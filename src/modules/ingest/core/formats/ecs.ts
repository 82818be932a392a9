/**
 * Records in the Elastic Common Schema: Elastic's endpoint agent, Auditbeat, Filebeat and whoever else speaks it. Fields
 * keep their ECS names; content/log-sources/field-names.yml relates them to the names rules use.
 *
 * The log source follows from `event.category`, `event.type` and `host.os`. A kind of event that Sigma has no category
 * for gets none: a rule must never see events it was not written for.
 */
import { type LogSource, tableOf } from "../../../../kernel/index.ts";
import { flattenInto } from "../flatten.ts";
import { logSource } from "../logsources.ts";
import type { JsonObject, OpenFields, Parsed } from "../parsed.ts";
import { firstText, isObject, newFields, portNumber, text } from "../parsed.ts";
import { parseTime } from "../time.ts";

export function isEcs(record: JsonObject): boolean {
  if (record["@timestamp"] === undefined) return false;
  if (isObject(record["ecs"]) || record["ecs.version"] !== undefined) return true;
  const event = record["event"];
  return (isObject(event) && event["category"] !== undefined) || record["event.category"] !== undefined;
}

export function parseEcs(record: JsonObject, utcOffsetMinutes: number): Parsed {
  const fields = flattenInto(newFields(), record);
  const first = (...names: readonly string[]) => firstText(fields, names);
  return {
    format: "ecs",
    time: parseTime(fields["@timestamp"], utcOffsetMinutes),
    host: first("host.name", "host.hostname"),
    logsource: sourceOf(fields),
    entities: {
      user: first("user.name"),
      process: first("process.executable", "process.name"),
      commandLine: first("process.command_line"),
      parentProcess: first("process.parent.executable", "process.parent.name"),
      srcIp: first("source.ip", "client.ip"),
      srcPort: portNumber(fields["source.port"]),
      dstIp: first("destination.ip", "server.ip"),
      dstPort: portNumber(fields["destination.port"]),
      domain: first("dns.question.name", "url.domain"),
      url: first("url.full", "url.original"),
      hash: first("process.hash.sha256", "file.hash.sha256"),
      email: first("user.email"),
      file: first("file.path"),
    },
    fields,
  };
}

const PLATFORMS = tableOf<string>({ windows: "windows", darwin: "macos", macos: "macos" });

function productOf(fields: OpenFields): string | undefined {
  const type = text(fields["host.os.type"])?.toLowerCase();
  if (type === "windows" || type === "linux" || type === "macos") return type;
  const platform = (text(fields["host.os.platform"]) ?? text(fields["host.os.family"]))?.toLowerCase();
  if (platform === undefined) return undefined;
  // Other platforms an agent names are Linux distributions.
  return Object.hasOwn(PLATFORMS, platform) ? PLATFORMS[platform] : "linux";
}

function sourceOf(fields: OpenFields): LogSource {
  const product = productOf(fields);
  const module = text(fields["event.module"]);
  const category = categoryOf(fields);
  if (module === "apache" || module === "nginx") return logSource(product, module, category);
  if (module === "auditd") return logSource("linux", "auditd", category);
  return logSource(product, undefined, category);
}

function holds(value: unknown, wanted: string): boolean {
  return Array.isArray(value) ? value.includes(wanted) : value === wanted;
}

function categoryOf(fields: OpenFields): string | undefined {
  const category = fields["event.category"];
  const type = fields["event.type"];
  if (holds(category, "process")) {
    if (holds(type, "start")) return "process_creation";
    return holds(type, "end") ? "process_termination" : undefined;
  }
  if (holds(category, "file")) return fileCategory(fields);
  if (holds(category, "registry")) {
    if (holds(type, "creation")) return "registry_add";
    if (holds(type, "deletion")) return "registry_delete";
    return holds(type, "change") ? "registry_set" : undefined;
  }
  if (holds(category, "library")) return holds(type, "start") ? "image_load" : undefined;
  if (holds(category, "driver")) return holds(type, "start") ? "driver_load" : undefined;
  if (holds(category, "web")) return webCategory(fields);
  return holds(category, "network") ? networkCategory(fields) : undefined;
}

function fileCategory(fields: OpenFields): string | undefined {
  const type = fields["event.type"];
  const action = text(fields["event.action"])?.toLowerCase();
  // Sigma's file_event is a file created or overwritten.
  if (holds(type, "creation") || action === "overwrite") return "file_event";
  if (holds(type, "deletion")) return "file_delete";
  if (action === "rename" || action === "moved") return "file_rename";
  return holds(type, "access") ? "file_access" : undefined;
}

function networkCategory(fields: OpenFields): string | undefined {
  const byProcess = fields["process.executable"] !== undefined;
  if (text(fields["dns.question.name"]) !== undefined) return byProcess ? "dns_query" : "dns";
  if (byProcess) return "network_connection";
  return text(fields["observer.type"]) === "firewall" ? "firewall" : undefined;
}

const webServer = /^(?:apache|nginx|iis|traefik|haproxy|caddy|tomcat)(?:\.|$)/;
const proxy = /^(?:squid|zscaler|bluecoat|barracuda|forcepoint|netskope)/;

function webCategory(fields: OpenFields): string | undefined {
  const from = text(fields["event.dataset"]) ?? text(fields["event.module"]) ?? "";
  if (webServer.test(from)) return "webserver";
  return proxy.test(from) || text(fields["observer.type"]) === "proxy" ? "proxy" : undefined;
}
