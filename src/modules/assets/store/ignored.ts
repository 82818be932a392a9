import type { Instant } from "../../../kernel/index.ts";
import type { NoTables, Query } from "../../../platform/db/index.ts";
import type { Identifier, IdentifierKind } from "../core/identifiers.ts";
import { tables } from "./tables.ts";

export interface Ignored extends Identifier {
  readonly reason: string;
  readonly at: Instant;
  readonly by: { readonly id: string; readonly name: string };
}

export async function putIgnored(query: Query<NoTables>, ignored: readonly Ignored[]): Promise<void> {
  for (const { kind, folded, value, reason, at, by } of ignored) {
    const said = { value, reason, at, by_id: by.id, by_name: by.name };
    await tables(query)
      .insertInto("assets_ignored")
      .values({ kind, folded, ...said })
      .onConflict((conflict) => conflict.columns(["kind", "folded"]).doUpdateSet(said))
      .execute();
  }
}

export async function dropIgnored(query: Query<NoTables>, identifiers: readonly Identifier[]): Promise<void> {
  for (const { kind, folded } of identifiers) {
    await tables(query).deleteFrom("assets_ignored").where("kind", "=", kind).where("folded", "=", folded).execute();
  }
}

/** Newest first. */
export async function allIgnored(query: Query<NoTables>): Promise<readonly Ignored[]> {
  const rows = await tables(query)
    .selectFrom("assets_ignored")
    .selectAll()
    .orderBy("at", "desc")
    .orderBy("folded")
    .execute();
  return rows.map((row) => ({
    kind: row.kind as IdentifierKind,
    folded: row.folded,
    value: row.value,
    reason: row.reason,
    at: row.at,
    by: { id: row.by_id, name: row.by_name },
  }));
}

export async function countIgnored(query: Query<NoTables>): Promise<number> {
  const row = await tables(query)
    .selectFrom("assets_ignored")
    .select(({ fn }) => fn.countAll<number>().as("n"))
    .executeTakeFirst();
  return Number(row?.n ?? 0);
}
