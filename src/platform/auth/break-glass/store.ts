import type { Instant } from "../../../kernel/index.ts";
import type { NoTables, Query, Selectable, Tx } from "../../db/index.ts";

type BreakGlassTables = {
  auth_break_glass: { user_id: string; sealed_at: number; sealed_by: string; used_at: number | null };
  auth_break_glass_alarms: {
    id: string;
    raised_at: number;
    peer: string;
    acknowledged_at: number | null;
    acknowledged_by: string | null;
    reason: string | null;
  };
};
export type SealRow = Selectable<BreakGlassTables["auth_break_glass"]>;
export type AlarmRow = Selectable<BreakGlassTables["auth_break_glass_alarms"]>;

type Reader = Query<NoTables>;
const on = (query: Reader): Query<BreakGlassTables> => query.withTables<BreakGlassTables>();

export async function sealRow(query: Reader): Promise<SealRow | undefined> {
  return on(query).selectFrom("auth_break_glass").selectAll().executeTakeFirst();
}

export async function putSeal(tx: Tx, row: SealRow): Promise<void> {
  await on(tx)
    .insertInto("auth_break_glass")
    .values(row)
    .onConflict((conflict) => conflict.column("user_id").doUpdateSet(row))
    .execute();
}

export async function dropSeal(tx: Tx): Promise<void> {
  await on(tx).deleteFrom("auth_break_glass").execute();
}

export async function noteUse(tx: Tx, at: Instant): Promise<void> {
  await on(tx).updateTable("auth_break_glass").set({ used_at: at }).execute();
}

export async function insertAlarm(tx: Tx, alarm: { id: string; at: Instant; peer: string }): Promise<void> {
  await on(tx)
    .insertInto("auth_break_glass_alarms")
    .values({
      id: alarm.id,
      raised_at: alarm.at,
      peer: alarm.peer,
      acknowledged_at: null,
      acknowledged_by: null,
      reason: null,
    })
    .execute();
}

export async function alarms(query: Reader, of: { open?: true; limit: number }): Promise<AlarmRow[]> {
  let rows = on(query).selectFrom("auth_break_glass_alarms").selectAll();
  if (of.open === true) rows = rows.where("acknowledged_at", "is", null);
  return rows.orderBy("raised_at", "desc").limit(of.limit).execute();
}

/** False when there is no such alarm, or somebody was first. */
export async function acknowledge(
  tx: Tx,
  alarm: { id: string; at: Instant; by: string; reason: string },
): Promise<boolean> {
  const [result] = await on(tx)
    .updateTable("auth_break_glass_alarms")
    .set({ acknowledged_at: alarm.at, acknowledged_by: alarm.by, reason: alarm.reason })
    .where("id", "=", alarm.id)
    .where("acknowledged_at", "is", null)
    .execute();
  return Number(result?.numUpdatedRows ?? 0) > 0;
}
