import type { Readable } from "node:stream";
import { packTar } from "../../../platform/archive/index.ts";
import type { Principal } from "../../../platform/http/index.ts";
import type { EventProof } from "../../lake/index.ts";
import type { CaseViews } from "../case-views.ts";
import type { CaseLedger } from "../ledger.ts";
import type { CaseDeps, Doer } from "../ports.ts";
import { type CaseReport, caseReport } from "../report.ts";
import { custodyOf, evidenceOf } from "../store/evidence.ts";
import { bagFiles } from "./bag.ts";
import { enterCustody } from "./custody.ts";
import type { Evidence } from "./evidence.ts";
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
    const { items, custody } = await evidence.list(caseId, who);
    const { name } = await ledger.nameOf(who);
    return caseReport({ whole, history, evidence: items, custody, madeAt: this.#deps.clock.now(), madeBy: name });
  }

  /**
   * The bag as a tar stream. Everything stored is read and compared before the first byte goes out, and that it goes
   * out is in the custody that goes with it.
   */
  async bag(caseId: string, by: Doer): Promise<{ fileName: string; content: Readable }> {
    const { ledger, evidence, vault, key } = this.#parts;
    const { records, clock } = this.#deps;
    await evidence.prove(caseId, by);
    const items = await evidenceOf(records.query, (await ledger.read(caseId, by.who)).id);
    const proofs = new Map<string, EventProof>();
    for (const one of items) {
      await vault.check(one.sha256);
      if (one.proof === null) continue;
      await vault.check(one.proof);
      proofs.set(one.id, JSON.parse(await vault.text(one.proof)) as EventProof);
    }
    await ledger.write(
      caseId,
      by,
      { verb: "incidents.evidence.exported", evenClosed: true, evenMerged: true },
      async (desk) => {
        const { hash } = await enterCustody(desk, { act: "exported", details: { items: items.length, key: key.id } });
        await desk.tell({ action: "exported", subject: "evidence", after: { items: items.length } });
        Object.assign(desk.details, { items: items.length, key: key.id, custody: hash });
      },
    );
    const record = await ledger.read(caseId, by.who);
    const files = bagFiles(
      {
        number: record.number,
        tlp: record.tlp,
        exerciseId: record.exerciseId,
        at: clock.now(),
        report: `${JSON.stringify(await this.report(caseId, by.who), null, 2)}\n`,
        evidence: items,
        proofs,
        custody: await custodyOf(records.query, caseId),
        papers: this.#parts.papers,
      },
      { key, vault },
    );
    return { fileName: `${record.number}.tar`, content: packTar(files, new Date(clock.now())) };
  }
}
