/**
 * The condition of a correlation: bounds on a number (`field: User`, `gte: 10`), or for the temporal types a boolean
 * expression over rules. Whether any window could fulfil it, correlation/plan-condition.ts judges.
 */
import { Attributes, textOf } from "./attributes.ts";
import type { Bound, CorrelationCondition, CorrelationType, RuleReference } from "../correlation/correlation.ts";
import { MAX_REFERENCES } from "../correlation/limits.ts";
import type { MapNode, ScalarNode } from "./document.ts";
import { MAX_COUNTED_FIELDS } from "../limits.ts";
import { ExpressionError, parseRuleExpression, reindexed } from "./rule-expression.ts";

const operators = ["gt", "gte", "lt", "lte", "eq", "neq"] as const;
/** The specification's own example gives no number: the middle. */
const DEFAULT_PERCENTILE = 50;

export interface ParsedCondition {
  readonly rules: readonly RuleReference[];
  readonly condition: CorrelationCondition;
}

export function parseCorrelationCondition(
  correlation: Attributes,
  type: CorrelationType,
  rules: readonly RuleReference[],
): ParsedCondition | undefined {
  const node = correlation.node("condition");
  const temporal = type === "temporal" || type === "temporal_ordered";
  if (node?.kind === "scalar" && temporal) return booleanCondition(correlation, node, rules);
  if (rules.length === 0) {
    correlation.complaints.add({
      line: correlation.line("rules"),
      code: "sigma.correlation.rules",
      message: "the correlation names no rules",
    });
    return undefined;
  }
  // Temporal types without a condition: every rule must have been seen.
  if (node === undefined && temporal) {
    const bounds: Bound[] = [{ operator: "gte", value: rules.length }];
    return { rules, condition: { kind: "threshold", fields: [], bounds, line: correlation.line("rules") } };
  }
  if (node?.kind !== "map") {
    correlation.complaints.add({
      line: correlation.line("condition"),
      code: "sigma.correlation.condition",
      message: node?.kind === "scalar" ? "only temporal types take a condition in words" : "the condition is missing",
      hint: "a map such as {gte: 10}",
    });
    return undefined;
  }
  return { rules, condition: new ThresholdReader(correlation, node, type).read() };
}

class ThresholdReader {
  private readonly given: Attributes;
  private readonly type: CorrelationType;

  constructor({ complaints }: Attributes, node: MapNode, type: CorrelationType) {
    this.given = new Attributes(node, complaints);
    this.type = type;
  }

  read(): CorrelationCondition {
    const fields = this.fields();
    const percentile = this.percentile();
    const bounds = this.bounds();
    const { line } = this.given.root;
    return { kind: "threshold", fields, ...(percentile === undefined ? {} : { percentile }), bounds, line };
  }

  private fields(): string[] {
    const { given, type } = this;
    const fields = [...new Set(given.strictList("field").map(textOf))];
    const takesField = type.startsWith("value_");
    if (takesField && fields.length === 0)
      this.complain(given.root.line, "field", { message: `${type} needs a field in its condition` });
    if (!takesField && fields.length > 0) {
      const hint = "value_count counts different values of a field";
      this.complain(given.line("field"), "field", { message: `${type} does not look at a field`, hint });
    }
    if (type !== "value_count" && fields.length > 1)
      this.complain(given.line("field"), "field", { message: `${type} takes one field, not ${fields.length}` });
    if (fields.length > MAX_COUNTED_FIELDS)
      this.complain(given.line("field"), "too-many", { message: `more than ${MAX_COUNTED_FIELDS} counted fields` });
    return fields;
  }

  private percentile(): number | undefined {
    const { given, type } = this;
    const text = given.text("percentile");
    if (type !== "value_percentile") {
      if (text !== undefined)
        this.complain(given.line("percentile"), "percentile", { message: `${type} has no percentile` });
      return undefined;
    }
    if (text === undefined) return DEFAULT_PERCENTILE;
    const percentile = decimal(text);
    if (percentile !== undefined && percentile >= 0 && percentile <= 100) return percentile;
    this.complain(given.line("percentile"), "percentile", { message: `"${text}" is not a number from 0 to 100` });
    return DEFAULT_PERCENTILE;
  }

  private bounds(): Bound[] {
    const { given } = this;
    for (const { key, line } of given.root.entries) {
      if (key === "field" || key === "percentile" || isOperator(key)) continue;
      const hint = `operators are ${operators.join(", ")}`;
      this.complain(line, "operator", { message: `unknown part of a condition: "${key}"`, hint });
    }
    const bounds: Bound[] = [];
    const stated = operators.filter((operator) => given.node(operator) !== undefined);
    for (const operator of stated) {
      const text = given.text(operator);
      if (text === undefined) continue;
      const value = decimal(text);
      if (value === undefined)
        this.complain(given.line(operator), "operator", { message: `"${text}" is not a number` });
      else bounds.push({ operator, value });
    }
    if (stated.length === 0) {
      const hint = `operators are ${operators.join(", ")}`;
      this.complain(given.root.line, "operator", { message: "the condition compares with nothing", hint });
    }
    return bounds;
  }

  private complain(line: number, code: string, rest: { message: string; hint?: string }): void {
    this.given.complaints.add({ line, code: `sigma.correlation.${code}`, ...rest });
  }
}

function booleanCondition(
  correlation: Attributes,
  node: ScalarNode,
  listed: readonly RuleReference[],
): ParsedCondition | undefined {
  const { complaints } = correlation;
  const { line } = node;
  const text = textOf(node);
  try {
    const parsed = parseRuleExpression(text);
    const rules = listed.length > 0 ? listed : parsed.references.map((reference) => ({ text: reference, line }));
    checkReferences(parsed.references, rules);
    const names = rules.map((rule) => rule.text);
    const expression = reindexed(parsed.expression, (index) => names.indexOf(parsed.references[index] as string));
    return { rules, condition: { kind: "boolean", expression, text, line } };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const { code, message, hint } = error;
    complaints.add({ line, code, message, ...(hint === undefined ? {} : { hint }) });
    return undefined;
  }
}

function checkReferences(named: readonly string[], rules: readonly RuleReference[]): void {
  if (rules.length > MAX_REFERENCES)
    throw new ExpressionError("too-many", `more than ${MAX_REFERENCES} rules in one correlation`);
  const known = rules.map(({ text }) => text);
  const unlisted = named.find((reference) => !known.includes(reference));
  if (unlisted !== undefined)
    throw new ExpressionError("condition", `the condition names "${unlisted}", which is not among the rules`);
  const unused = known.find((reference) => !named.includes(reference));
  if (unused !== undefined)
    throw new ExpressionError("condition", `"${unused}" is among the rules but not in the condition`);
}

function isOperator(key: string): boolean {
  return (operators as readonly string[]).includes(key);
}

function decimal(text: string): number | undefined {
  return /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/.test(text.trim()) ? Number(text) : undefined;
}
