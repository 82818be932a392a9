import { randomUUID } from "node:crypto";
import type { Readable } from "node:stream";
import { Fault, isFault } from "../../../kernel/index.ts";
import type { Principal } from "../../../platform/http/index.ts";
import type { EventProof, StoredEvent } from "../../lake/index.ts";
import { sniff } from "../core/sniff.ts";
import type { CaseLedger } from "../ledger.ts";
import { MAX_EVIDENCE_PER_CASE } from "../limits.ts";
import type { CaseDeps, Doer } from "../ports.ts";
import { custodyOf, evidenceOf, putEvidence, setProof } from "../store/evidence.ts";
import type { CaseRecord } from "../records.ts";
import { withMerged } from "../store/index.ts";
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
}

/** Evidence as one case keeps it. What a case was merged with stays in the custody of the case that took it in. */
export interface CaseEvidence {
  readonly record: CaseRecord;
  readonly items: readonly EvidenceRecord[];
  /** Oldest first. */
  readonly custody: readonly SealedEntry[];
}

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
