/**
 * How important what an event names is: an index of the whole register in memory.
 *
 * Law of a look-up: the closest match decides (an exact name before one without its domain, a longer prefix before a
 * shorter one, a deeper domain before the one above); among equally close ones the most critical system does, then the
 * one whose name sorts first, so that the answer does not depend on the order of rows.
 */
import { type Address, masked, parseAddress } from "./address.ts";
import { accountOf, foldedName, hostOf, type IdentifierKind, networkKey, type Qualified } from "./identifiers.ts";

export const CRITICALITIES = ["low", "medium", "high", "critical"] as const;
export type Criticality = (typeof CRITICALITIES)[number];
export type Importance = "unknown" | Criticality;

export interface IndexedSystem {
  readonly id: string;
  readonly name: string;
  readonly owner: string | null;
  readonly zone: string | null;
  readonly criticality: Criticality;
}

export interface IndexEntry {
  readonly kind: IdentifierKind;
  readonly folded: string;
  readonly system: IndexedSystem;
}

export interface AskedEntity {
  readonly kind: string;
  readonly value: string;
}

/** Kinds of entities as alerts, hunts and people name them. */
const ASKED_AS: ReadonlyMap<string, IdentifierKind> = new Map([
  ["host", "host"],
  ["address", "address"],
  ["ip", "address"],
  ["srcip", "address"],
  ["dstip", "address"],
  ["src_ip", "address"],
  ["dst_ip", "address"],
  ["user", "account"],
  ["account", "account"],
  ["email", "account"],
  ["domain", "domain"],
  ["url", "domain"],
]);

export function kindAskedAs(kind: string): IdentifierKind | undefined {
  return ASKED_AS.get(kind.toLowerCase());
}

export class AssetIndex {
  readonly #names = { host: new NameIndex("."), account: new NameIndex("@") };
  readonly #domains = new Map<string, IndexedSystem>();
  readonly #networks = new Map<string, IndexedSystem>();
  /** Prefix lengths that occur, longest first. */
  readonly #prefixes: Readonly<Record<4 | 6, readonly number[]>>;
  readonly size: number;

  constructor(entries: Iterable<IndexEntry>) {
    const prefixes = { 4: new Set<number>(), 6: new Set<number>() };
    let size = 0;
    for (const { kind, folded, system } of entries) {
      size += 1;
      if (kind === "host") this.#names.host.add(folded, hostOf(folded), system);
      else if (kind === "account") this.#names.account.add(folded, accountOf(folded), system);
      else if (kind === "domain") keepBest(this.#domains, folded, system);
      else {
        keepBest(this.#networks, folded, system);
        prefixes[folded.startsWith("4") ? 4 : 6].add(Number(folded.slice(folded.indexOf("/") + 1)));
      }
    }
    this.size = size;
    const sorted = (found: ReadonlySet<number>) => [...found].sort((a, b) => b - a);
    this.#prefixes = { 4: sorted(prefixes[4]), 6: sorted(prefixes[6]) };
  }

  find({ kind, value }: AskedEntity): IndexedSystem | undefined {
    const asked = kindAskedAs(kind);
    if (asked === undefined) return undefined;
    if (asked === "account") return this.#names.account.find(accountOf(value));
    const name = kind.toLowerCase() === "url" ? hostOfUrl(value) : foldedName(value);
    // Sensors name machines by address too, and a domain in an event may be one machine.
    const address = parseAddress(name);
    if (address !== undefined) return this.#network(address);
    if (asked === "address") return undefined;
    return this.#names.host.find(hostOf(name), asked === "domain" ? "exact" : "loose") ?? this.#domain(name);
  }

  /** Whether the register holds exactly this, or a network or domain it lies in. */
  knows(entity: AskedEntity): boolean {
    return this.find(entity) !== undefined;
  }

  #network(address: Address): IndexedSystem | undefined {
    for (const prefix of this.#prefixes[address.version]) {
      const key = networkKey({ version: address.version, value: masked(address, prefix), prefix });
      const found = this.#networks.get(key);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #domain(name: string): IndexedSystem | undefined {
    for (let rest = name; rest !== ""; rest = rest.includes(".") ? rest.slice(rest.indexOf(".") + 1) : "") {
      const found = this.#domains.get(rest);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** Names with or without a domain behind them. Two different domains never match each other. */
class NameIndex {
  readonly #joint: string;
  readonly #exact = new Map<string, IndexedSystem>();
  /** By name alone, those written with a domain. */
  readonly #qualified = new Map<string, IndexedSystem>();

  constructor(joint: "." | "@") {
    this.#joint = joint;
  }

  add(folded: string, { name, qualifier }: Qualified, system: IndexedSystem): void {
    keepBest(this.#exact, folded, system);
    if (qualifier !== "") keepBest(this.#qualified, name, system);
  }

  find({ name, qualifier }: Qualified, closeness: "exact" | "loose" = "loose"): IndexedSystem | undefined {
    if (qualifier === "")
      return this.#exact.get(name) ?? (closeness === "loose" ? this.#qualified.get(name) : undefined);
    const exact = this.#exact.get(`${name}${this.#joint}${qualifier}`);
    return exact ?? (closeness === "loose" ? this.#exact.get(name) : undefined);
  }
}

function keepBest(map: Map<string, IndexedSystem>, key: string, system: IndexedSystem): void {
  const held = map.get(key);
  if (held === undefined || outranks(system, held)) map.set(key, system);
}

export function outranks(a: IndexedSystem, b: IndexedSystem): boolean {
  const byCriticality = CRITICALITIES.indexOf(a.criticality) - CRITICALITIES.indexOf(b.criticality);
  if (byCriticality !== 0) return byCriticality > 0;
  if (a.name !== b.name) return a.name < b.name;
  return a.id < b.id;
}

function hostOfUrl(url: string): string {
  const rest = url.replace(/^[a-z][a-z0-9+.-]*:\/\//iu, "");
  const authority = /^[^/?#\\]*/u.exec(rest)?.[0] ?? "";
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  const bracketed = /^\[([^\]]*)\]/u.exec(host)?.[1];
  return foldedName(bracketed ?? host.replace(/:\d*$/u, ""));
}
