import type { Severity } from "../../../kernel/index.ts";
import { type NoTables, type Query, type Selectable, sql, type Tx } from "../../../platform/db/index.ts";
import type { OpenChange } from "../core/metrics.ts";
import { type AlertState, isLive } from "../core/workflow.ts";
import type { ExerciseScope, HistoryRecord } from "../records.ts";
import { type AlertTables, moreOf, person, stateOf, tables } from "./tables.ts";

export async function applyState(
  tx: Tx,
  alertId: string,
  change: {
    state: AlertState;
    notes: number;
    at: number;
    /** The state is another one: whoever saw the earlier one has to be told. */
    isNew: boolean;
    closed?: { at: number; by: string };
  },
): Promise<void> {
  const { state } = change;
  await tables(tx)
    .updateTable("alerts_groups")
    .set((eb) => ({
      status: state.status,
      live: isLive(state.status) ? 1 : 0,
      close_reason: state.closeReason,
      assignee_id: state.assignee?.id ?? null,
      assignee_name: state.assignee?.name ?? null,
      more: moreOf(state),
      snoozed_until: state.snooze?.until ?? null,
      merged_into: state.mergedInto,
      unconfirmed: state.proposedBy === null ? 0 : 1,
      note_count: eb("note_count", "+", change.notes),
      version: eb("version", "+", change.isNew ? 1 : 0),
      updated_at: change.at,
      ...(change.closed === undefined ? {} : { closed_at: change.closed.at, closed_by: change.closed.by }),
    }))
    .where("id", "=", alertId)
    .execute();
}

/** The tags of an alert as the index by tag has them. */
export async function indexTags(tx: Tx, alertId: string, tags: readonly string[]): Promise<void> {
  await tables(tx).deleteFrom("alerts_tags").where("alert_id", "=", alertId).execute();
  if (tags.length === 0) return;
  await tables(tx)
    .insertInto("alerts_tags")
    .values(tags.map((tag) => ({ tag, alert_id: alertId })))
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
      before_more: record.before === null ? null : moreOf(record.before),
      after_more: record.after === null ? null : moreOf(record.after),
      batch_id: record.batchId,
      undoes: record.undoes,
      other_id: record.otherId ?? null,
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

/** What only tells that something was looked at or gathered takes nothing back and is in nobody's way. */
const TELLS_ONLY = ["view", "gather", "scatter"] as const;
/** What is appended and changes nothing that another deed could depend on. */
const APPENDS_ONLY = [...TELLS_ONLY, "note", "tag"] as const;

/** The last transition of an alert that changed or noted something; what an undo must still find in place. */
export function lastTransition(query: Query<NoTables>, alertId: string): Promise<HistoryRecord | undefined> {
  return lastBut(query, alertId, TELLS_ONLY);
}

/** The last transition that others have to know of before they act. */
export function lastDecision(query: Query<NoTables>, alertId: string): Promise<HistoryRecord | undefined> {
  return lastBut(query, alertId, APPENDS_ONLY);
}

async function lastBut(
  query: Query<NoTables>,
  alertId: string,
  leftOut: readonly string[],
): Promise<HistoryRecord | undefined> {
  const row = await tables(query)
    .selectFrom("alerts_transitions")
    .selectAll()
    .where("alert_id", "=", alertId)
    .where("action", "not in", [...leftOut])
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : toHistory(row);
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
  return {
    id: row.id,
    alertId: row.alert_id,
    at: row.at,
    actor: { id: row.actor_id, name: row.actor_name },
    action: row.action as HistoryRecord["action"],
    before: stateOf({
      status: row.from_status,
      reason: row.before_reason,
      assignee: person(row.before_assignee_id, row.before_assignee_name),
      more: row.before_more,
    }),
    after: stateOf({
      status: row.to_status,
      reason: row.reason,
      assignee: person(row.assignee_id, row.assignee_name),
      more: row.after_more,
    }),
    note: row.note,
    batchId: row.batch_id,
    undoes: row.undoes,
    otherId: row.other_id,
  };
}
