import type { Instant } from "../../../kernel/index.ts";
import type { Clock } from "../../../platform/clock/index.ts";
import type { Records } from "../../../platform/db/index.ts";
import { lastDays, startOfDay } from "../core/days.ts";
import type { CorrelationStats } from "../core/sigma/index.ts";
import { correlationStatsOf, type HiddenCount, hiddenOfRule, suppressedOfRule } from "../counts/store.ts";
import type { TrackRecord, Verdict } from "../track-record.ts";
import type { RuleLibrary } from "./library.ts";

const DAYS = 30;

/** How a rule does: what it found, what people made of it, what tuning kept away. */
export interface RuleFigures {
  readonly fired: { readonly count: number; readonly firstAt: Instant | null; readonly lastAt: Instant | null };
  readonly perDay: readonly { readonly day: number; readonly findings: number }[];
  readonly verdicts: ReadonlyMap<Verdict | null, number>;
  /** Of the alerts judged; null when none was. */
  readonly truePositiveRate: number | null;
  readonly hidden: readonly (HiddenCount & { readonly title: string })[];
  readonly suppressed: number;
  readonly correlation: CorrelationStats | null;
}

interface Deps {
  readonly records: Records;
  readonly clock: Clock;
  readonly library: RuleLibrary;
  readonly trackRecord: TrackRecord;
}

export class RuleStatistics {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async of(ruleId: string): Promise<RuleFigures> {
    const { records, clock, library, trackRecord } = this.#deps;
    const { rule } = library.get(ruleId);
    const days = lastDays(DAYS, clock.now());
    const counted = await trackRecord.perDay(ruleId, startOfDay(days[0] ?? 0));
    const verdicts = await trackRecord.verdicts(ruleId);
    const hidden = await hiddenOfRule(records.query, ruleId);
    const isCorrelation = rule.kind === "correlation";
    return {
      fired: await trackRecord.fired(ruleId),
      perDay: days.map((day) => ({ day, findings: counted.get(day) ?? 0 })),
      verdicts,
      truePositiveRate: rateOf(verdicts),
      hidden: hidden.map((count) => ({ ...count, title: this.#titleOf(count.filterId) })),
      suppressed: (await suppressedOfRule(records.query, ruleId))?.count ?? 0,
      correlation: isCorrelation ? ((await correlationStatsOf(records.query, ruleId)) ?? null) : null,
    };
  }

  /** What exceptions of a rule hid so far, by exception. */
  async hiddenBy(ruleIds: Iterable<string>): Promise<ReadonlyMap<string, HiddenCount>> {
    const byFilter = new Map<string, HiddenCount>();
    for (const ruleId of new Set(ruleIds)) {
      for (const count of await hiddenOfRule(this.#deps.records.query, ruleId)) byFilter.set(count.filterId, count);
    }
    return byFilter;
  }

  #titleOf(filterId: string): string {
    const { library } = this.#deps;
    const exception = library.exceptions().find(({ record }) => record.id === filterId);
    return exception?.record.title ?? library.find(filterId)?.rule.title ?? filterId;
  }
}

export function rateOf(verdicts: ReadonlyMap<Verdict | null, number>): number | null {
  const count = (verdict: Verdict): number => verdicts.get(verdict) ?? 0;
  const judged = count("true_positive") + count("false_positive") + count("benign");
  return judged === 0 ? null : count("true_positive") / judged;
}
