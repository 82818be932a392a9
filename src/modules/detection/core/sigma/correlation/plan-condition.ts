/** What a condition asks of a window: when it can be judged, and whether anything could ever fulfil it. */
import type { Bound, Correlation, RuleExpression } from "./correlation.ts";
import { DEFAULT_LIMITS, MAX_ALTERNATIVES, MAX_CHAIN_LINKS, MAX_LADDER_RULES, MAX_TEMPORAL_RULES } from "./limits.ts";

/**
 * `sliding`: more events can only help (gt, gte, no `not`), so the window ending at each event is judged at once.
 * `closing`: a later event may spoil it, so a window is judged when it is over.
 */
export type WindowMode = "sliding" | "closing";

/** One way in which a boolean condition comes true: these rules seen (in order, if order matters), those not. */
export interface Alternative {
  readonly seen: readonly number[];
  readonly absent: readonly number[];
}

export interface ConditionPlan {
  readonly mode: WindowMode;
  /** Of `temporal_ordered` only, where a fixed list of rules must be seen. */
  readonly alternatives?: readonly Alternative[];
}

export interface ConditionProblem {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export function planCondition(correlation: Correlation): ConditionPlan | ConditionProblem {
  return correlation.condition.kind === "boolean"
    ? planBoolean(correlation, correlation.condition.expression)
    : planThreshold(correlation, correlation.condition.bounds);
}

export function meetsBounds(value: number, bounds: readonly Bound[]): boolean {
  return bounds.every((bound) => meets(value, bound));
}

function meets(value: number, bound: Bound): boolean {
  switch (bound.operator) {
    case "gt":
      return value > bound.value;
    case "gte":
      return value >= bound.value;
    case "lt":
      return value < bound.value;
    case "lte":
      return value <= bound.value;
    case "eq":
      return value === bound.value;
    case "neq":
      return value !== bound.value;
  }
}

const isTemporal = ({ type }: Correlation): boolean => type === "temporal" || type === "temporal_ordered";

function planThreshold(correlation: Correlation, bounds: readonly Bound[]): ConditionPlan | ConditionProblem {
  const rules = correlation.rules.length;
  const temporal = isTemporal(correlation);
  if (temporal && rules > MAX_TEMPORAL_RULES) return tooManyRules(rules);
  const most = temporal ? rules : DEFAULT_LIMITS.eventsPerWindow;
  const counts = temporal || correlation.type === "event_count" || correlation.type === "value_count";
  const problem = counts ? checkCount(bounds, most) : checkNumber(bounds);
  if (problem !== undefined) return problem;
  const mode = bounds.every(({ operator }) => operator === "gt" || operator === "gte") ? "sliding" : "closing";
  if (correlation.type !== "temporal_ordered") return { mode };
  const all = correlation.rules.map((_, index) => index);
  if (mode === "sliding" && !meetsBounds(rules - 1, bounds)) {
    return { mode, alternatives: [{ seen: all, absent: [] }] };
  }
  return rules <= MAX_LADDER_RULES
    ? { mode }
    : {
        code: "sigma.correlation.condition",
        message: `an order of some of ${rules} rules has too many forms`,
        hint: `at most ${MAX_LADDER_RULES} rules, or ask for all of them`,
      };
}

function checkCount(bounds: readonly Bound[], most: number): ConditionProblem | undefined {
  if (nearby(bounds, most).some((count) => count >= 1 && count <= most && meetsBounds(count, bounds))) return undefined;
  if (meetsBounds(0, bounds)) {
    return {
      code: "sigma.correlation.empty-window",
      message: "only a window without events could fulfil the condition, and such a window does not exist",
      hint: "a count is at least 1: absence cannot be counted",
    };
  }
  const beyond = bounds.some(({ value }) => value > most);
  return {
    code: "sigma.correlation.impossible",
    message: beyond ? `no window reaches this: a count is at most ${most}` : "the bounds exclude each other",
  };
}

/** Whole numbers around each bound: if any count fits, one of these does. */
function nearby(bounds: readonly Bound[], most: number): number[] {
  const around = bounds.flatMap(({ value }) => [-1, 0, 1].map((step) => Math.floor(value) + step));
  return [1, 2, most, ...around, ...around.map((count) => count + bounds.length)];
}

function checkNumber(bounds: readonly Bound[]): ConditionProblem | undefined {
  const values = [...new Set(bounds.map(({ value }) => value))].sort((one, other) => one - other);
  const between = values.slice(1).map((value, index) => (value + (values[index] as number)) / 2);
  const outside = [(values[0] as number) - 1, (values.at(-1) as number) + 1];
  if ([...values, ...between, ...outside].some((value) => meetsBounds(value, bounds))) return undefined;
  return { code: "sigma.correlation.impossible", message: "the bounds exclude each other" };
}

function planBoolean(correlation: Correlation, expression: RuleExpression): ConditionPlan | ConditionProblem {
  const rules = correlation.rules.length;
  if (!isTemporal(correlation)) {
    return { code: "sigma.correlation.condition", message: `${correlation.type} needs numbers in its condition` };
  }
  if (rules > MAX_TEMPORAL_RULES) return tooManyRules(rules);
  const ways = waysOf(expression);
  const ordered = correlation.type === "temporal_ordered";
  if (ways === undefined || (ordered && linksOf(ways) > MAX_CHAIN_LINKS)) {
    return {
      code: "sigma.correlation.condition",
      message: "the condition has too many ways to come true",
      hint: "split it into several correlations",
    };
  }
  const possible = ways.filter(({ absent }) => absent.length < rules);
  if (possible.length === 0) {
    return {
      code: ways.length > 0 ? "sigma.correlation.empty-window" : "sigma.correlation.impossible",
      message:
        ways.length > 0
          ? "only a window without events could fulfil the condition, and such a window does not exist"
          : "nothing can fulfil the condition",
    };
  }
  const mode = possible.every(({ absent }) => absent.length === 0) ? "sliding" : "closing";
  return ordered ? { mode, alternatives: possible } : { mode };
}

function linksOf(ways: readonly Alternative[]): number {
  return ways.reduce((links, { seen }) => links + seen.length, 0);
}

function tooManyRules(rules: number): ConditionProblem {
  return {
    code: "sigma.correlation.condition",
    message: `${rules} rules are too many for a temporal correlation`,
    hint: `at most ${MAX_TEMPORAL_RULES}; chain several`,
  };
}

/** The expression as alternatives; undefined when there are too many. Contradictions disappear. */
export function waysOf(expression: RuleExpression): readonly Alternative[] | undefined {
  return expand(expression, false);
}

function expand(expression: RuleExpression, negated: boolean): readonly Alternative[] | undefined {
  if (expression.kind === "rule") {
    return [negated ? { seen: [], absent: [expression.index] } : { seen: [expression.index], absent: [] }];
  }
  if (expression.kind === "not") return expand(expression.part, !negated);
  const joins = (expression.kind === "and") !== negated;
  let found: readonly Alternative[] = joins ? [{ seen: [], absent: [] }] : [];
  for (const part of expression.parts) {
    const next = expand(part, negated);
    if (next === undefined) return undefined;
    found = absorb(joins ? found.flatMap((one) => next.flatMap((other) => both(one, other))) : [...found, ...next]);
    if (found.length > MAX_ALTERNATIVES) return undefined;
  }
  return found;
}

function both(one: Alternative, other: Alternative): readonly Alternative[] {
  const seen = union(one.seen, other.seen);
  const absent = union(one.absent, other.absent);
  return seen.some((rule) => absent.includes(rule)) ? [] : [{ seen, absent }];
}

function union(one: readonly number[], other: readonly number[]): number[] {
  return [...new Set([...one, ...other])].sort((first, second) => first - second);
}

/** An alternative that asks for more than another one adds nothing. */
function absorb(alternatives: readonly Alternative[]): Alternative[] {
  return alternatives.filter(
    (one, index) =>
      !alternatives.some(
        (other, place) => place !== index && asksLess(other, one) && (place < index || !asksLess(one, other)),
      ),
  );
}

function asksLess(one: Alternative, other: Alternative): boolean {
  return one.seen.every((rule) => other.seen.includes(rule)) && one.absent.every((rule) => other.absent.includes(rule));
}

export function evaluate(expression: RuleExpression, seen: (rule: number) => boolean): boolean {
  switch (expression.kind) {
    case "rule":
      return seen(expression.index);
    case "not":
      return !evaluate(expression.part, seen);
    case "and":
      return expression.parts.every((part) => evaluate(part, seen));
    case "or":
      return expression.parts.some((part) => evaluate(part, seen));
  }
}
