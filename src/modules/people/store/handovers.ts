import type { Instant } from "../../../kernel/index.ts";
import { type NoTables, type Query, type Selectable, sql, type Tx } from "../../../platform/db/index.ts";
import type { HandoverContent } from "../core/handover.ts";
import { type PeopleTables, tables } from "./tables.ts";

interface Signature {
  readonly at: Instant;
  readonly by: { readonly id: string; readonly name: string };
  readonly seal: string;
}

export interface Handover extends Signature {
  readonly seq: number;
  readonly id: string;
  readonly content: HandoverContent;
  readonly receipt: (Signature & { readonly remark: string }) | null;
}

export async function lastHandover(query: Query<NoTables>): Promise<{ seq: number; seal: string } | undefined> {
  return tables(query)
    .selectFrom("people_handovers")
    .select(["seq", "seal"])
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
}

export async function putHandover(tx: Tx, one: Omit<Handover, "receipt">): Promise<void> {
  await tables(tx)
    .insertInto("people_handovers")
    .values({
      seq: one.seq,
      id: one.id,
      at: one.at,
      by_id: one.by.id,
      by_name: one.by.name,
      content: JSON.stringify(one.content),
      seal: one.seal,
    })
    .execute();
}

export async function putReceipt(tx: Tx, handoverId: string, receipt: NonNullable<Handover["receipt"]>): Promise<void> {
  await tables(tx)
    .insertInto("people_handover_receipts")
    .values({
      handover_id: handoverId,
      at: receipt.at,
      by_id: receipt.by.id,
      by_name: receipt.by.name,
      remark: receipt.remark,
      seal: receipt.seal,
    })
    .execute();
}

/** Newest first. */
export async function handovers(query: Query<NoTables>, limit: number): Promise<readonly Handover[]> {
  const rows = await withReceipts(query).orderBy("seq", "desc").limit(limit).execute();
  return rows.map(toHandover);
}

export async function findHandover(query: Query<NoTables>, id: string): Promise<Handover | undefined> {
  const row = await withReceipts(query).where("people_handovers.id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : toHandover(row);
}

/** The note whose seal, or that of its receipt, begins like this. */
export async function handoverSealed(query: Query<NoTables>, start: string): Promise<Handover | undefined> {
  const rows = await withReceipts(query)
    .where((is) =>
      is.or([
        is(sql<string>`substr(people_handovers.seal, 1, ${start.length})`, "=", start),
        is(sql<string>`substr(r.seal, 1, ${start.length})`, "=", start),
      ]),
    )
    .limit(1)
    .execute();
  return rows[0] === undefined ? undefined : toHandover(rows[0]);
}

/** Seal of the note before; empty for the first. */
export async function sealBefore(query: Query<NoTables>, seq: number): Promise<string> {
  const row = await tables(query)
    .selectFrom("people_handovers")
    .select("seal")
    .where("seq", "=", seq - 1)
    .executeTakeFirst();
  return row?.seal ?? "";
}

function withReceipts(query: Query<NoTables>) {
  return tables(query)
    .selectFrom("people_handovers")
    .leftJoin("people_handover_receipts as r", "r.handover_id", "people_handovers.id")
    .selectAll("people_handovers")
    .select([
      "r.at as receipt_at",
      "r.by_id as receipt_by_id",
      "r.by_name as receipt_by_name",
      "r.remark as receipt_remark",
      "r.seal as receipt_seal",
    ]);
}

type Row = Selectable<PeopleTables["people_handovers"]> & {
  readonly receipt_at: number | null;
  readonly receipt_by_id: string | null;
  readonly receipt_by_name: string | null;
  readonly receipt_remark: string | null;
  readonly receipt_seal: string | null;
};

function toHandover(row: Row): Handover {
  return {
    seq: row.seq,
    id: row.id,
    at: row.at,
    by: { id: row.by_id, name: row.by_name },
    seal: row.seal,
    content: JSON.parse(row.content) as HandoverContent,
    receipt:
      row.receipt_at === null
        ? null
        : {
            at: row.receipt_at,
            by: { id: row.receipt_by_id ?? "", name: row.receipt_by_name ?? "" },
            remark: row.receipt_remark ?? "",
            seal: row.receipt_seal ?? "",
          },
  };
}
