/** What a hunt runs: one rule or correlation, with everything it refers to and the filters that narrow it. */
import { Fault } from "../../../kernel/index.ts";
import type { RuleDocument } from "../core/references.ts";
import {
  type Correlation,
  type CorrelationPlan,
  planCorrelations,
  type Rule,
  type SigmaFilter,
} from "../core/sigma/index.ts";

export interface HuntTarget {
  readonly main: Rule | Correlation;
  /** Detection rules whose matches count: the rule itself, or those the correlation stands on. */
  readonly rules: readonly Rule[];
  readonly filters: readonly SigmaFilter[];
  /** Of the correlation and those under it. */
  readonly plan: CorrelationPlan | undefined;
  readonly correlations: readonly Correlation[];
}

/** `known` are the documents references may mean, the nearest first: a draft's own before the library's. */
export function targetOf(main: Rule | Correlation, known: readonly RuleDocument[]): HuntTarget {
  const filters = known.filter((one) => one.kind === "filter");
  if (main.kind === "detection") return { main, rules: [main], filters, plan: undefined, correlations: [] };
  const rules = new Map<string, Rule>();
  const correlations = new Map<string, Correlation>();
  gather(main, { known, rules, correlations });
  const { plan, rejected } = planCorrelations([...correlations.values()], [...rules.values()]);
  const [problem] = rejected;
  if (problem !== undefined || !plan.nodes.some(({ correlation }) => correlation.id === main.id)) {
    const detail = problem?.message ?? "the correlation cannot run";
    throw new Fault("invalid", "detection.hunt.correlation", detail, { line: problem?.line ?? main.line, detail });
  }
  return { main, rules: [...rules.values()], filters, plan, correlations: [...correlations.values()] };
}

/**
 * The document a text is about: the one that was named, else its correlation that no other one names, else its only
 * detection rule. Several of a kind are several hunts.
 */
export function mainOf(documents: readonly RuleDocument[], wanted?: string): Rule | Correlation {
  if (wanted !== undefined) {
    const named = documents.find(({ id, name }) => id === wanted || name === wanted);
    if (named !== undefined && named.kind !== "filter") return named;
    throw new Fault("missing", "detection.draft.document", "the text holds no such rule", { id: wanted });
  }
  const correlations = documents.filter((one) => one.kind === "correlation");
  const named = new Set(correlations.flatMap(({ rules }) => rules.map(({ text }) => text)));
  const tops = correlations.filter(({ id, name }) => !named.has(id) && (name === undefined || !named.has(name)));
  const candidates = tops.length > 0 ? tops : documents.filter((one) => one.kind === "detection");
  const [main] = candidates;
  if (main === undefined)
    throw new Fault("invalid", "detection.draft.no_rule", "the text holds no rule that could run");
  if (candidates.length > 1) {
    const count = candidates.length;
    throw new Fault("invalid", "detection.draft.several", "the text holds several rules: hunt with one", { count });
  }
  return main;
}

interface Gathered {
  readonly known: readonly RuleDocument[];
  readonly rules: Map<string, Rule>;
  readonly correlations: Map<string, Correlation>;
}

function gather(correlation: Correlation, into: Gathered): void {
  if (into.correlations.has(correlation.id)) return;
  into.correlations.set(correlation.id, correlation);
  for (const { text, line } of correlation.rules) {
    const named = into.known.find(({ id }) => id === text) ?? into.known.find(({ name }) => name === text);
    if (named?.kind === "detection") into.rules.set(named.id, named);
    else if (named?.kind === "correlation") gather(named, into);
    else {
      const params = { reference: text, line };
      throw new Fault("invalid", "detection.hunt.reference", `no rule with the id or name "${text}" is here`, params);
    }
  }
}
