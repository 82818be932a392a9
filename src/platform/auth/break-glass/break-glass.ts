import { randomBytes } from "node:crypto";
import { Fault, toIso } from "../../../kernel/index.ts";
import type { Audit } from "../../audit/index.ts";
import type { Clock } from "../../clock/index.ts";
import type { Records, Tx } from "../../db/index.ts";
import { PERMISSIONS } from "../../http/route.ts";
import type { LiveChannel } from "../../live/index.ts";
import type { Outbox } from "../../outbox/index.ts";
import type { z } from "../../schema/index.ts";
import type { Acting } from "../acting.ts";
import { base32 } from "../core/base32.ts";
import type { PasswordHashing } from "../hashing.ts";
import { MAX_ALARMS_TOLD } from "../limits.ts";
import { ADMIN } from "../roles/built-in.ts";
import { requireHeld } from "../roles/holding.ts";
import { normalRecoveryCode } from "../second-factor/recovery.ts";
import { randomId } from "../secrets.ts";
import { deleteSessionsOf, insertUser, updateUser, type UserRow, userById, userByName } from "../store.ts";
import type * as schemas from "./schemas.ts";
import * as store from "./store.ts";

export const BREAK_GLASS_USED = "auth.break_glass.used";
export const BREAK_GLASS_NAME = "break-glass";
const CREDENTIAL_BYTES = 20;

export interface BreakGlassDeps {
  readonly records: Records;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly hashing: PasswordHashing;
  /** Absent for commands that work beside the server. */
  readonly outbox?: Outbox | undefined;
  readonly live?: LiveChannel | undefined;
  /** Who is told of its use. */
  readonly admins: () => Promise<readonly { id: string }[]>;
}

/**
 * The way in when all others have failed. Its credential is 160 bits of chance, shown once, kept on paper, good for one
 * sign-in; using it cannot be kept quiet. Its own session can neither make the next credential nor silence the alarm.
 */
export class BreakGlass {
  readonly #deps: BreakGlassDeps;

  constructor(deps: BreakGlassDeps) {
    this.#deps = deps;
  }

  async state(): Promise<z.infer<typeof schemas.BreakGlassState>> {
    const { query } = this.#deps.records;
    const seal = await store.sealRow(query);
    const alarms = await store.alarms(query, { limit: MAX_ALARMS_TOLD });
    return {
      username: BREAK_GLASS_NAME,
      state: seal === undefined ? "none" : seal.used_at === null ? "sealed" : "used",
      sealedAt: seal === undefined ? null : toIso(seal.sealed_at),
      sealedBy: seal?.sealed_by ?? null,
      usedAt: seal?.used_at == null ? null : toIso(seal.used_at),
      alarms: alarms.map((alarm) => ({
        id: alarm.id,
        raisedAt: toIso(alarm.raised_at),
        peer: alarm.peer,
        acknowledgedAt: alarm.acknowledged_at === null ? null : toIso(alarm.acknowledged_at),
        acknowledgedBy: alarm.acknowledged_by,
        reason: alarm.reason,
      })),
    };
  }

  async openAlarms(): Promise<{ id: string; raisedAt: string; peer: string }[]> {
    const rows = await store.alarms(this.#deps.records.query, { open: true, limit: MAX_ALARMS_TOLD });
    return rows.map(({ id, raised_at, peer }) => ({ id, raisedAt: toIso(raised_at), peer }));
  }

  /** A new credential; the one before opens nothing any more, and what it opened ends. */
  async seal(by: Acting): Promise<{ username: string; credential: string }> {
    requireHeld(by, PERMISSIONS);
    await this.#requireOther(by);
    const { records, audit, clock, hashing } = this.#deps;
    const credential = (base32(randomBytes(CREDENTIAL_BYTES)).match(/.{4}/gu) ?? []).join("-");
    const passwordHash = await hashing.hash(normalRecoveryCode(credential));
    await records.transaction(async (tx) => {
      const now = clock.now();
      const row = await this.#account(tx, now);
      await updateUser(tx, row.id, { password_hash: passwordHash, disabled: 0 });
      const sessionsClosed = await deleteSessionsOf(tx, row.id);
      await store.putSeal(tx, { user_id: row.id, sealed_at: now, sealed_by: by.actor.name, used_at: null });
      const object = { kind: "user", id: row.id };
      const { actor, peer } = by;
      await audit.record({ actor, peer, verb: "auth.break_glass.sealed", object, details: { sessionsClosed } }, tx);
    });
    return { username: BREAK_GLASS_NAME, credential };
  }

  async remove(by: Acting): Promise<void> {
    requireHeld(by, PERMISSIONS);
    const { records, audit } = this.#deps;
    await records.transaction(async (tx) => {
      const seal = await store.sealRow(tx);
      if (seal === undefined) throw new Fault("missing", "auth.break_glass.missing", "there is no such account");
      await updateUser(tx, seal.user_id, { password_hash: "", disabled: 1 });
      await deleteSessionsOf(tx, seal.user_id);
      await store.dropSeal(tx);
      const { actor, peer } = by;
      const object = { kind: "user", id: seal.user_id };
      await audit.record({ actor, peer, verb: "auth.break_glass.removed", object }, tx);
    });
  }

  /** In the transaction that opens its session: credential spent, alarm raised, everyone in charge told. */
  async use(tx: Tx, user: UserRow, from: { peer: string; tell: readonly { id: string }[] }): Promise<void> {
    const { audit, clock, outbox } = this.#deps;
    const now = clock.now();
    const id = randomId();
    await updateUser(tx, user.id, { password_hash: "" });
    await store.noteUse(tx, now);
    await store.insertAlarm(tx, { id, at: now, peer: from.peer });
    const actor = { kind: "user", id: user.id, name: user.username } as const;
    const object = { kind: "break-glass", id };
    await audit.record({ actor, verb: BREAK_GLASS_USED, object, peer: from.peer }, tx);
    await outbox?.publish(tx, {
      topic: BREAK_GLASS_USED,
      payload: {
        people: from.tell.map((one) => one.id),
        by: null,
        object: { ...object, title: user.username },
        peer: from.peer,
      },
    });
  }

  admins(): Promise<readonly { id: string }[]> {
    return this.#deps.admins();
  }

  /** After the transaction. */
  async tellUse(): Promise<void> {
    this.#deps.live?.publish({ event: "identity", data: {} });
    await this.#deps.outbox?.wake();
  }

  async acknowledge(id: string, reason: string, by: Acting): Promise<void> {
    await this.#requireOther(by);
    const { records, audit, clock, live } = this.#deps;
    await records.transaction(async (tx) => {
      if (!(await store.acknowledge(tx, { id, at: clock.now(), by: by.actor.name, reason }))) {
        throw new Fault("missing", "auth.break_glass.no_alarm", "no such alarm is open");
      }
      const { actor, peer } = by;
      const object = { kind: "break-glass", id };
      await audit.record({ actor, peer, verb: "auth.break_glass.acknowledged", object, details: { reason } }, tx);
    });
    live?.publish({ event: "identity", data: {} });
  }

  async #account(tx: Tx, now: number): Promise<UserRow> {
    const known = await userByName(tx, BREAK_GLASS_NAME);
    if (known?.kind === "break_glass") return known;
    if (known !== undefined) {
      throw new Fault("conflict", "auth.user.exists", "the user name is taken", { username: BREAK_GLASS_NAME });
    }
    const row: UserRow = {
      id: randomId(),
      username: BREAK_GLASS_NAME,
      display_name: BREAK_GLASS_NAME,
      role: ADMIN,
      language: "vi",
      theme: "system",
      shortcuts: 1,
      disabled: 0,
      password_hash: "",
      password_given: 0,
      created_at: now,
      last_sign_in_at: null,
      kind: "break_glass",
    };
    await insertUser(tx, row);
    return row;
  }

  async #requireOther(by: Acting): Promise<void> {
    const user = await userById(this.#deps.records.query, by.actor.id);
    if (user?.kind !== "break_glass") return;
    throw new Fault("forbidden", "auth.break_glass.itself", "somebody with an account of their own has to do this");
  }
}
