/**
 * The parser assertions of the crowdsec hub as expectations on lines, and the names by which the same things go here.
 * An assertion speaks of the n-th event of a parser; the line is found again by its message.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { KhienEvent } from "../../src/kernel/index.ts";

export interface ExpectedLine {
  readonly raw: string;
  /** Their field names with what must stand there; only what their parser found. */
  readonly fields: ReadonlyMap<string, string>;
}

export interface HubTest {
  readonly name: string;
  readonly logType: string;
  /** Lines their parsers took. */
  readonly lines: readonly ExpectedLine[];
}

const ASSERTION =
  /^results\["(s\d\d-[^"]+)"\]\["([^"]+)"\]\[(\d+)\]\.(Success|Evt\.(?:Parsed|Meta)\["([^"]+)"\]) == (.+)$/;

interface Found {
  success: boolean;
  readonly fields: Map<string, string>;
}

function unquoted(text: string): string {
  try {
    return text.startsWith('"') ? (JSON.parse(text) as string) : text;
  } catch {
    // Go escapes (\x16, \a) that JSON does not know: such a value is not compared.
    return "";
  }
}

/** Their last parser before enrichment that took each message, with all its fields. */
function readAssertions(text: string): Map<string, Found> {
  const events = new Map<string, Found>();
  for (const line of text.split("\n")) {
    const match = ASSERTION.exec(line);
    if (match === null || match[1] !== "s01-parse") continue;
    const key = `${match[2]}#${match[3]}`;
    const event = events.get(key) ?? { success: false, fields: new Map<string, string>() };
    events.set(key, event);
    if (match[4] === "Success") event.success = match[6] === "true";
    else event.fields.set(match[5] as string, unquoted(match[6] as string));
  }
  return events;
}

function testOf(dir: string, name: string): HubTest | undefined {
  const files = readdirSync(join(dir, name));
  const config = files.includes("config.yaml") ? readFileSync(join(dir, name, "config.yaml"), "utf8") : "";
  const logType = /^log_type:\s*(\S+)/m.exec(config)?.[1];
  const log = /^log_file:\s*(\S+)/m.exec(config)?.[1];
  if (logType === undefined || log === undefined || !files.includes(log) || !files.includes("parser.assert")) return;
  const raws = readFileSync(join(dir, name, log), "utf8")
    .split("\n")
    .filter((raw) => raw.trim() !== "");
  const left = new Set(raws.keys());
  const lines: ExpectedLine[] = [];
  for (const { success, fields } of readAssertions(readFileSync(join(dir, name, "parser.assert"), "utf8")).values()) {
    const message = fields.get("message")?.trim() ?? "";
    if (!success || message === "") continue;
    const at = [...left].find((i) => raws[i]?.includes(message));
    if (at === undefined) continue;
    left.delete(at);
    lines.push({ raw: (raws[at] as string).trimEnd(), fields });
  }
  return { name, logType, lines };
}

export function hubTests(dir: string): readonly HubTest[] {
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => testOf(dir, name) ?? []);
}

type Getter = (event: KhienEvent) => readonly unknown[];

const field =
  (...names: readonly string[]): Getter =>
  (event) =>
    names.map((name) => event.fields[name]);

const srcIp: Getter = (event) => [event.entities.srcIp, event.fields["src_ip"], event.fields["c-ip"]];
const dstIp: Getter = (event) => [event.entities.dstIp, event.fields["dst_ip"]];
const srcPort: Getter = (event) => [event.entities.srcPort, event.fields["src_port"], event.fields["c-port"]];
const dstPort: Getter = (event) => [event.entities.dstPort, event.fields["dst_port"], event.fields["s-port"]];
const user: Getter = (event) => [event.entities.user, event.fields["user"], event.fields["target_user"]];
const method = field("cs-method");
const uri = field("cs-uri", "cs-uri-stem", "request");
const status = field("sc-status");
const agent = field("cs-user-agent");
const referer = field("cs-referer");
const host = field("cs-host", "s-computername", "cs-uri");
const hostname: Getter = (event) => [event.host, event.fields["hostname"]];

/** Their names, ours. What is not here has no counterpart: bookkeeping of their pipeline, dates in pieces, constants. */
export const COUNTERPARTS: Readonly<Record<string, Getter>> = {
  source_ip: srcIp,
  remote_addr: srcIp,
  client_ip: srcIp,
  clientip: srcIp,
  sshd_client_ip: srcIp,
  remote_ip: srcIp,
  src_ip: srcIp,
  dovecot_remote_ip: srcIp,
  sympa_client_ip: srcIp,
  client: srcIp,
  source_port: srcPort,
  src_port: srcPort,
  remote_port: srcPort,
  client_port: srcPort,
  dst_ip: dstIp,
  dest_ip: dstIp,
  target_ip: dstIp,
  dovecot_local_ip: dstIp,
  dst_port: dstPort,
  dest_port: dstPort,
  target_port: dstPort,
  destination_port: dstPort,
  user,
  username: user,
  target_user: user,
  dovecot_user: user,
  sshd_invalid_user: user,
  pgsql_user: field("db_user", "user"),
  pgsql_target_user: user,
  pgsql_dbname: field("database"),
  remote_user: field("cs-username", "user"),
  verb: method,
  http_verb: method,
  http_method: method,
  http_path: uri,
  request: uri,
  http_status: status,
  http_status_code: status,
  response: status,
  http_code: status,
  status,
  body_bytes_sent: field("sc-bytes"),
  bytes: field("sc-bytes", "bytes"),
  size: field("sc-bytes"),
  http_user_agent: agent,
  agent,
  http_referer: referer,
  referer,
  referrer: referer,
  http_version: field("cs-version"),
  target_fqdn: host,
  machine: hostname,
  pid: field("pid"),
  log_level: field("level", "levelName", "severity"),
  loglevel: field("level", "levelName", "severity"),
  traefik_router_name: field("router", "RouterName"),
  using_password: field("using_password"),
  gzip_ratio: field("gzip"),
  reason: field("reason"),
  ruleid: field("modsec.id"),
  rulemessage: field("modsec.msg"),
  ruleline: field("modsec.line"),
  ruleseverity: field("modsec.severity"),
  rulefile: field("rule_file", "modsec.file"),
  targeturi: field("modsec.uri"),
  uniqueid: field("modsec.unique_id"),
  protocol: field("protocol", "PROTO", "proto"),
};

export function sameValue(theirs: string, ours: readonly unknown[]): boolean {
  const plain = (value: string): string => value.replace(/^::ffff:(?=\d)/i, "").trim();
  return ours.some((value) => value !== undefined && value !== null && plain(String(value)) === plain(theirs));
}

/** "-" and nothing are what both sides call absent. */
export function saysSomething(value: string): boolean {
  return value.trim() !== "" && value !== "-";
}
