import type { Severity } from "../../kernel/index.ts";
import { severityRank } from "../../kernel/index.ts";
import { type NoTables, type Query, type Selectable, sql, type Tx } from "../../platform/db/index.ts";
import type { AlertState, AlertStatus, CloseReason, Person } from "./core/workflow.ts";
import { FINDINGS_KEPT_PER_ALERT } from "./limits.ts";
import type { AlertFilter, AlertKey, AlertRecord, FindingRecord, HistoryRecord, NewGroup } from "./records.ts";

type AlertTables = {
  alerts_groups: {
    id: string;
    group_key: string;
    rule_id: string;
    rule_title: string;
    rule_title_vi: string | null;
    rule_author: string | null;
    rule_licence: string | null;
    rule_tags: string;
    level: string;
    level_rank: number;
    entity_kind: string;
    entity_value: string;
    search: string;
    status: string;
    close_reason: string | null;
    assignee_id: string | null;
    assignee_name: string | null;
    urgency: number;
    finding_count: number;
    note_count: number;
    first_seen: number;
    last_seen: number;
    created_at: number;
    updated_at: number;
    exercise_id: string | null;
  };
  alerts_findings: {
    id: string;
    alert_id: string;
    rule_id: string;
    rule_version: string;
    event_id: string;
    event_time: number;
    detected_at: number;
    sensor: string;
    host: string | null;
    exercise_id: string | null;
  };
  alerts_transitions: {
    seq?: number;
    id: string;
    alert_id: string;
    at: number;
    actor_id: string;
    actor_name: string;
    action: string;
    from_status: string | null;
    to_status: string | null;
    reason: string | null;
    assignee_id: string | null;
    assignee_name: string | null;
    note: string | null;
    before_reason: string | null;
    before_assignee_id: string | null;
    before_assignee_name: string | null;
    batch_id: string | null;
    undoes: string | null;
  };
  alerts_consumed: { one: number; last_seq: number };
};

const tables = (query: Query<NoTables>) => query.withTables<AlertTables>();

// ── findings come in ────────────────────────────────────────────────────────────────────────────────────────────────

export async function lastConsumed(query: Query<NoTables>): Promise<number> {
  const row = await tables(query).selectFrom("alerts_consumed").select("last_seq").executeTakeFirstOrThrow();
  return row.last_seq;
}

export async function markConsumed(tx: Tx, seq: number): Promise<void> {
  await tables(tx).updateTable("alerts_consumed").set({ last_seq: seq }).execute();
}

export async function liveGroup(tx: Tx, groupKey: string): Promise<{ id: string; findingCount: number } | undefined> {
  const row = await tables(tx)
    .selectFrom("alerts_groups")
    .select(["id", "finding_count"])
    .where("group_key", "=", groupKey)
    .where("status", "<>", "closed")
    .executeTakeFirst();
  return row === undefined ? undefined : { id: row.id, findingCount: row.finding_count };
}

export async function insertGroup(tx: Tx, group: NewGroup): Promise<void> {
  await tables(tx)
    .insertInto("alerts_groups")
    .values({
      id: group.id,
      group_key: group.groupKey,
      rule_id: group.rule.id,
      rule_title: group.rule.title,
      rule_title_vi: group.rule.titleVi,
      rule_author: group.rule.author,
      rule_licence: group.rule.licence,
      rule_tags: JSON.stringify(group.rule.tags),
      level: group.rule.level,
      level_rank: severityRank(group.rule.level),
      entity_kind: group.entity.kind,
      entity_value: group.entity.value,
      search: group.search,
      status: "open",
      close_reason: null,
      assignee_id: null,
      assignee_name: null,
      urgency: group.urgency,
      finding_count: 0,
      note_count: 0,
      first_seen: group.firstSeen,
      last_seen: group.firstSeen,
      created_at: group.createdAt,
      updated_at: group.createdAt,
      exercise_id: group.exerciseId,
    })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .execute();
}

/** True when the finding is new. Beyond the bound a finding is counted by its caller but not kept. */
export async function insertFinding(tx: Tx, finding: FindingRecord): Promise<boolean> {
  const result = await tables(tx)
    .insertInto("alerts_findings")
    .values({
      id: finding.id,
      alert_id: finding.alertId,
      rule_id: finding.ruleId,
      rule_version: finding.ruleVersion,
      event_id: finding.eventId,
      event_time: finding.time,
      detected_at: finding.detectedAt,
      sensor: finding.sensor,
      host: finding.host,
      exercise_id: finding.exerciseId,
    })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .executeTakeFirst();
  return Number(result.numInsertedOrUpdatedRows ?? 0) > 0;
}

export const keepsFindings = (count: number): boolean => count < FINDINGS_KEPT_PER_ALERT;

export async function growGroup(tx: Tx, alertId: string, grown: { by: number; first: number; last: number; at: number }): Promise<void> {
  await tables(tx)
    .updateTable("alerts_groups")
    .set((eb) => ({
      finding_count: eb("finding_count", "+", grown.by),
      first_seen: sql<number>`min(first_seen, ${grown.first})`,
      last_seen: sql<number>`max(last_seen, ${grown.last})`,
      updated_at: grown.at,
    }))
    .where("id", "=", alertId)
    .execute();
}

// ── people act ──────────────────────────────────────────────────────────────────────────────────────────────────────

export async function applyState(tx: Tx, alertId: string, change: { state: AlertState; notes: number; at: number }): Promise<void> {
  await tables(tx)
    .updateTable("alerts_groups")
    .set((eb) => ({
      status: change.state.status,
      close_reason: change.state.closeReason,
      assignee_id: change.state.assignee?.id ?? null,
      assignee_name: change.state.assignee?.name ?? null,
      note_count: eb("note_count", "+", change.notes),
      updated_at: change.at,
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
  const rows = await tables(query).selectFrom("alerts_transitions").selectAll().where("alert_id", "=", alertId).orderBy("seq").execute();
  return rows.map(toHistory);
}

export async function transitionsOfBatch(query: Query<NoTables>, batchId: string): Promise<HistoryRecord[]> {
  const rows = await tables(query).selectFrom("alerts_transitions").selectAll().where("batch_id", "=", batchId).orderBy("seq").execute();
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

/** Status changes since `from`, newest first: enough to walk back from today's counts to any moment in between. */
export async function statusChangesSince(
  query: Query<NoTables>,
  from: number,
): Promise<{ at: number; level: Severity; from: AlertStatus | null; to: AlertStatus | null }[]> {
  const rows = await tables(query)
    .selectFrom("alerts_transitions")
    .innerJoin("alerts_groups", "alerts_groups.id", "alerts_transitions.alert_id")
    .select(["alerts_transitions.at", "alerts_groups.level", "from_status", "to_status"])
    .where("alerts_transitions.at", ">=", from)
    .where("alerts_groups.exercise_id", "is", null)
    .orderBy("alerts_transitions.seq", "desc")
    .execute();
  return rows.map((row) => ({ at: row.at, level: row.level as Severity, from: row.from_status as AlertStatus | null, to: row.to_status as AlertStatus | null }));
}

// ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const SORT_COLUMN = { urgency: "urgency", lastSeen: "last_seen", firstSeen: "first_seen", count: "finding_count" } as const;

export async function listGroups(
  query: Query<NoTables>,
  filter: AlertFilter,
  page: { after: AlertKey | undefined; limit: number },
): Promise<AlertRecord[]> {
  const column = SORT_COLUMN[filter.sort];
  let rows = filtered(query, filter).selectAll().orderBy(column, "desc").orderBy("last_seen", "desc").orderBy("id").limit(page.limit);
  const after = page.after;
  if (after !== undefined) {
    rows = rows.where((eb) =>
      eb.or([
        eb(column, "<", after.sort),
        eb.and([eb(column, "=", after.sort), eb("last_seen", "<", after.lastSeen)]),
        eb.and([eb(column, "=", after.sort), eb("last_seen", "=", after.lastSeen), eb("id", ">", after.id)]),
      ]),
    );
  }
  return (await rows.execute()).map(toAlert);
}

export function sortValue(record: AlertRecord, sort: AlertFilter["sort"]): number {
  if (sort === "urgency") return record.urgency;
  if (sort === "count") return record.count;
  return sort === "lastSeen" ? record.lastSeen : record.firstSeen;
}

export async function countGroups(query: Query<NoTables>, filter: AlertFilter): Promise<number> {
  const row = await filtered(query, filter)
    .select((eb) => eb.fn.countAll<number>().as("n"))
    .executeTakeFirstOrThrow();
  return Number(row.n);
}

export async function getGroups(query: Query<NoTables>, ids: readonly string[]): Promise<AlertRecord[]> {
  const found: AlertRecord[] = [];
  // SQLite binds at most 32,766 values; the API allows 1,000 ids, kept well below either way.
  for (let start = 0; start < ids.length; start += 500) {
    const rows = await tables(query).selectFrom("alerts_groups").selectAll().where("id", "in", ids.slice(start, start + 500)).execute();
    found.push(...rows.map(toAlert));
  }
  return found;
}

export async function findingsOf(
  query: Query<NoTables>,
  alertId: string,
  page: { after: { time: number; id: string } | undefined; limit: number },
): Promise<FindingRecord[]> {
  let rows = tables(query)
    .selectFrom("alerts_findings")
    .selectAll()
    .where("alert_id", "=", alertId)
    .orderBy("event_time", "desc")
    .orderBy("id")
    .limit(page.limit);
  const after = page.after;
  if (after !== undefined) {
    rows = rows.where((eb) =>
      eb.or([eb("event_time", "<", after.time), eb.and([eb("event_time", "=", after.time), eb("id", ">", after.id)])]),
    );
  }
  return (await rows.execute()).map(toFinding);
}

export async function getFinding(query: Query<NoTables>, id: string): Promise<FindingRecord | undefined> {
  const row = await tables(query).selectFrom("alerts_findings").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : toFinding(row);
}

/** How earlier groups of the same keys ended. */
export async function closedBefore(query: Query<NoTables>, keys: readonly string[]): Promise<Map<string, Map<CloseReason, number>>> {
  const counts = new Map<string, Map<CloseReason, number>>();
  if (keys.length === 0) return counts;
  const rows = await tables(query)
    .selectFrom("alerts_groups")
    .select(["group_key", "close_reason", (eb) => eb.fn.countAll<number>().as("n")])
    .where("group_key", "in", [...keys])
    .where("status", "=", "closed")
    .groupBy(["group_key", "close_reason"])
    .execute();
  for (const row of rows) {
    const byReason = counts.get(row.group_key) ?? new Map<CloseReason, number>();
    byReason.set(row.close_reason as CloseReason, Number(row.n));
    counts.set(row.group_key, byReason);
  }
  return counts;
}

export async function firedByRule(query: Query<NoTables>): Promise<Map<string, { count: number; lastAt: number }>> {
  const rows = await tables(query)
    .selectFrom("alerts_groups")
    .select(["rule_id", (eb) => eb.fn.sum<number>("finding_count").as("n"), (eb) => eb.fn.max("last_seen").as("last")])
    .groupBy("rule_id")
    .execute();
  return new Map(rows.map((row) => [row.rule_id, { count: Number(row.n), lastAt: Number(row.last) }]));
}

export async function countByLevelAndStatus(query: Query<NoTables>): Promise<{ level: Severity; status: AlertStatus; n: number }[]> {
  const rows = await tables(query)
    .selectFrom("alerts_groups")
    .select(["level", "status", (eb) => eb.fn.countAll<number>().as("n")])
    .where("exercise_id", "is", null)
    .where("status", "<>", "closed")
    .groupBy(["level", "status"])
    .execute();
  return rows.map((row) => ({ level: row.level as Severity, status: row.status as AlertStatus, n: Number(row.n) }));
}

/** Creation times of alerts nobody has taken yet, exercises excluded, oldest first. */
export async function openSince(query: Query<NoTables>): Promise<number[]> {
  const rows = await tables(query)
    .selectFrom("alerts_groups")
    .select("created_at")
    .where("status", "=", "open")
    .where("exercise_id", "is", null)
    .orderBy("created_at")
    .execute();
  return rows.map((row) => row.created_at);
}

/** How the alerts closed since `from` ended (an alert closed twice counts with its last reason). */
export async function closedSince(query: Query<NoTables>, from: number): Promise<Record<CloseReason, number>> {
  const counts: Record<CloseReason, number> = { true_positive: 0, false_positive: 0, benign: 0, duplicate: 0 };
  const rows = await tables(query)
    .selectFrom("alerts_groups")
    .select(["close_reason", (eb) => eb.fn.countAll<number>().as("n")])
    .where("status", "=", "closed")
    .where("exercise_id", "is", null)
    .where("updated_at", ">=", from)
    .groupBy("close_reason")
    .execute();
  for (const row of rows) {
    if (row.close_reason !== null) counts[row.close_reason as CloseReason] = Number(row.n);
  }
  return counts;
}

export async function countOfExercise(query: Query<NoTables>, exerciseId: string): Promise<number> {
  const row = await tables(query)
    .selectFrom("alerts_groups")
    .select((eb) => eb.fn.countAll<number>().as("n"))
    .where("exercise_id", "=", exerciseId)
    .executeTakeFirstOrThrow();
  return Number(row.n);
}

function filtered(query: Query<NoTables>, filter: AlertFilter) {
  let rows = tables(query).selectFrom("alerts_groups");
  if (filter.statuses !== undefined) rows = rows.where("status", "in", [...filter.statuses]);
  if (filter.levels !== undefined) rows = rows.where("level", "in", [...filter.levels]);
  if (filter.assignee !== undefined) {
    rows = filter.assignee === null ? rows.where("assignee_id", "is", null) : rows.where("assignee_id", "=", filter.assignee);
  }
  if (filter.ruleId !== undefined) rows = rows.where("rule_id", "=", filter.ruleId);
  if (filter.entity !== undefined) rows = rows.where("entity_value", "=", filter.entity);
  if (filter.text !== undefined) rows = rows.where(sql<boolean>`instr(search, ${filter.text}) > 0`);
  if (filter.exercise === "exclude") rows = rows.where("exercise_id", "is", null);
  if (filter.exercise === "only") rows = rows.where("exercise_id", "is not", null);
  if (filter.from !== undefined) rows = rows.where("last_seen", ">=", filter.from);
  if (filter.to !== undefined) rows = rows.where("last_seen", "<", filter.to);
  return rows;
}

function person(id: string | null, name: string | null): Person | null {
  return id === null ? null : { id, name: name ?? id };
}

function toAlert(row: Selectable<AlertTables["alerts_groups"]>): AlertRecord {
  return {
    id: row.id,
    groupKey: row.group_key,
    rule: {
      id: row.rule_id,
      title: row.rule_title,
      titleVi: row.rule_title_vi,
      level: row.level as Severity,
      author: row.rule_author,
      licence: row.rule_licence,
      tags: JSON.parse(row.rule_tags) as string[],
    },
    entity: { kind: row.entity_kind, value: row.entity_value },
    state: {
      status: row.status as AlertStatus,
      closeReason: row.close_reason as CloseReason | null,
      assignee: person(row.assignee_id, row.assignee_name),
    },
    urgency: row.urgency,
    count: row.finding_count,
    noteCount: row.note_count,
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    exerciseId: row.exercise_id,
  };
}

function toFinding(row: Selectable<AlertTables["alerts_findings"]>): FindingRecord {
  return {
    id: row.id,
    alertId: row.alert_id,
    ruleId: row.rule_id,
    ruleVersion: row.rule_version,
    eventId: row.event_id,
    time: row.event_time,
    detectedAt: row.detected_at,
    sensor: row.sensor,
    host: row.host,
    exerciseId: row.exercise_id,
  };
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
