/** Which measure a correlation needs. */
import { ChainMeasure } from "./chain-measure.ts";
import type { Correlation } from "./correlation.ts";
import { CountMeasure } from "./count-measure.ts";
import { DistinctMeasure } from "./distinct-measure.ts";
import type { EntryTable } from "./entry-table.ts";
import type { GroupTable } from "./group-table.ts";
import { LadderMeasure } from "./ladder-measure.ts";
import type { Measure } from "./measure.ts";
import { type ConditionPlan, meetsBounds } from "./plan-condition.ts";
import { PresenceMeasure } from "./presence-measure.ts";
import { RankMeasure } from "./rank-measure.ts";
import { SumMeasure } from "./sum-measure.ts";

export function measureOf(
  correlation: Correlation,
  plan: ConditionPlan,
  tables: { entries: EntryTable; groups: GroupTable },
): Measure {
  const { condition } = correlation;
  const bounds = condition.kind === "threshold" ? condition.bounds : [];
  const meets = (value: number): boolean => meetsBounds(value, bounds);
  const { entries, groups } = tables;
  switch (correlation.type) {
    case "event_count":
      return new CountMeasure(groups, meets);
    case "value_count":
      return new DistinctMeasure(entries, groups, meets);
    case "value_sum":
    case "value_avg":
      return new SumMeasure(tables, correlation.type === "value_avg", meets);
    case "value_median":
      return new RankMeasure(entries, "median", meets);
    case "value_percentile":
      return new RankMeasure(entries, condition.kind === "threshold" ? (condition.percentile ?? 50) : 50, meets);
    default: {
      const rules = correlation.rules.length;
      if (plan.alternatives !== undefined) return new ChainMeasure(entries, rules, plan.alternatives);
      return correlation.type === "temporal_ordered"
        ? new LadderMeasure(entries, rules, meets)
        : new PresenceMeasure(entries, rules, condition);
    }
  }
}
