import type { Instant, Severity } from "../../../kernel/index.ts";
import type { NoTables, Query } from "../../../platform/db/index.ts";
import type { Moments } from "../core/figures.ts";
import type { ExerciseScope } from "../records.ts";
import { tables } from "./tables.ts";

export interface MetricScope {
  /** Alerts created in this range. */
  readonly from: Instant;
  readonly to: Instant;
  readonly exercise: ExerciseScope;
  readonly level?: Severity;
  readonly ruleId?: string;
}

export type MetricGrouping = "level" | "rule" | "person";

export interface FactsRow extends Moments {
  readonly groupKey: string | null;
}

const GROUP_COLUMN = { level: "level", rule: "rule_id", person: "ack_by" } as const;

/** Alerts that live in another one are counted by that one. */
export async function factsOf(
  query: Query<NoTables>,
  scope: MetricScope,
  by: MetricGrouping | undefined,
): Promise<readonly FactsRow[]> {
  // Named as they are used, and no more than is used: 200,000 rows are not copied once more.
  let rows = tables(query)
    .selectFrom("alerts_facts")
    .select(["created_at as createdAt", "occurred_at as occurredAt", "ingested_at as ingestedAt", "view_at as viewAt"])
    .select(["ack_at as ackAt", "qual_at as qualAt", "cont_at as contAt", "res_at as resAt", "close_at as closeAt"])
    .where("created_at", ">=", scope.from)
    .where("created_at", "<", scope.to)
    .where("is_exercise", "=", scope.exercise === "only" ? 1 : 0)
    .where("is_merged", "=", 0);
  if (by !== undefined) rows = rows.select(`${GROUP_COLUMN[by]} as groupKey` as "level as groupKey");
  if (scope.level !== undefined) rows = rows.where("level", "=", scope.level);
  if (scope.ruleId !== undefined) rows = rows.where("rule_id", "=", scope.ruleId);
  return (await rows.execute()) as unknown as readonly FactsRow[];
}

export async function titlesOfRules(
  query: Query<NoTables>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, { title: string; titleVi: string | null }>> {
  const titles = new Map<string, { title: string; titleVi: string | null }>();
  for (const id of ids) {
    const row = await tables(query)
      .selectFrom("alerts_groups")
      .select(["rule_title", "rule_title_vi"])
      .where("rule_id", "=", id)
      .limit(1)
      .executeTakeFirst();
    if (row !== undefined) titles.set(id, { title: row.rule_title, titleVi: row.rule_title_vi });
  }
  return titles;
}
