import type { Severity } from "../../../kernel/index.ts";
import { type NoTables, type Query, type Selectable, sql, type Tx } from "../../../platform/db/index.ts";
import type { OpenChange } from "../core/metrics.ts";
import { type AlertState, type AlertStatus, type CloseReason, isLive, type Person } from "../core/workflow.ts";
import type { ExerciseScope, HistoryRecord } from "../records.ts";
import { type AlertTables, person, tables } from "./tables.ts";

export async function applyState(
  tx: Tx,
  alertId: string,
  change: { state: AlertState; notes: number; at: number; closed?: { at: number; by: string } },
): Promise<void> {
  await tables(tx)
    .updateTable("alerts_groups")
    .set((eb) => ({
      status: change.state.status,
      live: isLive(change.state.status) ? 1 : 0,
      close_reason: change.state.closeReason,
      assignee_id: change.state.assignee?.id ?? null,
      assignee_name: change.state.assignee?.name ?? null,
      note_count: eb("note_count", "+", change.notes),
      updated_at: change.at,
      ...(change.closed === undefined ? {} : { closed_at: change.closed.at, closed_by: change.closed.by }),
    }))
    .where("id", "=", alertId)
    .execute();
}

export async function appendTransition(tx: Tx, record: HistoryRecord): Promise<void> {
  await tables(tx)
    .insertInto("alerts_transitions")
    .values({
      id: record.id,
      alert_id: record.alertId,
      at: record.at,
      actor_id: record.actor.id,
      actor_name: record.actor.name,
      action: record.action,
      from_status: record.before?.status ?? null,
      to_status: record.after?.status ?? null,
      reason: record.after?.closeReason ?? null,
      assignee_id: record.after?.assignee?.id ?? null,
      assignee_name: record.after?.assignee?.name ?? null,
      note: record.note,
      before_reason: record.before?.closeReason ?? null,
      before_assignee_id: record.before?.assignee?.id ?? null,
      before_assignee_name: record.before?.assignee?.name ?? null,
      batch_id: record.batchId,
      undoes: record.undoes,
    })
    .execute();
}

export async function transitionsOf(query: Query<NoTables>, alertId: string): Promise<HistoryRecord[]> {
  const rows = await tables(query)
    .selectFrom("alerts_transitions")
    .selectAll()
    .where("alert_id", "=", alertId)
    .orderBy("seq")
    .execute();
  return rows.map(toHistory);
}

export async function transitionsOfBatch(query: Query<NoTables>, batchId: string): Promise<HistoryRecord[]> {
  const rows = await tables(query)
    .selectFrom("alerts_transitions")
    .selectAll()
    .where("batch_id", "=", batchId)
    .orderBy("seq")
    .execute();
  return rows.map(toHistory);
}

/** Id of the last transition of an alert that changed or noted something; what an undo must still find in place. */
export async function lastTransitionId(query: Query<NoTables>, alertId: string): Promise<string | undefined> {
  const row = await tables(query)
    .selectFrom("alerts_transitions")
    .select("id")
    .where("alert_id", "=", alertId)
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.id;
}

/** By how much the number of open alerts changed in each piece of time since `from`, newest first. */
export async function openChangesSince(
  query: Query<NoTables>,
  { from, bucketMs }: { from: number; bucketMs: number },
  scope: ExerciseScope,
): Promise<OpenChange[]> {
  const bucket = sql<number>`(alerts_transitions.at / ${sql.lit(bucketMs)}) * ${sql.lit(bucketMs)}`;
  const rows = await tables(query)
    .selectFrom("alerts_transitions")
    .innerJoin("alerts_groups", "alerts_groups.id", "alerts_transitions.alert_id")
    .select([bucket.as("start"), "alerts_groups.level"])
    .select(sql<number>`sum(coalesce(to_status = 'open', 0) - coalesce(from_status = 'open', 0))`.as("delta"))
    .where("alerts_transitions.at", ">=", from)
    .where("alerts_groups.exercise_id", scope === "only" ? "is not" : "is", null)
    .groupBy(["start", "alerts_groups.level"])
    .orderBy("start", "desc")
    .execute();
  return rows.map((row) => ({ start: Number(row.start), level: row.level as Severity, delta: Number(row.delta) }));
}

function toHistory(row: Selectable<AlertTables["alerts_transitions"]>): HistoryRecord {
  const state = (status: string | null, reason: string | null, assignee: Person | null): AlertState | null =>
    status === null ? null : { status: status as AlertStatus, closeReason: reason as CloseReason | null, assignee };
  return {
    id: row.id,
    alertId: row.alert_id,
    at: row.at,
    actor: { id: row.actor_id, name: row.actor_name },
    action: row.action as HistoryRecord["action"],
    before: state(row.from_status, row.before_reason, person(row.before_assignee_id, row.before_assignee_name)),
    after: state(row.to_status, row.reason, person(row.assignee_id, row.assignee_name)),
    note: row.note,
    batchId: row.batch_id,
    undoes: row.undoes,
  };
}
