import type { Instant } from "../../../kernel/index.ts";
import type { NoTables, Query, Selectable, Tx } from "../../db/index.ts";

type PasskeyTables = {
  auth_passkeys: {
    credential_id: string;
    user_id: string;
    name: string;
    public_key: string;
    counter: number;
    transports: string;
    synced: number;
    created_at: number;
    last_used_at: number | null;
  };
};
export type PasskeyRow = Selectable<PasskeyTables["auth_passkeys"]>;

type Reader = Query<NoTables>;
const on = (query: Reader): Query<PasskeyTables> => query.withTables<PasskeyTables>();

export async function passkeysOf(query: Reader, userId: string): Promise<PasskeyRow[]> {
  return on(query)
    .selectFrom("auth_passkeys")
    .selectAll()
    .where("user_id", "=", userId)
    .orderBy("created_at")
    .orderBy("credential_id")
    .execute();
}

export async function countPasskeys(query: Reader): Promise<Map<string, number>> {
  const rows = await on(query)
    .selectFrom("auth_passkeys")
    .select(["user_id", (fn) => fn.fn.countAll<number>().as("count")])
    .groupBy("user_id")
    .execute();
  return new Map(rows.map(({ user_id, count }) => [user_id, Number(count)]));
}

export async function passkeyById(query: Reader, id: string): Promise<PasskeyRow | undefined> {
  return on(query).selectFrom("auth_passkeys").selectAll().where("credential_id", "=", id).executeTakeFirst();
}

export async function insertPasskey(tx: Tx, row: PasskeyRow): Promise<void> {
  await on(tx).insertInto("auth_passkeys").values(row).execute();
}

export async function renamePasskey(tx: Tx, passkey: { id: string; userId: string; name: string }): Promise<boolean> {
  const [result] = await on(tx)
    .updateTable("auth_passkeys")
    .set({ name: passkey.name })
    .where("credential_id", "=", passkey.id)
    .where("user_id", "=", passkey.userId)
    .execute();
  return Number(result?.numUpdatedRows ?? 0) > 0;
}

/**
 * Notes a use. False when the counter did not grow meanwhile: two answers of one authenticator cannot carry the same
 * count unless neither counts at all.
 */
export async function usePasskey(
  tx: Tx,
  use: { id: string; seen: number; counter: number; synced: number; at: Instant },
): Promise<boolean> {
  const [result] = await on(tx)
    .updateTable("auth_passkeys")
    .set({ counter: use.counter, synced: use.synced, last_used_at: use.at })
    .where("credential_id", "=", use.id)
    .where("counter", "=", use.seen)
    .execute();
  return Number(result?.numUpdatedRows ?? 0) > 0;
}

export async function dropPasskey(tx: Tx, passkey: { id: string; userId: string }): Promise<boolean> {
  const [result] = await on(tx)
    .deleteFrom("auth_passkeys")
    .where("credential_id", "=", passkey.id)
    .where("user_id", "=", passkey.userId)
    .execute();
  return Number(result?.numDeletedRows ?? 0) > 0;
}

export async function dropPasskeysOf(tx: Tx, userId: string): Promise<number> {
  const [result] = await on(tx).deleteFrom("auth_passkeys").where("user_id", "=", userId).execute();
  return Number(result?.numDeletedRows ?? 0);
}
