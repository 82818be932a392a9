import type { Instant } from "../../kernel/index.ts";
import type { Records } from "../../platform/db/index.ts";
import type { JudgedFinding } from "../detection/index.ts";
import type { CloseReason } from "./core/workflow.ts";
import { type FindingsAsk, findingsPerDay, firedOfRule, judgedFindings, verdictsOfRule } from "./store/by-rule.ts";

/** What became of a rule's findings: what people who tune the rule have to know. Reads only. */
export class RuleTrackRecord {
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
  }

  findings(ruleId: string, ask: FindingsAsk): Promise<readonly JudgedFinding[]> {
    return judgedFindings(this.#records.query, ruleId, ask);
  }

  perDay(ruleId: string, since: Instant): Promise<ReadonlyMap<number, number>> {
    return findingsPerDay(this.#records.query, ruleId, since);
  }

  fired(ruleId: string): Promise<{ count: number; firstAt: Instant | null; lastAt: Instant | null }> {
    return firedOfRule(this.#records.query, ruleId);
  }

  verdicts(ruleId: string): Promise<ReadonlyMap<CloseReason | null, number>> {
    return verdictsOfRule(this.#records.query, ruleId);
  }
}
