import { type Instant, toIso } from "../../../kernel/index.ts";
import type { NoTables, Query } from "../../db/index.ts";
import type { z } from "../../schema/index.ts";
import type { Acting } from "../acting.ts";
import { TOKEN_DAY_MS } from "../limits.ts";
import { isFitForProgram } from "../permissions.ts";
import type { Roles } from "../roles/roles.ts";
import { allUsers, type UserRow, userById } from "../store.ts";
import type * as schemas from "./schemas.ts";
import { type AccountRow, accountRow, accountRows, openSecrets, type SecretRow } from "./store.ts";

export type ServiceAccount = z.infer<typeof schemas.ServiceAccount>;
export type ServiceAccountList = z.infer<typeof schemas.ServiceAccountList>;

interface Beside {
  readonly owner: UserRow | undefined;
  readonly roleName: string | null;
  readonly secrets: readonly SecretRow[];
  readonly now: Instant;
}

/** Every account, and what the asker may choose from for one. */
export async function shownAccounts(
  query: Query<NoTables>,
  to: { readonly roles: Roles; readonly now: Instant; readonly by: Acting },
): Promise<ServiceAccountList> {
  const { now, by } = to;
  const users = await allUsers(query);
  const owners = new Map(users.map((user) => [user.id, user]));
  const roles = await to.roles.list();
  const names = new Map(roles.map(({ id, name }) => [id, name]));
  const secrets = Map.groupBy(await openSecrets(query, now), ({ account_id }) => account_id);
  return {
    items: (await accountRows(query)).map((row) =>
      toAccount(row, {
        owner: owners.get(row.owner_id),
        roleName: names.get(row.role) ?? null,
        secrets: secrets.get(row.id) ?? [],
        now,
      }),
    ),
    nextCursor: null,
    roles: roles
      .filter(({ permissions }) => isFitForProgram(permissions) && holdsAll(by, permissions))
      .map(({ id, name }) => ({ id, name })),
    owners: users
      .filter(({ disabled }) => disabled === 0)
      .map(({ id, display_name }) => ({ id, displayName: display_name })),
  };
}

export async function shownAccount(
  query: Query<NoTables>,
  id: string,
  to: { readonly roles: Roles; readonly now: Instant },
): Promise<ServiceAccount> {
  const row = await accountRow(query, id);
  if (row === undefined) throw new Error("the account just written is not there");
  const owner = await userById(query, row.owner_id);
  const roleName = await to.roles.nameOf(query, row.role);
  return toAccount(row, { owner, roleName, secrets: await openSecrets(query, to.now, id), now: to.now });
}

function toAccount(row: AccountRow, beside: Beside): ServiceAccount {
  const { owner, secrets, now } = beside;
  const newest = secrets.find(({ ends_at }) => ends_at === null);
  const rotateAfterMs = row.rotate_after_days * TOKEN_DAY_MS;
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    owner: { id: row.owner_id, displayName: owner?.display_name ?? "", active: owner?.disabled === 0 },
    role: row.role,
    roleName: beside.roleName,
    state: stateOf(row, secrets, now),
    expiresAt: isoOrNull(row.expires_at),
    rotateAfterDays: row.rotate_after_days,
    rotationDue: newest !== undefined && now - newest.created_at >= rotateAfterMs,
    createdAt: toIso(row.created_at),
    createdBy: row.created_by,
    secrets: secrets.map((secret) => ({
      id: secret.id,
      hint: secret.hint,
      createdAt: toIso(secret.created_at),
      createdBy: secret.created_by,
      endsAt: isoOrNull(secret.ends_at),
      lastUsedAt: isoOrNull(secret.last_used_at),
      lastPeer: secret.last_peer,
    })),
  };
}

function stateOf(row: AccountRow, secrets: readonly SecretRow[], now: Instant): ServiceAccount["state"] {
  if (row.disabled === 1) return "disabled";
  if (row.expires_at !== null && now >= row.expires_at) return "expired";
  return secrets.length === 0 ? "no_secret" : "active";
}

const holdsAll = (by: Acting, permissions: readonly string[]): boolean => {
  const held: ReadonlySet<string> | undefined = by.permissions;
  return held === undefined || permissions.every((one) => held.has(one));
};

const isoOrNull = (at: Instant | null): string | null => (at === null ? null : toIso(at));
