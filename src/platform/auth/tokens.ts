import { Fault, toIso } from "../../kernel/index.ts";
import type { Audit } from "../audit/index.ts";
import type { Clock } from "../clock/index.ts";
import type { Records } from "../db/index.ts";
import type { Principal } from "../http/route.ts";
import type { z } from "../schema/index.ts";
import { MAX_TOKENS, TOKEN_DAY_MS, TOUCH_EVERY_MS } from "./limits.ts";
import type { Acting } from "./acting.ts";
import { SCOPE_PERMISSIONS } from "./permissions.ts";
import type * as schemas from "./schemas.ts";
import { mintSecret, randomId, secretHash } from "./secrets.ts";
import * as store from "./store.ts";

export type Token = z.infer<typeof schemas.Token>;
export type NewToken = z.infer<typeof schemas.TokenCreate>;

/** API tokens: `khien_<scope>_<random>`. The records hold only the hash; the secret is told once, at creation. */
export class Tokens {
  readonly #records: Records;
  readonly #audit: Audit;
  readonly #clock: Clock;

  constructor(deps: { records: Records; audit: Audit; clock: Clock }) {
    this.#records = deps.records;
    this.#audit = deps.audit;
    this.#clock = deps.clock;
  }

  async list(): Promise<Token[]> {
    return (await store.activeTokens(this.#records.query)).map(toToken);
  }

  async create(wanted: NewToken, by: Acting): Promise<{ token: Token; secret: string }> {
    const { secret, hash, hint } = mintSecret(`khien_${wanted.scope}_`);
    const now = this.#clock.now();
    const row: store.TokenRow = {
      id: randomId(),
      name: wanted.name,
      scope: wanted.scope,
      sensor: wanted.sensor ?? null,
      hint,
      secret_hash: hash,
      created_at: now,
      created_by: by.actor.name,
      expires_at: wanted.expiresInDays === undefined ? null : now + wanted.expiresInDays * TOKEN_DAY_MS,
      last_used_at: null,
      revoked_at: null,
    };
    await this.#records.transaction(async (tx) => {
      if ((await store.activeTokens(tx)).length >= MAX_TOKENS) {
        throw new Fault("conflict", "auth.token.too_many", "too many tokens", { max: MAX_TOKENS });
      }
      await store.insertToken(tx, row);
      const { name, scope, sensor } = row;
      const details = { name, scope, sensor, expiresAt: row.expires_at === null ? null : toIso(row.expires_at) };
      await this.#audit.record(
        { ...by, verb: "auth.token.created", object: { kind: "token", id: row.id }, details },
        tx,
      );
    });
    return { token: toToken(row), secret };
  }

  /** Works at once: every request looks the token up. */
  async revoke(id: string, by: Acting): Promise<void> {
    await this.#records.transaction(async (tx) => {
      const token = await store.revokeToken(tx, id, this.#clock.now());
      if (token === undefined) throw new Fault("missing", "auth.token.missing", "no such token");
      const details = { name: token.name, scope: token.scope };
      await this.#audit.record({ ...by, verb: "auth.token.revoked", object: { kind: "token", id }, details }, tx);
    });
  }

  async identify(secret: string): Promise<Principal | undefined> {
    if (!secret.startsWith("khien_")) return undefined;
    const token = await store.tokenByHash(this.#records.query, secretHash(secret));
    const now = this.#clock.now();
    if (token === undefined || token.revoked_at !== null) return undefined;
    if (token.expires_at !== null && now >= token.expires_at) return undefined;
    // A full disk must not lock out those who come to see why.
    if (now - (token.last_used_at ?? 0) >= TOUCH_EVERY_MS)
      await store.touchToken(this.#records.query, token.id, now).catch(() => undefined);
    return {
      kind: "token",
      id: token.id,
      name: token.name,
      permissions: SCOPE_PERMISSIONS[token.scope],
      ...(token.sensor === null ? {} : { sensor: token.sensor }),
    };
  }
}

function toToken(row: store.TokenRow): Token {
  return {
    id: row.id,
    name: row.name,
    scope: row.scope,
    sensor: row.sensor,
    hint: row.hint,
    createdAt: toIso(row.created_at),
    createdBy: row.created_by,
    expiresAt: row.expires_at === null ? null : toIso(row.expires_at),
    lastUsedAt: row.last_used_at === null ? null : toIso(row.last_used_at),
  };
}
