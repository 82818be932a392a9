import { randomUUID } from "node:crypto";
import { Fault } from "../../kernel/index.ts";
import type { z } from "../../platform/schema/index.ts";
import { bringAlerts, gatherAlerts, tellQueue } from "./case-alerts.ts";
import { unique } from "./core/people.ts";
import { judgeStep, type StageStep } from "./core/stages.ts";
import { CaseLedger, type Desk } from "./ledger.ts";
import { MIN_CLOSING_SUMMARY } from "./limits.ts";
import type { CaseDeps, Doer } from "./ports.ts";
import type { CaseRecord, PartRecord, Person } from "./records.ts";
import type { AccessChange, CaseChange, CaseCreate, PeopleChange } from "./schemas.ts";
import { alertsOf, membersOf, nextNumber, putCase, putPart, setMembers } from "./store/index.ts";
import type { CaseTemplate } from "./templates.ts";

const HOUR_MS = 3_600_000;

/** Cases themselves: opened, described, led, moved through their stages, shown to all or to named people. */
export class Cases {
  readonly #deps: CaseDeps;
  readonly #ledger: CaseLedger;

  constructor(deps: CaseDeps, ledger: CaseLedger) {
    this.#deps = deps;
    this.#ledger = ledger;
  }

  /** Fault incidents.template.missing, incidents.person.missing, incidents.alert.*. */
  async create(asked: z.output<typeof CaseCreate>, by: Doer): Promise<string> {
    const { records, clock, templates } = this.#deps;
    const template = templates.find(({ kind }) => kind === asked.kind);
    if (template === undefined)
      throw new Fault("invalid", "incidents.template.missing", "no such kind of case", { kind: asked.kind });
    const creator = await this.#ledger.nameOf(by.who);
    const leadId = asked.lead === undefined ? by.who.id : asked.lead;
    const [lead = null] = leadId === null ? [] : await this.#ledger.peopleOf([leadId]);
    const deputies = await this.#ledger.peopleOf(asked.deputies);
    const members = await this.#ledger.peopleOf(asked.members);
    if (asked.restricted) await this.#requireKept([...(lead === null ? [] : [lead]), ...deputies, ...members], by);
    const gathered = await gatherAlerts(this.#deps, asked.alerts);
    const now = clock.now();
    const id = randomUUID();
    await records.transaction(async (tx) => {
      const record: CaseRecord = {
        id,
        number: await numberFor(tx, now, asked.restricted),
        kind: asked.kind,
        title: asked.title,
        summary: asked.summary,
        severity: asked.severity ?? template.severity,
        stage: "new",
        tlp: asked.tlp,
        tags: [...new Set(asked.tags)],
        lead,
        deputies,
        watchers: [],
        restricted: asked.restricted,
        origin: asked.origin,
        exerciseId: gathered[0]?.alert.exerciseId ?? null,
        resolution: null,
        closingSummary: null,
        mergedInto: null,
        holdId: null,
        version: 1,
        createdAt: now,
        createdBy: creator,
        updatedAt: now,
      };
      await putCase(tx, record);
      if (record.restricted)
        await setMembers(tx, id, unique([creator, ...(lead === null ? [] : [lead]), ...deputies, ...members]));
      const desk = this.#ledger.deskFor(tx, { record, by, person: creator, now });
      await desk.tell({
        action: "created",
        subject: "stage",
        subjectId: id,
        version: 1,
        after: { stage: "new", kind: record.kind, title: record.title, severity: record.severity },
      });
      for (const task of tasksOf(template, { caseId: id, by: creator, now, language: asked.language }))
        await putPart(tx, task);
      await bringAlerts(desk, gathered, by.peer);
      await desk.tellTeam("created");
      await this.#ledger.record(tx, {
        id,
        by,
        verb: "incidents.case.created",
        details: { alerts: asked.alerts.length },
      });
    });
    const record = await this.#ledger.read(id, by.who);
    const audience = record.restricted
      ? new Set((await membersOf(records.query, id)).map((one) => one.id))
      : ("all" as const);
    this.#ledger.announce(id, audience);
    return id;
  }

  async change(id: string, asked: z.output<typeof CaseChange>, by: Doer): Promise<void> {
    const { version, reason, ...values } = asked;
    await this.#ledger.write(id, by, { verb: "incidents.case.changed" }, async (desk) => {
      await desk.mustHaveSeen(version);
      if (values.kind !== undefined && !this.#deps.templates.some(({ kind }) => kind === values.kind))
        throw new Fault("invalid", "incidents.template.missing", "no such kind of case", { kind: values.kind });
      const next = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
      await desk.save(next as Partial<CaseRecord>, { action: "changed", reason });
    });
  }

  /** Fault incidents.stage.*. */
  async step(id: string, step: StageStep & { readonly version: number }, by: Doer): Promise<void> {
    const options = { verb: "incidents.case.staged", evenClosed: true };
    await this.#ledger.write(id, by, options, async (desk) => {
      await desk.mustHaveSeen(step.version);
      const verdict = judgeStep(desk.record.stage, step, MIN_CLOSING_SUMMARY);
      if (!verdict.ok)
        throw new Fault("conflict", verdict.code, "the case cannot go there like this", {
          from: desk.record.stage,
          to: step.to,
          characters: MIN_CLOSING_SUMMARY,
        });
      const ends = step.to === "closed";
      if (ends || desk.record.stage === "closed") desk.mustLead();
      await desk.save(
        {
          stage: step.to,
          resolution: ends ? (step.resolution ?? null) : null,
          closingSummary: ends ? (step.summary ?? null) : null,
        },
        { action: "staged", subject: "stage", reason: step.reason },
      );
      await desk.tellTeam("staged");
    });
  }

  async setPeople(id: string, asked: z.output<typeof PeopleChange>, by: Doer): Promise<void> {
    const [lead = null] = asked.lead === null ? [] : await this.#ledger.peopleOf([asked.lead]);
    const deputies = await this.#ledger.peopleOf(asked.deputies);
    const watchers = await this.#ledger.peopleOf(asked.watchers);
    await this.#ledger.write(id, by, { verb: "incidents.case.people_set" }, async (desk) => {
      await desk.mustHaveSeen(asked.version);
      // A case nobody leads may be taken; one that is led is handed over by who leads it.
      if (desk.record.lead !== null && desk.record.lead.id !== lead?.id) desk.mustLead();
      const named = desk.record.restricted ? await membersOf(desk.tx, id) : undefined;
      if (named !== undefined && (lead !== null || deputies.length > 0)) {
        const leading = [...(lead === null ? [] : [lead]), ...deputies];
        const strangers = leading.filter((one) => !named.some((member) => member.id === one.id));
        // Whoever is made to lead learns of the case: that is a decision about access.
        if (strangers.length > 0) desk.mustLead();
        await setMembers(desk.tx, id, unique([...named, ...leading]));
      }
      const knowing =
        named === undefined ? watchers : watchers.filter((one) => named.some((member) => member.id === one.id));
      await desk.save({ lead, deputies, watchers: knowing }, { action: "people", reason: asked.reason });
      await desk.tellTeam("people");
    });
  }

  async watch(id: string, watching: boolean, by: Doer): Promise<void> {
    const options = { verb: "incidents.case.watched", evenClosed: true };
    await this.#ledger.write(id, by, options, async (desk) => {
      const others = desk.record.watchers.filter((one) => one.id !== desk.by.id);
      await desk.save({ watchers: watching ? [...others, desk.by] : others }, { action: "watched" });
    });
  }

  /** Need to know: from now on the case exists for these people only, or for everybody again. */
  async setAccess(id: string, asked: z.output<typeof AccessChange>, by: Doer): Promise<void> {
    const people = await this.#ledger.peopleOf(asked.members);
    if (asked.restricted) await this.#requireKept(people, by);
    const options = { verb: "incidents.case.access_set", evenClosed: true };
    await this.#ledger.write(id, by, options, async (desk) => {
      await desk.mustHaveSeen(asked.version);
      desk.mustLead();
      const { lead, deputies, watchers } = desk.record;
      const wasRestricted = desk.record.restricted;
      const before = wasRestricted ? await membersOf(desk.tx, id) : [];
      const members = asked.restricted
        ? unique([desk.by, ...(lead === null ? [] : [lead]), ...deputies, ...people])
        : [];
      await setMembers(desk.tx, id, members);
      const known = new Set(members.map((one) => one.id));
      await desk.save(
        {
          restricted: asked.restricted,
          watchers: asked.restricted ? watchers.filter((one) => known.has(one.id)) : watchers,
        },
        { action: "access", subject: "access", reason: asked.reason },
      );
      await desk.tell({
        action: "members",
        subject: "access",
        before: { members: before.map((one) => one.name) },
        after: { members: members.map((one) => one.name) },
        reason: asked.reason,
      });
      if (wasRestricted)
        await tellQueue(
          desk,
          (await alertsOf(desk.tx, id)).map(({ alertId }) => alertId),
          by.peer,
        );
    });
  }

  /** A service account signs in nowhere: a case it alone is named in is lost to people. `people` are active ones. */
  async #requireKept(people: readonly Person[], by: Doer): Promise<void> {
    if (people.length > 0 || (await this.#deps.nameOf(by.who.id)) !== undefined) return;
    throw new Fault("conflict", "incidents.access.nobody", "a restricted case names at least one active person");
  }
}

async function numberFor(tx: Desk["tx"], now: number, restricted: boolean): Promise<string> {
  const series = `HS-${new Date(now).getUTCFullYear()}-${restricted ? "M" : ""}`;
  return `${series}${String(await nextNumber(tx, series)).padStart(4, "0")}`;
}

function tasksOf(
  template: CaseTemplate,
  at: { caseId: string; by: Person; now: number; language: "vi" | "en" },
): PartRecord[] {
  return template.tasks.map((task, index) => ({
    id: randomUUID(),
    caseId: at.caseId,
    content: {
      kind: "task" as const,
      title: task[at.language],
      note: "",
      owner: null,
      due: task.due_hours === undefined ? null : new Date(at.now + task.due_hours * HOUR_MS).toISOString(),
      state: "open" as const,
      order: (index + 1) * 10,
    },
    at: at.now + index,
    version: 1,
    hidden: false,
    fromCase: null,
    createdAt: at.now,
    createdBy: at.by,
    updatedAt: at.now,
    updatedBy: at.by.name,
  }));
}
