/** A tried line as a sample of a definition (docs/parsers.md, Samples). */
import type { TriedLine } from "../../api/types.ts";

/** Fields of the syslog frame, which no definition is about. */
export const FRAME = new Set(["priority", "facility", "severity", "hostname", "program", "pid", "message", "msgid"]);
/** What the definitions call the entities of events. */
const ENTITY_NAMES: Readonly<Record<string, string>> = {
  commandLine: "command",
  parentProcess: "parent_process",
  srcIp: "src_ip",
  srcPort: "src_port",
  dstIp: "dst_ip",
  dstPort: "dst_port",
};
const MAX_FIELDS = 24;
type Scalar = string | number | boolean | null;

/** In single quotes nothing has a meaning but the quote itself; a line break or tab needs the other kind. */
export function quoted(text: string): string {
  return /\p{Cc}/u.test(text) ? JSON.stringify(text) : `'${text.replaceAll("'", "''")}'`;
}

function written(value: Scalar): string {
  return typeof value === "string" ? quoted(value) : String(value);
}

function section(name: string, entries: readonly (readonly [string, Scalar])[]): string[] {
  if (entries.length === 0) return [];
  return [`    ${name}:`, ...entries.map(([key, value]) => `      ${quoted(key)}: ${written(value)}`)];
}

export function sampleText(line: string, tried: TriedLine): string {
  if (tried.parser === null) return `  - line: ${quoted(line)}\n    matches: false\n`;
  const fields = Object.entries(tried.fields)
    .filter(([name, value]) => !FRAME.has(name) && !Array.isArray(value))
    .slice(0, MAX_FIELDS) as [string, Scalar][];
  const entities = Object.entries(tried.entities).map(([name, value]) => [ENTITY_NAMES[name] ?? name, value] as const);
  const source = Object.entries(tried.logsource).filter(([, value]) => value !== null);
  return `${[
    `  - line: ${quoted(line)}`,
    ...section("fields", fields),
    ...section("entities", entities),
    ...section("logsource", source),
    ...(tried.host === null ? [] : [`    host: ${quoted(tried.host)}`]),
    ...(tried.time === null ? [] : [`    time: ${quoted(tried.time)}`]),
  ].join("\n")}\n`;
}

/** What a new definition starts from. */
export const NEW_PARSER = `name: my-gateway
title: My gateway
logsource:
  product: my-gateway
  category: firewall
patterns:
  - 'gate <gate:int> <action:one(opened|closed)> by <user><? from <src_ip:ip>?>'
samples:
  - line: 'gate 7 opened by lan from 192.0.2.5'
    fields:
      action: opened
`;
