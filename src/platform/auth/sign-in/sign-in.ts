import { Fault } from "../../../kernel/index.ts";
import { type Audit, actorOf } from "../../audit/index.ts";
import type { Clock } from "../../clock/index.ts";
import type { Records, Tx } from "../../db/index.ts";
import type { z } from "../../schema/index.ts";
import type { BreakGlass } from "../break-glass/break-glass.ts";
import type { PasswordHashing } from "../hashing.ts";
import { BREAK_GLASS_MS, PENDING_MS } from "../limits.ts";
import type { PasskeyAssertion, Passkeys } from "../passkeys/passkeys.ts";
import type * as schemas from "../schemas.ts";
import type { Factors } from "../second-factor/factors.ts";
import { normalRecoveryCode } from "../second-factor/recovery.ts";
import { randomSecret } from "../secrets.ts";
import type { Browser, Opened, Sessions, SignInWay } from "../sessions.ts";
import * as store from "../store.ts";
import { accountBucket, type Bucket, deviceBucket, factorBucket, peerBucketOf, type Throttle } from "../throttle.ts";
import { Tickets } from "../tickets.ts";

export type Pending = z.infer<typeof schemas.PendingSignIn>;

/** The password was right; a second factor is still owed. The ticket goes into a cookie and nowhere else. */
export interface Waiting {
  readonly pending: Pending;
  readonly ticket: string;
}

export type SecondStep =
  | { readonly code: string; readonly passkey?: undefined }
  | { readonly code?: undefined; readonly passkey: PasskeyAssertion };

export interface SignInDeps {
  readonly records: Records;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly hashing: PasswordHashing;
  readonly throttle: Throttle;
  readonly sessions: Sessions;
  readonly factors: Factors;
  readonly passkeys: Passkeys;
  readonly breakGlass: BreakGlass;
  readonly passwords: "all" | "break-glass";
}

interface Owed {
  readonly userId: string;
  /** The first step; a password changed meanwhile voids it. */
  readonly passwordHash: string;
  readonly way: "password" | "oidc";
}

/**
 * Ways in: password, password and second factor, passkey. Whatever is wrong with the first step, unknown names
 * included, costs the same and is told the same; each step has counters of its own.
 */
export class SignIn {
  readonly #deps: SignInDeps;
  readonly #owed: Tickets<Owed>;

  constructor(deps: SignInDeps) {
    this.#deps = deps;
    this.#owed = new Tickets(deps.clock, PENDING_MS);
  }

  async withPassword(attempt: Browser & { username: string; password: string }): Promise<Opened | Waiting> {
    const { records, hashing, throttle, sessions } = this.#deps;
    const username = attempt.username.trim().toLowerCase();
    const user = await store.userByName(records.query, username);
    const buckets = await this.#bucketsOf({ ...attempt, username }, user);
    await throttle.charge(buckets, attempt.peer);
    const known = user?.disabled === 0 && this.#takesPasswordOf(user) ? user : undefined;
    // Typed from paper, like a recovery code.
    const typed = known?.kind === "break_glass" ? normalRecoveryCode(attempt.password) : attempt.password;
    const match = await hashing.matches(typed, known?.password_hash);
    if (!match || known === undefined) {
      // A name that is not known may be a password typed into the wrong box.
      const details =
        user === undefined ? { known: false } : { username: user.username, disabled: user.disabled === 1 };
      await this.#tellFailure("auth.session.failed", attempt.peer, details);
      throw wrongPassword();
    }
    const rehashed = hashing.isCurrent(known.password_hash) ? undefined : await hashing.hash(typed);
    if (known.kind === "break_glass") return this.#breakGlass(known, attempt, buckets);
    return records.transaction(async (tx) => {
      const fresh = await store.userById(tx, known.id);
      // The person may have been disabled or given another password while the hash was computed.
      if (fresh === undefined || fresh.disabled === 1 || fresh.password_hash !== known.password_hash) {
        throw wrongPassword();
      }
      await throttle.refund(tx, buckets);
      if (rehashed !== undefined) await store.updateUser(tx, known.id, { password_hash: rehashed });
      const { totp, passkeys, recoveryCodes } = await this.#deps.factors.stateOf(tx, fresh.id);
      if (!totp && passkeys === 0) return sessions.open(tx, fresh, { ...attempt, way: "password" });
      return this.#wait(
        { userId: fresh.id, passwordHash: rehashed ?? fresh.password_hash, way: "password" },
        { peer: attempt.peer, methods: { totp, passkey: passkeys > 0, recovery: recoveryCodes > 0 } },
      );
    });
  }

  /** Where people sign in through their organisation alone, only the break-glass account has a password that opens. */
  #takesPasswordOf({ kind }: store.UserRow): boolean {
    return this.#deps.passwords === "all" || kind === "break_glass";
  }

  async #breakGlass(known: store.UserRow, attempt: Browser, buckets: readonly Bucket[]): Promise<Opened> {
    const { records, throttle, sessions, breakGlass, clock } = this.#deps;
    const tell = await breakGlass.admins();
    const opened = await records.transaction(async (tx) => {
      const user = await store.userById(tx, known.id);
      // Of two who come at once with the same credential, one finds it spent.
      if (user === undefined || user.disabled === 1 || user.password_hash !== known.password_hash)
        throw wrongPassword();
      await throttle.refund(tx, buckets);
      await breakGlass.use(tx, user, { peer: attempt.peer, tell });
      return sessions.open(tx, user, { ...attempt, way: "break-glass", endsAt: clock.now() + BREAK_GLASS_MS });
    });
    await breakGlass.tellUse();
    return opened;
  }

  /** Somebody else has said who it is. What a person has of second factors here is asked for all the same. */
  async withIdentity(tx: Tx, user: store.UserRow, from: Browser): Promise<Opened | Waiting> {
    const { totp, passkeys, recoveryCodes } = await this.#deps.factors.stateOf(tx, user.id);
    if (!totp && passkeys === 0) return this.#deps.sessions.open(tx, user, { ...from, way: "oidc" });
    return this.#wait(
      { userId: user.id, passwordHash: user.password_hash, way: "oidc" },
      { peer: from.peer, methods: { totp, passkey: passkeys > 0, recovery: recoveryCodes > 0 } },
    );
  }

  /** What the browser asks an authenticator, once the password was right. */
  async passkeyOptions(ticket: string | undefined, peer: string) {
    const owed = ticket === undefined ? undefined : this.#owed.look(ticket);
    if (owed === undefined) throw noTicket();
    return this.#deps.passkeys.beginProof({ purpose: "sign-in", userId: owed.userId, peer });
  }

  async withSecondStep(ticket: string | undefined, step: SecondStep, from: Browser): Promise<Opened> {
    const { records, throttle } = this.#deps;
    const owed = ticket === undefined ? undefined : this.#owed.look(ticket);
    if (ticket === undefined || owed === undefined) throw noTicket();
    const device = await this.#deps.sessions.isKnownDevice(from.device, owed.userId);
    const buckets = [factorBucket(device ?? owed.userId), ...(device === undefined ? [peerBucketOf(from.peer)] : [])];
    await throttle.charge(buckets, from.peer);
    try {
      const proven =
        step.passkey === undefined
          ? undefined
          : await this.#deps.passkeys.prove(step.passkey, { purpose: "sign-in", userId: owed.userId, peer: from.peer });
      return await records.transaction(async (tx) => {
        const user = await store.userById(tx, owed.userId);
        if (user === undefined || user.disabled === 1 || user.password_hash !== owed.passwordHash) throw noTicket();
        let kind: "totp" | "recovery" | "passkey" | undefined = "passkey";
        if (proven === undefined) kind = await this.#deps.factors.redeem(tx, user.id, step.code ?? "");
        else await proven.spend(tx);
        if (kind === undefined) throw wrongCode();
        // Taken last and here: of two answers that come at once, one finds it gone.
        if (this.#owed.take(ticket) === undefined) throw noTicket();
        await throttle.refund(tx, buckets);
        return this.#deps.sessions.open(tx, user, { ...from, way: `${owed.way}+${kind}` });
      });
    } catch (error) {
      if (error instanceof Fault && error.kind === "unauthenticated" && error.code !== "auth.sign_in.expired") {
        const user = await store.userById(records.query, owed.userId);
        const details = { username: user?.username ?? "", with: step.passkey === undefined ? "code" : "passkey" };
        await this.#tellFailure("auth.factor.failed", from.peer, details);
      }
      throw error;
    }
  }

  /** Without a name or password: the authenticator says who it is, and has verified the person. */
  async withPasskey(passkey: PasskeyAssertion, from: Browser): Promise<Opened> {
    const { records, throttle, passkeys } = this.#deps;
    const buckets = [peerBucketOf(from.peer)];
    await throttle.charge(buckets, from.peer);
    try {
      const proven = await passkeys.prove(passkey, { purpose: "sign-in", userId: null, peer: from.peer });
      return await records.transaction(async (tx) => {
        const user = await store.userById(tx, proven.userId);
        if (user === undefined || user.disabled === 1) {
          throw new Fault("unauthenticated", "auth.passkey.failed", "the passkey does not open this");
        }
        await proven.spend(tx);
        await throttle.refund(tx, buckets);
        return this.#deps.sessions.open(tx, user, { ...from, way: "passkey" });
      });
    } catch (error) {
      if (error instanceof Fault && error.kind === "unauthenticated") {
        await this.#tellFailure("auth.session.failed", from.peer, { with: "passkey" });
      }
      throw error;
    }
  }

  #wait(owed: Owed, asked: { peer: string; methods: Pending["methods"] }): Waiting {
    const ticket = randomSecret();
    this.#owed.put(ticket, owed, asked.peer);
    return { ticket, pending: { next: "second_factor", methods: asked.methods } };
  }

  /** A known device is counted alone: strangers at the same account or address cannot keep the person out. */
  async #bucketsOf(attempt: Browser & { username: string }, user: store.UserRow | undefined): Promise<Bucket[]> {
    const device = user === undefined ? undefined : await this.#deps.sessions.isKnownDevice(attempt.device, user.id);
    if (device !== undefined) return [deviceBucket(device)];
    return [accountBucket(attempt.username), peerBucketOf(attempt.peer)];
  }

  async #tellFailure(verb: string, peer: string, details: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#deps.audit.record({ actor: actorOf(undefined), verb, outcome: "failed", peer, details });
  }
}

export function isWaiting(result: Opened | Waiting): result is Waiting {
  return "pending" in result;
}

export type { SignInWay };

function wrongPassword(): Fault {
  return new Fault("unauthenticated", "auth.sign_in.failed", "user name or password is not right");
}

function wrongCode(): Fault {
  return new Fault("unauthenticated", "auth.factor.failed", "the code is not right, or was used already");
}

function noTicket(): Fault {
  return new Fault("unauthenticated", "auth.sign_in.expired", "the sign-in took too long; begin again");
}
