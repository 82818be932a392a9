/**
 * A legal hold on every event a case names: no segment goes in which one of them lies (lake, retention). The hold of a
 * restricted case says nothing of the case.
 *
 * Letting it go destroys evidence sooner, so it may need a second person, as releasing any hold does: what was agreed to
 * comes back through `carryOut`, and case, custody and hold change in one transaction.
 */
import { randomUUID } from "node:crypto";
import { Fault } from "../../../kernel/index.ts";
import { type Approvals, type Approved, isRequestOpened, type Wanted } from "../../../platform/approvals/index.ts";
import type { Tx } from "../../../platform/db/index.ts";
import type { Principal } from "../../../platform/http/index.ts";
import type { StandingOf } from "../access-requests.ts";
import { audienceOf, type CaseLedger, type Desk } from "../ledger.ts";
import { MAX_HELD_EVENTS } from "../limits.ts";
import type { Asker, CaseDeps, Doer } from "../ports.ts";
import type { CaseRecord } from "../records.ts";
import { caseOfHold, findCase, partsOf } from "../store/index.ts";
import { enterCustody } from "./custody.ts";
import type { Evidence } from "./evidence.ts";

/** What holds need of the lake. */
export interface HoldPorts {
  /** The kind of request that releasing a hold is. */
  readonly releaseKind: string;
  readonly place: (hold: { name: string; reason: string; events: readonly string[] }, asker: Asker) => Promise<string>;
  readonly release: (tx: Tx, hold: { id: string; reason: string }, asker: Asker) => Promise<void>;
}

/** Opens a request for a second person and throws Fault approvals.request.opened, or returns. */
export type HoldGate = Approvals["gate"];

const ITSELF: Asker = { actor: { kind: "system", id: "incidents", name: "incidents" }, peer: null };
/** Stands for every reason and name of a restricted case. */
const UNTOLD = "HS-M";
const HOLD_RELEASED = "incidents.hold.released";

export class CaseHolds {
  readonly #deps: CaseDeps & { readonly holds: HoldPorts };
  readonly #ledger: CaseLedger;
  readonly #evidence: Evidence;

  constructor(
    deps: CaseDeps & { readonly holds: HoldPorts },
    { ledger, evidence }: { ledger: CaseLedger; evidence: Evidence },
  ) {
    this.#deps = deps;
    this.#ledger = ledger;
    this.#evidence = evidence;
    // In a message of its own, so that browsers look again only when the change is in the records.
    deps.outbox.on(HOLD_RELEASED, async (news) => {
      const { id, people } = news as { id: string; people: string[] | null };
      this.#ledger.announce(id, people === null ? "all" : new Set(people));
    });
  }

  /** Placed before the old one is released, so that nothing is ever without. */
  async place(caseId: string, reason: string, by: Doer): Promise<void> {
    // Nobody who may not do it places a hold, not even for a moment.
    const record = await this.#mustLead(caseId, by.who);
    if (record.mergedInto !== null)
      throw new Fault("conflict", "incidents.case.merged", "the case was merged; work goes on in the other one");
    const events = await this.#eventsOf(record, by.who);
    const opaque = `${UNTOLD}-${randomUUID().slice(0, 8)}`;
    const { place, release } = this.#deps.holds;
    const asker = askerFor(record, by);
    const holdId = await place(
      record.restricted ? { name: opaque, reason: opaque, events } : { name: record.number, reason, events },
      asker,
    );
    await this.#lead(caseId, by, async (desk) => {
      const old = desk.record.holdId;
      await desk.save({ holdId }, { action: "held", subject: "hold", reason });
      const { hash } = await enterCustody(desk, { act: "held", details: { events: events.length, hold: holdId } });
      Object.assign(desk.details, { hold: holdId, custody: hash });
      if (old !== null) await release(desk.tx, { id: old, reason: record.restricted ? opaque : record.number }, asker);
    });
  }

  /** `gate` returns when one person may do it alone. */
  async release(caseId: string, reason: string, by: Doer, gate: (wanted: Wanted) => Promise<void>): Promise<void> {
    const record = await this.#mustLead(caseId, by.who);
    if (record.holdId === null) throw noHold();
    try {
      await gate(this.#wanted(record, record.holdId, reason));
    } catch (error) {
      if (isRequestOpened(error)) await this.#tellAsked(caseId, { reason, request: error.params["request"] }, by);
      throw error;
    }
    await this.#lead(caseId, by, async (desk) => {
      if (desk.record.holdId !== record.holdId) throw noHold();
      await this.#letGo(desk, { reason, asker: askerFor(record, by) });
    });
  }

  /** Whether the hold is a case's; when it is, it is released there. For who asked and still may. */
  async carryOut(tx: Tx, request: Approved, standingOf: StandingOf): Promise<boolean> {
    const { object, by, decidedBy, reason } = request;
    const holder = await caseOfHold(tx, object.id);
    if (holder === undefined) return false;
    const permissions = await standingOf(tx, by.id);
    const record = await findCase(tx, holder.id, by.id);
    if (record === undefined || !permissions.has("cases.lead")) throw leadNeeded();
    const doer: Doer = { who: { kind: "user", id: by.id, name: by.name, permissions }, peer: "" };
    const desk = this.#ledger.deskFor(tx, { record, by: doer, person: by, now: this.#deps.clock.now() });
    const why = record.restricted ? "" : reason;
    await this.#letGo(desk, { reason: why, agreedBy: decidedBy.name, asker: askerFor(record, doer) });
    const details = { ...desk.details, request: request.id, agreedBy: decidedBy.id };
    await this.#ledger.record(tx, { id: record.id, by: doer, verb: "incidents.case.hold_set", details });
    const audience = await audienceOf(tx, record);
    await desk.publish(HOLD_RELEASED, { id: record.id, people: audience === "all" ? null : [...audience] });
    return true;
  }

  /** Who decides need not know of the case: of a restricted one they are told that it is one. */
  #wanted({ restricted, number, title }: CaseRecord, holdId: string, reason: string): Wanted {
    const kind = this.#deps.holds.releaseKind;
    const opaque = `${UNTOLD}-${holdId.slice(0, 8)}`;
    return restricted
      ? { kind, object: { kind: "hold", id: holdId, title: opaque }, details: { restricted: true }, reason: opaque }
      : { kind, object: { kind: "hold", id: holdId, title: number }, details: { case: `${number} ${title}` }, reason };
  }

  async #tellAsked(caseId: string, asked: { reason: string; request: unknown }, by: Doer): Promise<void> {
    await this.#lead(caseId, by, async (desk) => {
      await desk.tell({ action: "release_asked", subject: "hold", subjectId: caseId, reason: asked.reason });
      desk.details["request"] = asked.request;
    });
  }

  async #letGo(
    desk: Desk,
    { reason, agreedBy, asker }: { reason: string; agreedBy?: string; asker: Asker },
  ): Promise<void> {
    const { holdId: id, restricted } = desk.record;
    if (id === null) throw noHold();
    await desk.save({ holdId: null }, { action: "released", subject: "hold", reason });
    const agreed = agreedBy === undefined ? {} : { agreedBy };
    const { hash } = await enterCustody(desk, { act: "released", details: { hold: id, ...agreed } });
    Object.assign(desk.details, { hold: id, custody: hash });
    await this.#deps.holds.release(desk.tx, { id, reason: restricted ? UNTOLD : reason }, asker);
  }

  async #eventsOf(record: CaseRecord, who: Principal): Promise<readonly string[]> {
    const ofFacts = (await partsOf(this.#deps.records.query, record.id)).flatMap(({ content, hidden }) =>
      content.kind === "fact" && !hidden && content.source.eventId !== null ? [content.source.eventId] : [],
    );
    // A hold of a case everybody may see names no event of one they may not.
    const ofEvidence = (await this.#evidence.list(record.id, who))
      .filter((one) => record.restricted || !one.record.restricted)
      .flatMap(({ items }) => items)
      .flatMap(({ kind, sourceId }) => (kind === "event" && sourceId !== null ? [sourceId] : []));
    const events = [...new Set([...ofEvidence, ...ofFacts])];
    if (events.length === 0) throw new Fault("conflict", "incidents.hold.nothing", "the case names no event to hold");
    if (events.length > MAX_HELD_EVENTS)
      throw new Fault("too_large", "incidents.hold.too_many", "too many events for one hold", {
        limit: MAX_HELD_EVENTS,
      });
    return events;
  }

  async #mustLead(caseId: string, who: Principal): Promise<CaseRecord> {
    const record = await this.#ledger.read(caseId, who);
    if (!who.permissions.has("cases.lead")) throw leadNeeded();
    return record;
  }

  #lead(caseId: string, by: Doer, work: (desk: Desk) => Promise<void>): Promise<void> {
    const options = { verb: "incidents.case.hold_set", evenClosed: true, evenMerged: true };
    return this.#ledger.write(caseId, by, options, work);
  }
}

function askerFor({ restricted }: CaseRecord, { who, peer }: Doer): Asker {
  return restricted
    ? ITSELF
    : { actor: { kind: who.kind, id: who.id, name: who.name }, peer: peer === "" ? null : peer };
}

function noHold(): Fault {
  return new Fault("conflict", "incidents.hold.none", "no hold is in force for this case");
}

function leadNeeded(): Fault {
  return new Fault(
    "forbidden",
    "incidents.hold.lead_needed",
    "a hold is placed and released by who may lead every case",
  );
}
