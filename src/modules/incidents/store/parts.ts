import type { NoTables, Query, Selectable, Tx } from "../../../platform/db/index.ts";
import { entityKey } from "../core/entity-key.ts";
import type { PartContent } from "../parts/schemas.ts";
import type { PartRecord } from "../records.ts";
import { type IncidentTables, tables } from "./tables.ts";

export async function putPart(tx: Tx, part: PartRecord): Promise<void> {
  const changing = {
    content: JSON.stringify(part.content),
    at: part.at,
    entity_key: keyOf(part.content),
    done: isDone(part.content) ? 1 : 0,
    version: part.version,
    hidden: part.hidden ? 1 : 0,
    updated_at: part.updatedAt,
    updated_by_name: part.updatedBy,
  };
  await tables(tx)
    .insertInto("incidents_parts")
    .values({
      ...changing,
      id: part.id,
      case_id: part.caseId,
      kind: part.content.kind,
      from_case: part.fromCase,
      created_at: part.createdAt,
      created_by_id: part.createdBy.id,
      created_by_name: part.createdBy.name,
    })
    .onConflict((conflict) => conflict.column("id").doUpdateSet(changing))
    .execute();
}

export async function findPart(query: Query<NoTables>, caseId: string, id: string): Promise<PartRecord | undefined> {
  const row = await tables(query)
    .selectFrom("incidents_parts")
    .selectAll()
    .where("id", "=", id)
    .where("case_id", "=", caseId)
    .executeTakeFirst();
  return row === undefined ? undefined : toPart(row);
}

export async function partsOf(query: Query<NoTables>, caseId: string): Promise<PartRecord[]> {
  const rows = await tables(query)
    .selectFrom("incidents_parts")
    .selectAll()
    .where("case_id", "=", caseId)
    .orderBy("at")
    .orderBy("created_at")
    .orderBy("id")
    .execute();
  return rows.map(toPart);
}

export async function countParts(query: Query<NoTables>, caseId: string): Promise<number> {
  const row = await tables(query)
    .selectFrom("incidents_parts")
    .select(({ fn }) => fn.countAll<number>().as("n"))
    .where("case_id", "=", caseId)
    .executeTakeFirst();
  return Number(row?.n ?? 0);
}

/** Which of these exist already, in whatever case. */
export async function knownParts(query: Query<NoTables>, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await tables(query)
    .selectFrom("incidents_parts")
    .select("id")
    .where("id", "in", [...ids])
    .execute();
  return new Set(rows.map(({ id }) => id));
}

function keyOf(content: PartContent): string | null {
  if (content.kind === "asset") return entityKey(content.entity.kind, content.entity.value);
  return content.kind === "indicator" ? entityKey(content.type, content.value) : null;
}

function isDone(content: PartContent): boolean {
  return content.kind === "task" && (content.state === "done" || content.state === "dropped");
}

function toPart(row: Selectable<IncidentTables["incidents_parts"]>): PartRecord {
  return {
    id: row.id,
    caseId: row.case_id,
    content: JSON.parse(row.content) as PartContent,
    at: row.at,
    version: row.version,
    hidden: row.hidden === 1,
    fromCase: row.from_case,
    createdAt: row.created_at,
    createdBy: { id: row.created_by_id, name: row.created_by_name },
    updatedAt: row.updated_at,
    updatedBy: row.updated_by_name,
  };
}
