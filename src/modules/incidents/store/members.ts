import { type NoTables, type Query, sql, type Tx } from "../../../platform/db/index.ts";
import type { Person } from "../records.ts";
import { tables } from "./tables.ts";

export async function membersOf(query: Query<NoTables>, caseId: string): Promise<Person[]> {
  const rows = await tables(query)
    .selectFrom("incidents_members")
    .selectAll()
    .where("case_id", "=", caseId)
    .orderBy("user_name")
    .execute();
  return rows.map((row) => ({ id: row.user_id, name: row.user_name }));
}

export async function setMembers(tx: Tx, caseId: string, people: readonly Person[]): Promise<void> {
  await tables(tx).deleteFrom("incidents_members").where("case_id", "=", caseId).execute();
  for (const { id, name } of people) {
    await tables(tx)
      .insertInto("incidents_members")
      .values({ case_id: caseId, user_id: id, user_name: name })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

/** Whether a restricted case names one of these people and nobody of the others. */
export async function keepAlone(
  query: Query<NoTables>,
  people: readonly string[],
  others: readonly string[],
): Promise<boolean> {
  const row = await sql<{ n: number }>`
    SELECT count(*) AS n FROM incidents_members AS m JOIN incidents_cases AS c ON c.id = m.case_id AND c.restricted = 1
    WHERE m.user_id IN (SELECT value FROM json_each(${JSON.stringify(people)})) AND NOT EXISTS (
      SELECT 1 FROM incidents_members AS o
      WHERE o.case_id = c.id AND o.user_id IN (SELECT value FROM json_each(${JSON.stringify(others)})))`.execute(
    tables(query),
  );
  return Number(row.rows[0]?.n ?? 0) > 0;
}

/** Every hold a case ever placed, and which of them are of cases that do not exist for this person. */
export async function holdsOfCases(
  query: Query<NoTables>,
  userId: string,
): Promise<{ hidden: ReadonlySet<string>; bound: ReadonlySet<string> }> {
  const { rows } = await sql<{ hold: string; known: number }>`
    SELECT json_extract(h.after, '$.holdId') AS hold, c.restricted = 0 OR EXISTS (
      SELECT 1 FROM incidents_members AS m WHERE m.case_id = c.id AND m.user_id = ${userId}) AS known
    FROM incidents_cases AS c JOIN incidents_history AS h ON h.case_id = c.id
    WHERE h.subject = 'hold' AND h.action = 'held'`.execute(tables(query));
  return {
    hidden: new Set(rows.filter(({ known }) => known === 0).map(({ hold }) => hold)),
    bound: new Set(rows.map(({ hold }) => hold)),
  };
}

/** Restricted cases that do not exist for this person. */
export async function hiddenFrom(query: Query<NoTables>, userId: string): Promise<ReadonlySet<string>> {
  const rows = await tables(query)
    .selectFrom("incidents_cases as c")
    .leftJoin("incidents_members as m", (join) => join.onRef("m.case_id", "=", "c.id").on("m.user_id", "=", userId))
    .select("c.id")
    .where("c.restricted", "=", 1)
    .where("m.user_id", "is", null)
    .execute();
  return new Set(rows.map(({ id }) => id));
}
