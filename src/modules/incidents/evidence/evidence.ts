import { randomUUID } from "node:crypto";
import type { Readable } from "node:stream";
import { Fault, isFault } from "../../../kernel/index.ts";
import type { Principal } from "../../../platform/http/index.ts";
import type { EventProof, StoredEvent } from "../../lake/index.ts";
import { sniff } from "../core/sniff.ts";
import type { CaseLedger, Desk } from "../ledger.ts";
import { MAX_EVIDENCE_PER_CASE, MAX_HELD_EVENTS } from "../limits.ts";
import type { Asker, CaseDeps, Doer } from "../ports.ts";
import { custodyOf, evidenceOf, putEvidence, setProof } from "../store/evidence.ts";
import type { CaseRecord } from "../records.ts";
import { partsOf, withMerged } from "../store/index.ts";
import { enterCustody } from "./custody.ts";
import type { EvidenceRecord, SealedEntry } from "./records.ts";
import type { Kept, Vault } from "./vault.ts";

/** What evidence needs of the lake and of notebooks. */
export interface EvidencePorts {
  readonly event: (id: string) => Promise<StoredEvent | undefined>;
  /** Faults lake.proof.pending, lake.proof.altered. */
  readonly prove: (id: string) => Promise<EventProof>;
  /** The page and every entry of it, as the notebook screen saves it; fault when the person may not see it. */
  readonly notebook: (id: string, who: Principal) => Promise<{ title: string; text: string }>;
  readonly placeHold: (
    hold: { name: string; reason: string; events: readonly string[] },
    asker: Asker,
  ) => Promise<string>;
  readonly releaseHold: (id: string, reason: string, asker: Asker) => Promise<void>;
}

/** Evidence as one case keeps it. What a case was merged with stays in the custody of the case that took it in. */
export interface CaseEvidence {
  readonly record: CaseRecord;
  readonly items: readonly EvidenceRecord[];
  /** Oldest first. */
  readonly custody: readonly SealedEntry[];
}

const ITSELF: Asker = { actor: { kind: "system", id: "incidents", name: "incidents" }, peer: null };

/** Files, events and notebooks kept as evidence, each deed with them written into the custody of the case. */
export class Evidence {
  readonly #deps: CaseDeps & { readonly ports: EvidencePorts };
  readonly #ledger: CaseLedger;
  readonly #vault: Vault;

  constructor(deps: CaseDeps & { readonly ports: EvidencePorts }, parts: { ledger: CaseLedger; vault: Vault }) {
    this.#deps = deps;
    this.#ledger = parts.ledger;
    this.#vault = parts.vault;
  }

  /** Of the case itself first, then of each case merged into it that exists for this person. */
  async list(caseId: string, who: Principal): Promise<CaseEvidence[]> {
    const { query } = this.#deps.records;
    const all: CaseEvidence[] = [];
    for (const record of await withMerged(query, await this.#ledger.read(caseId, who), who.id))
      all.push({ record, items: await evidenceOf(query, record.id), custody: await custodyOf(query, record.id) });
    return all;
  }

  /** Nothing of the body is read before it is known that the case takes it. */
  async addFile(
    caseId: string,
    file: { readonly name: string; readonly description: string; readonly content: AsyncIterable<Uint8Array> },
    by: Doer,
  ): Promise<EvidenceRecord> {
    const record = await this.#ledger.read(caseId, by.who);
    if (record.stage === "closed" || record.mergedInto !== null)
      throw new Fault("conflict", "incidents.case.closed", "the case is closed; open it again first");
    const kept = await this.#vault.keep(file.content);
    return this.#add(caseId, by, {
      kept,
      kind: "file",
      name: file.name,
      description: file.description,
      sourceId: null,
    });
  }

  /** Frozen as they are stored now; the proof follows when the segment is sealed. Fault incidents.event.missing. */
  async addEvents(
    caseId: string,
    asked: { events: readonly string[]; description: string },
    by: Doer,
  ): Promise<EvidenceRecord[]> {
    await this.#ledger.read(caseId, by.who);
    const found: StoredEvent[] = [];
    for (const id of new Set(asked.events)) {
      const event = await this.#deps.ports.event(id);
      if (event === undefined) throw new Fault("missing", "incidents.event.missing", "no such event", { event: id });
      found.push(event);
    }
    const added: EvidenceRecord[] = [];
    for (const event of found) {
      const kept = await this.#vault.keepText(`${JSON.stringify(event, null, 2)}\n`);
      const record = await this.#add(caseId, by, {
        kept,
        kind: "event",
        name: `${event.id}.json`,
        description: asked.description,
        sourceId: event.id,
      });
      added.push(record);
    }
    await this.prove(caseId, by);
    return added;
  }

  async addNotebook(
    caseId: string,
    asked: { notebook: string; description: string },
    by: Doer,
  ): Promise<EvidenceRecord> {
    await this.#ledger.read(caseId, by.who);
    const { title, text } = await this.#deps.ports.notebook(asked.notebook, by.who);
    const kept = await this.#vault.keepText(text);
    return this.#add(caseId, by, {
      kept,
      kind: "notebook",
      name: `${title.slice(0, 150)}.json`,
      description: asked.description,
      sourceId: asked.notebook,
    });
  }

  /** The bytes, after it is written down who takes them. Fault incidents.evidence.missing, .altered. */
  async read(caseId: string, evidenceId: string, by: Doer): Promise<{ record: EvidenceRecord; content: Readable }> {
    const record = (await this.list(caseId, by.who)).flatMap(({ items }) => items).find(({ id }) => id === evidenceId);
    if (record === undefined) throw new Fault("missing", "incidents.evidence.missing", "no such evidence");
    await this.#vault.check(record.sha256);
    await this.#ledger.write(
      record.caseId,
      by,
      { verb: "incidents.evidence.read", evenClosed: true, evenMerged: true },
      async (desk) => {
        const { hash } = await enterCustody(desk, { act: "read", evidence: record });
        Object.assign(desk.details, { evidence: record.id, sha256: record.sha256, custody: hash });
      },
    );
    return { record, content: this.#vault.read(record.sha256) };
  }

  /** Asks again for the proofs that were not there yet; how many are still missing. */
  async prove(caseId: string, by: Doer): Promise<number> {
    let missing = 0;
    for (const { record, items } of await this.list(caseId, by.who)) missing += await this.#prove(record.id, items, by);
    return missing;
  }

  async #prove(caseId: string, items: readonly EvidenceRecord[], by: Doer): Promise<number> {
    const waiting = items.filter((one) => one.kind === "event" && one.proof === null);
    const proofs: { evidence: EvidenceRecord; proof: Kept }[] = [];
    for (const evidence of waiting) {
      try {
        const proof = await this.#deps.ports.prove(evidence.sourceId ?? "");
        proofs.push({ evidence, proof: await this.#vault.keepText(`${JSON.stringify(proof)}\n`) });
      } catch (error) {
        // Not sealed yet, or no more what was sealed: the frozen event is evidence all the same, without a proof.
        if (!isFault(error)) throw error;
      }
    }
    if (proofs.length > 0)
      await this.#ledger.write(
        caseId,
        by,
        { verb: "incidents.evidence.proved", evenClosed: true, evenMerged: true },
        async (desk) => {
          for (const { evidence, proof } of proofs) {
            await setProof(desk.tx, evidence.id, proof.sha256);
            await enterCustody(desk, { act: "proved", evidence, details: { proof: proof.sha256 } });
          }
          desk.details["events"] = proofs.length;
        },
      );
    return waiting.length - proofs.length;
  }

  /**
   * A legal hold on every event the case names: no segment goes in which one of them lies. Placed before the old one
   * is released, so that nothing is ever without. The hold of a restricted case says nothing of the case.
   */
  async hold(caseId: string, reason: string, by: Doer): Promise<void> {
    const record = await this.#ledger.read(caseId, by.who);
    const { query } = this.#deps.records;
    const ofFacts = (await partsOf(query, caseId)).flatMap(({ content, hidden }) =>
      content.kind === "fact" && !hidden && content.source.eventId !== null ? [content.source.eventId] : [],
    );
    // A hold of a case everybody may see names no event of one they may not.
    const ofEvidence = (await this.list(caseId, by.who))
      .filter((one) => record.restricted || !one.record.restricted)
      .flatMap(({ items }) => items)
      .flatMap(({ kind, sourceId }) => (kind === "event" && sourceId !== null ? [sourceId] : []));
    const events = [...new Set([...ofEvidence, ...ofFacts])];
    if (events.length === 0) throw new Fault("conflict", "incidents.hold.nothing", "the case names no event to hold");
    if (events.length > MAX_HELD_EVENTS)
      throw new Fault("too_large", "incidents.hold.too_many", "too many events for one hold", {
        limit: MAX_HELD_EVENTS,
      });
    // Nobody who may not do it places a hold, not even for a moment.
    await this.#lead(caseId, by, async () => undefined);
    const opaque = `HS-M-${randomUUID().slice(0, 8)}`;
    const asker = record.restricted ? ITSELF : askerOf(by);
    const holdId = await this.#deps.ports.placeHold(
      record.restricted ? { name: opaque, reason: opaque, events } : { name: record.number, reason, events },
      asker,
    );
    const before = await this.#lead(caseId, by, async (desk) => {
      const old = desk.record.holdId;
      await desk.save({ holdId }, { action: "held", subject: "hold", reason });
      const { hash } = await enterCustody(desk, { act: "held", details: { events: events.length, hold: holdId } });
      Object.assign(desk.details, { hold: holdId, custody: hash });
      return old;
    });
    if (before !== null) await this.#deps.ports.releaseHold(before, record.restricted ? opaque : record.number, asker);
  }

  async release(caseId: string, reason: string, by: Doer): Promise<void> {
    const record = await this.#ledger.read(caseId, by.who);
    if (record.holdId === null) throw new Fault("conflict", "incidents.hold.none", "no hold is in force for this case");
    await this.#lead(caseId, by, async (desk) => {
      await desk.save({ holdId: null }, { action: "released", subject: "hold", reason });
      const { hash } = await enterCustody(desk, { act: "released", details: { hold: record.holdId } });
      Object.assign(desk.details, { hold: record.holdId, custody: hash });
    });
    const asker = record.restricted ? ITSELF : askerOf(by);
    await this.#deps.ports.releaseHold(record.holdId, record.restricted ? "HS-M" : reason, asker);
  }

  #lead<Outcome>(caseId: string, by: Doer, work: (desk: Desk) => Promise<Outcome>): Promise<Outcome> {
    return this.#ledger.write(caseId, by, { verb: "incidents.case.hold_set", evenClosed: true }, async (desk) => {
      if (!desk.who.permissions.has("cases.lead"))
        throw new Fault(
          "forbidden",
          "incidents.hold.lead_needed",
          "a hold is placed and released by who may lead every case",
        );
      return work(desk);
    });
  }

  async #add(
    caseId: string,
    by: Doer,
    one: { kept: Kept; kind: EvidenceRecord["kind"]; name: string; description: string; sourceId: string | null },
  ): Promise<EvidenceRecord> {
    const { kept, kind, name, description, sourceId } = one;
    const looks = kind === "file" ? sniff(kept.head, name) : { media: "JSON", mismatch: false, executable: false };
    return this.#ledger.write(caseId, by, { verb: "incidents.evidence.added" }, async (desk) => {
      const there = await evidenceOf(desk.tx, caseId);
      const same = there.find((each) => each.kind === kind && each.sha256 === kept.sha256);
      if (same !== undefined && kind === "file")
        throw new Fault("conflict", "incidents.file.known", "the case has this file", { name: same.name });
      if (same !== undefined) return same;
      if (there.length >= MAX_EVIDENCE_PER_CASE)
        throw new Fault("too_large", "incidents.evidence.too_many", "too much evidence", {
          limit: MAX_EVIDENCE_PER_CASE,
        });
      const record: EvidenceRecord = {
        id: randomUUID(),
        caseId,
        kind,
        name,
        description,
        bytes: kept.bytes,
        sha256: kept.sha256,
        ...looks,
        sourceId,
        proof: null,
        addedAt: desk.now,
        addedBy: desk.by,
      };
      await putEvidence(desk.tx, record);
      const { hash } = await enterCustody(desk, {
        act: "added",
        evidence: record,
        details: { kind, name, bytes: kept.bytes },
      });
      await desk.touch();
      await desk.tell({
        action: "added",
        subject: "evidence",
        subjectId: record.id,
        after: { name, sha256: kept.sha256, bytes: kept.bytes },
      });
      await desk.tellTeam("evidence");
      Object.assign(desk.details, { evidence: record.id, sha256: kept.sha256, custody: hash });
      return record;
    });
  }
}

function askerOf({ who, peer }: Doer): Asker {
  return { actor: { kind: who.kind, id: who.id, name: who.name }, peer };
}
