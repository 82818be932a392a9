import { Fault, toIso } from "../../kernel/index.ts";
import { type Audit, actorOf } from "../audit/index.ts";
import type { Clock } from "../clock/index.ts";
import type { NoTables, Query, Records, Tx } from "../db/index.ts";
import type { Principal } from "../http/route.ts";
import type { z } from "../schema/index.ts";
import type { PasswordHashing } from "./hashing.ts";
import { DEVICE_MS, MAX_DEVICES_PER_USER, MAX_SESSIONS_PER_USER, SESSION_IDLE_MS, TOUCH_EVERY_MS } from "./limits.ts";
import { type Acting, type People, toUser } from "./people.ts";
import { ADMIN } from "./roles/built-in.ts";
import type { Roles } from "./roles/roles.ts";
import type * as schemas from "./schemas.ts";
import { csrfTokenOf, randomSecret, sameHash, secretHash } from "./secrets.ts";
import * as store from "./store.ts";
import { accountBucket, type Bucket, deviceBucket, peerBucketOf, type Throttle } from "./throttle.ts";

export type Session = z.infer<typeof schemas.Session>;
type SetupRequest = z.infer<typeof schemas.SetupRequest>;

/** A fresh session: what the answer says and the two secrets that go only into cookies. */
export interface Opened {
  readonly session: Session;
  readonly cookie: string;
  readonly maxAgeSeconds: number;
  readonly device: string;
}
export interface SignIn {
  readonly username: string;
  readonly password: string;
  readonly peer: string;
  /** Secret of a device this person signed in from before. */
  readonly device?: string | undefined;
  /** Secret of the session the browser still holds; it ends with the new one. */
  readonly replaces?: string | undefined;
}

export interface SessionDeps {
  readonly records: Records;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly hashing: PasswordHashing;
  readonly throttle: Throttle;
  readonly people: People;
  readonly roles: Roles;
  readonly sessionHours: number;
  readonly version: string;
}

/**
 * Server-side sessions. The cookie is 256 bits of chance made here, never taken from the caller; the records hold
 * its hash. A session ends when idle, at its absolute end, at sign-out, and with a changed password or a disabled person.
 */
export class Sessions {
  readonly #deps: SessionDeps;

  constructor(deps: SessionDeps) {
    this.#deps = deps;
  }

  async signIn(attempt: SignIn): Promise<Opened> {
    const { records, hashing, throttle, audit } = this.#deps;
    const username = attempt.username.trim().toLowerCase();
    const user = await store.userByName(records.query, username);
    const buckets = await this.#bucketsOf({ ...attempt, username }, user);
    await throttle.charge(buckets, attempt.peer);
    const known = user?.disabled === 0 ? user : undefined;
    const match = await hashing.matches(attempt.password, known?.password_hash);
    if (!match || known === undefined) {
      // A name that is not known may be a password typed into the wrong box.
      const details =
        user === undefined ? { known: false } : { username: user.username, disabled: user.disabled === 1 };
      await audit.record({
        actor: actorOf(undefined),
        verb: "auth.session.failed",
        outcome: "failed",
        peer: attempt.peer,
        details,
      });
      throw new Fault("unauthenticated", "auth.sign_in.failed", "user name or password is not right");
    }
    const rehashed = hashing.isCurrent(known.password_hash) ? undefined : await hashing.hash(attempt.password);
    return records.transaction(async (tx) => {
      const fresh = await store.userById(tx, known.id);
      // The person may have been disabled or given another password while the hash was computed.
      if (fresh === undefined || fresh.disabled === 1 || fresh.password_hash !== known.password_hash) {
        throw new Fault("unauthenticated", "auth.sign_in.failed", "user name or password is not right");
      }
      await throttle.refund(tx, buckets);
      if (rehashed !== undefined) await store.updateUser(tx, known.id, { password_hash: rehashed });
      return this.#open(tx, fresh, attempt);
    });
  }

  /** Creates the first admin and signs in as it. The token of the link is spent with that. */
  async setUp(request: SetupRequest, peer: string): Promise<Opened> {
    const { records, people, audit } = this.#deps;
    if (!(await this.setupNeeded())) throw new Fault("conflict", "auth.setup.done", "set-up is already done");
    const expected = await store.setupHash(records.query);
    if (expected === undefined || !sameHash(secretHash(request.token), expected)) {
      await audit.record({ actor: actorOf(undefined), verb: "auth.setup.done", outcome: "denied", peer });
      throw new Fault(
        "forbidden",
        "auth.setup.token",
        "the set-up link is not valid; the newest one stands in the program's output",
      );
    }
    const passwordHash = await people.hashNew(request.password, request);
    return records.transaction(async (tx) => {
      if ((await store.countUsers(tx, { role: ADMIN })) > 0)
        throw new Fault("conflict", "auth.setup.done", "set-up is already done");
      const by: Acting = { actor: { kind: "system", id: "setup", name: "setup" }, peer };
      const user = await people.insert(tx, { ...request, role: ADMIN, passwordHash }, by);
      await store.dropSetup(tx);
      await audit.record({ ...by, verb: "auth.setup.done", object: { kind: "user", id: user.id } }, tx);
      const row = await store.userById(tx, user.id);
      if (row === undefined) throw new Error("the user just inserted is not there");
      return this.#open(tx, row, { peer });
    });
  }

  async setupNeeded(): Promise<boolean> {
    return (await store.countUsers(this.#deps.records.query, { role: ADMIN })) === 0;
  }

  /** A new one-time token while there is no admin, else undefined. Earlier ones stop working. */
  async newSetupToken(): Promise<string | undefined> {
    const { records, clock } = this.#deps;
    if (!(await this.setupNeeded())) return undefined;
    const token = `khien_setup_${randomSecret()}`;
    await records.transaction((tx) => store.putSetupHash(tx, secretHash(token), clock.now()));
    return token;
  }

  async identify(cookie: string): Promise<Principal | undefined> {
    const { records, clock, roles } = this.#deps;
    const idHash = secretHash(cookie);
    const found = await store.sessionByHash(records.query, idHash);
    if (found === undefined) return undefined;
    const { session, user } = found;
    const now = clock.now();
    if (user.disabled === 1 || now >= session.expires_at || now - session.seen_at >= SESSION_IDLE_MS) {
      await store.deleteSession(records.query, idHash);
      return undefined;
    }
    // A full disk must not lock out those who come to see why.
    if (now - session.seen_at >= TOUCH_EVERY_MS)
      await store.touchSession(records.query, idHash, now).catch(() => undefined);
    return {
      kind: "user",
      id: user.id,
      name: user.username,
      permissions: await roles.permissionsOf(records.query, user.role),
      session: { id: idHash, csrfToken: csrfTokenOf(cookie) },
    };
  }

  async describe(who: Principal): Promise<Session> {
    const found =
      who.session === undefined ? undefined : await store.sessionByHash(this.#deps.records.query, who.session.id);
    if (found === undefined || who.session === undefined)
      throw new Fault("unauthenticated", "auth.required", "sign in");
    return this.#toSession(this.#deps.records.query, found.user, {
      csrfToken: who.session.csrfToken,
      expiresAt: found.session.expires_at,
    });
  }

  async signOut(who: Principal, by: Acting): Promise<void> {
    const { records, audit } = this.#deps;
    const { session } = who;
    if (session === undefined) return;
    await records.transaction(async (tx) => {
      await store.deleteSession(tx, session.id);
      await audit.record({ ...by, verb: "auth.session.closed", object: { kind: "user", id: who.id } }, tx);
    });
  }

  /** A known device is counted alone: strangers at the same account or address cannot keep the person out. */
  async #bucketsOf(attempt: SignIn, user: store.UserRow | undefined): Promise<Bucket[]> {
    if (attempt.device !== undefined && user !== undefined) {
      const idHash = secretHash(attempt.device);
      const since = this.#deps.clock.now() - DEVICE_MS;
      if (await store.isDeviceOf(this.#deps.records.query, { idHash, userId: user.id, since }))
        return [deviceBucket(idHash)];
    }
    return [accountBucket(attempt.username), peerBucketOf(attempt.peer)];
  }

  async #open(tx: Tx, user: store.UserRow, from: Pick<SignIn, "peer" | "device" | "replaces">): Promise<Opened> {
    const { clock, audit, sessionHours } = this.#deps;
    const now = clock.now();
    const cookie = randomSecret();
    const expiresAt = now + sessionHours * 3_600_000;
    if (from.replaces !== undefined) await store.deleteSession(tx, secretHash(from.replaces));
    await store.insertSession(tx, {
      id_hash: secretHash(cookie),
      user_id: user.id,
      created_at: now,
      seen_at: now,
      expires_at: expiresAt,
    });
    await store.pruneSessions(tx, {
      now,
      idleSince: now - SESSION_IDLE_MS,
      userId: user.id,
      keep: MAX_SESSIONS_PER_USER,
    });
    await store.updateUser(tx, user.id, { last_sign_in_at: now });
    const device = randomSecret();
    await store.keepDevice(tx, { idHash: secretHash(device), userId: user.id, now, keep: MAX_DEVICES_PER_USER });
    const actor = { kind: "user", id: user.id, name: user.username } as const;
    await audit.record(
      { actor, verb: "auth.session.opened", object: { kind: "user", id: user.id }, peer: from.peer },
      tx,
    );
    const session = await this.#toSession(
      tx,
      { ...user, last_sign_in_at: now },
      { csrfToken: csrfTokenOf(cookie), expiresAt },
    );
    return { session, cookie, maxAgeSeconds: sessionHours * 3600, device };
  }

  async #toSession(
    query: Query<NoTables>,
    user: store.UserRow,
    of: { csrfToken: string; expiresAt: number },
  ): Promise<Session> {
    const { roles } = this.#deps;
    const permissions = [...(await roles.permissionsOf(query, user.role))];
    return {
      user: toUser(user, await roles.nameOf(query, user.role)),
      csrfToken: of.csrfToken,
      permissions,
      expiresAt: toIso(of.expiresAt),
      version: this.#deps.version,
    };
  }
}
