import type { Instant } from "../../../kernel/index.ts";
import { type NoTables, type Query, sql } from "../../../platform/db/index.ts";
import type { CorrelationPart, JudgedFinding } from "../../detection/index.ts";
import type { CloseReason } from "../core/workflow.ts";
import { tables } from "./tables.ts";
import { unconfirmedOfRule } from "./urgency.ts";

const DAY_MS = 86_400_000;

export interface FindingsAsk {
  /** Event time. */
  readonly since?: Instant;
  readonly verdict?: CloseReason;
  readonly limit: number;
}

/** Newest first. */
export async function judgedFindings(
  query: Query<NoTables>,
  ruleId: string,
  ask: FindingsAsk,
): Promise<JudgedFinding[]> {
  let rows = tables(query)
    .selectFrom("alerts_findings")
    .innerJoin("alerts_groups", "alerts_groups.id", "alerts_findings.alert_id")
    .select([
      "alerts_findings.id",
      "alerts_findings.event_id",
      "alerts_findings.event_time",
      "alerts_findings.host",
      "alerts_findings.alert_id",
      "alerts_findings.correlation",
      "alerts_groups.rule_title",
      "alerts_groups.close_reason",
    ])
    .where("alerts_findings.rule_id", "=", ruleId)
    .orderBy("alerts_findings.event_time", "desc")
    .orderBy("alerts_findings.id")
    .limit(ask.limit);
  if (ask.since !== undefined) rows = rows.where("alerts_findings.event_time", ">=", ask.since);
  if (ask.verdict !== undefined)
    rows = rows.where("alerts_groups.status", "=", "closed").where("alerts_groups.close_reason", "=", ask.verdict);
  return (await rows.execute()).map((row) => ({
    findingId: row.id,
    eventId: row.event_id,
    time: row.event_time,
    host: row.host,
    alertId: row.alert_id,
    alertTitle: row.rule_title,
    verdict: row.close_reason as CloseReason | null,
    parts: row.correlation === null ? null : (JSON.parse(row.correlation) as CorrelationPart).events,
  }));
}

/** Findings by day of the event (days since 1970, UTC), days without left out. */
export async function findingsPerDay(
  query: Query<NoTables>,
  ruleId: string,
  since: Instant,
): Promise<ReadonlyMap<number, number>> {
  const rows = await tables(query)
    .selectFrom("alerts_findings")
    // Days before 1970 would round towards zero; nothing asks for them.
    .select([sql<number>`event_time / ${sql.lit(DAY_MS)}`.as("day"), (eb) => eb.fn.countAll<number>().as("n")])
    .where("rule_id", "=", ruleId)
    .where("event_time", ">=", since)
    .groupBy("day")
    .execute();
  return new Map(rows.map((row) => [Number(row.day), Number(row.n)]));
}

export async function firedOfRule(
  query: Query<NoTables>,
  ruleId: string,
): Promise<{ count: number; firstAt: Instant | null; lastAt: Instant | null }> {
  const row = await tables(query)
    .selectFrom("alerts_groups")
    .select((eb) => [
      eb.fn.sum<number | null>("finding_count").as("n"),
      eb.fn.min<number | null>("first_seen").as("first"),
      eb.fn.max<number | null>("last_seen").as("last"),
    ])
    .where("rule_id", "=", ruleId)
    .executeTakeFirstOrThrow();
  return { count: Number(row.n ?? 0), firstAt: row.first, lastAt: row.last };
}

/** Alerts of the real world by how they ended; `null` counts those nobody, or no second person, has decided yet. */
export async function verdictsOfRule(
  query: Query<NoTables>,
  ruleId: string,
): Promise<ReadonlyMap<CloseReason | null, number>> {
  const rows = await tables(query)
    .selectFrom("alerts_groups")
    .select(["close_reason", (eb) => eb.fn.countAll<number>().as("n")])
    .where("rule_id", "=", ruleId)
    .where("exercise_id", "is", null)
    .groupBy("close_reason")
    .execute();
  const verdicts = new Map(rows.map((row) => [row.close_reason as CloseReason | null, Number(row.n)]));
  const unconfirmed = await unconfirmedOfRule(query, ruleId);
  if (unconfirmed === 0) return verdicts;
  return verdicts
    .set("false_positive", (verdicts.get("false_positive") ?? 0) - unconfirmed)
    .set(null, (verdicts.get(null) ?? 0) + unconfirmed);
}
