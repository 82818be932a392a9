/**
 * From correlation documents to something that runs: references resolved, lower correlations before higher ones,
 * every input with the fields somebody needs of it. What cannot run is refused with its reason.
 */
import type { ContentProblem } from "../../../../../kernel/index.ts";
import type { Rule } from "../rule.ts";
import type { Correlation } from "./correlation.ts";
import type { PlanInput } from "./correlator-types.ts";
import { MAX_CHAIN_DEPTH, MAX_GROUP_FIELDS, MAX_REFERENCES } from "./limits.ts";
import { type ConditionPlan, planCondition } from "./plan-condition.ts";
import { fieldsOf, type SourceFields } from "./plan-fields.ts";
import { type References, Resolver, type Target } from "./references.ts";

/** What runs: plain data, so that it crosses threads. */
export interface CorrelationPlan {
  /** What the matching side delivers. */
  readonly inputs: readonly PlanInput[];
  /** In topological order: whatever a correlation refers to comes before it. */
  readonly nodes: readonly PlanNode[];
  /** Rules and correlations that raise no findings of their own. */
  readonly silenced: ReadonlySet<string>;
}

export interface PlanNode {
  readonly correlation: Correlation;
  readonly condition: ConditionPlan;
  /** One per entry of `correlation.rules`, in that order. */
  readonly sources: readonly PlanSource[];
  /** Its findings go out (otherwise only upwards). */
  readonly raises: boolean;
  /** Versions of itself and of everything it refers to: state of another fingerprint is not continued. */
  readonly fingerprint: string;
}

export interface PlanSource {
  /** A detection rule (index into `inputs`) or a correlation (index into `nodes`). */
  readonly kind: "input" | "node";
  readonly index: number;
  readonly ruleId: string;
  /** Where the group-by values are: positions in the input's `values`, or in the lower group. */
  readonly group: readonly number[];
  /** The same for the fields of the condition. */
  readonly values: readonly number[];
}

export interface PlannedCorrelations {
  readonly plan: CorrelationPlan;
  readonly rejected: readonly ContentProblem[];
}

/** `correlations` and `rules` are the enabled ones. Whatever is rejected neither runs nor silences anything. */
export function planCorrelations(correlations: readonly Correlation[], rules: readonly Rule[]): PlannedCorrelations {
  return new Planner(correlations, rules).plan();
}

type Outcome = { readonly node: number; readonly depth: number; readonly versions: readonly string[] };

class Planner {
  private readonly correlations: readonly Correlation[];
  private readonly resolver: Resolver;
  private readonly inputs = new Map<string, string[]>();
  private readonly inputIds: string[] = [];
  private readonly nodes: Omit<PlanNode, "raises">[] = [];
  /** `undefined` while it is being planned: meeting that again is a cycle. */
  private readonly outcomes = new Map<Correlation, Outcome | "rejected" | undefined>();
  private readonly rejected: ContentProblem[] = [];

  constructor(correlations: readonly Correlation[], rules: readonly Rule[]) {
    this.correlations = correlations;
    this.resolver = new Resolver(rules, correlations);
  }

  plan(): PlannedCorrelations {
    for (const correlation of this.bottomUp()) this.visit(correlation, 1);
    const silenced = silencedBy(this.nodes);
    return {
      plan: {
        inputs: this.inputIds.map((ruleId) => ({ ruleId, fields: this.inputs.get(ruleId) as string[] })),
        nodes: this.nodes.map((node) => ({ ...node, raises: !silenced.has(node.correlation.id) })),
        silenced,
      },
      rejected: this.rejected,
    };
  }

  /** Lower ones first, so that a long chain is no deep recursion; what leads back to itself comes last. */
  private bottomUp(): readonly Correlation[] {
    const waitsFor = new Map<Correlation, number>();
    const above = new Map<Correlation, Correlation[]>();
    for (const correlation of this.correlations) {
      const references = this.resolver.resolve(correlation);
      const targets = "code" in references ? [] : references.targets.filter(({ kind }) => kind === "correlation");
      waitsFor.set(correlation, targets.length);
      for (const target of targets as Correlation[]) {
        const known = above.get(target);
        if (known === undefined) above.set(target, [correlation]);
        else known.push(correlation);
      }
    }
    const order = this.correlations.filter((correlation) => waitsFor.get(correlation) === 0);
    for (let next = 0; next < order.length; next++) {
      for (const correlation of above.get(order[next] as Correlation) ?? []) {
        const left = (waitsFor.get(correlation) ?? 0) - 1;
        waitsFor.set(correlation, left);
        if (left === 0) order.push(correlation);
      }
    }
    return order.length === this.correlations.length ? order : [...new Set([...order, ...this.correlations])];
  }

  /** `above`: how many correlations of one chain are being planned, this one among them. */
  private visit(correlation: Correlation, above: number): Outcome | "rejected" | undefined {
    if (this.outcomes.has(correlation)) return this.outcomes.get(correlation);
    this.outcomes.set(correlation, undefined);
    const outcome = this.build(correlation, above) ?? "rejected";
    this.outcomes.set(correlation, outcome);
    return outcome;
  }

  private build(correlation: Correlation, above: number): Outcome | undefined {
    if (this.resolver.byId(correlation.id) !== correlation) {
      return this.refuse(correlation, correlation.line, "id", `the id "${correlation.id}" is used twice`);
    }
    const references = this.references(correlation);
    if (references === undefined) return undefined;
    // Only a long circle comes here: everything else is planned from below.
    if (above > MAX_CHAIN_DEPTH) return this.tooDeep(correlation);
    const lower = this.lowerOf(correlation, references.targets, above);
    if (lower === undefined) return undefined;
    const depth = 1 + Math.max(0, ...lower.map((outcome) => outcome?.depth ?? 0));
    if (depth > MAX_CHAIN_DEPTH) return this.tooDeep(correlation);
    const condition = planCondition(correlation);
    if ("code" in condition) {
      this.rejected.push({ file: correlation.file, line: correlation.condition.line, ...condition });
      return undefined;
    }
    const fields = fieldsOf(correlation, references);
    if ("message" in fields) return this.refuse(correlation, fields.line, "field", fields.message, fields.hint);
    const versions = versionsOf(correlation, references.targets, lower);
    this.nodes.push({
      correlation,
      condition,
      sources: fields.map((field, index) => this.source(references.targets[index] as Target, lower[index], field)),
      fingerprint: versions.join(" "),
    });
    return { node: this.nodes.length - 1, depth, versions };
  }

  private tooDeep(correlation: Correlation): undefined {
    return this.refuse(correlation, correlation.line, "depth", `more than ${MAX_CHAIN_DEPTH} correlations in a chain`);
  }

  private references(correlation: Correlation): References | undefined {
    const { rules, groupBy } = correlation;
    if (rules.length === 0) return this.refuse(correlation, correlation.line, "rules", "no rule is named");
    if (rules.length > MAX_REFERENCES) {
      return this.refuse(correlation, correlation.line, "rules", `more than ${MAX_REFERENCES} rules`);
    }
    if (groupBy.length > MAX_GROUP_FIELDS) {
      return this.refuse(correlation, correlation.line, "group-by", `more than ${MAX_GROUP_FIELDS} group-by fields`);
    }
    const references = this.resolver.resolve(correlation);
    if (!("code" in references)) return references;
    const { line, code, message, hint } = references;
    return this.refuse(correlation, line, code, message, hint);
  }

  private lowerOf(
    correlation: Correlation,
    targets: readonly Target[],
    above: number,
  ): (Outcome | undefined)[] | undefined {
    const lower: (Outcome | undefined)[] = [];
    for (const [index, target] of targets.entries()) {
      if (target.kind === "detection") {
        lower.push(undefined);
        continue;
      }
      const outcome = this.visit(target, above + 1);
      const line = correlation.rules[index]?.line ?? correlation.line;
      if (outcome === undefined)
        return this.refuse(correlation, line, "cycle", `"${target.title}" leads back to itself`);
      if (outcome === "rejected") {
        return this.refuse(correlation, line, "rules", `"${target.title}" cannot run`, "see its own problem");
      }
      lower.push(outcome);
    }
    return lower;
  }

  private source(target: Target, lower: Outcome | undefined, fields: SourceFields): PlanSource {
    if (target.kind === "correlation") {
      const position = (name: string): number => target.groupBy.indexOf(name);
      return {
        kind: "node",
        index: (lower as Outcome).node,
        ruleId: target.id,
        group: fields.group.map(position),
        values: fields.values.map(position),
      };
    }
    const known = this.inputs.get(target.id) ?? [];
    if (!this.inputs.has(target.id)) {
      this.inputs.set(target.id, known);
      this.inputIds.push(target.id);
    }
    const position = (name: string): number => {
      if (!known.includes(name)) known.push(name);
      return known.indexOf(name);
    };
    return {
      kind: "input",
      index: this.inputIds.indexOf(target.id),
      ruleId: target.id,
      group: fields.group.map(position),
      values: fields.values.map(position),
    };
  }

  private refuse(correlation: Correlation, line: number, what: string, message: string, hint?: string): undefined {
    this.rejected.push({
      file: correlation.file,
      line,
      code: `sigma.correlation.${what}`,
      message,
      ...(hint === undefined ? {} : { hint }),
    });
    return undefined;
  }
}

function versionsOf(
  correlation: Correlation,
  targets: readonly Target[],
  lower: readonly (Outcome | undefined)[],
): readonly string[] {
  const below = targets.flatMap((target, index) => lower[index]?.versions ?? [`${target.id}@${target.version}`]);
  return [...new Set([`${correlation.id}@${correlation.version}`, ...below])].sort();
}

/** Silent unless some correlation that refers to it says `generate: true`. */
function silencedBy(nodes: readonly Omit<PlanNode, "raises">[]): ReadonlySet<string> {
  const referred = new Set(nodes.flatMap(({ sources }) => sources.map(({ ruleId }) => ruleId)));
  for (const { correlation, sources } of nodes) {
    if (correlation.generate) for (const { ruleId } of sources) referred.delete(ruleId);
  }
  return referred;
}
