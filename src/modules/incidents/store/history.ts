import type { NoTables, Query, Selectable, Tx } from "../../../platform/db/index.ts";
import type { HistoryRecord, Told } from "../records.ts";
import { type IncidentTables, tables } from "./tables.ts";

export async function appendHistory(tx: Tx, entry: HistoryRecord): Promise<void> {
  await tables(tx)
    .insertInto("incidents_history")
    .values({
      id: entry.id,
      case_id: entry.caseId,
      at: entry.at,
      by_id: entry.by.id,
      by_name: entry.by.name,
      action: entry.action,
      subject: entry.subject,
      subject_id: entry.subjectId,
      version: entry.version,
      before: entry.before === null ? null : JSON.stringify(entry.before),
      after: entry.after === null ? null : JSON.stringify(entry.after),
      reason: entry.reason,
    })
    .execute();
}

/** Newest first. */
export async function historyOf(query: Query<NoTables>, caseId: string, limit: number): Promise<HistoryRecord[]> {
  const rows = await tables(query)
    .selectFrom("incidents_history")
    .selectAll()
    .where("case_id", "=", caseId)
    .orderBy("seq", "desc")
    .limit(limit)
    .execute();
  return rows.map(toHistory);
}

/** Oldest first. */
export async function stagesOf(query: Query<NoTables>, caseId: string): Promise<HistoryRecord[]> {
  const rows = await tables(query)
    .selectFrom("incidents_history")
    .selectAll()
    .where("case_id", "=", caseId)
    .where("subject", "=", "stage")
    .orderBy("seq")
    .execute();
  return rows.map(toHistory);
}

/** What became of a subject after a version somebody saw, oldest first. */
export async function changesAfter(
  query: Query<NoTables>,
  subjectId: string,
  version: number,
): Promise<HistoryRecord[]> {
  const rows = await tables(query)
    .selectFrom("incidents_history")
    .selectAll()
    .where("subject_id", "=", subjectId)
    .where("version", ">", version)
    .orderBy("seq")
    .limit(50)
    .execute();
  return rows.map(toHistory);
}

function toHistory(row: Selectable<IncidentTables["incidents_history"]>): HistoryRecord {
  const told = (text: string | null) => (text === null ? null : (JSON.parse(text) as Told));
  return {
    id: row.id,
    caseId: row.case_id,
    at: row.at,
    by: { id: row.by_id, name: row.by_name },
    action: row.action,
    subject: row.subject,
    subjectId: row.subject_id,
    version: row.version,
    before: told(row.before),
    after: told(row.after),
    reason: row.reason,
  };
}
