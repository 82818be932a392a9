import type { Instant } from "../../kernel/index.ts";
import type { NoTables, Query, Selectable, Tx } from "../db/index.ts";
import { sql } from "../db/index.ts";
import type { Attempts } from "./core/throttle.ts";
import type { TokenScope } from "./permissions.ts";

type AuthTables = {
  auth_users: {
    id: string;
    username: string;
    display_name: string;
    role: string;
    language: "vi" | "en";
    theme: "system" | "light" | "dark";
    shortcuts: number;
    disabled: number;
    password_hash: string;
    /** Somebody else chose it. */
    password_given: number;
    created_at: number;
    last_sign_in_at: number | null;
    /** Not a person: the account for when every other way in has failed. */
    kind: "person" | "break_glass";
  };
  auth_sessions: {
    id_hash: string;
    user_id: string;
    created_at: number;
    seen_at: number;
    expires_at: number;
    public_id: string;
    peer: string;
    agent: string;
    way: string;
    proven_at: number;
    must_enrol: number;
  };
  auth_devices: { id_hash: string; user_id: string; seen_at: number };
  auth_tokens: {
    id: string;
    name: string;
    scope: TokenScope;
    sensor: string | null;
    hint: string;
    secret_hash: string;
    created_at: number;
    created_by: string;
    expires_at: number | null;
    last_used_at: number | null;
    revoked_at: number | null;
  };
  auth_setup: { id: number; token_hash: string; created_at: number };
  auth_throttle: { bucket: string; failures: number; last_at: number; blocked_until: number; told_until: number };
};
export type UserRow = Selectable<AuthTables["auth_users"]>;
export type UserPatch = Partial<Omit<UserRow, "id" | "username" | "created_at">>;
export type SessionRow = Selectable<AuthTables["auth_sessions"]>;
export type TokenRow = Selectable<AuthTables["auth_tokens"]>;
export interface ThrottleRow extends Attempts {
  readonly bucket: string;
  /** Until when the audit log has been told of this wait. */
  readonly toldUntil: Instant;
}

type Reader = Query<NoTables>;
const on = (query: Reader): Query<AuthTables> => query.withTables<AuthTables>();

// Users

export async function insertUser(tx: Tx, user: UserRow): Promise<void> {
  await on(tx).insertInto("auth_users").values(user).execute();
}

export async function updateUser(tx: Tx, id: string, patch: UserPatch): Promise<void> {
  if (Object.keys(patch).length > 0) await on(tx).updateTable("auth_users").set(patch).where("id", "=", id).execute();
}

export async function userById(query: Reader, id: string): Promise<UserRow | undefined> {
  return on(query).selectFrom("auth_users").selectAll().where("id", "=", id).executeTakeFirst();
}

export async function userByName(query: Reader, username: string): Promise<UserRow | undefined> {
  return on(query).selectFrom("auth_users").selectAll().where("username", "=", username).executeTakeFirst();
}

export async function allUsers(query: Reader): Promise<UserRow[]> {
  return on(query).selectFrom("auth_users").selectAll().where("kind", "=", "person").orderBy("username").execute();
}

export async function activePeople(query: Reader): Promise<UserRow[]> {
  return (await allUsers(query)).filter(({ disabled }) => disabled === 0);
}

/** The break-glass account too: its name is taken. */
export async function accountsOfAnyKind(query: Reader): Promise<UserRow[]> {
  return on(query).selectFrom("auth_users").selectAll().orderBy("username").execute();
}

export async function countUsers(query: Reader, of: { role?: string; active?: true } = {}): Promise<number> {
  let count = on(query)
    .selectFrom("auth_users")
    .select((fn) => fn.fn.countAll<number>().as("count"))
    .where("kind", "=", "person");
  if (of.role !== undefined) count = count.where("role", "=", of.role);
  if (of.active === true) count = count.where("disabled", "=", 0);
  return Number((await count.executeTakeFirstOrThrow()).count);
}

export async function countUsersByRole(query: Reader): Promise<Map<string, number>> {
  const rows = await on(query)
    .selectFrom("auth_users")
    .select(["role", (fn) => fn.fn.countAll<number>().as("count")])
    .where("kind", "=", "person")
    .groupBy("role")
    .execute();
  return new Map(rows.map(({ role, count }) => [role, Number(count)]));
}

// Sessions

export async function insertSession(tx: Tx, session: SessionRow): Promise<void> {
  await on(tx).insertInto("auth_sessions").values(session).execute();
}

export async function sessionByHash(
  query: Reader,
  idHash: string,
): Promise<{ session: SessionRow; user: UserRow } | undefined> {
  const session = await on(query)
    .selectFrom("auth_sessions")
    .selectAll()
    .where("id_hash", "=", idHash)
    .executeTakeFirst();
  const user = session === undefined ? undefined : await userById(query, session.user_id);
  return session === undefined || user === undefined ? undefined : { session, user };
}

export async function touchSession(query: Reader, idHash: string, seenAt: Instant): Promise<void> {
  await on(query).updateTable("auth_sessions").set({ seen_at: seenAt }).where("id_hash", "=", idHash).execute();
}

export async function deleteSession(query: Reader, idHash: string): Promise<void> {
  await on(query).deleteFrom("auth_sessions").where("id_hash", "=", idHash).execute();
}

export async function deleteSessionsOf(
  tx: Tx,
  userId: string,
  options: { except?: string | undefined } = {},
): Promise<number> {
  let gone = on(tx).deleteFrom("auth_sessions").where("user_id", "=", userId);
  if (options.except !== undefined) gone = gone.where("id_hash", "!=", options.except);
  return Number((await gone.executeTakeFirst()).numDeletedRows);
}

export async function sessionsOf(query: Reader, userId: string): Promise<SessionRow[]> {
  return on(query)
    .selectFrom("auth_sessions")
    .selectAll()
    .where("user_id", "=", userId)
    .orderBy("seen_at", "desc")
    .execute();
}

export async function deleteSessionByName(tx: Tx, session: { publicId: string; userId: string }): Promise<boolean> {
  const [gone] = await on(tx)
    .deleteFrom("auth_sessions")
    .where("public_id", "=", session.publicId)
    .where("user_id", "=", session.userId)
    .execute();
  return Number(gone?.numDeletedRows ?? 0) > 0;
}

export async function noteProof(tx: Tx, idHash: string, at: Instant): Promise<void> {
  await on(tx).updateTable("auth_sessions").set({ proven_at: at }).where("id_hash", "=", idHash).execute();
}

/** The second factor is there: sessions that waited for it open. */
export async function releaseEnrolment(tx: Tx, userId: string): Promise<void> {
  await on(tx).updateTable("auth_sessions").set({ must_enrol: 0 }).where("user_id", "=", userId).execute();
}

/** Sessions that can no longer be used, and the oldest of a person beyond `keep`. */
export async function pruneSessions(
  tx: Tx,
  bound: { now: Instant; idleSince: Instant; userId: string; keep: number },
): Promise<void> {
  await on(tx)
    .deleteFrom("auth_sessions")
    .where((is) => is.or([is("expires_at", "<=", bound.now), is("seen_at", "<=", bound.idleSince)]))
    .execute();
  const surplus = await on(tx)
    .selectFrom("auth_sessions")
    .select("id_hash")
    .where("user_id", "=", bound.userId)
    .orderBy("created_at", "desc")
    .limit(1_000)
    .offset(bound.keep)
    .execute();
  for (const { id_hash } of surplus) await deleteSession(tx, id_hash);
}

// Known devices

export async function isDeviceOf(
  query: Reader,
  device: { idHash: string; userId: string; since: Instant },
): Promise<boolean> {
  const found = await on(query)
    .selectFrom("auth_devices")
    .select("id_hash")
    .where("id_hash", "=", device.idHash)
    .where("user_id", "=", device.userId)
    .where("seen_at", ">", device.since)
    .executeTakeFirst();
  return found !== undefined;
}

export async function keepDevice(
  tx: Tx,
  device: { idHash: string; userId: string; now: Instant; keep: number },
): Promise<void> {
  const row = { user_id: device.userId, seen_at: device.now };
  await on(tx)
    .insertInto("auth_devices")
    .values({ id_hash: device.idHash, ...row })
    .onConflict((conflict) => conflict.column("id_hash").doUpdateSet(row))
    .execute();
  const kept = on(tx)
    .selectFrom("auth_devices")
    .select("id_hash")
    .where("user_id", "=", device.userId)
    .orderBy("seen_at", "desc")
    .limit(device.keep);
  await on(tx)
    .deleteFrom("auth_devices")
    .where("user_id", "=", device.userId)
    .where("id_hash", "not in", kept)
    .execute();
}

export async function forgetDevicesOf(tx: Tx, userId: string): Promise<void> {
  await on(tx).deleteFrom("auth_devices").where("user_id", "=", userId).execute();
}

// Tokens

export async function insertToken(tx: Tx, token: TokenRow): Promise<void> {
  await on(tx).insertInto("auth_tokens").values(token).execute();
}

export async function activeTokens(query: Reader): Promise<TokenRow[]> {
  return on(query)
    .selectFrom("auth_tokens")
    .selectAll()
    .where("revoked_at", "is", null)
    .orderBy("created_at", "desc")
    .orderBy("id")
    .execute();
}

export async function tokenByHash(query: Reader, secretHash: string): Promise<TokenRow | undefined> {
  return on(query).selectFrom("auth_tokens").selectAll().where("secret_hash", "=", secretHash).executeTakeFirst();
}

export async function touchToken(query: Reader, id: string, usedAt: Instant): Promise<void> {
  await on(query).updateTable("auth_tokens").set({ last_used_at: usedAt }).where("id", "=", id).execute();
}

/** The token as it was, or undefined when there is no active one. */
export async function revokeToken(tx: Tx, id: string, at: Instant): Promise<TokenRow | undefined> {
  const token = await on(tx)
    .selectFrom("auth_tokens")
    .selectAll()
    .where("id", "=", id)
    .where("revoked_at", "is", null)
    .executeTakeFirst();
  if (token !== undefined)
    await on(tx).updateTable("auth_tokens").set({ revoked_at: at }).where("id", "=", id).execute();
  return token;
}

// Set-up

export async function putSetupHash(tx: Tx, tokenHash: string, at: Instant): Promise<void> {
  const row = { token_hash: tokenHash, created_at: at };
  await on(tx)
    .insertInto("auth_setup")
    .values({ id: 1, ...row })
    .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
    .execute();
}

export async function setupHash(query: Reader): Promise<string | undefined> {
  return (await on(query).selectFrom("auth_setup").select("token_hash").where("id", "=", 1).executeTakeFirst())
    ?.token_hash;
}

export async function dropSetup(tx: Tx): Promise<void> {
  await on(tx).deleteFrom("auth_setup").execute();
}

// Throttling

export async function throttleRow(query: Reader, bucket: string): Promise<ThrottleRow | undefined> {
  const row = await on(query).selectFrom("auth_throttle").selectAll().where("bucket", "=", bucket).executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    bucket,
    failures: row.failures,
    lastAt: row.last_at,
    blockedUntil: row.blocked_until,
    toldUntil: row.told_until,
  };
}

export async function putThrottleRow(tx: Tx, row: ThrottleRow): Promise<void> {
  const values = {
    failures: row.failures,
    last_at: row.lastAt,
    blocked_until: row.blockedUntil,
    told_until: row.toldUntil,
  };
  await on(tx)
    .insertInto("auth_throttle")
    .values({ bucket: row.bucket, ...values })
    .onConflict((conflict) => conflict.column("bucket").doUpdateSet(values))
    .execute();
}

export async function dropThrottleRow(tx: Tx, bucket: string): Promise<void> {
  await on(tx).deleteFrom("auth_throttle").where("bucket", "=", bucket).execute();
}

/** Forgets counts older than `olderThan`, and the oldest beyond `keep`: outside names must not fill the store. */
export async function pruneThrottle(tx: Tx, bound: { olderThan: Instant; keep: number }): Promise<void> {
  await on(tx).deleteFrom("auth_throttle").where("last_at", "<", bound.olderThan).execute();
  await sql`DELETE FROM auth_throttle WHERE bucket IN (SELECT bucket FROM auth_throttle ORDER BY last_at DESC LIMIT -1 OFFSET ${bound.keep})`.execute(
    tx,
  );
}
