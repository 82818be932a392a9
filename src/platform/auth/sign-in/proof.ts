import { Fault } from "../../../kernel/index.ts";
import type { Audit } from "../../audit/index.ts";
import type { Clock } from "../../clock/index.ts";
import type { Records } from "../../db/index.ts";
import type { Principal } from "../../http/route.ts";
import type { PasswordHashing } from "../hashing.ts";
import type { PasskeyAssertion, Passkeys } from "../passkeys/passkeys.ts";
import type { Acting } from "../acting.ts";
import type { Factors } from "../second-factor/factors.ts";
import * as store from "../store.ts";
import { factorBucket, type Throttle } from "../throttle.ts";

export interface ProofDeps {
  readonly records: Records;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly hashing: PasswordHashing;
  readonly throttle: Throttle;
  readonly factors: Factors;
  readonly passkeys: Passkeys;
}

export type GivenProof =
  | { readonly password: string; readonly code?: string | undefined; readonly passkey?: undefined }
  | { readonly passkey: PasskeyAssertion; readonly password?: undefined };

/**
 * Step-up: whoever is signed in shows again that they are there, and what was dangerous to do opens for ten minutes.
 * A passkey is enough; a password is only together with a one-time code, where the person has those.
 */
export class Proof {
  readonly #deps: ProofDeps;

  constructor(deps: ProofDeps) {
    this.#deps = deps;
  }

  passkeyOptions(who: Principal, peer: string) {
    return this.#deps.passkeys.beginProof({ purpose: "prove", userId: who.id, peer });
  }

  /** Fault auth.step_up.failed, auth.passkey.failed, counted and throttled like a sign-in. */
  async give(who: Principal, given: GivenProof, by: Acting): Promise<void> {
    const { records, throttle, clock, audit } = this.#deps;
    const session = who.session;
    if (session === undefined) throw new Fault("forbidden", "auth.session.required", "only for a signed-in person");
    const peer = by.peer ?? "";
    const buckets = [factorBucket(`prove ${who.id}`)];
    await throttle.charge(buckets, peer);
    try {
      const judged = await this.#judge(who.id, given, peer);
      await records.transaction(async (tx) => {
        const way = await judged(tx);
        await throttle.refund(tx, buckets);
        await store.noteProof(tx, session.id, clock.now());
        const object = { kind: "user", id: who.id };
        await audit.record(
          { actor: by.actor, peer: by.peer, verb: "auth.session.proven", object, details: { way } },
          tx,
        );
      });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const object = { kind: "user", id: who.id };
      const { actor } = by;
      await audit.record({ actor, peer: by.peer, verb: "auth.session.proven", outcome: "failed", object });
      // The session itself is sound: a console that is told "401" would show the sign-in form.
      throw error.kind === "unauthenticated" ? notProven() : error;
    }
  }

  async #judge(userId: string, given: GivenProof, peer: string) {
    const { records, hashing, factors, passkeys } = this.#deps;
    if (given.passkey !== undefined) {
      const proven = await passkeys.prove(given.passkey, { purpose: "prove", userId, peer });
      return async (tx: Parameters<typeof proven.spend>[0]) => {
        await proven.spend(tx);
        return "passkey";
      };
    }
    const user = await store.userById(records.query, userId);
    if (!(await hashing.matches(given.password, user?.password_hash))) throw notProven();
    return async (tx: Parameters<typeof factors.redeem>[0]) => {
      const has = await factors.stateOf(tx, userId);
      if (!has.totp && has.passkeys === 0) return "password";
      const kind = await factors.redeem(tx, userId, given.code ?? "");
      if (kind === undefined) throw notProven();
      return `password+${kind}`;
    };
  }
}

function notProven(): Fault {
  return new Fault("invalid", "auth.step_up.failed", "password or code is not right");
}
