import { createHash } from "node:crypto";
import { Fault } from "../../kernel/index.ts";
import type { z } from "../../platform/schema/index.ts";
import { unique } from "./core/people.ts";
import { audienceOf, type CaseLedger, type Desk, noCase, refuseStale, together, type Audience } from "./ledger.ts";
import type { Doer } from "./ports.ts";
import type { PartContent } from "./parts/schemas.ts";
import type { CaseRecord, PartRecord } from "./records.ts";
import type { MergeRequest, UnmergeRequest } from "./schemas.ts";
import {
  alertsOf,
  findCase,
  findPart,
  linkAlert,
  membersOf,
  partsOf,
  putPart,
  stagesOf,
  unlinkAlert,
} from "./store/index.ts";

/**
 * Two cases become one, and two again.
 *
 * Invariants
 *  - What is carried is copied: the merged case stays as it was, closed and pointing at the other.
 *  - Coming apart takes back what was carried and not worked on since; the rest stays where the work was done.
 *  - Nobody learns of a restricted case by a merge.
 */
export class Merging {
  readonly #ledger: CaseLedger;

  constructor(ledger: CaseLedger) {
    this.#ledger = ledger;
  }

  /** Fault incidents.merge.same, .other_world, .reveals, incidents.record.changed_meanwhile. */
  async merge(id: string, asked: z.output<typeof MergeRequest>, by: Doer): Promise<void> {
    let sourceAudience: Audience = new Set();
    await this.#ledger.write(id, by, { verb: "incidents.case.merged" }, async (desk) => {
      await desk.mustHaveSeen(asked.version);
      const source = await findCase(desk.tx, asked.from, by.who.id);
      if (source === undefined || source.mergedInto !== null) throw noCase(asked.from);
      if (source.id === id) throw new Fault("conflict", "incidents.merge.same", "a case cannot be merged into itself");
      await refuseStale(desk.tx, { id: source.id, seen: asked.fromVersion, now: source.version });
      if (source.exerciseId !== desk.record.exerciseId)
        throw new Fault("conflict", "incidents.merge.other_world", "an exercise and the real never share a case");
      await refuseRevealing(desk, source);
      const carried = new Set<string>(asked.carry);
      await this.#carry(desk, source, carried);
      await desk.save(
        {
          ...(carried.has("tags") ? { tags: [...new Set([...desk.record.tags, ...source.tags])] } : {}),
          ...(carried.has("people")
            ? {
                deputies: unique([
                  ...desk.record.deputies,
                  ...(source.lead === null ? [] : [source.lead]),
                  ...source.deputies,
                ]),
                watchers: unique([...desk.record.watchers, ...source.watchers]),
              }
            : {}),
        },
        { action: "merged", reason: asked.reason },
      );
      await desk.tell({
        action: "merged",
        subject: "merge",
        subjectId: source.id,
        after: { from: source.number, carried: [...carried] },
        reason: asked.reason,
      });
      const other = this.#ledger.deskFor(desk.tx, { record: source, by, person: desk.by, now: desk.now });
      await other.save(
        { stage: "closed", resolution: "merged", mergedInto: id },
        { action: "merged", subject: "stage", reason: asked.reason },
      );
      await this.#ledger.record(desk.tx, { id: source.id, by, verb: "incidents.case.merged" });
      await other.tellTeam("merged");
      sourceAudience = await audienceOf(desk.tx, source);
    });
    this.#ledger.announce(asked.from, sourceAudience);
  }

  /** Fault incidents.merge.none when the other case was not merged into this one. */
  async unmerge(id: string, from: string, change: { asked: z.output<typeof UnmergeRequest>; by: Doer }): Promise<void> {
    const { asked, by } = change;
    let audience: Audience = new Set();
    await this.#ledger.write(id, by, { verb: "incidents.case.unmerged", evenClosed: true }, async (desk) => {
      await desk.mustHaveSeen(asked.version);
      const source = await findCase(desk.tx, from, by.who.id);
      if (source === undefined) throw noCase(from);
      if (source.mergedInto !== id)
        throw new Fault("conflict", "incidents.merge.none", "that case was not merged into this one");
      await this.#takeBack(desk, source, asked.reason);
      const stage = (await stagesOf(desk.tx, from)).findLast(({ action }) => action === "merged")?.before?.["stage"];
      const other = this.#ledger.deskFor(desk.tx, { record: source, by, person: desk.by, now: desk.now });
      await other.save(
        {
          stage: (stage as CaseRecord["stage"] | undefined) ?? "investigating",
          resolution: null,
          mergedInto: null,
        },
        { action: "unmerged", subject: "stage", reason: asked.reason },
      );
      await this.#ledger.record(desk.tx, { id: from, by, verb: "incidents.case.unmerged" });
      await desk.tell({
        action: "unmerged",
        subject: "merge",
        subjectId: from,
        after: { from: source.number },
        reason: asked.reason,
      });
      audience = together(await audienceOf(desk.tx, source), await audienceOf(desk.tx, desk.record));
    });
    this.#ledger.announce(from, audience);
  }

  async #carry(desk: Desk, source: CaseRecord, carried: ReadonlySet<string>): Promise<void> {
    const { id } = desk.record;
    if (carried.has("alerts")) {
      for (const alert of await alertsOf(desk.tx, source.id))
        await linkAlert(desk.tx, id, { ...alert, addedAt: desk.now, fromCase: source.id });
    }
    const parts = (await partsOf(desk.tx, source.id)).filter((part) => !part.hidden && carried.has(part.content.kind));
    for (const part of parts) {
      const copy = copyId(part.id, id);
      const there = await findPart(desk.tx, id, copy);
      // Merged a second time: what was taken back comes again, what was worked on stays as it is.
      if (there !== undefined && !there.hidden) continue;
      await putPart(desk.tx, {
        ...part,
        id: copy,
        content: carriedContent(part.content, id, parts),
        caseId: id,
        version: (there?.version ?? 0) + 1,
        hidden: false,
        fromCase: source.id,
      });
      await desk.tell({
        action: "carried",
        subject: part.content.kind,
        subjectId: copy,
        version: (there?.version ?? 0) + 1,
        after: { from: source.number },
      });
    }
  }

  async #takeBack(desk: Desk, source: CaseRecord, reason: string): Promise<void> {
    const { id } = desk.record;
    for (const alert of await alertsOf(desk.tx, id))
      if (alert.fromCase === source.id) await unlinkAlert(desk.tx, id, alert.alertId);
    const originals = new Map((await partsOf(desk.tx, source.id)).map((part) => [copyId(part.id, id), part]));
    const here = await partsOf(desk.tx, id);
    const carried = [...originals].flatMap(([copy, part]) => (here.some((one) => one.id === copy) ? [part] : []));
    for (const part of here) {
      const original = originals.get(part.id)?.content;
      const asCarried = original === undefined ? undefined : carriedContent(original, id, carried);
      const isUntouched = JSON.stringify(asCarried) === JSON.stringify(part.content);
      if (part.fromCase !== source.id || part.hidden || !isUntouched) continue;
      const version = part.version + 1;
      await putPart(desk.tx, { ...part, hidden: true, version, updatedAt: desk.now, updatedBy: desk.by.name });
      await desk.tell({
        action: "hidden",
        subject: part.content.kind,
        subjectId: part.id,
        version,
        after: { hidden: true },
        reason,
      });
    }
    await desk.touch();
  }
}

async function refuseRevealing(desk: Desk, source: CaseRecord): Promise<void> {
  if (!source.restricted) return;
  const known = new Set((await membersOf(desk.tx, source.id)).map(({ id }) => id));
  const readers = desk.record.restricted ? await membersOf(desk.tx, desk.record.id) : undefined;
  if (readers?.every((one) => known.has(one.id)) !== true)
    throw new Fault(
      "conflict",
      "incidents.merge.reveals",
      "people who may not know of the one case would learn of it in the other",
    );
}

/** A decision goes on resting on the facts that came with it, under their names here. */
function carriedContent(content: PartContent, into: string, carried: readonly PartRecord[]): PartContent {
  if (content.kind !== "decision") return content;
  const known = new Set(carried.map(({ id }) => id));
  return { ...content, facts: content.facts.map((id) => (known.has(id) ? copyId(id, into) : id)) };
}

function copyId(partId: string, into: string): string {
  return createHash("sha256").update(`${partId}\0${into}`).digest("hex").slice(0, 32);
}
