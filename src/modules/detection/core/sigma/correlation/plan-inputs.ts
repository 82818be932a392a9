/** From matches of rules to what the correlator takes: the fields a plan asks for, read from the event. */
import type { LogSourceMap } from "../sources/logsource.ts";
import { RuleValues, scalarOf } from "../rule-values.ts";
import type { Rule, SigmaEvent } from "../rule.ts";
import type { CorrelationInput } from "./correlator-types.ts";
import type { CorrelationPlan } from "./plan.ts";

/** The part of an input that depends on rule and event alone. */
export type MatchedValues = Pick<CorrelationInput, "input" | "values">;

export class PlanInputs {
  readonly #inputs: ReadonlyMap<string, { readonly input: number; readonly values: RuleValues }>;

  constructor(plan: Pick<CorrelationPlan, "inputs">, rules: readonly Rule[], map: LogSourceMap) {
    const byId = new Map(rules.map((rule) => [rule.id, rule]));
    this.#inputs = new Map(
      plan.inputs.flatMap(({ ruleId, fields }, input) => {
        const rule = byId.get(ruleId);
        return rule === undefined ? [] : [[ruleId, { input, values: new RuleValues(rule, fields, map) }] as const];
      }),
    );
  }

  /** `undefined` when no correlation looks at the rule. */
  of(rule: Rule, event: SigmaEvent): MatchedValues | undefined {
    const known = this.#inputs.get(rule.id);
    return known === undefined ? undefined : { input: known.input, values: known.values.of(event).map(scalarOf) };
  }
}
