import { atLeast, type Severity } from "../../kernel/index.ts";
import { type ImportReport, planCorrelations, runsByDefault } from "../../modules/detection/matching.ts";
import type { ScanPlan, ScanRule } from "./protocol.ts";

/** A low rule under a high correlation must be matched though it is not reported. */
export function planScan(
  loaded: Pick<ImportReport, "rules" | "correlations" | "filters">,
  wish: { readonly minLevel: Severity; readonly withDeprecated: boolean },
): ScanPlan {
  const runs = (rule: Pick<ScanRule, "status">): boolean => wish.withDeprecated || runsByDefault(rule);
  const { plan, rejected } = planCorrelations(loaded.correlations.filter(runs), loaded.rules.filter(runs));
  const looked = new Set(plan.inputs.map(({ ruleId }) => ruleId));
  const isReported = (rule: ScanRule): boolean => atLeast(rule.level, wish.minLevel);
  const rules = loaded.rules.filter((rule) => runs(rule) && (isReported(rule) || looked.has(rule.id)));
  const correlations = plan.nodes
    .filter(({ raises, correlation }) => raises && isReported(correlation))
    .map(({ correlation }) => correlation);
  return {
    rules,
    filters: loaded.filters.filter(runs),
    plan,
    quiet: new Set([...plan.silenced, ...rules.filter((rule) => !isReported(rule)).map(({ id }) => id)]),
    findable: [...rules, ...correlations],
    rejected,
  };
}
