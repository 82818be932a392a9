import { randomUUID } from "node:crypto";
import { Fault, type Instant, toIso } from "../../kernel/index.ts";
import { actorOf } from "../../platform/audit/index.ts";
import type { Tx } from "../../platform/db/index.ts";
import type { Principal } from "../../platform/http/index.ts";
import type { CaseDeps, Doer } from "./ports.ts";
import type { CaseRecord, HistoryRecord, Person, Told } from "./records.ts";
import { appendHistory, changesAfter, findCase, membersOf, putCase } from "./store/index.ts";

export const CASE_TOLD = "incidents.case.told";
export const PERSON_MENTIONED = "incidents.person.mentioned";
export const TASK_ASSIGNED = "incidents.task.assigned";
export const ALERTS_LINKED = "incidents.alerts.linked";

/** Alerts that became part of a case: the queue shows them as escalated. */
export interface AlertsLinked {
  readonly alertIds: readonly string[];
  readonly by: Person;
  readonly peer: string;
}

/** Restricted or not there at all: the same words, whoever asks. */
export function noCase(id: string): Fault {
  return new Fault("missing", "incidents.case.missing", "no such case", { id });
}

interface Change {
  readonly action: string;
  readonly subject?: string;
  readonly reason?: string;
}

/** One change of one case: what it may look at and write, in one transaction. */
export class Desk {
  readonly tx: Tx;
  readonly now: Instant;
  readonly by: Person;
  readonly who: Principal;
  /** Told in the audit entry of the change. */
  readonly details: Record<string, unknown> = {};
  #record: CaseRecord;
  readonly #publish: (topic: string, payload: unknown) => Promise<void>;

  constructor(parts: {
    tx: Tx;
    now: Instant;
    by: Person;
    who: Principal;
    record: CaseRecord;
    publish: (topic: string, payload: unknown) => Promise<void>;
  }) {
    this.tx = parts.tx;
    this.now = parts.now;
    this.by = parts.by;
    this.who = parts.who;
    this.#record = parts.record;
    this.#publish = parts.publish;
  }

  get record(): CaseRecord {
    return this.#record;
  }

  /** Whether the caller leads: by permission, or this very case. */
  get leads(): boolean {
    return this.who.permissions.has("cases.lead") || this.#record.lead?.id === this.who.id;
  }

  mustLead(): void {
    if (!this.leads)
      throw new Fault(
        "forbidden",
        "incidents.case.lead_needed",
        "only who leads the case, or may lead every case, does this",
      );
  }

  /** A writer who has not seen the newest is told what changed, by whom and when. */
  async mustHaveSeen(version: number): Promise<void> {
    await refuseStale(this.tx, { id: this.#record.id, seen: version, now: this.#record.version });
  }

  /** Writes new values of the case itself; nothing when nothing is new. */
  async save(next: Partial<CaseRecord>, change: Change): Promise<void> {
    const before: Record<string, unknown> = {};
    const after: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(next)) {
      const old = this.#record[name as keyof CaseRecord];
      if (JSON.stringify(old) === JSON.stringify(value)) continue;
      before[name] = old;
      after[name] = value;
    }
    if (Object.keys(after).length === 0) return;
    const version = this.#record.version + 1;
    this.#record = { ...this.#record, ...next, version, updatedAt: this.now };
    await putCase(this.tx, this.#record);
    const { action, subject = "case", reason } = change;
    await this.tell({ action, subject, subjectId: this.#record.id, version, before, after, reason: reason ?? null });
  }

  /** Something was added beside: the case is newer, its own values are what they were. */
  async touch(): Promise<void> {
    this.#record = { ...this.#record, updatedAt: this.now };
    await putCase(this.tx, this.#record);
  }

  async tell(entry: {
    readonly action: string;
    readonly subject: string;
    readonly subjectId?: string | null;
    readonly version?: number | null;
    readonly before?: Told | null;
    readonly after?: Told | null;
    readonly reason?: string | null;
  }): Promise<HistoryRecord> {
    const written: HistoryRecord = {
      id: randomUUID(),
      caseId: this.#record.id,
      at: this.now,
      by: this.by,
      action: entry.action,
      subject: entry.subject,
      subjectId: entry.subjectId ?? null,
      version: entry.version ?? null,
      before: entry.before ?? null,
      after: entry.after ?? null,
      reason: entry.reason === undefined || entry.reason === "" ? null : entry.reason,
    };
    await appendHistory(this.tx, written);
    return written;
  }

  /** News for people who may know of the case; never for who made it. */
  async notify(topic: string, people: readonly Person[], more: Told = {}): Promise<void> {
    const { id, number, title, tlp, exerciseId, restricted } = this.#record;
    const named = restricted ? new Set((await membersOf(this.tx, id)).map((one) => one.id)) : undefined;
    const told = new Set(people.map((one) => one.id).filter((one) => one !== this.by.id && named?.has(one) !== false));
    if (told.size === 0) return;
    await this.#publish(topic, {
      people: [...told],
      by: this.by,
      object: { kind: "case", id, title: `${number} ${title}` },
      tlp,
      ...(exerciseId === null ? {} : { exerciseId }),
      ...more,
    });
  }

  /** Lead, deputies and watchers hear of what matters. */
  async tellTeam(what: string): Promise<void> {
    const { lead, deputies, watchers } = this.#record;
    await this.notify(CASE_TOLD, [...(lead === null ? [] : [lead]), ...deputies, ...watchers], { what });
  }

  publish(topic: string, payload: unknown): Promise<void> {
    return this.#publish(topic, payload);
  }
}

export async function refuseStale(tx: Tx, at: { id: string; seen: number; now: number }): Promise<void> {
  if (at.seen === at.now) return;
  const changes = await changesAfter(tx, at.id, at.seen);
  const last = changes.at(-1);
  const fields = [...new Set(changes.flatMap(({ after }) => Object.keys(after ?? {})))];
  throw new Fault("conflict", "incidents.record.changed_meanwhile", "somebody else changed this meanwhile", {
    version: at.now,
    fields: fields.join(", "),
    by: last?.by.name ?? null,
    at: last === undefined ? null : toIso(last.at),
  });
}

interface WriteOptions {
  readonly verb: string;
  /** Also when the case is closed. */
  readonly evenClosed?: boolean;
  /** Also when it was merged into another. */
  readonly evenMerged?: boolean;
}

/** Opens cases for change: sees whether they exist for the caller, and tells audit, browsers and people afterwards. */
export class CaseLedger {
  readonly #deps: CaseDeps;

  constructor(deps: CaseDeps) {
    this.#deps = deps;
  }

  async read(id: string, who: Principal): Promise<CaseRecord> {
    const record = await findCase(this.#deps.records.query, id, who.id);
    if (record === undefined) throw noCase(id);
    return record;
  }

  async nameOf(who: Principal): Promise<Person> {
    return { id: who.id, name: (await this.#deps.nameOf(who.id)) ?? who.name };
  }

  /** People by their ids. Fault incidents.person.missing. */
  async peopleOf(ids: readonly string[]): Promise<Person[]> {
    const people: Person[] = [];
    for (const id of new Set(ids)) {
      const name = await this.#deps.nameOf(id);
      if (name === undefined) throw new Fault("invalid", "incidents.person.missing", "no such person", { person: id });
      people.push({ id, name });
    }
    return people;
  }

  async write<Outcome>(
    id: string,
    by: Doer,
    { verb, evenClosed = false, evenMerged = false }: WriteOptions,
    work: (desk: Desk) => Promise<Outcome>,
  ): Promise<Outcome> {
    const { records, clock } = this.#deps;
    const person = await this.nameOf(by.who);
    let audience: Audience = new Set();
    const outcome = await records.transaction(async (tx) => {
      const record = await findCase(tx, id, by.who.id);
      if (record === undefined) throw noCase(id);
      if (record.mergedInto !== null && !evenMerged)
        throw new Fault("conflict", "incidents.case.merged", "the case was merged; work goes on in the other one");
      if (record.stage === "closed" && !evenClosed)
        throw new Fault("conflict", "incidents.case.closed", "the case is closed; open it again first");
      const before = await audienceOf(tx, record);
      const desk = this.deskFor(tx, { record, by, person, now: clock.now() });
      const done = await work(desk);
      await this.record(tx, { id, by, verb, details: desk.details });
      audience = together(before, await audienceOf(tx, desk.record));
      return done;
    });
    this.announce(id, audience);
    return outcome;
  }

  deskFor(tx: Tx, at: { record: CaseRecord; by: Doer; person: Person; now: Instant }): Desk {
    const publish = (topic: string, payload: unknown) => this.#deps.outbox.publish(tx, { topic, payload });
    return new Desk({ tx, now: at.now, by: at.person, who: at.by.who, record: at.record, publish });
  }

  /** Entries name the case by its id only: what it is about does not belong in a log that others read. */
  async record(tx: Tx, entry: { id: string; by: Doer; verb: string; details?: Told }): Promise<void> {
    const { by, verb, id, details = {} } = entry;
    await this.#deps.audit.record(
      { actor: actorOf(by.who), peer: by.peer, verb, object: { kind: "case", id }, details },
      tx,
    );
  }

  announce(id: string, audience: Audience): void {
    const { live, outbox } = this.#deps;
    live.publish({ event: "cases", data: { id }, ...(audience === "all" ? {} : { audience }) });
    void outbox.wake();
  }
}

export type Audience = "all" | ReadonlySet<string>;

export async function audienceOf(tx: Tx, record: CaseRecord): Promise<Audience> {
  return record.restricted ? new Set((await membersOf(tx, record.id)).map(({ id }) => id)) : "all";
}

/** Who knew of it before learns that it changed, also when it is hidden from them now. */
export function together(one: Audience, other: Audience): Audience {
  return one === "all" || other === "all" ? "all" : new Set([...one, ...other]);
}
