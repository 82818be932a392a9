/** Alerts of cases, and what cases share. */
import type { Severity } from "../../../kernel/index.ts";
import { type NoTables, type Query, type Selectable, sql, type Tx } from "../../../platform/db/index.ts";
import { entityKey, entityOfKey } from "../core/entity-key.ts";
import type { Shared } from "../core/similarity.ts";
import { MAX_SHARED_ROWS } from "../limits.ts";
import type { CaseAlertRecord } from "../records.ts";
import { type IncidentTables, tables } from "./tables.ts";
import { visibleTo } from "./visible.ts";

/** True when it was not in the case before. */
export async function linkAlert(tx: Tx, caseId: string, alert: CaseAlertRecord): Promise<boolean> {
  const result = await tables(tx)
    .insertInto("incidents_alerts")
    .values({
      case_id: caseId,
      alert_id: alert.alertId,
      rule_id: alert.rule.id,
      rule_title: alert.rule.title,
      rule_title_vi: alert.rule.titleVi,
      level: alert.level,
      entity_kind: alert.entity.kind,
      entity_value: alert.entity.value,
      entity_key: entityKey(alert.entity.kind, alert.entity.value),
      added_at: alert.addedAt,
      from_case: alert.fromCase,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return Number(result.numInsertedOrUpdatedRows ?? 0) > 0;
}

export async function unlinkAlert(tx: Tx, caseId: string, alertId: string): Promise<boolean> {
  const result = await tables(tx)
    .deleteFrom("incidents_alerts")
    .where("case_id", "=", caseId)
    .where("alert_id", "=", alertId)
    .executeTakeFirst();
  return Number(result.numDeletedRows) > 0;
}

export async function alertsOf(query: Query<NoTables>, caseId: string): Promise<CaseAlertRecord[]> {
  const rows = await tables(query)
    .selectFrom("incidents_alerts")
    .selectAll()
    .where("case_id", "=", caseId)
    .orderBy("added_at")
    .orderBy("alert_id")
    .execute();
  return rows.map(toAlert);
}

/** Cases of alerts, as far as they exist for this person. */
export async function casesOfAlerts(
  query: Query<NoTables>,
  alertIds: readonly string[],
  userId: string,
): Promise<{ alertId: string; caseId: string; number: string; title: string; stage: string }[]> {
  if (alertIds.length === 0) return [];
  const rows = await tables(query)
    .selectFrom("incidents_alerts as a")
    .innerJoin("incidents_cases as c", "c.id", "a.case_id")
    .select(["a.alert_id", "c.id", "c.number", "c.title", "c.stage"])
    .where("a.alert_id", "in", [...alertIds])
    .where(visibleTo(userId))
    .orderBy("c.created_at", "desc")
    .execute();
  return rows.map((row) => ({
    alertId: row.alert_id,
    caseId: row.id,
    number: row.number,
    title: row.title,
    stage: row.stage,
  }));
}

/** What other visible cases of the same world (an exercise, or none) have in common with these keys and rules. */
export async function sharedWith(
  query: Query<NoTables>,
  ask: {
    readonly keys: readonly string[];
    readonly rules: readonly string[];
    readonly exerciseId: string | null;
    readonly except: string | undefined;
    readonly userId: string;
  },
): Promise<Shared[]> {
  const { keys, rules, exerciseId, userId } = ask;
  const except = ask.except ?? "";
  const all = (values: readonly string[]) =>
    sql.join(values.length === 0 ? [sql`NULL`] : values.map((one) => sql`${one}`));
  const rows = await sql<{ case_id: string; kind: Shared["kind"]; value: string }>`
    SELECT DISTINCT f.case_id, f.kind, f.value FROM (
      SELECT case_id, CASE kind WHEN 'indicator' THEN 'indicator' ELSE 'entity' END AS kind, entity_key AS value
        FROM incidents_parts WHERE hidden = 0 AND entity_key IN (${all(keys)})
      UNION ALL SELECT case_id, 'entity', entity_key FROM incidents_alerts WHERE entity_key IN (${all(keys)})
      UNION ALL SELECT case_id, 'rule', rule_title FROM incidents_alerts WHERE rule_id IN (${all(rules)})
    ) AS f JOIN incidents_cases AS c ON c.id = f.case_id
    WHERE c.id <> ${except} AND c.merged_into IS NULL AND c.exercise_id IS ${exerciseId} AND ${visibleTo(userId)}
    LIMIT ${MAX_SHARED_ROWS}`.execute(tables(query));
  return rows.rows.map((row) => ({
    caseId: row.case_id,
    kind: row.kind,
    value: row.kind === "rule" ? row.value : entityOfKey(row.value).value,
  }));
}

function toAlert(row: Selectable<IncidentTables["incidents_alerts"]>): CaseAlertRecord {
  return {
    alertId: row.alert_id,
    rule: { id: row.rule_id, title: row.rule_title, titleVi: row.rule_title_vi },
    level: row.level as Severity,
    entity: { kind: row.entity_kind, value: row.entity_value },
    addedAt: row.added_at,
    fromCase: row.from_case,
  };
}
