import type { NoTables, Query, Selectable, Tx } from "../../db/index.ts";

type RoleTables = {
  auth_roles: {
    id: string;
    name: string | null;
    note: string;
    granted: string;
    withdrawn: string;
    version: number;
    changed_at: number;
    changed_by: string;
  };
};
export type RoleRow = Selectable<RoleTables["auth_roles"]>;

const on = (query: Query<NoTables>): Query<RoleTables> => query.withTables<RoleTables>();

export async function roleRows(query: Query<NoTables>): Promise<RoleRow[]> {
  return on(query).selectFrom("auth_roles").selectAll().execute();
}

export async function roleRow(query: Query<NoTables>, id: string): Promise<RoleRow | undefined> {
  return on(query).selectFrom("auth_roles").selectAll().where("id", "=", id).executeTakeFirst();
}

export async function putRole(tx: Tx, row: RoleRow): Promise<void> {
  const { id: _, ...change } = row;
  await on(tx)
    .insertInto("auth_roles")
    .values(row)
    .onConflict((conflict) => conflict.column("id").doUpdateSet(change))
    .execute();
}

export async function dropRole(tx: Tx, id: string): Promise<void> {
  await on(tx).deleteFrom("auth_roles").where("id", "=", id).execute();
}
