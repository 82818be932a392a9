import { randomUUID } from "node:crypto";
import { Fault, isFault, toIso } from "../../kernel/index.ts";
import type { Audit, AuditRecord } from "../audit/index.ts";
import type { Clock } from "../clock/index.ts";
import type { Records, Tx } from "../db/index.ts";
import type { Permission, Principal } from "../http/index.ts";
import type { LiveChannel } from "../live/index.ts";
import type { Outbox } from "../outbox/index.ts";
import * as limits from "./limits.ts";
import { type Approved, type ApprovalRequest, type Person, toApproved, toRequest, type Wanted } from "./shown.ts";
import * as store from "./store.ts";

export type { Approved, ApprovalRequest, Wanted };

export const REQUEST_OPENED = "approvals.request.opened";
export const REQUEST_DECIDED = "approvals.request.decided";
const REQUEST_APPROVED = "approvals.request.approved";
/** Not done, but asked for: another person has to agree first. `params.request` names the request. */
export function isRequestOpened(error: unknown): error is Fault {
  return isFault(error) && error.code === REQUEST_OPENED;
}

const SWITCH_OFF = "approvals.kind.switch_off";

export interface Asker {
  readonly who: Principal;
  readonly peer: string | null;
  /** Of the request, which may carry the reason. */
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>;
}
/** Something that can be put under a second pair of eyes. */
export interface ApprovalKind {
  readonly kind: string;
  /** Always under a second pair of eyes; no switch takes it away. */
  readonly always?: true;
  /** Who decides, sees and hears of such a request holds this too. */
  readonly alsoNeeds?: Permission;
  /** In the transaction that says it was carried out, so once and wholly. A Fault is told as its outcome. */
  carryOut(tx: Tx, request: Approved): Promise<void>;
}

export interface ApprovalDeps {
  readonly records: Records;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly outbox: Outbox;
  readonly live: LiveChannel;
  /** Active people who hold approvals.decide, and this other permission where one is asked for. */
  readonly deciders: (also?: Permission) => Promise<readonly Person[]>;
}

const EXPIRY: Person = { id: "approvals", name: "approvals" };

/**
 * Four eyes: what is dangerous is asked for by one person and decided by another, then carried out exactly once.
 *
 * Invariants
 *  - Requests and steps are only added; the primary key of a step lets one decision and one outcome stand.
 *  - Nobody decides on what they asked for themselves.
 *  - The outbox carries an approved request to its kind, and effect and outcome are one transaction: after a crash it
 *    is delivered again and finds what is done done.
 */
export class Approvals {
  readonly #deps: ApprovalDeps;
  readonly #kinds = new Map<string, ApprovalKind>();

  constructor(deps: ApprovalDeps) {
    this.#deps = deps;
    deps.outbox.on(REQUEST_APPROVED, (payload) => this.#carryOut((payload as { id: string }).id));
    this.register({
      kind: SWITCH_OFF,
      carryOut: async (tx, { object, by }) => {
        await store.putKind(tx, { kind: object.id, enabled: false, at: deps.clock.now(), by: by.name });
      },
    });
  }

  register(kind: ApprovalKind): void {
    this.#kinds.set(kind.kind, kind);
  }

  async isOn(kind: string): Promise<boolean> {
    if (this.#kinds.get(kind)?.always === true) return true;
    const rows = await store.kindRows(this.#deps.records.query);
    return rows.some((row) => row.kind === kind && row.enabled === 1);
  }

  async kinds(): Promise<{ kind: string; enabled: boolean; changedAt: string | null; changedBy: string | null }[]> {
    const rows = new Map((await store.kindRows(this.#deps.records.query)).map((row) => [row.kind, row]));
    return [...this.#kinds.values()]
      .filter(({ kind, always }) => kind !== SWITCH_OFF && always !== true)
      .map(({ kind }) => {
        const row = rows.get(kind);
        return {
          kind,
          enabled: row?.enabled === 1,
          changedAt: row === undefined ? null : toIso(row.changed_at),
          changedBy: row?.changed_by ?? null,
        };
      });
  }

  deciders(): Promise<readonly Person[]> {
    return this.#deps.deciders();
  }

  /**
   * Switching on needs two who can decide. Switching off is itself what one person must not do alone, unless too few
   * are left to decide on anything: then it opens a request and throws Fault approvals.request.opened.
   */
  async switchKind(kind: string, enabled: boolean, asker: Asker): Promise<void> {
    const { records, audit, clock } = this.#deps;
    if (!this.#kinds.has(kind) || kind === SWITCH_OFF || this.#kinds.get(kind)?.always === true) {
      throw new Fault("missing", "approvals.kind.missing", "no such kind of request");
    }
    const isOn = await this.isOn(kind);
    if (isOn === enabled) return;
    const enough = (await this.deciders()).length >= limits.DECIDERS_NEEDED;
    if (enabled && !enough) {
      throw new Fault("conflict", "approvals.deciders.too_few", "two people who can decide are needed", {
        needed: limits.DECIDERS_NEEDED,
      });
    }
    if (!enabled && enough) {
      const object = { kind: "approval-kind", id: kind, title: kind };
      await this.#openAndTell({ kind: SWITCH_OFF, object, details: { kind }, reason: "" }, asker);
    }
    await records.transaction(async (tx) => {
      await store.putKind(tx, { kind, enabled, at: clock.now(), by: asker.who.name });
      const object = { kind: "approval-kind", id: kind };
      await audit.record({ ...actorOf(asker), verb: "approvals.kind.switched", object, details: { enabled } }, tx);
    });
  }

  /** Returns when the kind is off: do it. Else opens a request and throws Fault approvals.request.opened. */
  async gate(wanted: Wanted, asker: Asker): Promise<void> {
    if (await this.isOn(wanted.kind)) await this.#openAndTell(wanted, asker);
  }

  /** Newest first; everything they may decide on, and what they asked for. */
  async list(who: Principal): Promise<{ items: ApprovalRequest[]; waiting: number }> {
    const { query } = this.#deps.records;
    const decides = who.permissions.has("approvals.decide");
    const newest = await store.newestRequests(query, {
      limit: limits.MAX_LISTED,
      ...(decides ? {} : { by: who.id }),
    });
    const waiting = (await store.waitingRequests(query)).filter((row) => decides || row.by_id === who.id);
    const known = [...newest, ...waiting].filter((row) => row.by_id === who.id || this.#fits(row.kind, who));
    const rows = new Map(known.map((row) => [row.id, row]));
    const steps = await store.stepsOf(query, [...rows.keys()]);
    const now = this.#deps.clock.now();
    const items = [...rows.values()].map((row) => {
      const request = toRequest(row, { steps: steps.get(row.id) ?? [], now, who });
      return { ...request, mayDecide: request.mayDecide && this.#fits(row.kind, who) };
    });
    return { items, waiting: items.filter(({ state, mayDecide }) => state === "waiting" && mayDecide).length };
  }

  /** Fault approvals.request.missing, .own, .over. */
  async decide(id: string, given: { decision: "approve" | "refuse"; note: string }, asker: Asker): Promise<void> {
    const { records, audit, clock, outbox } = this.#deps;
    const { who } = asker;
    await records.transaction(async (tx) => {
      const row = await store.requestById(tx, id);
      if (row === undefined || !this.#fits(row.kind, who)) throw noRequest();
      if (who.kind !== "user" || row.by_id === who.id) {
        throw new Fault("forbidden", "approvals.request.own", "nobody decides on what they asked for themselves");
      }
      if (clock.now() >= row.expires_at) throw over("expired");
      const what = given.decision === "approve" ? "approved" : "refused";
      const step = stepOf(id, { stage: 1, what, by: who, note: given.note, at: clock.now() });
      if (!(await store.insertStep(tx, step))) throw over((await store.stepsOf(tx, [id])).get(id)?.[0]?.what ?? "");
      const details = { kind: row.kind, object: row.object_id, by: row.by_name, note: given.note };
      const object = { kind: "approval", id };
      await audit.record({ ...actorOf(asker), verb: `approvals.request.${what}`, object, details }, tx);
      if (what === "approved") await outbox.publish(tx, { topic: REQUEST_APPROVED, payload: { id } });
      await this.#publishDecided(tx, row, { decision: what, by: who });
    });
    await outbox.wake();
    this.#tellLive();
  }

  /** By who asked, as long as nobody decided. */
  async withdraw(id: string, asker: Asker): Promise<void> {
    const { records, audit, clock } = this.#deps;
    await records.transaction(async (tx) => {
      const row = await store.requestById(tx, id);
      if (row === undefined || row.by_id !== asker.who.id) throw noRequest();
      const step = stepOf(id, { stage: 1, what: "withdrawn", by: asker.who, note: "", at: clock.now() });
      if (!(await store.insertStep(tx, step))) throw over((await store.stepsOf(tx, [id])).get(id)?.[0]?.what ?? "");
      const object = { kind: "approval", id };
      await audit.record(
        { ...actorOf(asker), verb: "approvals.request.withdrawn", object, details: { kind: row.kind } },
        tx,
      );
    });
    this.#tellLive();
  }

  /** Voids what nobody decided on in time. */
  async expire(): Promise<void> {
    const { records, audit, clock, outbox } = this.#deps;
    const late = (await store.waitingRequests(records.query)).filter((row) => clock.now() >= row.expires_at);
    for (const row of late) {
      await records.transaction(async (tx) => {
        const step = stepOf(row.id, { stage: 1, what: "expired", by: EXPIRY, note: "", at: clock.now() });
        if (!(await store.insertStep(tx, step))) return;
        const actor = { kind: "system", ...EXPIRY } as const;
        const object = { kind: "approval", id: row.id };
        await audit.record({ actor, verb: "approvals.request.expired", object, details: { kind: row.kind } }, tx);
        await this.#publishDecided(tx, row, { decision: "expired", by: null });
      });
    }
    if (late.length === 0) return;
    await outbox.wake();
    this.#tellLive();
  }

  async #openAndTell(wanted: Wanted, asker: Asker): Promise<never> {
    const id = await this.#open(wanted, asker);
    await this.#deps.outbox.wake();
    this.#tellLive();
    throw new Fault("conflict", REQUEST_OPENED, "another person has to agree first", { request: id });
  }

  async #open(wanted: Wanted, asker: Asker): Promise<string> {
    const { records, audit, clock, outbox } = this.#deps;
    const { who } = asker;
    const reason = wanted.reason.trim() === "" ? reasonIn(asker) : wanted.reason.trim();
    if (reason === "") throw new Fault("conflict", "approvals.reason.needed", "say why", { kind: wanted.kind });
    const details = JSON.stringify(wanted.details);
    if (details.length > limits.MAX_DETAILS_CHARS) {
      throw new Fault("too_large", "approvals.request.too_large", "too much to decide on at once");
    }
    const now = clock.now();
    const row: store.RequestRow = {
      id: randomUUID(),
      kind: wanted.kind,
      object_kind: wanted.object.kind,
      object_id: wanted.object.id,
      object_title: wanted.object.title.slice(0, 200),
      details,
      reason: reason.slice(0, limits.MAX_REASON_CHARS),
      by_id: who.id,
      by_name: who.name,
      opened_at: now,
      expires_at: now + limits.REQUEST_LIFE_MS,
    };
    const { alsoNeeds, always } = this.#kinds.get(row.kind) ?? {};
    const people = (await this.#deps.deciders(alsoNeeds)).map((one) => one.id).filter((one) => one !== row.by_id);
    if (always === true && people.length === 0) {
      throw new Fault("conflict", "approvals.deciders.too_few", "two people who can decide are needed", {
        needed: limits.DECIDERS_NEEDED,
      });
    }
    await records.transaction(async (tx) => {
      requireRoom(await store.waitingRequests(tx), row, now);
      await store.insertRequest(tx, row);
      const object = { kind: "approval", id: row.id };
      const told = { kind: row.kind, object: row.object_id, title: row.object_title, reason: row.reason };
      await audit.record({ ...actorOf(asker), verb: REQUEST_OPENED, object, details: told }, tx);
      await outbox.publish(tx, {
        topic: REQUEST_OPENED,
        payload: {
          people,
          by: { id: who.id, name: who.name },
          object: { kind: "approval", id: row.id, title: row.object_title },
          request: row.kind,
        },
      });
    });
    return row.id;
  }

  /** Delivered at least once; the outcome's primary key makes it once. */
  async #carryOut(id: string): Promise<void> {
    const { records, audit, clock } = this.#deps;
    const asked = await store.requestById(records.query, id);
    const outcome = async (tx: Tx, what: "done" | "failed", note: string): Promise<boolean> => {
      const step = stepOf(id, { stage: 2, what, by: EXPIRY, note, at: clock.now() });
      if (!(await store.insertStep(tx, step))) return false;
      const actor = { kind: "system", ...EXPIRY } as const;
      const object = { kind: "approval", id };
      const told = { verb: "approvals.request.carried_out", outcome: what === "done" ? "ok" : "failed" } as const;
      const details = { kind: asked?.kind ?? "", ...(note === "" ? {} : { code: note }) };
      await audit.record({ actor, ...told, object, details }, tx);
      return true;
    };
    try {
      await records.transaction(async (tx) => {
        const row = await store.requestById(tx, id);
        const [decided] = (await store.stepsOf(tx, [id])).get(id) ?? [];
        if (row === undefined || decided?.what !== "approved") return;
        if (!(await outcome(tx, "done", ""))) return;
        const kind = this.#kinds.get(row.kind);
        if (kind === undefined) throw new Fault("missing", "approvals.kind.missing", "no such kind of request");
        await kind.carryOut(tx, toApproved(row, decided));
      });
    } catch (error) {
      if (!isFault(error)) throw error;
      await records.transaction((tx) => outcome(tx, "failed", error.code));
    }
    this.#tellLive();
  }

  async #publishDecided(tx: Tx, row: store.RequestRow, what: { decision: string; by: Person | null }): Promise<void> {
    const by = what.by === null ? null : { id: what.by.id, name: what.by.name };
    await this.#deps.outbox.publish(tx, {
      topic: REQUEST_DECIDED,
      payload: {
        people: [row.by_id],
        by,
        object: { kind: "approval", id: row.id, title: row.object_title },
        request: row.kind,
        decision: what.decision,
      },
    });
  }

  #fits(kind: string, who: Principal): boolean {
    const also = this.#kinds.get(kind)?.alsoNeeds;
    return also === undefined || who.permissions.has(also);
  }

  #tellLive(): void {
    this.#deps.live.publish({ event: "approvals", data: {} });
  }
}

/** Any request may have to say why, so the reason has a place outside its body: percent-encoded, as headers are ASCII. */
function reasonIn({ headers }: Asker): string {
  const given = headers?.["x-approval-reason"];
  if (typeof given !== "string") return "";
  try {
    return decodeURIComponent(given).trim();
  } catch {
    return "";
  }
}

function actorOf({ who, peer }: Asker): Pick<AuditRecord, "actor" | "peer"> {
  return { actor: { kind: who.kind, id: who.id, name: who.name }, peer };
}

function requireRoom(waiting: readonly store.RequestRow[], row: store.RequestRow, now: number): void {
  const alive = waiting.filter((one) => one.expires_at > now);
  const same = alive.find((one) => one.kind === row.kind && one.object_id === row.object_id);
  if (same !== undefined) {
    throw new Fault("conflict", "approvals.request.waiting", "somebody asked for this already", { by: same.by_name });
  }
  const own = alive.filter((one) => one.by_id === row.by_id).length;
  if (alive.length >= limits.MAX_WAITING || own >= limits.MAX_WAITING_PER_PERSON) {
    throw new Fault("conflict", "approvals.request.too_many", "too many requests are waiting");
  }
}

function stepOf(id: string, step: { stage: 1 | 2; what: string; by: Person; note: string; at: number }): store.StepRow {
  const { stage, what, by, note, at } = step;
  return { request_id: id, stage, what, at, by_id: by.id, by_name: by.name, note };
}

function noRequest(): Fault {
  return new Fault("missing", "approvals.request.missing", "no such request");
}

function over(state: string): Fault {
  return new Fault("conflict", "approvals.request.over", "the request is no longer waiting", { state });
}
