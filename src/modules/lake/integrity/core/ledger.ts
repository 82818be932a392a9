/**
 * What the audit log says about segments, entry by entry: which must be there, which may be gone and why.
 * Every entry carries `chain` = SHA-256 of the chain before it and of what it says itself, so the entries about
 * segments hold together even when they are shown without the rest of the log.
 */
export const SEALED = "lake.segment.sealed";
export const DROPPED = "lake.segment.dropped";
export const MERGED = "lake.segment.merged";
export const LEDGER_VERBS = [SEALED, DROPPED, MERGED] as const;
export type LedgerVerb = (typeof LEDGER_VERBS)[number];

export const FIRST_CHAIN = "0".repeat(64);

/** What was sealed: the tree over the events, and the hashes of the two files that hold them. */
export interface SealFacts {
  readonly name: string;
  readonly sequence: number;
  readonly upTo: number;
  readonly events: number;
  readonly bytes: number;
  readonly root: string;
  readonly fileHash: string;
  readonly leavesHash: string;
}

export interface LedgerEntry {
  /** Its place in the audit log. */
  readonly index: number;
  readonly verb: LedgerVerb;
  readonly name: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface Seal extends SealFacts {
  readonly auditIndex: number;
}

export interface Ledger {
  readonly live: ReadonlyMap<string, Seal>;
  /** Segments that may be gone, with the entry that says so. */
  readonly gone: ReadonlyMap<string, { readonly verb: LedgerVerb; readonly auditIndex: number }>;
  readonly chain: string;
  /** The first entry that does not follow from those before. */
  readonly broken: { readonly index: number; readonly reason: LedgerFlaw } | undefined;
}
export type LedgerFlaw = "chain_mismatch" | "entry_malformed" | "sealed_twice" | "ended_unknown" | "root_mismatch";

export function readLedger(entries: Iterable<LedgerEntry>, chainOf: (text: string) => string): Ledger {
  const live = new Map<string, Seal>();
  const gone = new Map<string, { verb: LedgerVerb; auditIndex: number }>();
  let chain = FIRST_CHAIN;
  let broken: Ledger["broken"];
  for (const entry of entries) {
    const flaw = take(entry, { live, gone });
    const stated = entry.details["chain"];
    const expected = chainOf(statementOf(chain, entry.verb, entry.name, entry.details));
    broken ??= flaw === undefined ? undefined : { index: entry.index, reason: flaw };
    if (stated !== expected) broken ??= { index: entry.index, reason: "chain_mismatch" };
    chain = typeof stated === "string" ? stated : expected;
  }
  return { live, gone, chain, broken };
}

const COVERED = ["sequence", "upTo", "events", "bytes", "root", "fileHash", "leavesHash", "into"] as const;

/** The text a link of the chain covers. */
export function statementOf(
  previous: string,
  verb: LedgerVerb,
  name: string,
  details: Readonly<Record<string, unknown>>,
): string {
  return JSON.stringify([previous, verb, name, ...COVERED.map((key) => details[key] ?? null)]);
}

function take(
  entry: LedgerEntry,
  state: { live: Map<string, Seal>; gone: Map<string, { verb: LedgerVerb; auditIndex: number }> },
): LedgerFlaw | undefined {
  const { live, gone } = state;
  if (entry.verb === SEALED) {
    const facts = factsOf(entry);
    if (facts === undefined) return "entry_malformed";
    if (live.has(entry.name) || gone.has(entry.name)) return "sealed_twice";
    live.set(entry.name, { ...facts, auditIndex: entry.index });
    return undefined;
  }
  const seal = live.get(entry.name);
  if (seal === undefined) return "ended_unknown";
  live.delete(entry.name);
  gone.set(entry.name, { verb: entry.verb, auditIndex: entry.index });
  return seal.root === entry.details["root"] ? undefined : "root_mismatch";
}

const HASH = /^[0-9a-f]{64}$/;

export function factsOf({ name, details }: Pick<LedgerEntry, "name" | "details">): SealFacts | undefined {
  const number = (key: string) => (Number.isSafeInteger(details[key]) ? Number(details[key]) : undefined);
  const hash = (key: string) => {
    const value = details[key];
    return typeof value === "string" && HASH.test(value) ? value : undefined;
  };
  const [sequence, upTo, events, bytes] = ["sequence", "upTo", "events", "bytes"].map(number);
  const [root, fileHash, leavesHash] = ["root", "fileHash", "leavesHash"].map(hash);
  if (sequence === undefined || upTo === undefined || events === undefined || bytes === undefined) return undefined;
  if (root === undefined || fileHash === undefined || leavesHash === undefined) return undefined;
  return { name, sequence, upTo, events, bytes, root, fileHash, leavesHash };
}
