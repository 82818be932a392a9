import { createHash } from "node:crypto";
import type { Instant } from "../../../kernel/index.ts";
import { type NoTables, type Query, sql, type Tx } from "../../../platform/db/index.ts";
import { MAX_VERSIONS_KEPT } from "../limits.ts";

type HistoryTables = {
  detection_history: {
    seq?: number;
    rule_id: string;
    at: number;
    by_name: string;
    action: string;
    details: string;
    version: string | null;
  };
  detection_texts: { hash: string; text: string };
  detection_versions: { rule_id: string; version: string; text_hash: string; at: number; by_name: string };
  detection_builtin: { rule_id: string; version: string };
};

const tables = (query: Query<NoTables>) => query.withTables<HistoryTables>();
/** Rows of one statement; SQLite binds at most 32,766 values. */
const ROWS_AT_ONCE = 500;

export type RuleAction =
  | "imported"
  | "updated"
  | "enabled"
  | "disabled"
  | "level"
  | "suppression"
  | "exception-added"
  | "exception-changed"
  | "exception-ended"
  | "created"
  | "edited"
  | "deleted";

export interface RuleDeed {
  readonly ruleId: string;
  readonly at: Instant;
  readonly by: string;
  readonly action: RuleAction;
  readonly details: Readonly<Record<string, unknown>>;
  readonly version: string | null;
}

export interface KeptVersion {
  readonly ruleId: string;
  readonly version: string;
  readonly text: string;
  readonly at: Instant;
  readonly by: string;
}

export async function appendHistory(tx: Tx, deeds: readonly RuleDeed[]): Promise<void> {
  for (let start = 0; start < deeds.length; start += ROWS_AT_ONCE) {
    const rows = deeds.slice(start, start + ROWS_AT_ONCE).map((deed) => ({
      rule_id: deed.ruleId,
      at: deed.at,
      by_name: deed.by,
      action: deed.action,
      details: JSON.stringify(deed.details),
      version: deed.version,
    }));
    await tables(tx).insertInto("detection_history").values(rows).execute();
  }
}

/** Newest first. */
export async function historyOf(
  query: Query<NoTables>,
  ruleId: string,
  page: { readonly before: number | undefined; readonly limit: number },
): Promise<(RuleDeed & { readonly seq: number })[]> {
  let rows = tables(query)
    .selectFrom("detection_history")
    .selectAll()
    .where("rule_id", "=", ruleId)
    .orderBy("seq", "desc")
    .limit(page.limit);
  if (page.before !== undefined) rows = rows.where("seq", "<", page.before);
  return (await rows.execute()).map((row) => ({
    seq: row.seq ?? 0,
    ruleId: row.rule_id,
    at: row.at,
    by: row.by_name,
    action: row.action as RuleAction,
    details: JSON.parse(row.details) as Record<string, unknown>,
    version: row.version,
  }));
}

export async function keepVersions(tx: Tx, versions: readonly KeptVersion[]): Promise<void> {
  const hashes = new Map<string, string>();
  for (const { text } of versions) if (!hashes.has(text)) hashes.set(text, hashOf(text));
  const textRows = [...hashes].map(([text, hash]) => ({ hash, text }));
  for (let start = 0; start < textRows.length; start += ROWS_AT_ONCE) {
    await tables(tx)
      .insertInto("detection_texts")
      .values(textRows.slice(start, start + ROWS_AT_ONCE))
      .onConflict((conflict) => conflict.column("hash").doNothing())
      .execute();
  }
  for (let start = 0; start < versions.length; start += ROWS_AT_ONCE) {
    const rows = versions.slice(start, start + ROWS_AT_ONCE).map((kept) => ({
      rule_id: kept.ruleId,
      version: kept.version,
      text_hash: hashes.get(kept.text) ?? "",
      at: kept.at,
      by_name: kept.by,
    }));
    // A text that comes back is as new as its return, or the bound below would forget what is in use.
    await tables(tx)
      .insertInto("detection_versions")
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(["rule_id", "version"]).doUpdateSet((eb) => ({ at: eb.ref("excluded.at") })),
      )
      .execute();
  }
  await forgetOldVersions(tx);
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

async function forgetOldVersions(tx: Tx): Promise<void> {
  await sql`
    DELETE FROM detection_versions WHERE (rule_id, version) IN (
      SELECT rule_id, version FROM (
        SELECT rule_id, version, row_number() OVER (PARTITION BY rule_id ORDER BY at DESC, version) AS place
        FROM detection_versions
        WHERE rule_id IN (SELECT rule_id FROM detection_versions GROUP BY rule_id HAVING count(*) > ${MAX_VERSIONS_KEPT})
      ) WHERE place > ${MAX_VERSIONS_KEPT}
    )`.execute(tx);
  await sql`DELETE FROM detection_texts WHERE hash NOT IN (SELECT text_hash FROM detection_versions)`.execute(tx);
}

export async function versionOf(
  query: Query<NoTables>,
  ruleId: string,
  version: string,
): Promise<{ text: string; at: Instant; by: string } | undefined> {
  const row = await tables(query)
    .selectFrom("detection_versions")
    .innerJoin("detection_texts", "detection_texts.hash", "detection_versions.text_hash")
    .select(["detection_texts.text", "detection_versions.at", "detection_versions.by_name"])
    .where("rule_id", "=", ruleId)
    .where("version", "=", version)
    .executeTakeFirst();
  return row === undefined ? undefined : { text: row.text, at: row.at, by: row.by_name };
}

/** Built-in rules as they were last run here, by id. */
export async function builtinVersions(query: Query<NoTables>): Promise<Map<string, string>> {
  const rows = await tables(query).selectFrom("detection_builtin").selectAll().execute();
  return new Map(rows.map((row) => [row.rule_id, row.version]));
}

export async function putBuiltinVersions(
  tx: Tx,
  change: { readonly now: readonly { ruleId: string; version: string }[]; readonly gone: readonly string[] },
): Promise<void> {
  for (let start = 0; start < change.now.length; start += ROWS_AT_ONCE) {
    const rows = change.now
      .slice(start, start + ROWS_AT_ONCE)
      .map(({ ruleId, version }) => ({ rule_id: ruleId, version }));
    await tables(tx)
      .insertInto("detection_builtin")
      .values(rows)
      .onConflict((conflict) =>
        conflict.column("rule_id").doUpdateSet((eb) => ({ version: eb.ref("excluded.version") })),
      )
      .execute();
  }
  for (const id of change.gone) await tables(tx).deleteFrom("detection_builtin").where("rule_id", "=", id).execute();
}
