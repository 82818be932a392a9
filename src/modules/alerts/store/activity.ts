import { type Instant, SEVERITIES, type Severity } from "../../../kernel/index.ts";
import { type NoTables, type Query } from "../../../platform/db/index.ts";
import type { ExerciseScope } from "../records.ts";
import { tables } from "./tables.ts";

export interface ActivityOfRule {
  readonly id: string;
  readonly title: string;
  readonly titleVi: string | null;
  readonly level: Severity;
  readonly tags: readonly string[];
  /** Alerts that came up in the span; what the list shows for the same span and rule. */
  readonly alerts: number;
}

export interface ActivityOfEntity {
  readonly value: string;
  readonly alerts: number;
  /** Rank of the most severe level among them. */
  readonly worst: number;
}

interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

const exerciseIs = (scope: ExerciseScope) => (scope === "only" ? "is not" : "is");

/** Rules by alerts that came up in the span, most first. */
export async function activityByRule(
  query: Query<NoTables>,
  { from, to }: Span,
  scope: ExerciseScope,
): Promise<ActivityOfRule[]> {
  const rows = await tables(query)
    .selectFrom("alerts_groups")
    .select((eb) => [
      "rule_id",
      eb.fn.max("rule_title").as("title"),
      eb.fn.max("rule_title_vi").as("titleVi"),
      eb.fn.max("level_rank").as("rank"),
      eb.fn.max("rule_tags").as("tags"),
      eb.fn.countAll<number>().as("n"),
    ])
    .where("created_at", ">=", from)
    .where("created_at", "<", to)
    .where("exercise_id", exerciseIs(scope), null)
    .groupBy("rule_id")
    .orderBy("n", "desc")
    .orderBy("rank", "desc")
    .orderBy("rule_id")
    .execute();
  return rows.map((row) => ({
    id: row.rule_id,
    title: row.title,
    titleVi: row.titleVi,
    level: SEVERITIES[Number(row.rank)] ?? "informational",
    tags: JSON.parse(row.tags) as string[],
    alerts: Number(row.n),
  }));
}

/** Entities by alerts that came up in the span: most alerts first, then the worst. */
export async function activityByEntity(
  query: Query<NoTables>,
  { from, to, limit }: Span & { readonly limit: number },
  scope: ExerciseScope,
): Promise<ActivityOfEntity[]> {
  const rows = await tables(query)
    .selectFrom("alerts_groups")
    .select((eb) => ["entity_value", eb.fn.max("level_rank").as("worst"), eb.fn.countAll<number>().as("n")])
    .where("created_at", ">=", from)
    .where("created_at", "<", to)
    .where("exercise_id", exerciseIs(scope), null)
    .groupBy("entity_value")
    .orderBy("n", "desc")
    .orderBy("worst", "desc")
    .orderBy("entity_value")
    .limit(limit)
    .execute();
  return rows.map((row) => ({ value: row.entity_value, alerts: Number(row.n), worst: Number(row.worst) }));
}

/** Alerts that came up, and alerts that somebody closed, in the span. Facts of the past: they never change again. */
export async function turnover(
  query: Query<NoTables>,
  { from, to }: Span,
  scope: ExerciseScope,
): Promise<{ created: number; closed: number }> {
  const created = await tables(query)
    .selectFrom("alerts_groups")
    .select((eb) => eb.fn.countAll<number>().as("n"))
    .where("created_at", ">=", from)
    .where("created_at", "<", to)
    .where("exercise_id", exerciseIs(scope), null)
    .executeTakeFirstOrThrow();
  const closed = await tables(query)
    .selectFrom("alerts_transitions")
    .innerJoin("alerts_groups", "alerts_groups.id", "alerts_transitions.alert_id")
    .select((eb) => eb.fn.count<number>("alerts_transitions.alert_id").distinct().as("n"))
    .where("alerts_transitions.at", ">=", from)
    .where("alerts_transitions.at", "<", to)
    .where("alerts_transitions.to_status", "=", "closed")
    .where("alerts_groups.exercise_id", exerciseIs(scope), null)
    .executeTakeFirstOrThrow();
  return { created: Number(created.n), closed: Number(closed.n) };
}
