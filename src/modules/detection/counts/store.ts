import type { Instant } from "../../../kernel/index.ts";
import type { NoTables, Query, Tx } from "../../../platform/db/index.ts";
import type { CorrelationStats } from "../core/sigma/index.ts";

type CountTables = {
  detection_hidden: { rule_id: string; filter_id: string; count: number; last_at: number };
  detection_suppressed: { rule_id: string; count: number; last_at: number };
  detection_correlations: {
    correlation_id: string;
    groups: number;
    held: number;
    findings: number;
    suppressed: number;
    late: number;
    ungrouped: number;
    valueless: number;
    ahead: number;
    evicted: number;
    at: number;
  };
};

const tables = (query: Query<NoTables>) => query.withTables<CountTables>();

/** Matches of a rule that a filter or exception hid. */
export interface HiddenCount {
  readonly ruleId: string;
  readonly filterId: string;
  readonly count: number;
  /** Arrival of the last one. */
  readonly lastAt: Instant;
}

/** Findings of a rule withheld by its suppression window. */
export interface SuppressedCount {
  readonly ruleId: string;
  readonly count: number;
  readonly lastAt: Instant;
}

// ── what the pipeline adds, in the transaction that moves its position ─────────────────────────────────────────────

export async function countHidden(tx: Tx, hidden: HiddenCount): Promise<void> {
  await tables(tx)
    .insertInto("detection_hidden")
    .values({ rule_id: hidden.ruleId, filter_id: hidden.filterId, count: hidden.count, last_at: hidden.lastAt })
    .onConflict((conflict) =>
      conflict.columns(["rule_id", "filter_id"]).doUpdateSet((eb) => ({
        count: eb("detection_hidden.count", "+", hidden.count),
        last_at: hidden.lastAt,
      })),
    )
    .execute();
}

export async function countSuppressed(tx: Tx, suppressed: SuppressedCount): Promise<void> {
  await tables(tx)
    .insertInto("detection_suppressed")
    .values({ rule_id: suppressed.ruleId, count: suppressed.count, last_at: suppressed.lastAt })
    .onConflict((conflict) =>
      conflict.column("rule_id").doUpdateSet((eb) => ({
        count: eb("detection_suppressed.count", "+", suppressed.count),
        last_at: suppressed.lastAt,
      })),
    )
    .execute();
}

/** Not added up: the correlator's state is the count. */
export async function putCorrelationStats(tx: Tx, stats: CorrelationStats, at: Instant): Promise<void> {
  const { correlationId, ...figures } = stats;
  const values = { ...figures, at };
  await tables(tx)
    .insertInto("detection_correlations")
    .values({ correlation_id: correlationId, ...values })
    .onConflict((conflict) => conflict.column("correlation_id").doUpdateSet(values))
    .execute();
}

/** Figures of correlations that run no longer say nothing about now. */
export async function keepCorrelationStats(tx: Tx, running: readonly string[]): Promise<void> {
  const rows = await tables(tx).selectFrom("detection_correlations").select("correlation_id").execute();
  const kept = new Set(running);
  for (const { correlation_id: id } of rows) {
    if (kept.has(id)) continue;
    await tables(tx).deleteFrom("detection_correlations").where("correlation_id", "=", id).execute();
  }
}

// ── what people read ────────────────────────────────────────────────────────────────────────────────────────────────

export async function hiddenOfRule(query: Query<NoTables>, ruleId: string): Promise<HiddenCount[]> {
  const rows = await tables(query)
    .selectFrom("detection_hidden")
    .selectAll()
    .where("rule_id", "=", ruleId)
    .orderBy("filter_id")
    .execute();
  return rows.map(toHidden);
}

/** Of one filter or exception over all rules. */
export async function hiddenByFilter(query: Query<NoTables>, filterId: string): Promise<HiddenCount[]> {
  const rows = await tables(query)
    .selectFrom("detection_hidden")
    .selectAll()
    .where("filter_id", "=", filterId)
    .orderBy("rule_id")
    .execute();
  return rows.map(toHidden);
}

export async function suppressedOfRule(query: Query<NoTables>, ruleId: string): Promise<SuppressedCount | undefined> {
  const row = await tables(query)
    .selectFrom("detection_suppressed")
    .selectAll()
    .where("rule_id", "=", ruleId)
    .executeTakeFirst();
  return row === undefined ? undefined : { ruleId: row.rule_id, count: row.count, lastAt: row.last_at };
}

/** Undefined while the correlation does not run. */
export async function correlationStatsOf(
  query: Query<NoTables>,
  correlationId: string,
): Promise<(CorrelationStats & { readonly at: Instant }) | undefined> {
  const row = await tables(query)
    .selectFrom("detection_correlations")
    .selectAll()
    .where("correlation_id", "=", correlationId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { correlation_id: id, ...figures } = row;
  return { correlationId: id, ...figures };
}

function toHidden(row: CountTables["detection_hidden"]): HiddenCount {
  return { ruleId: row.rule_id, filterId: row.filter_id, count: row.count, lastAt: row.last_at };
}
