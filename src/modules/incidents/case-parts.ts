import { randomUUID } from "node:crypto";
import { Fault } from "../../kernel/index.ts";
import type { z } from "../../platform/schema/index.ts";
import { type CaseLedger, type Desk, PERSON_MENTIONED, refuseStale, TASK_ASSIGNED } from "./ledger.ts";
import { MAX_PARTS_PER_CASE } from "./limits.ts";
import type { PartContent } from "./parts/schemas.ts";
import type { Doer } from "./ports.ts";
import type { PartRecord, Person, Told } from "./records.ts";
import type { PartChanged, PartHidden } from "./schemas.ts";
import { countParts, findPart, membersOf, putPart } from "./store/index.ts";

/** What people write into a case. Every version of every part stays in the history; nothing is deleted. */
export class CaseParts {
  readonly #ledger: CaseLedger;

  constructor(ledger: CaseLedger) {
    this.#ledger = ledger;
  }

  async add(id: string, asked: PartContent, by: Doer): Promise<PartRecord> {
    const content = await this.#named(asked);
    return this.#ledger.write(id, by, { verb: `incidents.${content.kind}.added` }, async (desk) => {
      if ((await countParts(desk.tx, id)) >= MAX_PARTS_PER_CASE)
        throw new Fault("too_large", "incidents.part.too_many", "the case is full", { limit: MAX_PARTS_PER_CASE });
      const part: PartRecord = {
        id: randomUUID(),
        caseId: id,
        content: await knownOnly(desk, content),
        at: momentOf(content) ?? desk.now,
        version: 1,
        hidden: false,
        fromCase: null,
        createdAt: desk.now,
        createdBy: desk.by,
        updatedAt: desk.now,
        updatedBy: desk.by.name,
      };
      await putPart(desk.tx, part);
      await desk.touch();
      await desk.tell({ action: "added", subject: content.kind, subjectId: part.id, version: 1, after: part.content });
      await tellPeople(desk, part, undefined);
      return part;
    });
  }

  /** Fault incidents.record.changed_meanwhile, incidents.part.kind_fixed, incidents.comment.fixed. */
  async change(
    id: string,
    partId: string,
    change: { asked: z.output<typeof PartChanged>; by: Doer },
  ): Promise<PartRecord> {
    const { asked, by } = change;
    const content = await this.#named(asked.content);
    return this.#ledger.write(id, by, { verb: `incidents.${content.kind}.changed` }, async (desk) => {
      const part = await this.#part(desk, partId);
      if (part.content.kind !== content.kind)
        throw new Fault("invalid", "incidents.part.kind_fixed", "a part keeps its kind");
      if (content.kind === "comment")
        throw new Fault("conflict", "incidents.comment.fixed", "a comment is not edited; write another one");
      await refuseStale(desk.tx, { id: partId, seen: asked.version, now: part.version });
      const next: PartRecord = {
        ...part,
        content: await knownOnly(desk, content),
        at: momentOf(content) ?? part.at,
        version: part.version + 1,
        updatedAt: desk.now,
        updatedBy: desk.by.name,
      };
      await putPart(desk.tx, next);
      await desk.touch();
      const { before, after } = difference(part.content, next.content);
      await desk.tell({
        action: "changed",
        subject: content.kind,
        subjectId: partId,
        version: next.version,
        before,
        after,
        reason: asked.reason,
      });
      await tellPeople(desk, next, part);
      return next;
    });
  }

  /** Out of sight, not out of the case: the reason is told, and it can be shown again. */
  async hide(
    id: string,
    partId: string,
    change: { asked: z.output<typeof PartHidden>; by: Doer },
  ): Promise<PartRecord> {
    const { asked, by } = change;
    return this.#ledger.write(id, by, { verb: "incidents.part.hidden" }, async (desk) => {
      const part = await this.#part(desk, partId);
      await refuseStale(desk.tx, { id: partId, seen: asked.version, now: part.version });
      if (part.hidden === asked.hidden) return part;
      const next = {
        ...part,
        hidden: asked.hidden,
        version: part.version + 1,
        updatedAt: desk.now,
        updatedBy: desk.by.name,
      };
      await putPart(desk.tx, next);
      await desk.touch();
      await desk.tell({
        action: asked.hidden ? "hidden" : "shown",
        subject: part.content.kind,
        subjectId: partId,
        version: next.version,
        before: { hidden: part.hidden },
        after: { hidden: asked.hidden },
        reason: asked.reason,
      });
      return next;
    });
  }

  async #part(desk: Desk, partId: string): Promise<PartRecord> {
    const part = await findPart(desk.tx, desk.record.id, partId);
    if (part === undefined) throw new Fault("missing", "incidents.part.missing", "no such part", { part: partId });
    return part;
  }

  /** Names come from the accounts, not from the caller. */
  async #named(content: PartContent): Promise<PartContent> {
    if (content.kind === "task" && content.owner !== null) {
      const [owner = null] = await this.#ledger.peopleOf([content.owner.id]);
      return { ...content, owner };
    }
    if (content.kind === "comment") {
      return { ...content, mentions: await this.#ledger.peopleOf(content.mentions.map(({ id }) => id)) };
    }
    return content;
  }
}

/** In a restricted case only its people can be mentioned or given work: nobody else learns of it. */
async function knownOnly(desk: Desk, content: PartContent): Promise<PartContent> {
  if (!desk.record.restricted) return content;
  const known = new Set((await membersOf(desk.tx, desk.record.id)).map(({ id }) => id));
  if (content.kind === "comment") return { ...content, mentions: content.mentions.filter(({ id }) => known.has(id)) };
  if (content.kind === "task" && content.owner !== null && !known.has(content.owner.id))
    throw new Fault("conflict", "incidents.person.not_named", "not among the named people of this case", {
      person: content.owner.name,
    });
  return content;
}

async function tellPeople(desk: Desk, part: PartRecord, before: PartRecord | undefined): Promise<void> {
  const { content } = part;
  if (content.kind === "comment") await desk.notify(PERSON_MENTIONED, content.mentions, { partId: part.id });
  if (content.kind !== "task" || content.owner === null) return;
  const earlier: Person | null = before?.content.kind === "task" ? before.content.owner : null;
  if (earlier?.id === content.owner.id) return;
  await desk.notify(TASK_ASSIGNED, [content.owner], { partId: part.id, task: content.title, due: content.due });
}

function momentOf(content: PartContent): number | undefined {
  return "time" in content ? Date.parse(content.time) : undefined;
}

function difference(before: Told, after: Told): { before: Told; after: Told } {
  const names = Object.keys({ ...before, ...after }).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  return {
    before: Object.fromEntries(names.map((name) => [name, before[name] ?? null])),
    after: Object.fromEntries(names.map((name) => [name, after[name] ?? null])),
  };
}
