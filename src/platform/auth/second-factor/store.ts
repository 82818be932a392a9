import type { Instant } from "../../../kernel/index.ts";
import type { NoTables, Query, Selectable, Tx } from "../../db/index.ts";

type FactorTables = {
  auth_totp: { user_id: string; sealed: string; last_step: number; created_at: number };
  auth_recovery_codes: { code_hash: string; user_id: string; created_at: number; used_at: number | null };
  auth_factor_policy: { role: string; changed_at: number; changed_by: string };
};
export type TotpRow = Selectable<FactorTables["auth_totp"]>;

type Reader = Query<NoTables>;
const on = (query: Reader): Query<FactorTables> => query.withTables<FactorTables>();

export async function totpOf(query: Reader, userId: string): Promise<TotpRow | undefined> {
  return on(query).selectFrom("auth_totp").selectAll().where("user_id", "=", userId).executeTakeFirst();
}

export async function usersWithTotp(query: Reader): Promise<Set<string>> {
  const rows = await on(query).selectFrom("auth_totp").select("user_id").execute();
  return new Set(rows.map(({ user_id }) => user_id));
}

export async function putTotp(tx: Tx, row: TotpRow): Promise<void> {
  await on(tx)
    .insertInto("auth_totp")
    .values(row)
    .onConflict((conflict) => conflict.column("user_id").doUpdateSet(row))
    .execute();
}

/** False when a newer step was used meanwhile. */
export async function useStep(tx: Tx, userId: string, step: number): Promise<boolean> {
  const [result] = await on(tx)
    .updateTable("auth_totp")
    .set({ last_step: step })
    .where("user_id", "=", userId)
    .where("last_step", "<", step)
    .execute();
  return Number(result?.numUpdatedRows ?? 0) > 0;
}

export async function dropTotp(tx: Tx, userId: string): Promise<boolean> {
  const [result] = await on(tx).deleteFrom("auth_totp").where("user_id", "=", userId).execute();
  return Number(result?.numDeletedRows ?? 0) > 0;
}

export async function putRecoveryCodes(
  tx: Tx,
  userId: string,
  codes: { hashes: string[]; at: Instant },
): Promise<void> {
  await dropRecoveryCodes(tx, userId);
  const rows = codes.hashes.map((code_hash) => ({ code_hash, user_id: userId, created_at: codes.at, used_at: null }));
  await on(tx).insertInto("auth_recovery_codes").values(rows).execute();
}

export async function dropRecoveryCodes(tx: Tx, userId: string): Promise<void> {
  await on(tx).deleteFrom("auth_recovery_codes").where("user_id", "=", userId).execute();
}

export async function recoveryCodesLeft(
  query: Reader,
  userId: string,
): Promise<{ left: number; madeAt: Instant | null }> {
  const rows = await on(query)
    .selectFrom("auth_recovery_codes")
    .select(["used_at", "created_at"])
    .where("user_id", "=", userId)
    .execute();
  return { left: rows.filter(({ used_at }) => used_at === null).length, madeAt: rows[0]?.created_at ?? null };
}

/** False when there is no such code, or it was used. */
export async function useRecoveryCode(tx: Tx, userId: string, code: { hash: string; at: Instant }): Promise<boolean> {
  const [result] = await on(tx)
    .updateTable("auth_recovery_codes")
    .set({ used_at: code.at })
    .where("code_hash", "=", code.hash)
    .where("user_id", "=", userId)
    .where("used_at", "is", null)
    .execute();
  return Number(result?.numUpdatedRows ?? 0) > 0;
}

export async function policyRoles(query: Reader): Promise<string[]> {
  const rows = await on(query).selectFrom("auth_factor_policy").select("role").orderBy("role").execute();
  return rows.map(({ role }) => role);
}

export async function putPolicyRoles(
  tx: Tx,
  policy: { roles: readonly string[]; at: Instant; by: string },
): Promise<void> {
  await on(tx).deleteFrom("auth_factor_policy").execute();
  if (policy.roles.length === 0) return;
  const rows = policy.roles.map((role) => ({ role, changed_at: policy.at, changed_by: policy.by }));
  await on(tx).insertInto("auth_factor_policy").values(rows).execute();
}
