import { Fault, toIso } from "../../kernel/index.ts";
import type { Audit } from "../audit/index.ts";
import type { Clock } from "../clock/index.ts";
import type { Records, Tx } from "../db/index.ts";
import type { Permission } from "../http/route.ts";
import type { z } from "../schema/index.ts";
import { weaknessOf } from "./core/password-rules.ts";
import type { PasswordHashing } from "./hashing.ts";
import { MAX_USERS } from "./limits.ts";
import type * as schemas from "./schemas.ts";
import type { Factors } from "./second-factor/factors.ts";
import type { FactorPolicy } from "./second-factor/policy.ts";
import { randomId } from "./secrets.ts";
import { ADMIN } from "./roles/built-in.ts";
import { requireHeld } from "./roles/holding.ts";
import type { Roles } from "./roles/roles.ts";
import * as store from "./store.ts";
import type { Acting } from "./acting.ts";
import { accountBucket, type Throttle } from "./throttle.ts";

export type User = z.infer<typeof schemas.User>;
export type UserEntry = z.infer<typeof schemas.UserEntry>;
export type NewUser = z.infer<typeof schemas.UserCreate>;
type UserChange = z.infer<typeof schemas.UserChange>;
type ProfileChange = z.infer<typeof schemas.ProfileChange>;

/** The kind of request under which the right to administer people is given. */
export const GRANT_ADMIN = "auth.admin.grant";

/** What another person may have to agree to. */
export interface Wanted {
  readonly kind: string;
  readonly object: { readonly kind: string; readonly id: string; readonly title: string };
  readonly details: Readonly<Record<string, unknown>>;
  readonly reason: string;
}

/** The people of this installation. Every change and its audit entry are one transaction. */
export class People {
  readonly #records: Records;
  readonly #audit: Audit;
  readonly #clock: Clock;
  readonly #hashing: PasswordHashing;
  readonly #throttle: Throttle;
  readonly #roles: Roles;
  readonly #factors: Factors;
  readonly #policy: FactorPolicy;

  constructor(deps: {
    records: Records;
    audit: Audit;
    clock: Clock;
    hashing: PasswordHashing;
    throttle: Throttle;
    roles: Roles;
    factors: Factors;
    policy: FactorPolicy;
  }) {
    this.#records = deps.records;
    this.#audit = deps.audit;
    this.#clock = deps.clock;
    this.#hashing = deps.hashing;
    this.#throttle = deps.throttle;
    this.#roles = deps.roles;
    this.#factors = deps.factors;
    this.#policy = deps.policy;
  }

  async list(): Promise<UserEntry[]> {
    const factorsOf = await this.#factors.ofEveryone();
    const needing = new Set(await this.#policy.roles());
    const names = new Map((await this.#roles.list()).map(({ id, name }) => [id, name]));
    return (await store.allUsers(this.#records.query)).map((row) => ({
      ...toUser(row, names.get(row.role) ?? null),
      passwordGiven: row.password_given === 1,
      factors: factorsOf(row.id),
      factorRequired: needing.has(row.role),
    }));
  }

  async names(): Promise<{ id: string; displayName: string }[]> {
    const users = await store.allUsers(this.#records.query);
    return users.filter((user) => user.disabled === 0).map((user) => ({ id: user.id, displayName: user.display_name }));
  }

  /** Fault auth.user.missing. */
  async own(id: string): Promise<User> {
    const row = await this.#require(this.#records.query, id);
    return toUser(row, await this.#roles.nameOf(this.#records.query, row.role));
  }

  /** Fault auth.role.not_held when the person may do what the asker may not: who rules over them could become them. */
  async requireBelow(id: string, by: Acting): Promise<void> {
    const { query } = this.#records;
    requireHeld(by, await this.#roles.permissionsOf(query, (await this.#requirePerson(query, id)).role));
  }

  /** Fault auth.role.missing, auth.role.not_held. */
  async requireGrantable(role: string, by: Acting): Promise<void> {
    await this.#roles.requireGrantable(this.#records.query, role, by);
  }

  async add(person: NewUser, by: Acting): Promise<User> {
    const passwordHash = person.password === undefined ? "" : await this.hashNew(person.password, person);
    return this.#records.transaction((tx) => this.insert(tx, { ...person, passwordHash }, by));
  }

  /** Within a transaction of the caller (set-up creates the person and signs in at once). */
  async insert(tx: Tx, person: Omit<NewUser, "password"> & { passwordHash: string }, by: Acting): Promise<User> {
    if ((await store.countUsers(tx)) >= MAX_USERS)
      throw new Fault("conflict", "auth.user.too_many", "too many users", { max: MAX_USERS });
    if ((await store.userByName(tx, person.username)) !== undefined) {
      throw new Fault("conflict", "auth.user.exists", "the user name is taken", { username: person.username });
    }
    await this.#roles.requireGrantable(tx, person.role, by);
    const row: store.UserRow = {
      id: randomId(),
      username: person.username,
      display_name: person.displayName,
      role: person.role,
      language: person.language,
      theme: "system",
      shortcuts: 1,
      disabled: 0,
      password_hash: person.passwordHash,
      // The command line and the link of the first start are used by the person themselves.
      password_given: person.passwordHash !== "" && by.actor.kind !== "system" ? 1 : 0,
      created_at: this.#clock.now(),
      last_sign_in_at: null,
      kind: "person",
    };
    await store.insertUser(tx, row);
    await this.#tell(tx, by, {
      verb: "auth.user.created",
      id: row.id,
      details: { username: row.username, role: row.role },
    });
    return this.#toUser(tx, row);
  }

  async change(id: string, change: UserChange, by: Acting): Promise<User> {
    const before = await this.#requirePerson(this.#records.query, id);
    const passwordHash =
      change.password === undefined ? undefined : await this.hashNew(change.password, toUser(before, null));
    return this.#records.transaction(async (tx) => {
      const held = await this.standingOf(tx, id);
      const changed = await this.#change(tx, { id, change, passwordHash }, by);
      // After the change, so that who may not make it learns nothing; a refusal takes it back.
      const left = await this.standingOf(tx, id);
      const loses = new Set([...held].filter((permission) => !left.has(permission)));
      await this.#roles.letGo(tx, { people: [id], loses });
      return changed;
    });
  }

  /** What an active person may do; nothing for anybody else. */
  async standingOf(query: Parameters<typeof store.userById>[0], id: string): Promise<ReadonlySet<Permission>> {
    const user = await store.userById(query, id);
    return user === undefined || user.disabled === 1 ? new Set() : this.#roles.permissionsOf(query, user.role);
  }

  async #change(
    tx: Tx,
    to: { id: string; change: UserChange; passwordHash?: string | undefined },
    by: Acting,
  ): Promise<User> {
    const { id, change, passwordHash } = to;
    const user = await this.#require(tx, id);
    // Else who may change people could take over whoever may do more.
    requireHeld(by, await this.#roles.permissionsOf(tx, user.role));
    if (change.role !== undefined) await this.#roles.requireGrantable(tx, change.role, by);
    await this.#keepAnAdmin(tx, user, change);
    await this.#describe(tx, { user, by, change });
    if (change.role !== undefined && change.role !== user.role) {
      await this.#tell(tx, by, {
        verb: "auth.user.changed",
        id,
        details: { role: { from: user.role, to: change.role } },
      });
      await store.updateUser(tx, id, { role: change.role });
    }
    if (change.disabled !== undefined && change.disabled !== (user.disabled === 1)) {
      const revoked = change.disabled ? await store.deleteSessionsOf(tx, id) : 0;
      await store.updateUser(tx, id, { disabled: change.disabled ? 1 : 0 });
      await this.#tell(tx, by, {
        verb: change.disabled ? "auth.user.disabled" : "auth.user.enabled",
        id,
        details: { sessionsClosed: revoked },
      });
    }
    if (passwordHash !== undefined) {
      const revoked = await this.#setPassword(tx, id, { passwordHash, given: by.actor.id !== id });
      await this.#tell(tx, by, { verb: "auth.password.reset", id, details: { sessionsClosed: revoked } });
    }
    return this.#toUser(tx, await this.#require(tx, id));
  }

  /** What has to be agreed to by another person when that is asked for: giving the right to administer people. */
  async grantOf(id: string, change: UserChange): Promise<Wanted | undefined> {
    const { query } = this.#records;
    const user = await this.#requirePerson(query, id);
    const rules = async (role: string) => (await this.#roles.permissionsOf(query, role)).has("users.admin");
    const role = change.role ?? user.role;
    const isEnabled = change.disabled === undefined ? user.disabled === 0 : !change.disabled;
    const before = user.disabled === 0 && (await rules(user.role));
    if (before || !isEnabled || !(await rules(role))) return undefined;
    if (change.password !== undefined || change.displayName !== undefined) {
      throw new Fault("conflict", "auth.user.one_at_a_time", "give the role by itself, and change the rest afterwards");
    }
    const details = { username: user.username, role: { from: user.role, to: role }, disabled: !isEnabled };
    return { kind: GRANT_ADMIN, object: { kind: "user", id, title: user.display_name }, details, reason: "" };
  }

  /** As agreed to, in the transaction that says so. `by` is judged by what they hold now. */
  async grant(tx: Tx, wanted: Wanted, by: { id: string; name: string }): Promise<void> {
    const permissions = await this.standingOf(tx, by.id);
    const acting: Acting = { actor: { kind: "user", ...by }, peer: null, permissions };
    const { role } = wanted.details as { role: { to: string } };
    await this.#change(tx, { id: wanted.object.id, change: { role: role.to, disabled: false } }, acting);
  }

  /** By the identity provider, which decides on roles of its people. */
  async giveRole(tx: Tx, to: { id: string; role: string }, by: Acting): Promise<void> {
    await this.#change(tx, { id: to.id, change: { role: to.role } }, by);
  }

  /** Active people whose role holds a permission. */
  async holders(permission: Permission): Promise<{ id: string; name: string }[]> {
    const users = await this.#roles.holders(this.#records.query, permission);
    return users.map((user) => ({ id: user.id, name: user.display_name }));
  }

  async changeProfile(id: string, change: ProfileChange, by: Acting): Promise<User> {
    return this.#records.transaction(async (tx) => {
      const { displayName, language, theme, shortcuts } = change;
      const all = {
        display_name: displayName,
        language,
        theme,
        shortcuts: shortcuts === undefined ? undefined : Number(shortcuts),
      };
      const patch = Object.fromEntries(
        Object.entries(all).filter(([, value]) => value !== undefined),
      ) as store.UserPatch;
      await store.updateUser(tx, id, patch);
      await this.#tell(tx, by, { verb: "auth.profile.changed", id, details: change });
      return this.#toUser(tx, await this.#require(tx, id));
    });
  }

  /** The person's own: asks for the current one, closes every other session. */
  async changePassword(
    id: string,
    change: { current: string; next: string; keepSession: string },
    by: Acting,
  ): Promise<void> {
    const user = await this.#requirePerson(this.#records.query, id);
    // A stolen session must not be a way to guess the password: counted like a sign-in, in a bucket of its own.
    const bucket = accountBucket(`change ${id}`);
    await this.#throttle.charge([bucket], by.peer ?? "");
    if (!(await this.#hashing.matches(change.current, user.password_hash))) {
      await this.#audit.record({
        actor: by.actor,
        peer: by.peer,
        verb: "auth.password.changed",
        object: { kind: "user", id },
        outcome: "failed",
      });
      throw new Fault("invalid", "auth.password.wrong", "the current password is not right");
    }
    // Who knows the current one guesses nothing, however often the new one is refused.
    await this.#records.transaction((tx) => this.#throttle.refund(tx, [bucket]));
    if (change.next === change.current)
      throw new Fault("invalid", "auth.password.same", "the new password is the one there is");
    const passwordHash = await this.hashNew(change.next, toUser(user, null));
    await this.#records.transaction(async (tx) => {
      const next = { passwordHash, given: false, keepSession: change.keepSession };
      const revoked = await this.#setPassword(tx, id, next);
      await this.#tell(tx, by, { verb: "auth.password.changed", id, details: { sessionsClosed: revoked } });
    });
  }

  async hashNew(password: string, person: { username: string; displayName: string }): Promise<string> {
    const reason = weaknessOf(password, [person.username, person.displayName]);
    if (reason !== undefined)
      throw new Fault("invalid", "auth.password.weak", "the password is too easy to guess", { reason });
    return this.#hashing.hash(password);
  }

  /** Everyone the old password let in goes, and devices that were trusted with it. */
  async #setPassword(
    tx: Tx,
    id: string,
    next: { passwordHash: string; given: boolean; keepSession?: string },
  ): Promise<number> {
    await store.updateUser(tx, id, { password_hash: next.passwordHash, password_given: next.given ? 1 : 0 });
    await store.forgetDevicesOf(tx, id);
    return store.deleteSessionsOf(tx, id, { except: next.keepSession });
  }

  async #describe(tx: Tx, to: { user: store.UserRow; by: Acting; change: UserChange }): Promise<void> {
    const { user, by, change } = to;
    if (change.displayName === undefined || change.displayName === user.display_name) return;
    await store.updateUser(tx, user.id, { display_name: change.displayName });
    const details = { displayName: { from: user.display_name, to: change.displayName } };
    await this.#tell(tx, by, { verb: "auth.user.changed", id: user.id, details });
  }

  /** Without an active admin nobody could ever let anybody in again. */
  async #keepAnAdmin(tx: Tx, user: store.UserRow, change: UserChange): Promise<void> {
    const isActiveAdmin = user.role === ADMIN && user.disabled === 0;
    const staysOne = (change.role ?? ADMIN) === ADMIN && change.disabled !== true;
    if (!isActiveAdmin || staysOne) return;
    if ((await store.countUsers(tx, { role: ADMIN, active: true })) > 1) return;
    throw new Fault("conflict", "auth.user.last_admin", "the last active admin stays admin and enabled");
  }

  async #toUser(tx: Tx, row: store.UserRow): Promise<User> {
    return toUser(row, await this.#roles.nameOf(tx, row.role));
  }

  /** The break-glass account is sealed and unsealed, never changed. */
  async #requirePerson(query: Parameters<typeof store.userById>[0], id: string): Promise<store.UserRow> {
    const user = await this.#require(query, id);
    if (user.kind !== "person") throw new Fault("missing", "auth.user.missing", "no such user");
    return user;
  }

  async #require(query: Parameters<typeof store.userById>[0], id: string): Promise<store.UserRow> {
    const user = await store.userById(query, id);
    if (user === undefined) throw new Fault("missing", "auth.user.missing", "no such user");
    return user;
  }

  async #tell(
    tx: Tx,
    by: Acting,
    what: { verb: string; id: string; details: Readonly<Record<string, unknown>> },
  ): Promise<void> {
    await this.#audit.record(
      { ...by, verb: what.verb, object: { kind: "user", id: what.id }, details: what.details },
      tx,
    );
  }
}

export function toUser(row: store.UserRow, roleName: string | null): User {
  return {
    id: row.id,
    username: row.username,
    displayName: row.display_name,
    role: row.role,
    roleName,
    language: row.language,
    theme: row.theme,
    shortcuts: row.shortcuts === 1,
    disabled: row.disabled === 1,
    createdAt: toIso(row.created_at),
    lastSignInAt: row.last_sign_in_at === null ? null : toIso(row.last_sign_in_at),
  };
}
