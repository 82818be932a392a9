import { Fault, foldText, type Instant, toIso } from "../../../kernel/index.ts";
import type { Audit } from "../../audit/index.ts";
import type { Clock } from "../../clock/index.ts";
import type { NoTables, Query, Records, Tx } from "../../db/index.ts";
import type { Principal } from "../../http/route.ts";
import type { z } from "../../schema/index.ts";
import type { Acting } from "../acting.ts";
import { MAX_OPEN_SECRETS, MAX_SERVICE_ACCOUNTS, TOKEN_DAY_MS, TOUCH_EVERY_MS } from "../limits.ts";
import { fitForProgram, requireFitForProgram } from "../permissions.ts";
import { requireHeld } from "../roles/holding.ts";
import type { Roles } from "../roles/roles.ts";
import { mintSecret, randomId, secretHash } from "../secrets.ts";
import { userById } from "../store.ts";
import type * as schemas from "./schemas.ts";
import { type ServiceAccount, type ServiceAccountList, shownAccount, shownAccounts } from "./shown.ts";
import * as store from "./store.ts";

type Create = z.output<typeof schemas.ServiceAccountCreate>;
type Change = z.output<typeof schemas.ServiceAccountChange>;
type GraceHours = z.output<typeof schemas.Rotation>["graceHours"];

const PREFIX = "khien_svc_";
const HOUR_MS = 3_600_000;

/**
 * Accounts of programs: a role as people have, an owner who answers for it, and secrets in place of a password.
 *
 * Invariants
 *  - A program holds its role, but never what only people may (`fitForProgram`), whatever the role becomes.
 *  - It has no session: what needs one, or a proof of presence, it cannot do.
 *  - At most two secrets open at a time, and of two one has an end.
 *  - Nobody gives a program, or gets from it by a new secret, what they do not hold.
 */
export class ServiceAccounts {
  readonly #records: Records;
  readonly #audit: Audit;
  readonly #clock: Clock;
  readonly #roles: Roles;

  constructor(deps: { records: Records; audit: Audit; clock: Clock; roles: Roles }) {
    this.#records = deps.records;
    this.#audit = deps.audit;
    this.#clock = deps.clock;
    this.#roles = deps.roles;
  }

  list(by: Acting): Promise<ServiceAccountList> {
    return shownAccounts(this.#records.query, { roles: this.#roles, now: this.#clock.now(), by });
  }

  /** Fault auth.service.exists, .too_many, .owner, .role_too_wide, auth.role.missing, .not_held. */
  async create(wanted: Create, by: Acting): Promise<{ account: ServiceAccount; secret: string }> {
    const now = this.#clock.now();
    const row: store.AccountRow = {
      id: randomId(),
      name: wanted.name,
      description: wanted.description,
      owner_id: wanted.owner,
      role: wanted.role,
      disabled: 0,
      expires_at: wanted.expiresInDays === undefined ? null : now + wanted.expiresInDays * TOKEN_DAY_MS,
      rotate_after_days: wanted.rotateAfterDays,
      created_at: now,
      created_by: by.actor.name,
      retired_at: null,
    };
    return this.#records.transaction(async (tx) => {
      const there = await store.accountRows(tx);
      if (there.length >= MAX_SERVICE_ACCOUNTS) {
        throw new Fault("conflict", "auth.service.too_many", "too many accounts", { max: MAX_SERVICE_ACCOUNTS });
      }
      requireFreeName(there, row.name);
      await this.#requireGiven(tx, wanted.role, by);
      await requireOwner(tx, wanted.owner);
      await store.insertAccount(tx, row);
      const { name, role, owner_id, expires_at } = row;
      const details = { name, role, owner: owner_id, expiresAt: expires_at === null ? null : toIso(expires_at) };
      await this.#tell(tx, by, { verb: "auth.service.created", id: row.id, details });
      const secret = await this.#addSecret(tx, row.id, by);
      return { account: await this.#shown(tx, row.id), secret };
    });
  }

  /** Fault auth.service.missing, .exists, .owner, .role_too_wide, auth.role.missing, .not_held. */
  async change(id: string, change: Change, by: Acting): Promise<ServiceAccount> {
    return this.#records.transaction(async (tx) => {
      const before = await this.#require(tx, id, by);
      if (change.name !== undefined) {
        requireFreeName(
          (await store.accountRows(tx)).filter((one) => one.id !== id),
          change.name,
        );
      }
      if (change.role !== undefined && change.role !== before.role) await this.#requireGiven(tx, change.role, by);
      if (change.owner !== undefined && change.owner !== before.owner_id) await requireOwner(tx, change.owner);
      const patch = patchOf(change, this.#clock.now());
      const told = Object.entries(patch).filter(([field, to]) => before[field as keyof store.AccountRow] !== to);
      await store.updateAccount(tx, id, patch);
      const details = Object.fromEntries(
        told
          .filter(([field]) => field !== "disabled")
          .map(([field, to]) => [field, { from: before[field as keyof store.AccountRow], to }]),
      );
      if (Object.keys(details).length > 0) {
        await this.#tell(tx, by, { verb: "auth.service.changed", id, details: { name: before.name, ...details } });
      }
      if (told.some(([field]) => field === "disabled")) {
        const verb = patch.disabled === 1 ? "auth.service.disabled" : "auth.service.enabled";
        await this.#tell(tx, by, { verb, id, details: { name: before.name } });
      }
      return this.#shown(tx, id);
    });
  }

  /**
   * A new secret; the one before it opens for a while yet, so that the program can be told of its successor without a
   * gap. Without such a while every other secret ends at once. Fault auth.service.missing, .rotating, auth.role.not_held.
   */
  async rotate(id: string, graceHours: GraceHours, by: Acting): Promise<{ account: ServiceAccount; secret: string }> {
    return this.#records.transaction(async (tx) => {
      const { name } = await this.#require(tx, id, by);
      const now = this.#clock.now();
      const open = await store.openSecrets(tx, now, id);
      if (graceHours > 0 && open.length >= MAX_OPEN_SECRETS) {
        throw new Fault("conflict", "auth.service.rotating", "the secret before this one still opens");
      }
      // What would end sooner than the grace still ends then.
      const endsAt = (row: store.SecretRow) => Math.min(row.ends_at ?? Infinity, now + graceHours * HOUR_MS);
      for (const row of open) await store.endSecret(tx, row.id, endsAt(row));
      const details = { name, graceHours, ended: open.map(({ hint }) => hint) };
      await this.#tell(tx, by, { verb: "auth.service.rotated", id, details });
      const secret = await this.#addSecret(tx, id, by);
      return { account: await this.#shown(tx, id), secret };
    });
  }

  /** Works at once. Taking away needs no more than the route's permission. Fault auth.service.secret_missing. */
  async revoke(id: string, secretId: string, by: Acting): Promise<void> {
    await this.#records.transaction(async (tx) => {
      const now = this.#clock.now();
      const secret = (await store.openSecrets(tx, now, id)).find((one) => one.id === secretId);
      const account = await store.accountRow(tx, id);
      if (secret === undefined || account === undefined) {
        throw new Fault("missing", "auth.service.secret_missing", "no such secret, or it opens no more");
      }
      await store.endSecret(tx, secretId, now);
      const details = { name: account.name, hint: secret.hint };
      await this.#tell(tx, by, { verb: "auth.service.secret_revoked", id, details });
    });
  }

  /** For good: its secrets end, its name is free again, history keeps it. Fault auth.service.missing, auth.role.not_held. */
  async retire(id: string, by: Acting): Promise<void> {
    await this.#records.transaction(async (tx) => {
      const { name } = await this.#require(tx, id, by);
      const now = this.#clock.now();
      for (const secret of await store.openSecrets(tx, now, id)) await store.endSecret(tx, secret.id, now);
      await store.updateAccount(tx, id, { retired_at: now });
      await this.#tell(tx, by, { verb: "auth.service.retired", id, details: { name } });
    });
  }

  /** Looked up at every request, so every change works at once. Why one does not get in is not told. */
  async identify(bearer: string, peer: string): Promise<Principal | undefined> {
    if (!bearer.startsWith(PREFIX)) return undefined;
    const { query } = this.#records;
    const found = await store.secretByHash(query, secretHash(bearer));
    const now = this.#clock.now();
    if (found === undefined || found.account.disabled === 1) return undefined;
    const { account, secret } = found;
    if ([account.expires_at, secret.ends_at].some((end) => end !== null && now >= end)) return undefined;
    // A full disk must not lock out those who come to see why.
    if (now - (secret.last_used_at ?? 0) >= TOUCH_EVERY_MS)
      await store.touchSecret(query, secret.id, { at: now, peer }).catch(() => undefined);
    const permissions = fitForProgram(await this.#roles.permissionsOf(query, account.role));
    return { kind: "service", id: account.id, name: account.name, permissions };
  }

  async #addSecret(tx: Tx, accountId: string, by: Acting): Promise<string> {
    const { secret, hash, hint } = mintSecret(PREFIX);
    await store.insertSecret(tx, {
      id: randomId(),
      account_id: accountId,
      hint,
      secret_hash: hash,
      created_at: this.#clock.now(),
      created_by: by.actor.name,
      ends_at: null,
      last_used_at: null,
      last_peer: null,
    });
    return secret;
  }

  async #requireGiven(tx: Tx, role: string, by: Acting): Promise<void> {
    await this.#roles.requireGrantable(tx, role, by);
    requireFitForProgram(await this.#roles.permissionsOf(tx, role));
  }

  /** One whose role the asker holds wholly: a new secret for it would be theirs to use. */
  async #require(tx: Tx, id: string, by: Acting): Promise<store.AccountRow> {
    const account = await store.accountRow(tx, id);
    if (account === undefined) throw new Fault("missing", "auth.service.missing", "no such service account");
    requireHeld(by, fitForProgram(await this.#roles.permissionsOf(tx, account.role)));
    return account;
  }

  async #shown(query: Query<NoTables>, id: string): Promise<ServiceAccount> {
    return shownAccount(query, id, { roles: this.#roles, now: this.#clock.now() });
  }

  async #tell(
    tx: Tx,
    by: Acting,
    what: { verb: string; id: string; details: Readonly<Record<string, unknown>> },
  ): Promise<void> {
    const { actor, peer } = by;
    const object = { kind: "service-account", id: what.id };
    await this.#audit.record({ actor, peer, verb: what.verb, object, details: what.details }, tx);
  }
}

function patchOf(change: Change, now: Instant): store.AccountPatch {
  const { name, description, owner, role, disabled, expiresInDays, rotateAfterDays } = change;
  const all: Record<string, string | number | null | undefined> = {
    name,
    description,
    owner_id: owner,
    role,
    disabled: disabled === undefined ? undefined : Number(disabled),
    expires_at: expiresInDays == null ? expiresInDays : now + expiresInDays * TOKEN_DAY_MS,
    rotate_after_days: rotateAfterDays,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

async function requireOwner(tx: Tx, id: string): Promise<void> {
  const owner = await userById(tx, id);
  if (owner?.kind === "person" && owner.disabled === 0) return;
  throw new Fault("invalid", "auth.service.owner", "the owner is an active person");
}

function requireFreeName(rows: readonly store.AccountRow[], name: string): void {
  const wanted = foldText(name);
  if (!rows.some((row) => foldText(row.name) === wanted)) return;
  throw new Fault("conflict", "auth.service.exists", "the name is taken", { name });
}
