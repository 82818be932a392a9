import { DatabaseSync } from "node:sqlite";
import type { NoTables, Query, Tx } from "../db/index.ts";
import type { Frontier } from "./core/merkle.ts";
import type { SignedHead } from "./head.ts";

type AuditTables = {
  audit_entries: {
    idx: number;
    entry: string;
    leaf_hash: Uint8Array;
    root: Uint8Array;
    at?: string;
    verb?: string;
    outcome?: string;
    actor_id?: string;
    actor_name?: string;
  };
  audit_head: { id: number; size: number; peaks: Uint8Array; root: string; at: string; signature: string };
};

export interface EntryRow {
  readonly idx: number;
  readonly entry: string;
  readonly leafHash: Uint8Array;
  readonly root: Uint8Array;
}
export interface HeadRow {
  readonly frontier: Frontier;
  readonly head: SignedHead;
}
export interface EntryFilter {
  /** Only entries below this index. */
  readonly before: number;
  readonly limit: number;
  readonly actor?: string | undefined;
  readonly verb?: string | undefined;
  readonly outcome?: readonly string[] | undefined;
  /** RFC 3339 UTC with milliseconds, so that text order is time order. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

const HASH_BYTES = 32;
const COLUMNS = ["idx", "entry", "leaf_hash", "root"] as const;

export async function putEntry(tx: Tx, row: EntryRow): Promise<void> {
  const values = { idx: row.idx, entry: row.entry, leaf_hash: row.leafHash, root: row.root };
  await tx.withTables<AuditTables>().insertInto("audit_entries").values(values).execute();
}

export async function putHead(tx: Tx, { frontier, head }: HeadRow): Promise<void> {
  const row = {
    size: head.size,
    peaks: Buffer.concat(frontier.peaks),
    root: head.root,
    at: head.at,
    signature: head.signature,
  };
  await tx
    .withTables<AuditTables>()
    .insertInto("audit_head")
    .values({ id: 1, ...row })
    .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
    .execute();
}

export async function readHead(query: Query<NoTables>): Promise<HeadRow | undefined> {
  const row = await query
    .withTables<AuditTables>()
    .selectFrom("audit_head")
    .selectAll()
    .where("id", "=", 1)
    .executeTakeFirst();
  return row === undefined ? undefined : toHeadRow(row);
}

export async function readEntries(query: Query<NoTables>, span: { from: number; limit: number }): Promise<EntryRow[]> {
  const rows = await query
    .withTables<AuditTables>()
    .selectFrom("audit_entries")
    .select(COLUMNS)
    .where("idx", ">=", span.from)
    .orderBy("idx")
    .limit(span.limit)
    .execute();
  return rows.map(toEntryRow);
}

/** Leaf hashes of the first `size` entries, in order. */
export async function readLeafHashes(query: Query<NoTables>, size: number): Promise<Uint8Array[]> {
  const rows = await query
    .withTables<AuditTables>()
    .selectFrom("audit_entries")
    .select("leaf_hash")
    .where("idx", "<", size)
    .orderBy("idx")
    .execute();
  return rows.map((row) => row.leaf_hash);
}

/** Newest first. */
export async function findEntries(query: Query<NoTables>, filter: EntryFilter): Promise<EntryRow[]> {
  const { actor, verb, outcome, from, to } = filter;
  let found = query
    .withTables<AuditTables>()
    .selectFrom("audit_entries")
    .select(COLUMNS)
    .where("idx", "<", filter.before);
  if (actor !== undefined)
    found = found.where((is) => is.or([is("actor_id", "=", actor), is("actor_name", "=", actor)]));
  if (verb?.endsWith(".") === true) found = found.where("verb", ">=", verb).where("verb", "<", `${verb.slice(0, -1)}/`);
  else if (verb !== undefined) found = found.where("verb", "=", verb);
  if (outcome !== undefined && outcome.length > 0) found = found.where("outcome", "in", [...outcome]);
  if (from !== undefined) found = found.where("at", ">=", from);
  if (to !== undefined) found = found.where("at", "<", to);
  const rows = await found.orderBy("idx", "desc").limit(filter.limit).execute();
  return rows.map(toEntryRow);
}

export interface OfflineLog {
  head(): HeadRow | undefined;
  entries(): IterableIterator<EntryRow>;
  /** Only those with one of these verbs, in order. */
  entriesOf(verbs: readonly string[]): IterableIterator<EntryRow>;
  /** Whether the search indexes agree with the entries. */
  isSound(): boolean;
  close(): void;
}

/** The log of a data directory nobody has to be running on; opened for reading only. */
export function openOffline(recordsFile: string): OfflineLog {
  const database = new DatabaseSync(recordsFile, { readOnly: true });
  // One snapshot: a running server may append between reading the head and reading the entries.
  database.exec("BEGIN");
  return {
    head: () => {
      const row = database.prepare("SELECT size, peaks, root, at, signature FROM audit_head WHERE id = 1").get();
      return row === undefined ? undefined : toHeadRow(row as unknown as AuditTables["audit_head"]);
    },
    *entries() {
      // By primary key, so that a damaged search index cannot hide an entry.
      const rows = database
        .prepare("SELECT idx, entry, leaf_hash, root FROM audit_entries NOT INDEXED ORDER BY idx")
        .iterate();
      for (const row of rows) yield toEntryRow(row as unknown as AuditTables["audit_entries"]);
    },
    *entriesOf(verbs) {
      const marks = verbs.map(() => "?").join(", ");
      const statement = database.prepare(
        `SELECT idx, entry, leaf_hash, root FROM audit_entries NOT INDEXED
         WHERE json_extract(entry, '$.verb') IN (${marks}) ORDER BY idx`,
      );
      for (const row of statement.iterate(...verbs)) {
        yield toEntryRow(row as unknown as AuditTables["audit_entries"]);
      }
    },
    isSound: () => database.prepare("PRAGMA integrity_check('audit_entries')").get()?.integrity_check === "ok",
    close: () => database.close(),
  };
}

function toEntryRow(row: AuditTables["audit_entries"]): EntryRow {
  return { idx: Number(row.idx), entry: row.entry, leafHash: row.leaf_hash, root: row.root };
}

function toHeadRow(row: AuditTables["audit_head"]): HeadRow {
  const size = Number(row.size);
  const peaks = Array.from({ length: Math.floor(row.peaks.length / HASH_BYTES) }, (_, index) =>
    row.peaks.slice(index * HASH_BYTES, (index + 1) * HASH_BYTES),
  );
  return { frontier: { size, peaks }, head: { size, root: row.root, at: row.at, signature: row.signature } };
}

/** What the engine finds wrong with a database as a whole; empty when nothing. At most 20 complaints. */
export function recordsComplaints(recordsFile: string): string[] {
  const database = new DatabaseSync(recordsFile, { readOnly: true });
  try {
    const rows = database.prepare("PRAGMA integrity_check(20)").all();
    return rows.map((row) => String(row["integrity_check"])).filter((text) => text !== "ok");
  } finally {
    database.close();
  }
}
