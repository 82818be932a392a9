/** Seals and the end of their chain, in the records. */
import type { Instant } from "../../../kernel/index.ts";
import type { NoTables, Query, Tx } from "../../../platform/db/index.ts";
import type { SourceShare } from "../store/inventory.ts";
import type { Witnessed } from "../store/witness.ts";
import { FIRST_CHAIN } from "./core/ledger.ts";

type SealState = "live" | "going" | "gone";

type SealTables = {
  lake_seals: {
    name: string;
    sequence: number;
    up_to: number;
    events: number;
    bytes: number;
    leaves_bytes: number;
    root: string;
    file_hash: string;
    leaves_hash: string;
    audit_index: number;
    sealed_at: number;
    min_time: number;
    max_time: number;
    sources: string;
    state: SealState;
    ended_at: number | null;
    ended_index: number | null;
  };
  lake_chain: { id: number; chain: string };
};

/** A segment as the log knows it. */
export interface StoredSeal extends Omit<Witnessed, "merged"> {
  readonly auditIndex: number;
  readonly sealedAt: number;
}

export async function readChain(query: Query<NoTables>): Promise<string> {
  const row = await query.withTables<SealTables>().selectFrom("lake_chain").select("chain").executeTakeFirst();
  return row?.chain ?? FIRST_CHAIN;
}

export async function putChain(tx: Tx, chain: string): Promise<void> {
  await tx
    .withTables<SealTables>()
    .insertInto("lake_chain")
    .values({ id: 1, chain })
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ chain }))
    .execute();
}

export async function putSeal(tx: Tx, seal: StoredSeal): Promise<void> {
  await tx
    .withTables<SealTables>()
    .insertInto("lake_seals")
    .values({
      name: seal.name,
      sequence: seal.sequence,
      up_to: seal.upTo,
      events: seal.events,
      bytes: seal.bytes,
      leaves_bytes: seal.leavesBytes,
      root: seal.root,
      file_hash: seal.fileHash,
      leaves_hash: seal.leavesHash,
      audit_index: seal.auditIndex,
      sealed_at: seal.sealedAt,
      min_time: seal.minTime,
      max_time: seal.maxTime,
      sources: JSON.stringify(seal.sources),
      state: "live",
      ended_at: null,
      ended_index: null,
    })
    .execute();
}

/** The log says it goes; `removed` follows when its file is off the disk. */
export async function endSeal(tx: Tx, end: { name: string; at: number; index: number }): Promise<void> {
  await tx
    .withTables<SealTables>()
    .updateTable("lake_seals")
    .set({ state: "going", ended_at: end.at, ended_index: end.index })
    .where("name", "=", end.name)
    .execute();
}

export async function markRemoved(query: Query<NoTables>, name: string): Promise<void> {
  await query
    .withTables<SealTables>()
    .updateTable("lake_seals")
    .set({ state: "gone" })
    .where("name", "=", name)
    .where("state", "=", "going")
    .execute();
}

/** State of every seal there was, by name: small, one row per hour of data. */
export async function sealStates(query: Query<NoTables>): Promise<Map<string, SealState>> {
  const rows = await query.withTables<SealTables>().selectFrom("lake_seals").select(["name", "state"]).execute();
  return new Map(rows.map(({ name, state }) => [name, state]));
}

/** Oldest first. */
export async function liveSeals(query: Query<NoTables>): Promise<StoredSeal[]> {
  const rows = await query
    .withTables<SealTables>()
    .selectFrom("lake_seals")
    .selectAll()
    .where("state", "=", "live")
    .orderBy("up_to")
    .execute();
  return rows.map(toSeal);
}

/**
 * Segments as they were first sealed since then, those merged or dropped meanwhile too: what arrived, and when. A merged
 * segment ends where the last of those it stands for ends, and comes after it.
 */
export async function firstSeals(query: Query<NoTables>, since: Instant): Promise<StoredSeal[]> {
  const rows = await query
    .withTables<SealTables>()
    .selectFrom("lake_seals as seal")
    .selectAll()
    .where("sealed_at", ">=", since)
    .where((is) =>
      is.not(
        is.exists(
          is
            .selectFrom("lake_seals as earlier")
            .select("earlier.name")
            .whereRef("earlier.up_to", "=", "seal.up_to")
            .whereRef("earlier.sequence", "<", "seal.sequence"),
        ),
      ),
    )
    .orderBy("up_to")
    .execute();
  return rows.map(toSeal);
}

export async function findSeal(query: Query<NoTables>, name: string): Promise<StoredSeal | undefined> {
  const row = await query
    .withTables<SealTables>()
    .selectFrom("lake_seals")
    .selectAll()
    .where("name", "=", name)
    .where("state", "=", "live")
    .executeTakeFirst();
  return row === undefined ? undefined : toSeal(row);
}

function toSeal(row: SealTables["lake_seals"]): StoredSeal {
  return {
    name: row.name,
    sequence: row.sequence,
    upTo: row.up_to,
    events: row.events,
    bytes: row.bytes,
    leavesBytes: row.leaves_bytes,
    root: row.root,
    fileHash: row.file_hash,
    leavesHash: row.leaves_hash,
    auditIndex: row.audit_index,
    sealedAt: row.sealed_at,
    minTime: row.min_time,
    maxTime: row.max_time,
    sources: JSON.parse(row.sources) as SourceShare[],
  };
}
