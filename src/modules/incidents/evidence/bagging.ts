import type { Readable } from "node:stream";
import { packTar } from "../../../platform/archive/index.ts";
import type { Principal } from "../../../platform/http/index.ts";
import type { EventProof } from "../../lake/index.ts";
import type { CaseViews } from "../case-views.ts";
import type { CaseLedger } from "../ledger.ts";
import type { CaseDeps, Doer } from "../ports.ts";
import { type CaseReport, caseReport } from "../report.ts";
import { bagFiles } from "./bag.ts";
import { enterCustody } from "./custody.ts";
import type { Evidence } from "./evidence.ts";
import type { EvidenceRecord } from "./records.ts";
import type { SigningKey } from "./signing-key.ts";
import type { Vault } from "./vault.ts";

interface BaggingParts {
  readonly ledger: CaseLedger;
  readonly views: CaseViews;
  readonly evidence: Evidence;
  readonly vault: Vault;
  readonly key: SigningKey;
  /** Files that explain and check a bag. */
  readonly papers: ReadonlyMap<string, string>;
}

/** What leaves a case: its report and its evidence. */
export class Bagging {
  readonly #deps: CaseDeps;
  readonly #parts: BaggingParts;

  constructor(deps: CaseDeps, parts: BaggingParts) {
    this.#deps = deps;
    this.#parts = parts;
  }

  get keyId(): string {
    return this.#parts.key.id;
  }

  async report(caseId: string, who: Principal): Promise<CaseReport> {
    const { views, evidence, ledger } = this.#parts;
    const whole = await views.page(caseId, who);
    const { items: history } = await views.history(caseId, who);
    const { name } = await ledger.nameOf(who);
    return caseReport({
      whole,
      history,
      evidence: await evidence.list(caseId, who),
      madeAt: this.#deps.clock.now(),
      madeBy: name,
    });
  }

  /**
   * The bag as a tar stream. Everything stored is read and compared before the first byte goes out, and that it goes
   * out is in the custody that goes with it.
   */
  async bag(caseId: string, by: Doer): Promise<{ fileName: string; content: Readable }> {
    const { ledger, evidence, vault, key } = this.#parts;
    const { clock } = this.#deps;
    await evidence.prove(caseId, by);
    const items = (await evidence.list(caseId, by.who)).flatMap((one) => one.items);
    const proofs = new Map<string, EventProof>();
    for (const one of items) {
      await vault.check(one.sha256);
      if (one.proof === null) continue;
      await vault.check(one.proof);
      proofs.set(one.id, JSON.parse(await vault.text(one.proof)) as EventProof);
    }
    // Each case whose evidence goes out has it in its own custody.
    for (const id of new Set([caseId, ...items.map((one) => one.caseId)])) await this.#enterExport(id, items, by);
    const report = await this.report(caseId, by.who);
    const record = await ledger.read(caseId, by.who);
    const files = bagFiles(
      {
        number: record.number,
        tlp: report.tlp,
        exerciseId: record.exerciseId,
        at: clock.now(),
        report: `${JSON.stringify(report, null, 2)}\n`,
        evidence: (await evidence.list(caseId, by.who)).filter(
          (one) => one.record.id === caseId || one.items.length > 0,
        ),
        proofs,
        papers: this.#parts.papers,
      },
      { key, vault },
    );
    return { fileName: `${record.number}.tar`, content: packTar(files, new Date(clock.now())) };
  }

  #enterExport(caseId: string, all: readonly EvidenceRecord[], by: Doer): Promise<void> {
    const { ledger, key } = this.#parts;
    const items = all.filter((one) => one.caseId === caseId).length;
    const options = { verb: "incidents.evidence.exported", evenClosed: true, evenMerged: true };
    return ledger.write(caseId, by, options, async (desk) => {
      const { hash } = await enterCustody(desk, { act: "exported", details: { items, key: key.id } });
      await desk.tell({ action: "exported", subject: "evidence", after: { items } });
      Object.assign(desk.details, { items, key: key.id, custody: hash });
    });
  }
}
