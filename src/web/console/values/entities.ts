/** Which values on a page are somebody or something with a page of its own. */
import type { FieldValue } from "./terms.ts";

export const ENTITY_KINDS = ["host", "user", "ip", "domain", "hash"] as const;
export type EntityKind = (typeof ENTITY_KINDS)[number];
export interface EntityRef {
  readonly kind: EntityKind;
  readonly value: string;
}

/** Longer ones are not names; the server takes no more. */
const MAX_VALUE_CHARACTERS = 512;

/** Field names in lower case, of the lake's columns and of the sources read most. */
const KIND_OF_FIELD: ReadonlyMap<string, EntityKind> = new Map(
  (
    [
      ["host", "host hostname computer computername host.name workstationname"],
      ["user", "user username user.name targetusername subjectusername acct account"],
      ["ip", "ip srcip dstip src_ip dst_ip source.ip destination.ip"],
      ["domain", "domain queryname dns.question.name server_name"],
      ["hash", "hash sha256 sha1 md5 imphash"],
    ] as const
  ).flatMap(([kind, fields]) => fields.split(" ").map((field): [string, EntityKind] => [field, kind])),
);
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/u;
const IPV6 = /^(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?=[0-9a-f:]*::)[0-9a-f:]{2,39})$/iu;
/** What sources write for nobody. */
const NOBODY = new Set(["", "-", "?", "n/a", "none", "unknown", "(null)", "null", "::", "0.0.0.0"]);

export function isAddress(value: string): boolean {
  return IPV4.test(value) || IPV6.test(value);
}

/** The entity a value names, or undefined. An address is one whatever the field is called. */
export function entityOf({ field, value }: FieldValue): EntityRef | undefined {
  if (value.length > MAX_VALUE_CHARACTERS || NOBODY.has(value.trim().toLowerCase())) return undefined;
  if (isAddress(value)) return { kind: "ip", value };
  const kind = KIND_OF_FIELD.get(field.toLowerCase().replace(/^fields\./u, ""));
  return kind === undefined || kind === "ip" ? undefined : { kind, value };
}
