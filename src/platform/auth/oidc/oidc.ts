import { Fault } from "../../../kernel/index.ts";
import { type Audit, actorOf } from "../../audit/index.ts";
import type { Clock } from "../../clock/index.ts";
import type { Records, Tx } from "../../db/index.ts";
import type { Acting } from "../acting.ts";
import { PENDING_MS } from "../limits.ts";
import type { People } from "../people.ts";
import { Username } from "../schemas.ts";
import { randomSecret } from "../secrets.ts";
import type { Browser, Opened } from "../sessions.ts";
import type { SignIn, Waiting } from "../sign-in/sign-in.ts";
import { type UserRow, userById, userByName } from "../store.ts";
import { Tickets } from "../tickets.ts";
import { type Claims, type Expected, OidcProvider, type OidcSettings } from "./provider.ts";
import { mappedRole } from "./role-mapping.ts";
import * as store from "./store.ts";

export const OIDC_RETURN = "/sign-in/oidc";
const PROVIDER: Acting = { actor: { kind: "system", id: "oidc", name: "identity provider" }, peer: null };
const MAX_NAME_CHARS = 120;

export interface OidcDeps {
  readonly records: Records;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly people: People;
  readonly signIn: SignIn;
  readonly settings: OidcSettings;
  /** Where people open the console. */
  readonly origin: () => string;
}

/**
 * Sign-in through the organisation's identity provider.
 *
 * Invariants
 *  - An answer opens a session only in the browser that asked, once, within five minutes.
 *  - A provider's account is tied to a person by issuer and subject. By name only a person without a password is tied,
 *    and only once: who may choose a name at the provider must not become somebody here.
 *  - The provider decides on the role, at every sign-in.
 */
export class Oidc {
  readonly #deps: OidcDeps;
  readonly #provider: OidcProvider;
  readonly #asked: Tickets<Expected>;

  constructor(deps: OidcDeps) {
    this.#deps = deps;
    this.#provider = new OidcProvider(deps.settings);
    this.#asked = new Tickets(deps.clock, PENDING_MS);
  }

  get label(): string {
    return this.#deps.settings.label;
  }

  /** The provider's page to go to, and the secret that ties the answer to this browser. */
  async begin(peer: string): Promise<{ url: string; ticket: string }> {
    const { url, expected } = await this.#provider.begin(`${this.#deps.origin()}${OIDC_RETURN}`);
    const ticket = randomSecret();
    this.#asked.put(ticket, expected, peer);
    return { url, ticket };
  }

  async finish(ticket: string | undefined, query: string, from: Browser): Promise<Opened | Waiting> {
    const expected = ticket === undefined ? undefined : this.#asked.take(ticket);
    if (expected === undefined) throw new Fault("unauthenticated", "auth.sign_in.expired", "begin again");
    try {
      const claims = await this.#provider.finish(query, expected);
      return await this.#deps.records.transaction(async (tx) =>
        this.#deps.signIn.withIdentity(tx, await this.#person(tx, claims), from),
      );
    } catch (error) {
      if (error instanceof Fault && error.kind !== "unavailable") {
        const details = { with: "oidc", code: error.code, why: error.params["why"] ?? "" };
        await this.#deps.audit.record({
          actor: actorOf(undefined),
          verb: "auth.session.failed",
          outcome: "failed",
          peer: from.peer,
          details,
        });
      }
      throw error;
    }
  }

  async #person(tx: Tx, claims: Claims): Promise<UserRow> {
    const { settings, people } = this.#deps;
    const role = mappedRole(settings.roles, claims[settings.roleClaim]);
    if (role === undefined) throw new Fault("forbidden", "auth.oidc.no_role", "the provider gives no role here");
    const account = { issuer: claims.iss, subject: claims.sub };
    const known = await store.userIdOf(tx, account);
    const id = known ?? (await this.#tie(tx, account, { claims, role }));
    const user = await userById(tx, id);
    if (user === undefined || user.disabled === 1) {
      throw new Fault("forbidden", "auth.oidc.disabled", "the person may not sign in here");
    }
    if (user.role === role) return user;
    await people.giveRole(tx, { id, role }, PROVIDER);
    return { ...user, role };
  }

  async #tie(
    tx: Tx,
    account: { issuer: string; subject: string },
    { claims, role }: { claims: Claims; role: string },
  ): Promise<string> {
    const { settings, people, clock } = this.#deps;
    const name = Username.safeParse(
      String(claims[settings.usernameClaim] ?? "")
        .trim()
        .toLowerCase(),
    );
    if (!name.success) throw new Fault("forbidden", "auth.oidc.no_name", "the provider gives no user name that fits");
    const known = await userByName(tx, name.data);
    const isOurs = known !== undefined && known.kind === "person" && known.password_hash === "";
    if (known !== undefined && (!isOurs || (await store.isLinked(tx, known.id)))) {
      throw new Fault("forbidden", "auth.oidc.taken", "another person has this user name", { username: name.data });
    }
    if (known === undefined && !settings.createsPeople) {
      throw new Fault("forbidden", "auth.oidc.unknown", "nobody added this person here", { username: name.data });
    }
    const displayName =
      String(claims["name"] ?? name.data)
        .trim()
        .slice(0, MAX_NAME_CHARS) || name.data;
    const person = { username: name.data, displayName, role, language: "vi" as const, passwordHash: "" };
    const id = known?.id ?? (await people.insert(tx, person, PROVIDER)).id;
    await store.link(tx, account, { userId: id, at: clock.now() });
    return id;
  }
}
