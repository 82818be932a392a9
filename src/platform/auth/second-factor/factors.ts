import { randomBytes } from "node:crypto";
import { Fault, toIso } from "../../../kernel/index.ts";
import type { Audit } from "../../audit/index.ts";
import type { Clock } from "../../clock/index.ts";
import type { NoTables, Query, Records, Tx } from "../../db/index.ts";
import { base32 } from "../core/base32.ts";
import { ENROLMENT_MS } from "../limits.ts";
import type { PasskeyRegistration, Passkeys } from "../passkeys/passkeys.ts";
import { countPasskeys, dropPasskeysOf, passkeysOf } from "../passkeys/store.ts";
import type { Acting } from "../acting.ts";
import { deleteSessionsOf, releaseEnrolment, userById } from "../store.ts";
import { Tickets } from "../tickets.ts";
import type { z } from "../../schema/index.ts";
import type { FactorPolicy } from "./policy.ts";
import { newRecoveryCodes, normalRecoveryCode } from "./recovery.ts";
import type * as schemas from "./schemas.ts";
import type { Sealing } from "./sealing.ts";
import * as store from "./store.ts";
import { matchingStep, TOTP_DIGITS, TOTP_SECONDS, TOTP_SECRET_BYTES } from "./totp.ts";

const ISSUER = "Khiên";

type FactorOverview = z.infer<typeof schemas.FactorOverview>;

export interface FactorState {
  readonly totp: boolean;
  readonly passkeys: number;
  readonly recoveryCodes: number;
}

interface FactorDeps {
  readonly records: Records;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly sealing: Sealing;
  readonly passkeys: Passkeys;
  readonly policy: FactorPolicy;
}

/** What a person has beside the password: one-time codes of an app, passkeys, recovery codes. */
export class Factors {
  readonly #deps: FactorDeps;
  /** Secrets shown and not yet confirmed, by person: they reach the records only when they are known to work. */
  readonly #enrolling: Tickets<Buffer>;

  constructor(deps: FactorDeps) {
    this.#deps = deps;
    this.#enrolling = new Tickets(deps.clock, ENROLMENT_MS);
  }

  async stateOf(query: Query<NoTables>, userId: string): Promise<FactorState> {
    const [totp, passkeys, { left }] = await Promise.all([
      store.totpOf(query, userId),
      passkeysOf(query, userId),
      store.recoveryCodesLeft(query, userId),
    ]);
    return { totp: totp !== undefined, passkeys: passkeys.length, recoveryCodes: left };
  }

  async overview(userId: string): Promise<FactorOverview> {
    const { records, passkeys, policy } = this.#deps;
    const { query } = records;
    const user = await userById(query, userId);
    if (user === undefined) throw new Fault("missing", "auth.user.missing", "no such user");
    const { left, madeAt } = await store.recoveryCodesLeft(query, userId);
    return {
      totp: (await store.totpOf(query, userId)) !== undefined,
      passkeys: await passkeys.list(query, userId),
      recoveryCodes: { left, madeAt: madeAt === null ? null : toIso(madeAt) },
      required: await policy.requires(query, user.role),
      password: user.password_hash !== "",
      place: { id: passkeys.place.id, origins: [...passkeys.place.origins] },
    };
  }

  /** Of everyone at once, for the list of people. */
  async ofEveryone(): Promise<(userId: string) => { totp: boolean; passkeys: number }> {
    const { query } = this.#deps.records;
    const [totp, passkeys] = await Promise.all([store.usersWithTotp(query), countPasskeys(query)]);
    return (userId) => ({ totp: totp.has(userId), passkeys: passkeys.get(userId) ?? 0 });
  }

  /** The only time the secret is told. */
  beginTotp(user: { id: string; username: string }, peer: string): { secret: string; uri: string } {
    const bytes = randomBytes(TOTP_SECRET_BYTES);
    this.#enrolling.put(user.id, bytes, peer);
    const secret = base32(bytes);
    const label = encodeURIComponent(`${ISSUER}:${user.username}`);
    const query = `secret=${secret}&issuer=${encodeURIComponent(ISSUER)}&algorithm=SHA1&digits=${TOTP_DIGITS}&period=${TOTP_SECONDS}`;
    return { secret, uri: `otpauth://totp/${label}?${query}` };
  }

  /** With a code of the app, so that nobody is locked out by a photo that failed. Recovery codes come with the first factor. */
  async confirmTotp(userId: string, code: string, by: Acting & { keepSession: string }): Promise<string[] | null> {
    const { records, clock, sealing } = this.#deps;
    const secret = this.#enrolling.look(userId);
    if (secret === undefined) {
      throw new Fault("conflict", "auth.totp.not_begun", "the key shown is no longer valid; begin again");
    }
    const step = matchingStep(code, { secret, nowMs: clock.now(), lastStep: 0 });
    if (step === undefined) throw new Fault("invalid", "auth.totp.wrong", "the code is not right");
    this.#enrolling.take(userId);
    const sealed = sealing.seal(secret, userId);
    return records.transaction(async (tx) => {
      await store.putTotp(tx, { user_id: userId, sealed, last_step: step, created_at: clock.now() });
      await this.#tell(tx, by, { verb: "auth.totp.added", userId });
      return this.#strengthened(tx, userId, by);
    });
  }

  async addPasskey(
    response: PasskeyRegistration,
    as: { userId: string; name: string },
    by: Acting & { keepSession: string },
  ): Promise<string[] | null> {
    const row = await this.#deps.passkeys.verifyNew(response, as);
    return this.#deps.records.transaction(async (tx) => {
      await this.#deps.passkeys.add(tx, row, by);
      return this.#strengthened(tx, as.userId, by);
    });
  }

  async removeTotp(userId: string, by: Acting): Promise<void> {
    await this.#deps.records.transaction(async (tx) => {
      if (!(await store.dropTotp(tx, userId))) throw new Fault("missing", "auth.totp.missing", "no one-time codes");
      await this.#tell(tx, by, { verb: "auth.totp.removed", userId });
      await this.#weakened(tx, userId);
    });
  }

  async removePasskey(passkey: { id: string; userId: string }, by: Acting): Promise<void> {
    await this.#deps.records.transaction(async (tx) => {
      await this.#deps.passkeys.remove(tx, passkey, by);
      await this.#weakened(tx, passkey.userId);
    });
  }

  /** The ones before stop working. */
  async renewRecoveryCodes(userId: string, by: Acting): Promise<string[]> {
    return this.#deps.records.transaction(async (tx) => {
      const { totp, passkeys } = await this.stateOf(tx, userId);
      if (!totp && passkeys === 0) throw new Fault("conflict", "auth.factor.none", "there is no second factor");
      const codes = await this.#putCodes(tx, userId);
      await this.#tell(tx, by, { verb: "auth.recovery.renewed", userId });
      return codes;
    });
  }

  /** Which kind of code it was; undefined when it is wrong or used. It is spent with that. */
  async redeem(tx: Tx, userId: string, typed: string): Promise<"totp" | "recovery" | undefined> {
    const { sealing, clock } = this.#deps;
    const digits = typed.replace(/\s/gu, "");
    const row = await store.totpOf(tx, userId);
    if (row !== undefined && /^\d{6}$/u.test(digits)) {
      const secret = sealing.unseal(row.sealed, userId);
      const step = matchingStep(digits, { secret, nowMs: clock.now(), lastStep: row.last_step });
      return step !== undefined && (await store.useStep(tx, userId, step)) ? "totp" : undefined;
    }
    const hash = sealing.hash(normalRecoveryCode(typed), userId);
    return (await store.useRecoveryCode(tx, userId, { hash, at: clock.now() })) ? "recovery" : undefined;
  }

  /** By an administrator, for who lost everything: the next sign-in is by password, and enrols anew where the role needs it. */
  async reset(userId: string, by: Acting): Promise<void> {
    await this.#deps.records.transaction(async (tx) => {
      await store.dropTotp(tx, userId);
      await store.dropRecoveryCodes(tx, userId);
      const passkeys = await dropPasskeysOf(tx, userId);
      const sessionsClosed = await deleteSessionsOf(tx, userId);
      await this.#tell(tx, by, { verb: "auth.factors.reset", userId, details: { passkeys, sessionsClosed } });
    });
  }

  /** Sessions opened with less than what is now asked for end. */
  async #strengthened(tx: Tx, userId: string, by: { keepSession: string }): Promise<string[] | null> {
    const { totp, passkeys, recoveryCodes } = await this.stateOf(tx, userId);
    await releaseEnrolment(tx, userId);
    if (Number(totp) + passkeys > 1 && recoveryCodes > 0) return null;
    await deleteSessionsOf(tx, userId, { except: by.keepSession });
    return recoveryCodes > 0 ? null : this.#putCodes(tx, userId);
  }

  /** The last factor stays while the role needs one; without any, recovery codes open nothing. */
  async #weakened(tx: Tx, userId: string): Promise<void> {
    const { totp, passkeys } = await this.stateOf(tx, userId);
    if (totp || passkeys > 0) return;
    const user = await userById(tx, userId);
    if (user !== undefined && (await this.#deps.policy.requires(tx, user.role))) {
      throw new Fault("conflict", "auth.factor.required", "the role needs a second factor; add another one first");
    }
    await store.dropRecoveryCodes(tx, userId);
  }

  async #putCodes(tx: Tx, userId: string): Promise<string[]> {
    const codes = newRecoveryCodes();
    const hashes = codes.map((code) => this.#deps.sealing.hash(normalRecoveryCode(code), userId));
    await store.putRecoveryCodes(tx, userId, { hashes, at: this.#deps.clock.now() });
    return codes;
  }

  async #tell(
    tx: Tx,
    by: Acting,
    what: { verb: string; userId: string; details?: Readonly<Record<string, unknown>> },
  ): Promise<void> {
    const { actor, peer } = by;
    const object = { kind: "user", id: what.userId };
    await this.#deps.audit.record({ actor, peer, verb: what.verb, object, details: what.details ?? {} }, tx);
  }
}
