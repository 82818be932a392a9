/** Terms, quota and holds in the records. */
import { toIso } from "../../../kernel/index.ts";
import type { NoTables, Query, Tx } from "../../../platform/db/index.ts";
import type { Hold, HoldScope } from "./schemas.ts";

type RetentionTables = {
  lake_terms: TermRow;
  lake_quota: { id: number; bytes: number | null };
  lake_holds: {
    id: string;
    name: string;
    reason: string;
    scope: string;
    placed_at: number;
    placed_by: string;
    released_at: number | null;
    released_by: string | null;
    release_reason: string | null;
  };
};

export interface TermRow {
  readonly id: string;
  readonly name: string;
  readonly sensor: string;
  readonly product: string;
  readonly category: string;
  readonly service: string;
  readonly rule: string | null;
  readonly level: number | null;
  readonly keep: string | null;
  readonly changed_at: number;
  readonly changed_by: string;
}

export function readTerms(query: Query<NoTables>): Promise<TermRow[]> {
  return query.withTables<RetentionTables>().selectFrom("lake_terms").selectAll().orderBy("name").execute();
}

export async function putTerm(tx: Tx, row: TermRow): Promise<void> {
  const { id: _, ...change } = row;
  await tx
    .withTables<RetentionTables>()
    .insertInto("lake_terms")
    .values(row)
    .onConflict((conflict) => conflict.column("id").doUpdateSet(change))
    .execute();
}

export async function deleteTerm(tx: Tx, id: string): Promise<boolean> {
  const [result] = await tx.withTables<RetentionTables>().deleteFrom("lake_terms").where("id", "=", id).execute();
  return Number(result?.numDeletedRows ?? 0) > 0;
}

export async function readQuota(query: Query<NoTables>): Promise<number | undefined> {
  const row = await query.withTables<RetentionTables>().selectFrom("lake_quota").select("bytes").executeTakeFirst();
  return row?.bytes ?? undefined;
}

export async function putQuota(tx: Tx, bytes: number | null): Promise<void> {
  await tx
    .withTables<RetentionTables>()
    .insertInto("lake_quota")
    .values({ id: 1, bytes })
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ bytes }))
    .execute();
}

export async function readHolds(query: Query<NoTables>): Promise<Hold[]> {
  const rows = await query
    .withTables<RetentionTables>()
    .selectFrom("lake_holds")
    .selectAll()
    .orderBy("placed_at")
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    reason: row.reason,
    scope: JSON.parse(row.scope) as HoldScope,
    placedAt: toIso(row.placed_at),
    placedBy: row.placed_by,
    releasedAt: row.released_at === null ? null : toIso(row.released_at),
    releasedBy: row.released_by,
    releaseReason: row.release_reason,
  }));
}

export async function putHold(
  tx: Tx,
  hold: { id: string; name: string; reason: string; scope: HoldScope; placedAt: number; placedBy: string },
): Promise<void> {
  await tx
    .withTables<RetentionTables>()
    .insertInto("lake_holds")
    .values({
      id: hold.id,
      name: hold.name,
      reason: hold.reason,
      scope: JSON.stringify(hold.scope),
      placed_at: hold.placedAt,
      placed_by: hold.placedBy,
      released_at: null,
      released_by: null,
      release_reason: null,
    })
    .execute();
}

/** False when it is not in force. */
export async function releaseHold(
  tx: Tx,
  release: { id: string; at: number; by: string; reason: string },
): Promise<boolean> {
  const [result] = await tx
    .withTables<RetentionTables>()
    .updateTable("lake_holds")
    .set({ released_at: release.at, released_by: release.by, release_reason: release.reason })
    .where("id", "=", release.id)
    .where("released_at", "is", null)
    .execute();
  return Number(result?.numUpdatedRows ?? 0) > 0;
}
