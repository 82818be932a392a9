import type { Instant } from "../../../kernel/index.ts";
import type { NoTables, Query, Selectable, Tx } from "../../../platform/db/index.ts";
import { type PeopleTables, tables } from "./tables.ts";

export interface PersonContent {
  readonly name: string;
  readonly unit: string;
  /** Ids of profiles: content/workforce. */
  readonly roles: readonly string[];
  readonly tier: number | null;
  readonly phone: string | null;
  readonly mail: string | null;
  readonly languages: readonly string[];
  /** The account the person signs in with, where there is one. */
  readonly userId: string | null;
}

export interface Person extends PersonContent {
  readonly id: string;
  readonly archived: boolean;
  readonly version: number;
  readonly updatedAt: Instant;
}

export async function persons(query: Query<NoTables>): Promise<readonly Person[]> {
  const rows = await tables(query).selectFrom("people_persons").selectAll().execute();
  return rows.map(toPerson);
}

export async function findPerson(query: Query<NoTables>, id: string): Promise<Person | undefined> {
  const row = await tables(query).selectFrom("people_persons").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : toPerson(row);
}

export async function putPerson(tx: Tx, person: Person): Promise<void> {
  const row = {
    name: person.name,
    unit: person.unit,
    roles: JSON.stringify(person.roles),
    tier: person.tier,
    phone: person.phone,
    mail: person.mail,
    languages: JSON.stringify(person.languages),
    user_id: person.userId,
    archived: person.archived ? 1 : 0,
    version: person.version,
    updated_at: person.updatedAt,
  };
  await tables(tx)
    .insertInto("people_persons")
    .values({ id: person.id, ...row })
    .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
    .execute();
}

function toPerson(row: Selectable<PeopleTables["people_persons"]>): Person {
  return {
    id: row.id,
    name: row.name,
    unit: row.unit,
    roles: JSON.parse(row.roles) as string[],
    tier: row.tier,
    phone: row.phone,
    mail: row.mail,
    languages: JSON.parse(row.languages) as string[],
    userId: row.user_id,
    archived: row.archived === 1,
    version: row.version,
    updatedAt: row.updated_at,
  };
}
