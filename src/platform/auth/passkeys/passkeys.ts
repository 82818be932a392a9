import { verifyAuthenticationResponse, verifyRegistrationResponse } from "@simplewebauthn/server";
import { Fault, toIso } from "../../../kernel/index.ts";
import { type Audit, actorOf } from "../../audit/index.ts";
import type { Clock } from "../../clock/index.ts";
import type { NoTables, Query, Records, Tx } from "../../db/index.ts";
import type { z } from "../../schema/index.ts";
import { CEREMONY_MS, MAX_PASSKEYS_PER_USER } from "../limits.ts";
import type { Acting } from "../acting.ts";
import { randomSecret } from "../secrets.ts";
import { Tickets } from "../tickets.ts";
import type * as schemas from "./schemas.ts";
import * as store from "./store.ts";

export type Passkey = z.infer<typeof schemas.Passkey>;
export type PasskeyRegistration = z.infer<typeof schemas.PasskeyRegistration>;
export type PasskeyAssertion = z.infer<typeof schemas.PasskeyAssertion>;
type PasskeyCreation = z.infer<typeof schemas.PasskeyCreation>;
type PasskeyRequest = z.infer<typeof schemas.PasskeyRequest>;

/** Where this console is, as browsers see it. */
export interface RelyingParty {
  readonly id: string;
  readonly origins: readonly string[];
}

/** What a challenge was given for. It is taken once, and only for this. */
interface Challenge {
  readonly purpose: "add" | "sign-in" | "prove";
  /** Whose it is; null while nobody is known. */
  readonly userId: string | null;
}

export interface ProvenPasskey {
  readonly userId: string;
  /** In the transaction of what it opens. Fault auth.passkey.failed when another answer was first. */
  spend(tx: Tx): Promise<void>;
}

/** ES256, EdDSA, RS256: what authenticators have. */
const ALGORITHMS = [-7, -8, -257] as const;
const NAME = "Khiên";
/** Where the signature counter stands in authenticator data (Web Authentication §6.1). */
const COUNTER_AT = 33;

interface PasskeyDeps {
  readonly records: Records;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly place: () => RelyingParty;
}

/** Passkeys (Web Authentication): discoverable, and only with the person verified by the authenticator. */
export class Passkeys {
  readonly #deps: PasskeyDeps;
  readonly #challenges: Tickets<Challenge>;

  constructor(deps: PasskeyDeps) {
    this.#deps = deps;
    this.#challenges = new Tickets(deps.clock, CEREMONY_MS);
  }

  get place(): RelyingParty {
    return this.#deps.place();
  }

  async list(query: Query<NoTables>, userId: string): Promise<Passkey[]> {
    return (await store.passkeysOf(query, userId)).map((row) => ({
      id: row.credential_id,
      name: row.name,
      synced: row.synced === 1,
      createdAt: toIso(row.created_at),
      lastUsedAt: row.last_used_at === null ? null : toIso(row.last_used_at),
    }));
  }

  async beginAdding(
    user: { id: string; username: string; displayName: string },
    peer: string,
  ): Promise<PasskeyCreation> {
    const known = await store.passkeysOf(this.#deps.records.query, user.id);
    return {
      challenge: this.#challenge({ purpose: "add", userId: user.id }, peer),
      rp: { id: this.place.id, name: NAME },
      user: {
        id: Buffer.from(user.id).toString("base64url"),
        name: user.username,
        displayName: user.displayName,
      },
      pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: "public-key", alg })),
      timeout: CEREMONY_MS,
      excludeCredentials: known.map(descriptorOf),
      authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
      attestation: "none",
    };
  }

  /** Fault auth.passkey.refused, .exists, .too_many. */
  async verifyNew(response: PasskeyRegistration, as: { userId: string; name: string }): Promise<store.PasskeyRow> {
    const { clock } = this.#deps;
    const { id, origins } = this.place;
    const verified = await verifyRegistrationResponse({
      response: { ...response, clientExtensionResults: {} } as Parameters<
        typeof verifyRegistrationResponse
      >[0]["response"],
      expectedChallenge: (challenge) => this.#takes(challenge, { purpose: "add", userId: as.userId }),
      expectedOrigin: [...origins],
      expectedRPID: id,
      requireUserVerification: true,
      supportedAlgorithmIDs: [...ALGORITHMS],
    }).catch(() => undefined);
    if (verified?.verified !== true || verified.registrationInfo === undefined) {
      throw new Fault("invalid", "auth.passkey.refused", "the answer of the authenticator does not hold");
    }
    const { credential, credentialBackedUp } = verified.registrationInfo;
    return {
      credential_id: credential.id,
      user_id: as.userId,
      name: as.name,
      public_key: Buffer.from(credential.publicKey).toString("base64url"),
      counter: credential.counter,
      transports: JSON.stringify(response.response.transports ?? []),
      synced: credentialBackedUp ? 1 : 0,
      created_at: clock.now(),
      last_used_at: null,
    };
  }

  async add(tx: Tx, row: store.PasskeyRow, by: Acting): Promise<void> {
    if ((await store.passkeysOf(tx, row.user_id)).length >= MAX_PASSKEYS_PER_USER) {
      throw new Fault("conflict", "auth.passkey.too_many", "too many passkeys", { max: MAX_PASSKEYS_PER_USER });
    }
    if ((await store.passkeyById(tx, row.credential_id)) !== undefined) {
      throw new Fault("conflict", "auth.passkey.exists", "this passkey is known already");
    }
    await store.insertPasskey(tx, row);
    await this.#tell(tx, by, { verb: "auth.passkey.added", userId: row.user_id, details: { name: row.name } });
  }

  async rename(passkey: { id: string; userId: string; name: string }, by: Acting): Promise<void> {
    await this.#deps.records.transaction(async (tx) => {
      if (!(await store.renamePasskey(tx, passkey))) throw noPasskey();
      const { userId, name } = passkey;
      await this.#tell(tx, by, { verb: "auth.passkey.renamed", userId, details: { name } });
    });
  }

  async remove(tx: Tx, passkey: { id: string; userId: string }, by: Acting): Promise<void> {
    const row = await store.passkeyById(tx, passkey.id);
    if (row === undefined || !(await store.dropPasskey(tx, passkey))) throw noPasskey();
    await this.#tell(tx, by, { verb: "auth.passkey.removed", userId: passkey.userId, details: { name: row.name } });
  }

  /** Without a person the authenticator offers what it holds for this console. */
  async beginProof(of: { purpose: "sign-in" | "prove"; userId: string | null; peer: string }): Promise<PasskeyRequest> {
    const { purpose, userId, peer } = of;
    const known = userId === null ? [] : await store.passkeysOf(this.#deps.records.query, userId);
    return {
      challenge: this.#challenge({ purpose, userId }, peer),
      rpId: this.place.id,
      timeout: CEREMONY_MS,
      allowCredentials: known.map(descriptorOf),
      userVerification: "required",
    };
  }

  /** Fault auth.passkey.failed, the same whatever is wrong. */
  async prove(
    response: PasskeyAssertion,
    of: { purpose: "sign-in" | "prove"; userId: string | null; peer: string },
  ): Promise<ProvenPasskey> {
    const { records, clock } = this.#deps;
    const row = await store.passkeyById(records.query, response.id);
    const { id, origins } = this.place;
    const given = response.response;
    if (row === undefined || (of.userId !== null && row.user_id !== of.userId)) throw failed();
    if (given.userHandle != null && Buffer.from(given.userHandle, "base64url").toString() !== row.user_id) {
      throw failed();
    }
    const verified = await verifyAuthenticationResponse({
      response: {
        ...response,
        response: { ...given, userHandle: given.userHandle ?? undefined },
        clientExtensionResults: {},
      } as Parameters<typeof verifyAuthenticationResponse>[0]["response"],
      expectedChallenge: (challenge) => this.#takes(challenge, { purpose: of.purpose, userId: of.userId }),
      expectedOrigin: [...origins],
      expectedRPID: id,
      credential: {
        id: row.credential_id,
        publicKey: new Uint8Array(Buffer.from(row.public_key, "base64url")),
        counter: row.counter,
      },
      requireUserVerification: true,
    }).catch(() => undefined);
    if (verified?.verified !== true) {
      await this.#tellRegress(row, given.authenticatorData, of.peer);
      throw failed();
    }
    const { newCounter, credentialBackedUp } = verified.authenticationInfo;
    const use = {
      id: row.credential_id,
      seen: row.counter,
      counter: newCounter,
      synced: credentialBackedUp ? 1 : 0,
      at: clock.now(),
    };
    return {
      userId: row.user_id,
      spend: async (tx) => {
        if (!(await store.usePasskey(tx, use))) throw failed();
      },
    };
  }

  /** A count that does not grow is what a copied authenticator shows: worth a word of its own. */
  async #tellRegress(row: store.PasskeyRow, authenticatorData: string, peer: string): Promise<void> {
    const bytes = Buffer.from(authenticatorData, "base64url");
    if (bytes.length < COUNTER_AT + 4) return;
    const counter = bytes.readUInt32BE(COUNTER_AT);
    if (row.counter === 0 || counter > row.counter) return;
    const details = { name: row.name, counted: counter, before: row.counter };
    const object = { kind: "user", id: row.user_id };
    const { audit } = this.#deps;
    await audit.record({
      actor: actorOf(undefined),
      verb: "auth.passkey.copied",
      outcome: "denied",
      object,
      peer,
      details,
    });
  }

  #challenge(challenge: Challenge, peer: string): string {
    const secret = randomSecret();
    this.#challenges.put(secret, challenge, peer);
    return secret;
  }

  /** Taken also when it was given for something else: nobody tries a challenge twice. */
  #takes(challenge: string, wanted: Challenge): boolean {
    const given = this.#challenges.take(challenge);
    return given !== undefined && given.purpose === wanted.purpose && given.userId === wanted.userId;
  }

  async #tell(
    tx: Tx,
    by: Acting,
    what: { verb: string; userId: string; details: Readonly<Record<string, unknown>> },
  ): Promise<void> {
    const { actor, peer } = by;
    const object = { kind: "user", id: what.userId };
    await this.#deps.audit.record({ actor, peer, verb: what.verb, object, details: what.details }, tx);
  }
}

function descriptorOf(row: store.PasskeyRow): PasskeyRequest["allowCredentials"][number] {
  return { id: row.credential_id, type: "public-key", transports: JSON.parse(row.transports) as string[] };
}

function failed(): Fault {
  return new Fault("unauthenticated", "auth.passkey.failed", "the passkey does not open this");
}

function noPasskey(): Fault {
  return new Fault("missing", "auth.passkey.missing", "no such passkey");
}
