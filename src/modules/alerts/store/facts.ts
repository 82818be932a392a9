import { type NoTables, type Query, sql, type Tx } from "../../../platform/db/index.ts";
import type { Facts } from "../core/facts.ts";
import type { RunningClock } from "../core/clocks.ts";
import type { AlertRecord } from "../records.ts";
import { tables } from "./tables.ts";

export async function saveFacts(
  tx: Tx,
  alert: AlertRecord,
  { facts, lag }: { facts: Facts; lag: number | null },
): Promise<void> {
  const row = {
    rule_id: alert.rule.id,
    level: alert.rule.level,
    is_exercise: alert.exerciseId === null ? 0 : 1,
    is_merged: facts.isMerged ? 1 : 0,
    created_at: facts.createdAt,
    occurred_at: alert.firstSeen,
    ingested_at: lag === null ? null : alert.firstSeen + lag,
    view_at: facts.viewAt,
    ack_at: facts.ackAt,
    ack_by: facts.ackBy,
    qual_at: facts.qualAt,
    verdict: facts.verdict,
    cont_at: facts.contAt,
    res_at: facts.resAt,
    close_at: facts.closeAt,
    paused_ms: facts.pausedMs,
    reopened: facts.reopened,
  };
  await tables(tx)
    .insertInto("alerts_facts")
    .values({ alert_id: alert.id, ...row })
    .onConflict((conflict) => conflict.column("alert_id").doUpdateSet(row))
    .execute();
}

/** An event that came late may be older than all before it. */
export async function widenFacts(
  tx: Tx,
  alertIds: readonly string[],
  event: { readonly occurredAt: number; readonly ingestedAt: number | null },
): Promise<void> {
  await tables(tx)
    .updateTable("alerts_facts")
    .set({
      // On the right are the values of before: the arrival told is that of the oldest event.
      ingested_at: sql<number | null>`CASE WHEN ingested_at IS NULL OR ${event.occurredAt} < occurred_at
        THEN coalesce(${event.ingestedAt}, ingested_at) ELSE ingested_at END`,
      occurred_at: sql<number>`min(occurred_at, ${event.occurredAt})`,
    })
    .where("alert_id", "in", [...alertIds])
    .execute();
}

export async function setClock(tx: Tx, alertId: string, clock: RunningClock | null): Promise<void> {
  await tables(tx)
    .updateTable("alerts_groups")
    .set({
      due_kind: clock?.kind ?? null,
      due_at: clock?.dueAt ?? null,
      due_rank: clock === null ? Number.MIN_SAFE_INTEGER : -clock.dueAt,
    })
    .where("id", "=", alertId)
    .execute();
}

/** Alerts of before facts were kept. */
export async function withoutFacts(query: Query<NoTables>, limit: number): Promise<string[]> {
  const rows = await tables(query)
    .selectFrom("alerts_groups")
    .leftJoin("alerts_facts", "alerts_facts.alert_id", "alerts_groups.id")
    .select("alerts_groups.id")
    .where("alerts_facts.alert_id", "is", null)
    .limit(limit)
    .execute();
  return rows.map((row) => row.id);
}

export async function sleepersDue(query: Query<NoTables>, now: number, limit: number): Promise<string[]> {
  const rows = await tables(query)
    .selectFrom("alerts_groups")
    .select("id")
    .where("snoozed_until", "<=", now)
    .orderBy("snoozed_until")
    .limit(limit)
    .execute();
  return rows.map((row) => row.id);
}

export async function hasBeenSeen(query: Query<NoTables>, alertId: string): Promise<boolean> {
  const row = await tables(query)
    .selectFrom("alerts_facts")
    .select("view_at")
    .where("alert_id", "=", alertId)
    .executeTakeFirst();
  return row?.view_at != null;
}
