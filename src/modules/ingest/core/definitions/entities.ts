/** Which fields become the event's entities: the usual names, and what a definition says instead. */
import { type OpenEntities, type OpenFields, portNumber, text } from "../parsed.ts";
import { isAddress } from "./addresses.ts";

/** Names of definitions (as people write fields) to names of entities, with the fields looked at by default. */
export const ENTITY_NAMES = {
  user: "user",
  process: "process",
  command: "commandLine",
  parent_process: "parentProcess",
  src_ip: "srcIp",
  src_port: "srcPort",
  dst_ip: "dstIp",
  dst_port: "dstPort",
  domain: "domain",
  url: "url",
  hash: "hash",
  email: "email",
  file: "file",
} as const satisfies Record<string, keyof OpenEntities>;

type EntityName = keyof typeof ENTITY_NAMES;
const NAMES = Object.keys(ENTITY_NAMES) as EntityName[];
export const HOST_ENTITY = "host";

export interface FoundEntities {
  readonly host: string | undefined;
  readonly entities: OpenEntities;
}

/** What firewalls write where nobody is known. */
const NOBODY: ReadonlySet<string> = new Set(["N/A", "No Authentication Required", "Not Found"]);

function first(fields: OpenFields, names: readonly string[]): string | undefined {
  for (const name of names) {
    const found = text(fields[name]);
    if (found !== undefined && !NOBODY.has(found)) return found;
  }
  return undefined;
}

/** IPv4 in IPv6's clothes is IPv4; a zone is the sender's business. Anything but an address is none. */
function address(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const plain = /^::ffff:\d/i.test(value) ? value.slice(7) : value;
  return isAddress(plain) ? plain : undefined;
}

/** A peer that is written as a name. */
function domainName(value: string | undefined): string | undefined {
  if (value === undefined || address(value) !== undefined) return undefined;
  return /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+\.?$/.test(value) ? value : undefined;
}

/** `written`: entity (or "host") to the fields that may hold it, first that says something. */
export function entitiesOf(
  written: Readonly<Record<string, readonly string[]>>,
): (fields: OpenFields) => FoundEntities {
  const sources = NAMES.map((name) => ({ name, entity: ENTITY_NAMES[name], fields: written[name] ?? [name] }));
  const hostFields = written[HOST_ENTITY] ?? [];
  return (fields) => {
    const entities: OpenEntities = {};
    for (const { name, entity, fields: names } of sources) {
      const value = first(fields, names);
      if (value === undefined) continue;
      if (entity === "srcPort" || entity === "dstPort") entities[entity] = portNumber(value);
      else if (entity === "srcIp" || entity === "dstIp") {
        entities[entity] = address(value);
        if (name === "src_ip") entities.domain ??= domainName(value);
      } else entities[entity] = value;
    }
    return { host: hostFields.length === 0 ? undefined : first(fields, hostFields), entities };
  };
}
