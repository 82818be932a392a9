import type { LogSource } from "../../kernel/index.ts";
import type { NoTables, Query, Tx } from "../../platform/db/index.ts";

type DetectionTables = {
  detection_imports: {
    id: string;
    name: string;
    at: number;
    by_name: string;
    loaded: number;
    rejected: number;
    no_data_source: number;
    unsupported: number;
    licence: string | null;
    took_ms: number;
    report: string;
    correlations: number;
    filters: number;
  };
  detection_rules: { rule_id: string; import_id: string; text: string; parsed: string };
  detection_choices: { rule_id: string; enabled: number; changed_at: number; changed_by: string };
  detection_sources: {
    product: string;
    category: string;
    service: string;
    day: number;
    events: number;
    last_at: number;
  };
  detection_position: { one: number; position: number };
};

const tables = (query: Query<NoTables>) => query.withTables<DetectionTables>();
const DAY_MS = 86_400_000;
/** Rows of one statement; SQLite binds at most 32,766 values. */
const ROWS_AT_ONCE = 500;

export interface ImportRecord {
  readonly id: string;
  readonly name: string;
  readonly at: number;
  readonly by: string;
  /** Documents of all kinds. */
  readonly loaded: number;
  readonly correlations: number;
  readonly filters: number;
  readonly rejected: number;
  readonly noDataSource: number;
  readonly unsupported: number;
  readonly licence: string | null;
  readonly tookMs: number;
}

export interface StoredRule {
  readonly importId: string;
  readonly text: string;
  /** The parsed rule as JSON. */
  readonly parsed: string;
}

// ── imports ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export async function insertImport(tx: Tx, record: ImportRecord, report: string): Promise<void> {
  await tables(tx)
    .insertInto("detection_imports")
    .values({
      id: record.id,
      name: record.name,
      at: record.at,
      by_name: record.by,
      loaded: record.loaded,
      rejected: record.rejected,
      no_data_source: record.noDataSource,
      unsupported: record.unsupported,
      licence: record.licence,
      took_ms: record.tookMs,
      report,
      correlations: record.correlations,
      filters: record.filters,
    })
    .execute();
}

export async function listImports(query: Query<NoTables>): Promise<ImportRecord[]> {
  const rows = await tables(query)
    .selectFrom("detection_imports")
    .select([
      "id",
      "name",
      "at",
      "by_name",
      "loaded",
      "rejected",
      "no_data_source",
      "unsupported",
      "licence",
      "took_ms",
      "correlations",
      "filters",
    ])
    .orderBy("at", "desc")
    .execute();
  return rows.map(toImport);
}

export async function importReport(
  query: Query<NoTables>,
  id: string,
): Promise<{ record: ImportRecord; report: string } | undefined> {
  const row = await tables(query).selectFrom("detection_imports").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : { record: toImport(row), report: row.report };
}

export async function importsNamed(query: Query<NoTables>, name: string): Promise<string[]> {
  const rows = await tables(query).selectFrom("detection_imports").select("id").where("name", "=", name).execute();
  return rows.map((row) => row.id);
}

/** True when there was such an import. Its rules go with it. */
export async function deleteImport(tx: Tx, id: string): Promise<boolean> {
  await tables(tx).deleteFrom("detection_rules").where("import_id", "=", id).execute();
  const result = await tables(tx).deleteFrom("detection_imports").where("id", "=", id).executeTakeFirst();
  return Number(result.numDeletedRows) > 0;
}

/** Rules of these imports and the version each is in. */
export async function rulesOfImports(
  query: Query<NoTables>,
  importIds: readonly string[],
): Promise<{ ruleId: string; version: string | null }[]> {
  if (importIds.length === 0) return [];
  const rows = await tables(query)
    .selectFrom("detection_rules")
    .select(["rule_id", (eb) => eb.fn<string | null>("json_extract", ["parsed", eb.val("$.version")]).as("version")])
    .where("import_id", "in", [...importIds])
    .orderBy("rule_id")
    .execute();
  return rows.map((row) => ({ ruleId: row.rule_id, version: row.version }));
}

/** Puts rules in; the newest import of an id wins. */
export async function putRules(tx: Tx, rules: readonly (StoredRule & { readonly ruleId: string })[]): Promise<void> {
  for (let start = 0; start < rules.length; start += ROWS_AT_ONCE) {
    const rows = rules.slice(start, start + ROWS_AT_ONCE).map((rule) => ({
      rule_id: rule.ruleId,
      import_id: rule.importId,
      text: rule.text,
      parsed: rule.parsed,
    }));
    await tables(tx)
      .insertInto("detection_rules")
      .values(rows)
      .onConflict((conflict) =>
        conflict.column("rule_id").doUpdateSet((eb) => ({
          import_id: eb.ref("excluded.import_id"),
          text: eb.ref("excluded.text"),
          parsed: eb.ref("excluded.parsed"),
        })),
      )
      .execute();
  }
}

export async function allRules(query: Query<NoTables>): Promise<StoredRule[]> {
  const rows = await tables(query).selectFrom("detection_rules").selectAll().execute();
  return rows.map((row) => ({ importId: row.import_id, text: row.text, parsed: row.parsed }));
}

// ── choices ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export async function choices(query: Query<NoTables>): Promise<Map<string, boolean>> {
  const rows = await tables(query).selectFrom("detection_choices").select(["rule_id", "enabled"]).execute();
  return new Map(rows.map((row) => [row.rule_id, row.enabled === 1]));
}

export async function putChoice(
  tx: Tx,
  choice: { ruleId: string; enabled: boolean; at: number; by: string },
): Promise<void> {
  const values = {
    rule_id: choice.ruleId,
    enabled: choice.enabled ? 1 : 0,
    changed_at: choice.at,
    changed_by: choice.by,
  };
  await tables(tx)
    .insertInto("detection_choices")
    .values(values)
    .onConflict((conflict) => conflict.column("rule_id").doUpdateSet(values))
    .execute();
}

// ── what arrives ────────────────────────────────────────────────────────────────────────────────────────────────────

export async function countSource(
  tx: Tx,
  seen: { logsource: LogSource; events: number; lastAt: number },
): Promise<void> {
  await tables(tx)
    .insertInto("detection_sources")
    .values({
      product: seen.logsource.product ?? "",
      category: seen.logsource.category ?? "",
      service: seen.logsource.service ?? "",
      day: Math.floor(seen.lastAt / DAY_MS),
      events: seen.events,
      last_at: seen.lastAt,
    })
    .onConflict((conflict) =>
      conflict.columns(["product", "category", "service", "day"]).doUpdateSet((eb) => ({
        events: eb("detection_sources.events", "+", seen.events),
        last_at: seen.lastAt,
      })),
    )
    .execute();
}

/** Log sources that sent something since `from` (arrival time). */
export async function sourcesSince(
  query: Query<NoTables>,
  from: number,
): Promise<{ logsource: LogSource; events: number; lastAt: number }[]> {
  const rows = await tables(query)
    .selectFrom("detection_sources")
    .select([
      "product",
      "category",
      "service",
      (eb) => eb.fn.sum<number>("events").as("n"),
      (eb) => eb.fn.max("last_at").as("last"),
    ])
    .where("day", ">=", Math.floor(from / DAY_MS))
    .groupBy(["product", "category", "service"])
    .execute();
  return rows.map((row) => ({
    logsource: {
      ...(row.product === "" ? {} : { product: row.product }),
      ...(row.category === "" ? {} : { category: row.category }),
      ...(row.service === "" ? {} : { service: row.service }),
    },
    events: Number(row.n),
    lastAt: Number(row.last),
  }));
}

// ── position ────────────────────────────────────────────────────────────────────────────────────────────────────────

export async function readPosition(query: Query<NoTables>): Promise<number> {
  return (await tables(query).selectFrom("detection_position").select("position").executeTakeFirstOrThrow()).position;
}

export async function movePosition(tx: Tx, position: number): Promise<void> {
  await tables(tx).updateTable("detection_position").set({ position }).execute();
}

function toImport(row: Omit<DetectionTables["detection_imports"], "report">): ImportRecord {
  return {
    id: row.id,
    name: row.name,
    at: row.at,
    by: row.by_name,
    loaded: row.loaded,
    rejected: row.rejected,
    noDataSource: row.no_data_source,
    unsupported: row.unsupported,
    licence: row.licence,
    tookMs: row.took_ms,
    correlations: row.correlations,
    filters: row.filters,
  };
}
