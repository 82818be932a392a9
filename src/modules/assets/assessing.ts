/** Assessments by law: answers weighed with content as it is now, kept with that content, never weighed again. */
import { randomUUID } from "node:crypto";
import { Fault } from "../../kernel/index.ts";
import { actorOf } from "../../platform/audit/index.ts";
import { type Answers, judge, settledAnswers, type Verdict } from "./core/scheme.ts";
import { MAX_ANSWER_NUMBER, MAX_ASSESSMENTS_SHOWN } from "./limits.ts";
import type { Asker, SystemRecord } from "./records.ts";
import type { AssetRegister } from "./register.ts";
import type { SchemeContent, SchemeId, ShownVerdict } from "./classification/schemas.ts";
import type { LoadedScheme } from "./schemes.ts";
import { type Assessment, assessmentsOf, contentOf, findAssessment, putAssessment } from "./store/assessments.ts";
import { findSystem, setOutcome } from "./store/systems.ts";
import { missing, mustBeActive, told, write, writingOf } from "./written.ts";

/** Where the outcome of the latest assessment stands in lists. */
const OUTCOME_COLUMN = { "vn-level": "vn_level", nis2: "nis2_class" } as const;

export interface AssessAsk {
  readonly scheme: SchemeId;
  readonly answers: Answers;
  readonly hash: string;
  readonly reason: string;
}

export interface DossierSource {
  readonly system: SystemRecord;
  readonly assessment: Assessment;
  readonly content: SchemeContent;
}

export class Assessments {
  readonly #register: AssetRegister;
  readonly #schemes: ReadonlyMap<SchemeId, LoadedScheme>;

  constructor({
    register,
    schemes,
  }: {
    readonly register: AssetRegister;
    readonly schemes: ReadonlyMap<SchemeId, LoadedScheme>;
  }) {
    this.#register = register;
    this.#schemes = schemes;
  }

  scheme(id: SchemeId): LoadedScheme {
    const scheme = this.#schemes.get(id);
    if (scheme === undefined) throw new Fault("missing", "assets.scheme.missing", "no such classification", { id });
    return scheme;
  }

  isCurrent({ scheme, hash }: Pick<Assessment, "scheme" | "hash">): boolean {
    return this.#schemes.get(scheme)?.hash === hash;
  }

  /** What these answers would give; nothing is kept. */
  weigh(id: SchemeId, answers: Answers): ShownVerdict {
    const { content } = this.scheme(id);
    return shown(judge(content, settled(content, answers)));
  }

  /** An unfinished result may be kept too: what is open stands in it. */
  async assess(systemId: string, { scheme: id, answers, hash, reason }: AssessAsk, by: Asker): Promise<Assessment> {
    const { deps } = this.#register;
    const scheme = this.scheme(id);
    if (scheme.hash !== hash) {
      const { version } = scheme.content;
      throw new Fault("conflict", "assets.scheme.changed", "the questions changed: look at them again", { version });
    }
    const writing = await writingOf(deps, by, reason);
    const kept = settled(scheme.content, answers);
    const assessment: Assessment = {
      id: randomUUID(),
      systemId,
      scheme: id,
      at: writing.at,
      by: writing.person,
      reason: writing.reason,
      hash,
      contentVersion: scheme.content.version,
      answers: kept,
      verdict: shown(judge(scheme.content, kept)),
    };
    await deps.records.transaction(async (tx) => {
      const system = await findSystem(tx, systemId);
      if (system === undefined) throw missing(systemId);
      mustBeActive(system);
      await putAssessment(tx, assessment, scheme.content);
      const { outcome } = assessment.verdict;
      await setOutcome(tx, systemId, { [OUTCOME_COLUMN[id]]: outcome, updated_at: writing.at });
      const before = id === "vn-level" ? system.vnLevel : system.nis2Class;
      const field = id === "vn-level" ? ("vnLevel" as const) : ("nis2Class" as const);
      const changes = before === outcome ? [] : [{ field, from: before, to: outcome }];
      await write(deps, tx, { system, what: "assessed", changes, writing, isAudited: false });
      await deps.audit.record(
        {
          actor: actorOf(by.who),
          peer: by.peer,
          verb: "assets.system.assessed",
          object: { kind: "asset", id: systemId },
          details: { name: system.name, scheme: id, outcome, version: scheme.content.version, hash },
        },
        tx,
      );
    });
    told(deps, [systemId]);
    return assessment;
  }

  async of(systemId: string): Promise<readonly Assessment[]> {
    const { query } = this.#register.deps.records;
    if ((await findSystem(query, systemId)) === undefined) throw missing(systemId);
    return await assessmentsOf(query, systemId, MAX_ASSESSMENTS_SHOWN);
  }

  /** The assessment with the system as it is and the questions as they were. */
  async dossier(systemId: string, id: string): Promise<DossierSource> {
    const { query } = this.#register.deps.records;
    const [system, assessment] = await Promise.all([findSystem(query, systemId), findAssessment(query, id)]);
    if (system === undefined) throw missing(systemId);
    if (assessment === undefined || assessment.systemId !== systemId) {
      throw new Fault("missing", "assets.assessment.missing", "no such assessment", { id });
    }
    const content = await contentOf(query, assessment.hash);
    if (content === undefined) throw new Error(`the content of assessment ${id} is not kept`);
    return { system, assessment, content };
  }
}

function settled(content: SchemeContent, answers: Answers): Answers {
  const checked = settledAnswers(content, answers, MAX_ANSWER_NUMBER);
  if ("answers" in checked) return checked.answers;
  const { question, what } = checked.flaw;
  throw new Fault("invalid", "assets.answer.wrong", `the answer to ${question} does not fit`, { question, what });
}

function shown(verdict: Verdict): ShownVerdict {
  return {
    outcome: verdict.outcome ?? null,
    isCertain: verdict.isCertain,
    decidedBy: [...verdict.decidedBy],
    couldRaise: [...verdict.couldRaise],
    criteria: verdict.criteria.map(({ id, state, questions, missing: lacking }) => ({
      id,
      state,
      questions: [...questions],
      missing: [...lacking],
    })),
    asked: [...verdict.asked],
    unanswered: [...verdict.unanswered],
    notes: [...verdict.notes],
  };
}
