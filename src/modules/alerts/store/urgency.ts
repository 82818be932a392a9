import type { Severity } from "../../../kernel/index.ts";
import { type NoTables, type Query, sql, type Tx } from "../../../platform/db/index.ts";
import type { AlertEntity } from "../core/grouping.ts";
import type { TrackRecord } from "../core/urgency.ts";
import { tables } from "./tables.ts";

/** What waits for a second person is no verdict yet: it is counted apart. */
export async function trackRecordOf(query: Query<NoTables>, ruleId: string): Promise<TrackRecord> {
  const rows = await tables(query)
    .selectFrom("alerts_groups")
    .select(["close_reason", (eb) => eb.fn.countAll<number>().as("n")])
    .where("rule_id", "=", ruleId)
    .where("close_reason", "is not", null)
    .where("exercise_id", "is", null)
    .groupBy("close_reason")
    .execute();
  const count = (reason: string): number => Number(rows.find((row) => row.close_reason === reason)?.n ?? 0);
  const unconfirmed = await unconfirmedOfRule(query, ruleId);
  const falsePositives = count("false_positive") + count("benign") - unconfirmed;
  return { truePositives: count("true_positive"), falsePositives, unconfirmed };
}

/** By the index of what waits, which is little, instead of reading all that was ever closed. */
export async function unconfirmedOfRule(query: Query<NoTables>, ruleId: string): Promise<number> {
  const row = await tables(query)
    .selectFrom("alerts_groups")
    .select((eb) => eb.fn.countAll<number>().as("n"))
    .where("unconfirmed", "=", 1)
    .where("rule_id", "=", ruleId)
    .where("exercise_id", "is", null)
    .executeTakeFirstOrThrow();
  return Number(row.n);
}

export async function rulesInQueue(query: Query<NoTables>): Promise<string[]> {
  const rows = await tables(query)
    .selectFrom("alerts_groups")
    .select("rule_id")
    .distinct()
    .where("live", "=", 1)
    .execute();
  return rows.map((row) => row.rule_id);
}

export async function liveOfRule(
  query: Query<NoTables>,
  ruleId: string,
  page: { readonly after: string; readonly limit: number },
): Promise<{ id: string; level: Severity; entity: AlertEntity; urgency: number; factors: string | null }[]> {
  const rows = await tables(query)
    .selectFrom("alerts_groups")
    .select(["id", "level", "entity_kind", "entity_value", "urgency", "urgency_factors"])
    .where("rule_id", "=", ruleId)
    .where("live", "=", 1)
    .where("id", ">", page.after)
    .orderBy("id")
    .limit(page.limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    level: row.level as Severity,
    entity: { kind: row.entity_kind, value: row.entity_value },
    urgency: row.urgency,
    factors: row.urgency_factors,
  }));
}

export async function setUrgency(
  tx: Tx,
  id: string,
  weighed: { readonly urgency: number; readonly factors: string },
): Promise<void> {
  await tables(tx)
    .updateTable("alerts_groups")
    .set({ urgency: weighed.urgency, urgency_factors: weighed.factors })
    .where("id", "=", id)
    .execute();
}

/** How earlier groups of a key ended, and who said so. */
export interface EarlierEnds {
  readonly reason: string;
  /** False for what waits for a second person. */
  readonly isConfirmed: boolean;
  readonly count: number;
  readonly lastAt: number;
  /** Latest first. */
  readonly people: readonly string[];
}

export async function endsBefore(
  query: Query<NoTables>,
  keys: readonly string[],
): Promise<ReadonlyMap<string, readonly EarlierEnds[]>> {
  if (keys.length === 0) return new Map();
  const rows = await tables(query)
    .selectFrom("alerts_groups")
    .select(["group_key", "close_reason", "unconfirmed", "closed_by", (eb) => eb.fn.countAll<number>().as("n")])
    .select(sql<number>`max(closed_at)`.as("last"))
    .where("group_key", "in", [...keys])
    .where("status", "=", "closed")
    .where("close_reason", "is not", null)
    .groupBy(["group_key", "close_reason", "unconfirmed", "closed_by"])
    .execute();
  const byKey = Map.groupBy(rows, (row) => row.group_key);
  return new Map(
    [...byKey].map(([key, ends]) => [
      key,
      [...Map.groupBy(ends, (row) => `${row.close_reason} ${row.unconfirmed}`).values()].map((same) => {
        const latest = same.toSorted((a, b) => Number(b.last) - Number(a.last));
        return {
          reason: String(latest[0]?.close_reason),
          isConfirmed: latest[0]?.unconfirmed === 0,
          count: same.reduce((sum, row) => sum + Number(row.n), 0),
          lastAt: Number(latest[0]?.last ?? 0),
          people: latest.flatMap((row) => row.closed_by ?? []).slice(0, 3),
        };
      }),
    ]),
  );
}
