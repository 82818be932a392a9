import type { Instant } from "../../../kernel/index.ts";
import type { NoTables, Query } from "../../../platform/db/index.ts";
import type { PlacedIdentifier, Service } from "../core/system.ts";
import { tables } from "./tables.ts";

/** What went from the source to the target; what the target had already is not among it. */
export interface Moved {
  readonly identifiers: readonly PlacedIdentifier[];
  readonly services: readonly Service[];
  readonly children: readonly string[];
  /** What stood above the source. */
  readonly parentId: string | null;
  /** The source as it was, for going back. */
  readonly source: { readonly identifiers: readonly PlacedIdentifier[]; readonly services: readonly Service[] };
}

export interface Merge {
  readonly id: string;
  readonly sourceId: string;
  readonly targetId: string;
  readonly at: Instant;
  readonly by: string;
  readonly moved: Moved;
  readonly undoneAt: Instant | null;
}

export async function putMerge(query: Query<NoTables>, merge: Merge): Promise<void> {
  await tables(query)
    .insertInto("assets_merges")
    .values({
      id: merge.id,
      source_id: merge.sourceId,
      target_id: merge.targetId,
      at: merge.at,
      by_id: merge.by,
      moved: JSON.stringify(merge.moved),
      undone_at: merge.undoneAt,
    })
    .execute();
}

export async function markUndone(query: Query<NoTables>, id: string, at: Instant): Promise<void> {
  await tables(query).updateTable("assets_merges").set({ undone_at: at }).where("id", "=", id).execute();
}

export async function findMerge(query: Query<NoTables>, id: string): Promise<Merge | undefined> {
  const row = await tables(query).selectFrom("assets_merges").selectAll().where("id", "=", id).executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    id: row.id,
    sourceId: row.source_id,
    targetId: row.target_id,
    at: row.at,
    by: row.by_id,
    moved: JSON.parse(row.moved) as Moved,
    undoneAt: row.undone_at,
  };
}

/** Merges into a system that can still be taken back. */
export async function openMerges(query: Query<NoTables>, targetId: string, since: Instant) {
  const rows = await tables(query)
    .selectFrom("assets_merges")
    .innerJoin("assets_systems", "assets_systems.id", "assets_merges.source_id")
    .select(["assets_merges.id", "assets_merges.at", "assets_systems.name"])
    .where("target_id", "=", targetId)
    .where("undone_at", "is", null)
    .where("at", ">", since)
    .orderBy("at", "desc")
    .execute();
  return rows.map(({ id, at, name }) => ({ id, at, source: name }));
}
