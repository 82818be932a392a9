import { describe, expect, test } from "vitest";
import type { Bound, RuleExpression } from "./correlation.ts";
import { DEFAULT_LIMITS, MAX_CHAIN_DEPTH } from "./limits.ts";
import { planCorrelations } from "./plan.ts";
import { type CorrelationShape, correlationOf, ruleOf } from "./testdata/build.ts";

const rules = [ruleOf("a", "name_a"), ruleOf("b", "name_b"), ruleOf("d1", "twice"), ruleOf("d2", "twice")];

function plan(...shapes: readonly CorrelationShape[]) {
  return planCorrelations(shapes.map(correlationOf), rules);
}

function refusal(...shapes: readonly CorrelationShape[]): string {
  return plan(...shapes)
    .rejected.map(({ file, line, code, message }) => `${file}:${line} ${code} ${message}`)
    .join("\n");
}

describe("what a plan asks of the matching side", () => {
  test("several correlations share one input with the union of their fields", () => {
    const { plan: made, rejected } = plan(
      { id: "one", rules: ["a"], groupBy: ["host"] },
      { id: "two", rules: ["name_a"], groupBy: ["user", "host"], type: "value_count", fields: ["port"] },
    );
    expect(rejected).toEqual([]);
    expect(made.inputs).toEqual([{ ruleId: "a", fields: ["host", "user", "port"] }]);
    expect(made.nodes[1]?.sources).toEqual([{ kind: "input", index: 0, ruleId: "a", group: [1, 0], values: [2] }]);
  });

  test("aliases are other fields for other rules, by id or by name", () => {
    const aliases = { ip: { a: "source.ip", name_b: "destination.ip" } };
    const { plan: made } = plan({ rules: ["name_a", "b"], type: "temporal", groupBy: ["ip"], aliases });
    expect(made.inputs).toEqual([
      { ruleId: "a", fields: ["source.ip"] },
      { ruleId: "b", fields: ["destination.ip"] },
    ]);
  });

  test("lower correlations come first, whatever the order of the documents", () => {
    const { plan: made } = plan({ id: "upper", rules: ["lower", "b"], type: "temporal" }, { id: "lower" });
    expect(made.nodes.map(({ correlation }) => correlation.id)).toEqual(["lower", "upper"]);
    expect(made.nodes[1]?.sources[0]).toEqual({ kind: "node", index: 0, ruleId: "lower", group: [0], values: [] });
  });

  test("what is referred to is silent, unless someone who refers to it says generate", () => {
    const silent = plan({ id: "one", rules: ["a"] }, { id: "two", rules: ["a", "one"] });
    expect([...silent.plan.silenced].sort()).toEqual(["a", "one"]);
    expect(silent.plan.nodes.map(({ raises }) => raises)).toEqual([false, true]);
    const heard = plan({ id: "one", rules: ["a"] }, { id: "two", rules: ["a", "one"], generate: true });
    expect([...heard.plan.silenced]).toEqual([]);
    expect(heard.plan.nodes.map(({ raises }) => raises)).toEqual([true, true]);
  });

  test("a rejected correlation silences nothing", () => {
    expect([...plan({ rules: ["a", "nobody"] }).plan.silenced]).toEqual([]);
  });

  test("the fingerprint holds the versions of everything below", () => {
    const fingerprint = (version: string): string | undefined =>
      plan({ id: "lower", version }, { id: "upper", rules: ["lower"] }).plan.nodes[1]?.fingerprint;
    expect(fingerprint("1")).toBe("a@1 lower@1 upper@1");
    expect(fingerprint("2")).not.toBe(fingerprint("1"));
  });
});

describe("what cannot run is refused, with file and line", () => {
  const gte = (value: number): Bound[] => [{ operator: "gte", value }];
  test.each<[string, CorrelationShape[], string]>([
    [
      "an unknown rule",
      [{ rules: ["a", "nobody"] }],
      'built.yml:11 sigma.correlation.reference there is no rule "nobody"',
    ],
    ["a name of several", [{ rules: ["twice"] }], 'sigma.correlation.reference several rules are named "twice"'],
    ["the same rule twice", [{ rules: ["a", "name_a"] }], 'sigma.correlation.rules "name_a" is named twice'],
    ["the same id twice", [{ id: "x" }, { id: "x" }], 'sigma.correlation.id the id "x" is used twice'],
    ["itself", [{ id: "x", rules: ["x"] }], "sigma.correlation.cycle"],
    [
      "a cycle",
      [
        { id: "x", rules: ["y"] },
        { id: "y", rules: ["x"] },
      ],
      "sigma.correlation.cycle",
    ],
    [
      "what lies above a refused one",
      [
        { id: "x", rules: ["nobody"] },
        { id: "y", rules: ["x"] },
      ],
      '"built" cannot run',
    ],
    [
      "a group the lower one does not have",
      [{ id: "x" }, { id: "y", rules: ["x"], groupBy: ["user"] }],
      'built.yml:10 sigma.correlation.field "user" is no group-by field of "built"',
    ],
    ["an alias for a stranger", [{ aliases: { ip: { b: "x" } } }], 'alias "ip" speaks of "b"'],
    [
      "an alias that leaves a rule out",
      [{ rules: ["a", "b"], groupBy: ["ip"], aliases: { ip: { a: "x" } } }],
      'alias "ip" names no field for "name_b"',
    ],
    ["values without a field", [{ type: "value_sum" }], "built.yml:20 sigma.correlation.field value_sum needs a field"],
    ["a sum of two fields", [{ type: "value_sum", fields: ["x", "y"] }], "takes one field"],
    ["a count of nothing", [{ bounds: [{ operator: "eq", value: 0 }] }], "built.yml:20 sigma.correlation.empty-window"],
    ["less than one", [{ bounds: [{ operator: "lt", value: 1 }] }], "sigma.correlation.empty-window"],
    [
      "no values at all",
      [{ type: "value_count", fields: ["x"], bounds: [{ operator: "lte", value: 0 }] }],
      "empty-window",
    ],
    [
      "bounds that exclude each other",
      [{ bounds: [...gte(5), { operator: "lt", value: 5 }] }],
      "sigma.correlation.impossible the bounds exclude each other",
    ],
    [
      "a sum that cannot be",
      [{ type: "value_sum", fields: ["x"], bounds: [...gte(2), { operator: "lt", value: 1 }] }],
      "impossible",
    ],
    ["half an event", [{ bounds: [{ operator: "eq", value: 1.5 }] }], "impossible"],
    ["more than a window holds", [{ bounds: gte(DEFAULT_LIMITS.eventsPerWindow + 1) }], "a count is at most"],
    ["more rules than there are", [{ type: "temporal", rules: ["a", "b"], bounds: gte(3) }], "a count is at most 2"],
  ])("%s", (_, shapes, expected) => {
    expect(refusal(...shapes)).toContain(expected);
  });

  test("a sum may be zero or less, an average anything", () => {
    expect(refusal({ type: "value_sum", fields: ["x"], bounds: [{ operator: "lte", value: 0 }] })).toBe("");
    expect(refusal({ type: "value_avg", fields: ["x"], bounds: [{ operator: "eq", value: 0.5 }] })).toBe("");
  });

  test("only absence, a contradiction, words where numbers are needed", () => {
    const rule = (index: number): RuleExpression => ({ kind: "rule", index });
    const not = (part: RuleExpression): RuleExpression => ({ kind: "not", part });
    const and = (...parts: RuleExpression[]): RuleExpression => ({ kind: "and", parts });
    const refused = (expression: RuleExpression, type: "temporal" | "event_count" = "temporal"): string =>
      refusal({ type, rules: ["a", "b"], expression });
    expect(refused(and(not(rule(0)), not(rule(1))))).toContain("sigma.correlation.empty-window");
    expect(refused(and(rule(0), not(rule(0))))).toContain("sigma.correlation.impossible");
    expect(refused(rule(0), "event_count")).toContain("needs numbers");
    expect(refused(and(rule(0), not(rule(1))))).toBe("");
  });

  test("chains without end", () => {
    const chain = Array.from({ length: MAX_CHAIN_DEPTH + 1 }, (_, index) => ({
      id: `c${index}`,
      rules: [index === 0 ? "a" : `c${index - 1}`],
    }));
    expect(refusal(...chain.slice(0, -1))).toBe("");
    expect(refusal(...chain)).toContain("sigma.correlation.depth");
  });

  test.each([true, false])("ten thousand in a chain, or in a circle (%s), are no deep recursion", (circle) => {
    const many = Array.from({ length: 10_000 }, (_, index) => ({
      id: `c${index}`,
      rules: [index === 0 ? (circle ? "c9999" : "a") : `c${index - 1}`],
    }));
    expect(refusal(...many)).toMatch(/sigma\.correlation\.(?:depth|cycle)/u);
    expect(refusal(...many.toReversed())).toMatch(/sigma\.correlation\.(?:depth|cycle)/u);
  });
});

test("windows are judged at once only when more events can only help", () => {
  const mode = (...bounds: Bound[]): string | undefined => plan({ bounds }).plan.nodes[0]?.condition.mode;
  expect(mode({ operator: "gte", value: 2 }, { operator: "gt", value: 3 })).toBe("sliding");
  for (const operator of ["lt", "lte", "eq", "neq"] as const) expect(mode({ operator, value: 2 })).toBe("closing");
});
