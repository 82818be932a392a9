/** Correlations and rules as the parser would give them, for tests. */
import type { Rule } from "../../rule.ts";
import type { Bound, Correlation, RuleExpression } from "../correlation.ts";
import type { CorrelationInput } from "../correlator-types.ts";
import { Correlator } from "../correlator.ts";
import type { CorrelatorLimits } from "../limits.ts";
import { type CorrelationPlan, planCorrelations } from "../plan.ts";

const metadata = {
  title: "built",
  level: "medium",
  references: [],
  tags: [],
  falsepositives: [],
  fields: [],
  related: [],
  taxonomy: "sigma",
  file: "built.yml",
  line: 1,
  version: "1",
  extras: {},
} as const;

export function ruleOf(id: string, name?: string): Rule {
  return { ...metadata, kind: "detection", id, ...(name === undefined ? {} : { name }) } as unknown as Rule;
}

export interface CorrelationShape extends Partial<Omit<Correlation, "rules" | "condition" | "aliases">> {
  readonly rules?: readonly string[];
  readonly bounds?: readonly Bound[];
  readonly fields?: readonly string[];
  readonly percentile?: number;
  readonly expression?: RuleExpression;
  readonly aliases?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export function correlationOf(shape: CorrelationShape = {}): Correlation {
  const { rules = ["a"], bounds = [{ operator: "gte", value: 2 }], fields = [], percentile, expression } = shape;
  const { aliases = {}, ...rest } = shape;
  return {
    ...metadata,
    id: "correlation",
    type: "event_count",
    groupBy: ["host"],
    timespanMs: 60_000,
    generate: false,
    latenessMs: 0,
    suppressMs: 0,
    ...rest,
    kind: "correlation",
    rules: rules.map((text, index) => ({ text, line: 10 + index })),
    aliases: Object.entries(aliases).map(([name, byRule]) => ({ name, fields: byRule })),
    condition:
      expression === undefined
        ? { kind: "threshold", fields, bounds, ...(percentile === undefined ? {} : { percentile }), line: 20 }
        : { kind: "boolean", expression, text: "", line: 20 },
  };
}

/** Of correlations nothing is wrong with. */
export function planOf(...shapes: readonly CorrelationShape[]): CorrelationPlan {
  const { plan, rejected } = planCorrelations(shapes.map(correlationOf), ["a", "b", "c"].map((id) => ruleOf(id)));
  if (rejected.length > 0) throw new Error(JSON.stringify(rejected));
  return plan;
}

/** Not a good hash, but the same for the same text. */
export function testHash(text: string): string {
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) >>> 0;
  return hash.toString(16).padStart(8, "0");
}

export function correlatorOf(plan: CorrelationPlan, limits: Partial<CorrelatorLimits> = {}): Correlator {
  return new Correlator(plan, { hash: testHash, limits });
}

let ids = 0;

/** An event of the first input, now and never seen before, unless said otherwise. */
export function inputAt(seconds: number, values: CorrelationInput["values"], more: Partial<CorrelationInput> = {}): CorrelationInput {
  const time = seconds * 1_000;
  return { input: 0, time, receivedAt: time, eventId: `event ${ids++}`, values, anchor: `at ${seconds}`, ...more };
}
