import type { NoTables, Query, Tx } from "../../db/index.ts";

type OidcTables = {
  auth_oidc_accounts: { issuer: string; subject: string; user_id: string; linked_at: number };
};
type Account = { readonly issuer: string; readonly subject: string };

const on = (query: Query<NoTables>): Query<OidcTables> => query.withTables<OidcTables>();

export async function userIdOf(query: Query<NoTables>, { issuer, subject }: Account): Promise<string | undefined> {
  const row = await on(query)
    .selectFrom("auth_oidc_accounts")
    .select("user_id")
    .where("issuer", "=", issuer)
    .where("subject", "=", subject)
    .executeTakeFirst();
  return row?.user_id;
}

export async function isLinked(query: Query<NoTables>, userId: string): Promise<boolean> {
  const row = await on(query)
    .selectFrom("auth_oidc_accounts")
    .select("subject")
    .where("user_id", "=", userId)
    .executeTakeFirst();
  return row !== undefined;
}

export async function link(tx: Tx, account: Account, to: { userId: string; at: number }): Promise<void> {
  await on(tx)
    .insertInto("auth_oidc_accounts")
    .values({ ...account, user_id: to.userId, linked_at: to.at })
    .execute();
}
