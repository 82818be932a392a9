import type { Instant } from "../../../kernel/index.ts";
import type { NoTables, Query, Tx } from "../../../platform/db/index.ts";
import type { Rota, RotaException } from "../core/rota.ts";
import { tables } from "./tables.ts";

export interface StoredRota {
  readonly rota: Rota;
  readonly version: number;
}

export interface StoredException {
  readonly exception: RotaException;
  readonly reason: string;
  readonly by: { readonly id: string; readonly name: string };
  readonly at: Instant;
}

export async function rotas(query: Query<NoTables>): Promise<readonly StoredRota[]> {
  const rows = await tables(query).selectFrom("people_rotas").selectAll().execute();
  return rows.map(({ content, version }) => ({ rota: JSON.parse(content) as Rota, version }));
}

export async function putRota(tx: Tx, { rota, version }: StoredRota, at: Instant): Promise<void> {
  const row = { content: JSON.stringify(rota), version, updated_at: at };
  await tables(tx)
    .insertInto("people_rotas")
    .values({ id: rota.id, ...row })
    .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
    .execute();
}

export async function removeRota(tx: Tx, id: string): Promise<void> {
  await tables(tx).deleteFrom("people_rotas").where("id", "=", id).execute();
}

/** `span`: what the exception can concern; of a swap its day with a day on either side. */
export async function putException(
  tx: Tx,
  one: StoredException,
  span: { readonly begins: Instant; readonly ends: Instant },
): Promise<void> {
  await tables(tx)
    .insertInto("people_exceptions")
    .values({
      id: one.exception.id,
      content: JSON.stringify(one.exception),
      reason: one.reason,
      begins: span.begins,
      ends: span.ends,
      by_id: one.by.id,
      by_name: one.by.name,
      at: one.at,
      withdrawn_at: null,
      withdrawn_by: null,
    })
    .execute();
}

/** In the order they were made. */
export async function exceptionsWithin(
  query: Query<NoTables>,
  span: { readonly from: Instant; readonly to: Instant },
): Promise<readonly StoredException[]> {
  const rows = await tables(query)
    .selectFrom("people_exceptions")
    .selectAll()
    .where("begins", "<", span.to)
    .where("ends", ">", span.from)
    .where("withdrawn_at", "is", null)
    .orderBy("seq")
    .execute();
  return rows.map((row) => ({
    exception: JSON.parse(row.content) as RotaException,
    reason: row.reason,
    by: { id: row.by_id, name: row.by_name },
    at: row.at,
  }));
}

export async function countExceptions(query: Query<NoTables>, since: Instant): Promise<number> {
  const row = await tables(query)
    .selectFrom("people_exceptions")
    .select(({ fn }) => fn.countAll<number>().as("n"))
    .where("ends", ">", since)
    .where("withdrawn_at", "is", null)
    .executeTakeFirstOrThrow();
  return Number(row.n);
}

export async function withdrawException(
  tx: Tx,
  id: string,
  by: { readonly id: string; readonly at: Instant },
): Promise<boolean> {
  const { numUpdatedRows } = await tables(tx)
    .updateTable("people_exceptions")
    .set({ withdrawn_at: by.at, withdrawn_by: by.id })
    .where("id", "=", id)
    .where("withdrawn_at", "is", null)
    .executeTakeFirst();
  return Number(numUpdatedRows) > 0;
}
