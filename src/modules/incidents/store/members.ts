import type { NoTables, Query, Tx } from "../../../platform/db/index.ts";
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
