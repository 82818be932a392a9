import { Fault, type Instant, toIso } from "../../kernel/index.ts";
import type { Audit } from "../audit/index.ts";
import type { Clock } from "../clock/index.ts";
import type { NoTables, Query, Records, Tx } from "../db/index.ts";
import type { Permission, Principal } from "../http/route.ts";
import type { z } from "../schema/index.ts";
import {
  DEVICE_MS,
  MAX_AGENT_CHARS,
  MAX_DEVICES_PER_USER,
  MAX_SESSIONS_PER_USER,
  PROOF_MS,
  SESSION_IDLE_MS,
  TOUCH_EVERY_MS,
} from "./limits.ts";
import type { Acting } from "./acting.ts";
import { toUser } from "./people.ts";
import type { Roles } from "./roles/roles.ts";
import type * as schemas from "./schemas.ts";
import type { Factors } from "./second-factor/factors.ts";
import type { FactorPolicy } from "./second-factor/policy.ts";
import { csrfTokenOf, randomId, randomSecret, secretHash } from "./secrets.ts";
import * as store from "./store.ts";

export type Session = z.infer<typeof schemas.Session>;
export type SessionEntry = z.infer<typeof schemas.SessionEntry>;
/** How a session was opened. */
export type SignInWay = z.infer<typeof schemas.SignInWay>;

/** A fresh session: what the answer says and the two secrets that go only into cookies. */
export interface Opened {
  readonly session: Session;
  readonly cookie: string;
  readonly maxAgeSeconds: number;
  readonly device: string;
}

/** The browser an attempt comes from. */
export interface Browser {
  readonly peer: string;
  readonly agent?: string | undefined;
  /** Secret of a device this person signed in from before. */
  readonly device?: string | undefined;
  /** Secret of the session the browser still holds; it ends with the new one. */
  readonly replaces?: string | undefined;
}

export interface SessionDeps {
  readonly records: Records;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly roles: Roles;
  readonly factors: Factors;
  readonly policy: FactorPolicy;
  readonly sessionHours: number;
  readonly version: string;
}

const NOTHING: ReadonlySet<Permission> = new Set();

/**
 * Server-side sessions. The cookie is 256 bits of chance made here, never taken from the caller; the records hold
 * its hash. A session ends when idle, at its absolute end, at sign-out, and with a changed password or a disabled person.
 */
export class Sessions {
  readonly #deps: SessionDeps;

  constructor(deps: SessionDeps) {
    this.#deps = deps;
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
      permissions: isHeld(found) ? NOTHING : await roles.permissionsOf(records.query, user.role),
      session: { id: idHash, csrfToken: csrfTokenOf(cookie), isFresh: this.#isFresh(session, now) },
    };
  }

  async describe(who: Principal): Promise<Session> {
    const { query } = this.#deps.records;
    const found = who.session === undefined ? undefined : await store.sessionByHash(query, who.session.id);
    if (found === undefined || who.session === undefined)
      throw new Fault("unauthenticated", "auth.required", "sign in");
    return this.#toSession(query, found, who.session.csrfToken);
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

  /** Where a person is signed in; `current` is the asker's own session. */
  async list(userId: string, current: string | undefined): Promise<SessionEntry[]> {
    const { records, clock } = this.#deps;
    const now = clock.now();
    const rows = await store.sessionsOf(records.query, userId);
    return rows
      .filter((row) => now < row.expires_at && now - row.seen_at < SESSION_IDLE_MS)
      .map((row) => ({
        id: row.public_id,
        current: row.id_hash === current,
        way: row.way as SignInWay,
        peer: row.peer,
        agent: row.agent,
        openedAt: toIso(row.created_at),
        seenAt: toIso(row.seen_at),
        expiresAt: toIso(row.expires_at),
      }));
  }

  /** Ends one session of a person from elsewhere. Fault auth.session.missing. */
  async end(session: { publicId: string; userId: string }, by: Acting): Promise<void> {
    const { records } = this.#deps;
    await records.transaction(async (tx) => {
      if (!(await store.deleteSessionByName(tx, session))) {
        throw new Fault("missing", "auth.session.missing", "no such session");
      }
      await this.#tellEnded(tx, by, { userId: session.userId, sessionsClosed: 1 });
    });
  }

  async endAll(userId: string, by: Acting, except?: string): Promise<void> {
    await this.#deps.records.transaction(async (tx) => {
      const sessionsClosed = await store.deleteSessionsOf(tx, userId, { except });
      await this.#tellEnded(tx, by, { userId, sessionsClosed });
    });
  }

  /** Within the transaction that judged who is there. */
  async open(tx: Tx, user: store.UserRow, from: Browser & { way: SignInWay; endsAt?: Instant }): Promise<Opened> {
    const { clock, audit, sessionHours } = this.#deps;
    const now = clock.now();
    const cookie = randomSecret();
    const expiresAt = Math.min(from.endsAt ?? Number.POSITIVE_INFINITY, now + sessionHours * 3_600_000);
    if (from.replaces !== undefined) await store.deleteSession(tx, secretHash(from.replaces));
    const session: store.SessionRow = {
      id_hash: secretHash(cookie),
      user_id: user.id,
      created_at: now,
      seen_at: now,
      expires_at: expiresAt,
      public_id: randomId(),
      peer: from.peer,
      agent: (from.agent ?? "").slice(0, MAX_AGENT_CHARS),
      way: from.way,
      proven_at: now,
      must_enrol: (await this.#mustEnrol(tx, user, from.way)) ? 1 : 0,
    };
    await store.insertSession(tx, session);
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
    const object = { kind: "user", id: user.id };
    const details = { way: from.way };
    await audit.record({ actor, verb: "auth.session.opened", object, peer: from.peer, details }, tx);
    const described = await this.#toSession(
      tx,
      { session, user: { ...user, last_sign_in_at: now } },
      csrfTokenOf(cookie),
    );
    return { session: described, cookie, maxAgeSeconds: Math.round((expiresAt - now) / 1000), device };
  }

  /** A device the person signed in from before is counted alone: strangers cannot keep the person out. */
  async isKnownDevice(device: string | undefined, userId: string): Promise<string | undefined> {
    if (device === undefined) return undefined;
    const { records, clock } = this.#deps;
    const idHash = secretHash(device);
    const since = clock.now() - DEVICE_MS;
    return (await store.isDeviceOf(records.query, { idHash, userId, since })) ? idHash : undefined;
  }

  /** A credential that opens once cannot be shown a second time. */
  #isFresh(session: store.SessionRow, now: Instant): boolean {
    return session.way === "break-glass" || now - session.proven_at < PROOF_MS;
  }

  /** The role needs more than was shown, and there is nothing to show: such a session opens only the way to it. */
  async #mustEnrol(tx: Tx, user: store.UserRow, way: SignInWay): Promise<boolean> {
    if (way !== "password" && way !== "oidc") return false;
    if (!(await this.#deps.policy.requires(tx, user.role))) return false;
    const { totp, passkeys } = await this.#deps.factors.stateOf(tx, user.id);
    return !totp && passkeys === 0;
  }

  async #tellEnded(tx: Tx, by: Acting, what: { userId: string; sessionsClosed: number }): Promise<void> {
    const { actor, peer } = by;
    const object = { kind: "user", id: what.userId };
    const details = { sessionsClosed: what.sessionsClosed };
    await this.#deps.audit.record({ actor, peer, verb: "auth.session.ended", object, details }, tx);
  }

  async #toSession(
    query: Query<NoTables>,
    { session, user }: { session: store.SessionRow; user: store.UserRow },
    csrfToken: string,
  ): Promise<Session> {
    const { roles, factors, policy } = this.#deps;
    const { totp, passkeys } = await factors.stateOf(query, user.id);
    return {
      user: toUser(user, await roles.nameOf(query, user.role)),
      csrfToken,
      permissions: isHeld({ session, user }) ? [] : [...(await roles.permissionsOf(query, user.role))],
      expiresAt: toIso(session.expires_at),
      secondFactor: {
        has: totp || passkeys > 0,
        required: await policy.requires(query, user.role),
        mustEnrol: session.must_enrol === 1,
      },
      mustChangePassword: mustChangePassword({ session, user }),
      version: this.#deps.version,
    };
  }
}

interface Entered {
  readonly session: store.SessionRow;
  readonly user: store.UserRow;
}

/** Who came in with a password that somebody else chose; other ways are the person's own. */
function mustChangePassword({ session, user }: Entered): boolean {
  return user.password_given === 1 && session.way.startsWith("password");
}

/** Opens only the way to what is missing: a second factor the role needs, a password of one's own. */
function isHeld(entered: Entered): boolean {
  return entered.session.must_enrol === 1 || mustChangePassword(entered);
}
