import { isSeverity, type Instant, type Severity } from "../../../kernel/index.ts";
import type { NoTables, Query, Selectable, Tx } from "../../../platform/db/index.ts";

type LibraryTables = {
  detection_own_rules: {
    rule_id: string;
    version: string;
    text: string;
    parsed: string;
    created_at: number;
    created_by: string;
    changed_at: number;
    changed_by: string;
  };
  detection_tuning: {
    rule_id: string;
    level: string | null;
    suppress_fields: string | null;
    suppress_window_ms: number | null;
    changed_at: number;
    changed_by: string;
  };
};

const tables = (query: Query<NoTables>) => query.withTables<LibraryTables>();

/** A rule written here. */
export interface OwnRule {
  readonly ruleId: string;
  readonly version: string;
  readonly text: string;
  /** The parsed documents as JSON, the rule itself first. */
  readonly parsed: string;
  readonly at: Instant;
  readonly by: string;
}

/** What people decided about a rule beyond on and off. */
export interface Tuning {
  readonly level: Severity | null;
  readonly suppression: { readonly fields: readonly string[]; readonly windowMs: number } | null;
}

export async function ownRules(query: Query<NoTables>): Promise<{ ruleId: string; text: string; parsed: string }[]> {
  const rows = await tables(query).selectFrom("detection_own_rules").select(["rule_id", "text", "parsed"]).execute();
  return rows.map((row) => ({ ruleId: row.rule_id, text: row.text, parsed: row.parsed }));
}

export async function putOwnRule(tx: Tx, rule: OwnRule): Promise<void> {
  const changed = {
    version: rule.version,
    text: rule.text,
    parsed: rule.parsed,
    changed_at: rule.at,
    changed_by: rule.by,
  };
  await tables(tx)
    .insertInto("detection_own_rules")
    .values({ rule_id: rule.ruleId, created_at: rule.at, created_by: rule.by, ...changed })
    .onConflict((conflict) => conflict.column("rule_id").doUpdateSet(changed))
    .execute();
}

export async function deleteOwnRule(tx: Tx, ruleId: string): Promise<void> {
  await tables(tx).deleteFrom("detection_own_rules").where("rule_id", "=", ruleId).execute();
}

export async function allTuning(query: Query<NoTables>): Promise<Map<string, Tuning>> {
  const rows = await tables(query).selectFrom("detection_tuning").selectAll().execute();
  return new Map(rows.map((row) => [row.rule_id, toTuning(row)]));
}

export async function putTuning(
  tx: Tx,
  tuned: { ruleId: string; tuning: Tuning; at: Instant; by: string },
): Promise<void> {
  const { level, suppression } = tuned.tuning;
  const values = {
    level,
    suppress_fields: suppression === null ? null : JSON.stringify(suppression.fields),
    suppress_window_ms: suppression?.windowMs ?? null,
    changed_at: tuned.at,
    changed_by: tuned.by,
  };
  await tables(tx)
    .insertInto("detection_tuning")
    .values({ rule_id: tuned.ruleId, ...values })
    .onConflict((conflict) => conflict.column("rule_id").doUpdateSet(values))
    .execute();
}

function toTuning(row: Selectable<LibraryTables["detection_tuning"]>): Tuning {
  return {
    level: isSeverity(row.level) ? row.level : null,
    suppression:
      row.suppress_fields === null || row.suppress_window_ms === null
        ? null
        : { fields: JSON.parse(row.suppress_fields) as string[], windowMs: row.suppress_window_ms },
  };
}
