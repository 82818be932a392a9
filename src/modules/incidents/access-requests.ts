import { Fault } from "../../kernel/index.ts";
import type { ApprovalKind, Approved, Wanted } from "../../platform/approvals/index.ts";
import type { Tx } from "../../platform/db/index.ts";
import type { Permission, Principal } from "../../platform/http/index.ts";
import type { z } from "../../platform/schema/index.ts";
import { unique } from "./core/people.ts";
import { audienceOf, CASE_TOLD, type CaseLedger } from "./ledger.ts";
import type { CaseDeps } from "./ports.ts";
import type { Person } from "./records.ts";
import type { AccessRequested } from "./schemas.ts";
import { keepAlone, membersOf, restrictedByNumber, setMembers } from "./store/index.ts";

export const ACCESS_REQUEST = "incidents.access.open";
const ACCESS_OPENED = "incidents.access.opened";
/** Who asks and who agrees holds both. */
export const ENTITLED: readonly Permission[] = ["cases.lead", "approvals.decide"];

/** What somebody may do now, within the transaction of the caller. */
export type StandingOf = (tx: Tx, userId: string) => Promise<ReadonlySet<Permission>>;

/**
 * The way into a restricted case whose people are gone: two people name a new member, knowing its number alone.
 *
 * Invariants
 *  - Before both have agreed no case is looked up: a number that is and one that never was are one answer, one time.
 *  - Who asks and who agrees see nothing of the case by that, unless they are who is named.
 *  - Everybody the case names is told; history and audit log of the case say who asked, who agreed and why.
 */
export class AccessRequests {
  readonly #deps: CaseDeps;
  readonly #ledger: CaseLedger;

  constructor(deps: CaseDeps, ledger: CaseLedger) {
    this.#deps = deps;
    this.#ledger = ledger;
    // In a message of its own, so that browsers look again only when the change is in the records.
    deps.outbox.on(ACCESS_OPENED, async (news) => {
      const { id, people } = news as { id: string; people: string[] };
      this.#ledger.announce(id, new Set(people));
    });
  }

  /** Fault incidents.access.not_entitled, incidents.person.missing. */
  async wanted(asked: z.output<typeof AccessRequested>, who: Principal): Promise<Wanted> {
    requireEntitled(who.permissions);
    if (who.kind !== "user") throw notEntitled();
    const [person] = await this.#ledger.peopleOf([asked.person]);
    return {
      kind: ACCESS_REQUEST,
      object: { kind: "case-number", id: asked.number, title: asked.number },
      details: { person: person?.name ?? "", input: { person: asked.person } },
      reason: asked.reason,
    };
  }

  kind(standingOf: StandingOf): ApprovalKind {
    return {
      kind: ACCESS_REQUEST,
      always: true,
      alsoNeeds: "cases.lead",
      carryOut: (tx, request) => this.#carryOut(tx, request, standingOf),
    };
  }

  /** Nobody is disabled, or made to read no cases, who is the last to open a restricted one. Names no case. */
  async requireSuccessor(tx: Tx, leaving: readonly string[], others: readonly string[]): Promise<void> {
    if (await keepAlone(tx, leaving, others))
      throw new Fault("conflict", "incidents.access.last_person", "nobody else opens some restricted cases", {
        people: leaving.length,
      });
  }

  async #carryOut(tx: Tx, request: Approved, standingOf: StandingOf): Promise<void> {
    const { object, details, by, decidedBy, reason } = request;
    const { person: personId } = details["input"] as { person: string };
    const permissions = await standingOf(tx, by.id);
    requireEntitled(permissions);
    const person: Person = { id: personId, name: String(details["person"]) };
    if (!(await standingOf(tx, personId)).has("cases.read"))
      throw new Fault("conflict", "incidents.person.missing", "no such person", { person: person.name });
    const record = await restrictedByNumber(tx, object.id);
    if (record === undefined)
      throw new Fault("missing", "incidents.access.no_case", "no restricted case has this number");
    const before = await membersOf(tx, record.id);
    const after = unique([...before, person]);
    await setMembers(tx, record.id, after);
    const who: Principal = { kind: "user", id: by.id, name: by.name, permissions };
    const doer = { who, peer: "" };
    const desk = this.#ledger.deskFor(tx, { record, by: doer, person: by, now: this.#deps.clock.now() });
    await desk.touch();
    await desk.tell({
      action: "members",
      subject: "access",
      before: { members: before.map(({ name }) => name) },
      after: { members: after.map(({ name }) => name), agreedBy: decidedBy.name },
      reason,
    });
    await desk.notify(CASE_TOLD, after, { what: "access_opened" });
    await this.#ledger.record(tx, {
      id: record.id,
      by: doer,
      verb: "incidents.case.access_opened",
      details: { request: request.id, person: person.id, agreedBy: decidedBy.id },
    });
    const audience = await audienceOf(tx, record);
    await desk.publish(ACCESS_OPENED, { id: record.id, people: [...(audience === "all" ? [] : audience)] });
  }
}

function requireEntitled(permissions: ReadonlySet<Permission>): void {
  if (!ENTITLED.every((permission) => permissions.has(permission))) throw notEntitled();
}

function notEntitled(): Fault {
  return new Fault("forbidden", "incidents.access.not_entitled", "who asks may lead every case and decide on requests");
}
