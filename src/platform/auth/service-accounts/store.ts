import type { Instant } from "../../../kernel/index.ts";
import type { NoTables, Query, Selectable, Tx } from "../../db/index.ts";

type ServiceTables = {
  auth_service_accounts: {
    id: string;
    name: string;
    description: string;
    owner_id: string;
    role: string;
    disabled: number;
    expires_at: number | null;
    rotate_after_days: number;
    created_at: number;
    created_by: string;
    retired_at: number | null;
  };
  auth_service_secrets: {
    id: string;
    account_id: string;
    hint: string;
    secret_hash: string;
    created_at: number;
    created_by: string;
    ends_at: number | null;
    last_used_at: number | null;
    last_peer: string | null;
  };
};
export type AccountRow = Selectable<ServiceTables["auth_service_accounts"]>;
export type AccountPatch = Partial<Omit<AccountRow, "id" | "created_at" | "created_by">>;
export type SecretRow = Selectable<ServiceTables["auth_service_secrets"]>;

type Reader = Query<NoTables>;
const on = (query: Reader): Query<ServiceTables> => query.withTables<ServiceTables>();

export async function accountRows(query: Reader): Promise<AccountRow[]> {
  return on(query)
    .selectFrom("auth_service_accounts")
    .selectAll()
    .where("retired_at", "is", null)
    .orderBy("created_at", "desc")
    .orderBy("id")
    .execute();
}

export async function accountRow(query: Reader, id: string): Promise<AccountRow | undefined> {
  return on(query)
    .selectFrom("auth_service_accounts")
    .selectAll()
    .where("id", "=", id)
    .where("retired_at", "is", null)
    .executeTakeFirst();
}

export async function countAccountsOfRole(query: Reader, role: string): Promise<number> {
  const { count } = await on(query)
    .selectFrom("auth_service_accounts")
    .select((fn) => fn.fn.countAll<number>().as("count"))
    .where("role", "=", role)
    .where("retired_at", "is", null)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export async function insertAccount(tx: Tx, row: AccountRow): Promise<void> {
  await on(tx).insertInto("auth_service_accounts").values(row).execute();
}

export async function updateAccount(tx: Tx, id: string, patch: AccountPatch): Promise<void> {
  if (Object.keys(patch).length > 0)
    await on(tx).updateTable("auth_service_accounts").set(patch).where("id", "=", id).execute();
}

export async function insertSecret(tx: Tx, row: SecretRow): Promise<void> {
  await on(tx).insertInto("auth_service_secrets").values(row).execute();
}

/** Secrets that still open, the newest first; of one account, or of all. */
export async function openSecrets(query: Reader, now: Instant, accountId?: string): Promise<SecretRow[]> {
  let rows = on(query)
    .selectFrom("auth_service_secrets")
    .selectAll()
    .where((is) => is.or([is("ends_at", "is", null), is("ends_at", ">", now)]))
    .orderBy("created_at", "desc")
    .orderBy("id");
  if (accountId !== undefined) rows = rows.where("account_id", "=", accountId);
  return rows.execute();
}

export async function endSecret(tx: Tx, id: string, endsAt: Instant): Promise<void> {
  await on(tx).updateTable("auth_service_secrets").set({ ends_at: endsAt }).where("id", "=", id).execute();
}

export async function secretByHash(
  query: Reader,
  secretHash: string,
): Promise<{ secret: SecretRow; account: AccountRow } | undefined> {
  const secret = await on(query)
    .selectFrom("auth_service_secrets")
    .selectAll()
    .where("secret_hash", "=", secretHash)
    .executeTakeFirst();
  const account = secret === undefined ? undefined : await accountRow(query, secret.account_id);
  return secret === undefined || account === undefined ? undefined : { secret, account };
}

export async function touchSecret(query: Reader, id: string, use: { at: Instant; peer: string }): Promise<void> {
  await on(query)
    .updateTable("auth_service_secrets")
    .set({ last_used_at: use.at, last_peer: use.peer })
    .where("id", "=", id)
    .execute();
}
