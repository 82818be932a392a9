import type { Instant } from "../../../kernel/index.ts";
import type { NoTables, Query, Selectable } from "../../../platform/db/index.ts";
import type { Answers } from "../core/scheme.ts";
import type { SchemeContent, SchemeId, ShownVerdict } from "../classification/schemas.ts";
import { type AssetTables, tables } from "./tables.ts";

export interface Assessment {
  readonly id: string;
  readonly systemId: string;
  readonly scheme: SchemeId;
  readonly at: Instant;
  readonly by: { readonly id: string; readonly name: string };
  readonly reason: string;
  readonly hash: string;
  readonly contentVersion: string;
  readonly answers: Answers;
  /** As it was told then; never weighed again. */
  readonly verdict: ShownVerdict;
}

export async function putAssessment(
  query: Query<NoTables>,
  assessment: Assessment,
  content: SchemeContent,
): Promise<void> {
  await tables(query)
    .insertInto("assets_scheme_contents")
    .values({ hash: assessment.hash, content: JSON.stringify(content) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await tables(query)
    .insertInto("assets_assessments")
    .values({
      id: assessment.id,
      system_id: assessment.systemId,
      scheme: assessment.scheme,
      at: assessment.at,
      by_id: assessment.by.id,
      by_name: assessment.by.name,
      reason: assessment.reason,
      content_hash: assessment.hash,
      content_version: assessment.contentVersion,
      answers: JSON.stringify(assessment.answers),
      verdict: JSON.stringify(assessment.verdict),
    })
    .execute();
}

/** Newest first. */
export async function assessmentsOf(
  query: Query<NoTables>,
  systemId: string,
  limit: number,
): Promise<readonly Assessment[]> {
  const rows = await tables(query)
    .selectFrom("assets_assessments")
    .selectAll()
    .where("system_id", "=", systemId)
    .orderBy("at", "desc")
    .orderBy("id", "desc")
    .limit(limit)
    .execute();
  return rows.map(toAssessment);
}

export async function findAssessment(query: Query<NoTables>, id: string): Promise<Assessment | undefined> {
  const row = await tables(query).selectFrom("assets_assessments").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : toAssessment(row);
}

/** The content somebody answered to, as it was. */
export async function contentOf(query: Query<NoTables>, hash: string): Promise<SchemeContent | undefined> {
  const row = await tables(query)
    .selectFrom("assets_scheme_contents")
    .select("content")
    .where("hash", "=", hash)
    .executeTakeFirst();
  return row === undefined ? undefined : (JSON.parse(row.content) as SchemeContent);
}

function toAssessment(row: Selectable<AssetTables["assets_assessments"]>): Assessment {
  return {
    id: row.id,
    systemId: row.system_id,
    scheme: row.scheme as SchemeId,
    at: row.at,
    by: { id: row.by_id, name: row.by_name },
    reason: row.reason,
    hash: row.content_hash,
    contentVersion: row.content_version,
    answers: JSON.parse(row.answers) as Answers,
    verdict: JSON.parse(row.verdict) as ShownVerdict,
  };
}
