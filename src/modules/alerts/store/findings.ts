import { type Instant, type Severity, severityRank } from "../../../kernel/index.ts";
import { type NoTables, type Query, type Selectable, sql, type Tx } from "../../../platform/db/index.ts";
import type { CorrelationPart } from "../../detection/index.ts";
import { FINDINGS_KEPT_PER_ALERT } from "../limits.ts";
import type { FindingRecord, MarkedEvent, NewGroup } from "../records.ts";
import { type AlertTables, tables } from "./tables.ts";

export async function lastConsumed(query: Query<NoTables>): Promise<number> {
  const row = await tables(query).selectFrom("alerts_consumed").select("last_seq").executeTakeFirstOrThrow();
  return row.last_seq;
}

export async function markConsumed(tx: Tx, seq: number): Promise<void> {
  await tables(tx).updateTable("alerts_consumed").set({ last_seq: seq }).execute();
}

export async function liveGroup(tx: Tx, groupKey: string): Promise<string | undefined> {
  const row = await tables(tx)
    .selectFrom("alerts_groups")
    .select("id")
    .where("group_key", "=", groupKey)
    .where("live", "=", 1)
    .executeTakeFirst();
  return row?.id;
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
      live: 1,
      urgency_factors: JSON.stringify(group.factors),
      closed_at: null,
      closed_by: null,
      more: null,
      version: 0,
      snoozed_until: null,
      merged_into: null,
      unconfirmed: 0,
      own_count: 0,
      own_first: group.firstSeen,
      own_last: group.firstSeen,
      also: group.also.length === 0 ? null : JSON.stringify(group.also),
      due_kind: null,
      due_at: null,
      due_rank: Number.MIN_SAFE_INTEGER,
      entities_folded: 1,
    })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .execute();
}

/** Which of these findings are under an alert already, of whatever state. */
export async function knownFindings(tx: Tx, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  for (let start = 0; start < ids.length; start += 500) {
    const rows = await tables(tx)
      .selectFrom("alerts_findings")
      .select("id")
      .where("id", "in", ids.slice(start, start + 500))
      .execute();
    for (const { id } of rows) known.add(id);
  }
  return known;
}

/** True when the finding is new. Beyond the bound a finding is counted by its caller but not kept. */
export async function insertFinding(
  tx: Tx,
  finding: FindingRecord,
  { entities, ingestedAt }: { entities: Readonly<Record<string, string>>; ingestedAt: Instant | null },
): Promise<boolean> {
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
      correlation: finding.correlation === null ? null : JSON.stringify(finding.correlation),
      entities: JSON.stringify(entities),
      ingested_at: ingestedAt,
    })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .executeTakeFirst();
  return Number(result.numInsertedOrUpdatedRows ?? 0) > 0;
}

export const keepsFindings = (count: number): boolean => count < FINDINGS_KEPT_PER_ALERT;

/** The group that findings lie under, or one it lives in: those only count them. */
export async function growGroup(
  tx: Tx,
  alertId: string,
  grown: { by: number; first: number; last: number; at: number; isOwn: boolean },
): Promise<void> {
  await tables(tx)
    .updateTable("alerts_groups")
    .set((eb) => ({
      ...(grown.isOwn
        ? {
            own_count: eb("own_count", "+", grown.by),
            own_first: sql<number>`min(own_first, ${grown.first})`,
            own_last: sql<number>`max(own_last, ${grown.last})`,
          }
        : {}),
      finding_count: eb("finding_count", "+", grown.by),
      first_seen: sql<number>`min(first_seen, ${grown.first})`,
      last_seen: sql<number>`max(last_seen, ${grown.last})`,
      updated_at: grown.at,
    }))
    .where("id", "=", alertId)
    .execute();
}

export async function findingsOf(
  query: Query<NoTables>,
  alertIds: readonly string[],
  page: { after: { time: number; id: string } | undefined; limit: number },
): Promise<FindingRecord[]> {
  let rows = tables(query)
    .selectFrom("alerts_findings")
    .selectAll()
    .where("alert_id", "in", [...alertIds])
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

/** Findings of one host with the rule of their alert, newest first. */
export async function findingsOfHost(
  query: Query<NoTables>,
  ask: { readonly host: string; readonly from: Instant; readonly to: Instant; readonly limit: number },
): Promise<MarkedEvent[]> {
  const rows = await tables(query)
    .selectFrom("alerts_findings as finding")
    .innerJoin("alerts_groups as alert", "alert.id", "finding.alert_id")
    .select(["finding.event_id", "finding.event_time", "finding.alert_id"])
    .select(["alert.rule_id", "alert.rule_title", "alert.rule_title_vi", "alert.level"])
    .where("finding.host", "=", ask.host)
    .where("finding.event_time", ">=", ask.from)
    .where("finding.event_time", "<", ask.to)
    .orderBy("finding.event_time", "desc")
    .orderBy("finding.id")
    .limit(ask.limit)
    .execute();
  return rows.map((row) => ({
    eventId: row.event_id,
    time: row.event_time,
    alertId: row.alert_id,
    rule: { id: row.rule_id, title: row.rule_title, titleVi: row.rule_title_vi, level: row.level as Severity },
  }));
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
    correlation: row.correlation === null ? null : (JSON.parse(row.correlation) as CorrelationPart),
  };
}

/** The severity of a rule that was raised while its alert is open; never lowered under the eyes of who works on it. */
export async function raiseLevel(tx: Tx, alertId: string, level: Severity): Promise<void> {
  await tables(tx)
    .updateTable("alerts_groups")
    .set({ level, level_rank: severityRank(level) })
    .where("id", "=", alertId)
    .execute();
}

/** How long after it happened the oldest event of these groups arrived; null when nobody knows. */
export async function arrivalLag(query: Query<NoTables>, alertIds: readonly string[]): Promise<number | null> {
  const row = await tables(query)
    .selectFrom("alerts_findings")
    .select(["event_time", "ingested_at"])
    .where("alert_id", "in", [...alertIds])
    .orderBy("event_time")
    .orderBy("ingested_at")
    .limit(1)
    .executeTakeFirst();
  return row?.ingested_at == null ? null : row.ingested_at - row.event_time;
}

/** The newest findings of these alerts: what they saw, and which events counted together. */
export async function newestOf(
  query: Query<NoTables>,
  alertIds: readonly string[],
  limit: number,
): Promise<{ readonly eventId: string; readonly sensor: string; readonly correlation: CorrelationPart | null }[]> {
  const rows = await tables(query)
    .selectFrom("alerts_findings")
    .select(["event_id", "sensor", "correlation"])
    .where("alert_id", "in", [...alertIds])
    .orderBy("event_time", "desc")
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    eventId: row.event_id,
    sensor: row.sensor,
    correlation: row.correlation === null ? null : (JSON.parse(row.correlation) as CorrelationPart),
  }));
}

/** Alerts that found one of these events, whoever found most of them first. */
export async function alertsOfEvents(
  query: Query<NoTables>,
  eventIds: readonly string[],
  limit: number,
): Promise<string[]> {
  if (eventIds.length === 0) return [];
  const rows = await tables(query)
    .selectFrom("alerts_findings")
    .select(["alert_id", (eb) => eb.fn.countAll<number>().as("n")])
    .where("event_id", "in", [...eventIds])
    .groupBy("alert_id")
    .orderBy("n", "desc")
    .orderBy("alert_id")
    .limit(limit)
    .execute();
  return rows.map((row) => row.alert_id);
}
