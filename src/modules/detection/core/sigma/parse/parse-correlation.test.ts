import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseYaml } from "../../../../../platform/yaml/index.ts";
import type { Correlation, ParsedRules } from "../index.ts";
import { parseRules, planCorrelations } from "../index.ts";
import { parseRuleExpression } from "./rule-expression.ts";

function parse(text: string): ParsedRules {
  return parseRules(text, { documents: { parse: parseYaml }, file: "c.yml", version: "v" });
}

function one(correlation: string, head = ""): Correlation {
  const { correlations, problems } = parse(`title: c\nid: c-1\n${head}correlation: ${correlation}\n`);
  expect(problems).toEqual([]);
  expect(correlations).toHaveLength(1);
  return correlations[0] as Correlation;
}

function refusals(correlation: string, head = ""): [string, number][] {
  const { correlations, problems } = parse(
    `title: c\n${head}correlation:\n  ${correlation.replaceAll("; ", "\n  ")}\n`,
  );
  expect(correlations).toEqual([]);
  return problems.map(({ code, line }) => [code, line]);
}

describe("a correlation", () => {
  test("has the metadata of a rule and needs no log source", () => {
    const correlation = one(
      "{type: event_count, rules: [a, b], group-by: [User, Host], timespan: 90m, condition: {gte: 10}}",
      "name: many\nauthor: [A, B]\nlevel: high\ntags: [attack.t1110]\nx-khien: {title_vi: Nhiều}\n",
    );
    expect(correlation).toMatchObject({
      kind: "correlation",
      id: "c-1",
      name: "many",
      author: "A, B",
      level: "high",
      tags: ["attack.t1110"],
      type: "event_count",
      rules: [{ text: "a" }, { text: "b" }],
      groupBy: ["User", "Host"],
      aliases: [],
      timespanMs: 5_400_000,
      condition: { kind: "threshold", fields: [], bounds: [{ operator: "gte", value: 10 }] },
      generate: false,
      latenessMs: 10_000,
      suppressMs: 5_400_000,
      file: "c.yml",
      line: 1,
      version: "v",
    });
  });

  test("takes one text where a list could stand", () => {
    const correlation = one(
      "{type: value_count, rules: a, group-by: User, timespan: 1h, condition: {field: Ip, gt: 2}}",
    );
    expect(correlation).toMatchObject({ rules: [{ text: "a" }], groupBy: ["User"], condition: { fields: ["Ip"] } });
  });

  test.each([
    ["30s", 30_000],
    ["5m", 300_000],
    ["24h", 86_400_000],
    ["7d", 604_800_000],
    ["2w", 1_209_600_000],
    ["1M", 2_629_746_000],
    ["1y", 31_556_952_000],
  ])("timespan %s", (timespan, ms) => {
    expect(one(`{type: event_count, rules: [a], timespan: ${timespan}, condition: {gte: 1}}`).timespanMs).toBe(ms);
  });

  test.each([
    ["value_count", "{field: [User, Ip], gte: 3}", { fields: ["User", "Ip"] }],
    ["value_sum", "{field: Bytes, gt: 1000000}", { fields: ["Bytes"] }],
    ["value_avg", "{field: Bytes, lt: 0.5}", { bounds: [{ operator: "lt", value: 0.5 }] }],
    ["value_percentile", "{field: Bytes, percentile: 95, gt: 7}", { percentile: 95 }],
    ["value_percentile", "{field: Image, lte: 1}", { percentile: 50 }],
    ["value_median", "{field: Bytes, neq: '7'}", { bounds: [{ operator: "neq", value: 7 }] }],
    ["event_count", "{gt: 100, lte: 200}", { bounds: [{ operator: "gt" }, { operator: "lte" }] }],
    ["temporal", "{gte: 2}", { bounds: [{ operator: "gte", value: 2 }] }],
    ["temporal_ordered_extended", "{eq: 3}", { bounds: [{ operator: "eq", value: 3 }] }],
  ])("%s with %s", (type, condition, expected) => {
    const correlation = one(`{type: ${type}, rules: [a, b, c], timespan: 1m, condition: ${condition}}`);
    expect(correlation.type).toBe(type.replace("_extended", ""));
    expect(correlation.condition).toMatchObject({ kind: "threshold", ...expected });
  });

  test("a temporal one without a condition wants every rule", () => {
    const { condition } = one("{type: temporal, rules: [a, b, c], timespan: 1m}");
    expect(condition).toMatchObject({ bounds: [{ operator: "gte", value: 3 }] });
  });

  test("a condition in words counts into the list of rules, or is that list", () => {
    const rule = (index: number): object => ({ kind: "rule", index });
    const listed = one(`{type: temporal, rules: [a, b, "c d"], timespan: 1m, condition: '"c d" and (a or not b)'}`);
    expect(listed.condition).toMatchObject({
      kind: "boolean",
      expression: { kind: "and", parts: [rule(2), { kind: "or", parts: [rule(0), { kind: "not", part: rule(1) }] }] },
    });
    const unlisted = one("{type: temporal_ordered_extended, timespan: 1m, condition: z and y or z}");
    expect(unlisted.type).toBe("temporal_ordered");
    expect(unlisted.rules.map(({ text }) => text)).toEqual(["z", "y"]);
  });

  test("aliases name a field for each rule", () => {
    const { aliases } = one(
      "{type: temporal, rules: [a, b], group-by: [ip], timespan: 1m, aliases: {ip: {a: src_ip, b: dst_ip}}}",
    );
    expect(aliases).toEqual([{ name: "ip", fields: { a: "src_ip", b: "dst_ip" } }]);
  });

  test("generate is read inside and beside", () => {
    const inner = "type: temporal, rules: [a, b], timespan: 1m";
    expect(one(`{${inner}, generate: true}`).generate).toBe(true);
    expect(one(`{${inner}}`, "generate: true\n").generate).toBe(true);
    expect(refusals("type: temporal; rules: [a]; timespan: 1m; generate: true", "generate: false\n")).toEqual([
      ["sigma.correlation.generate", 7],
    ]);
  });

  test("lateness and suppression are ours", () => {
    const inner = "{type: temporal, rules: [a, b], timespan: 1m}";
    expect(one(inner, "x-khien: {lateness: 0s, suppress: 1h}\n")).toMatchObject({
      latenessMs: 0,
      suppressMs: 3_600_000,
    });
    expect(refusals("type: temporal; rules: [a]; timespan: 1m", "x-khien: {lateness: 2d, suppress: soon}\n")).toEqual([
      ["sigma.correlation.lateness", 2],
      ["sigma.correlation.suppress", 2],
    ]);
  });
});

describe("is refused, with its line:", () => {
  test.each([
    ["no type", "rules: [a]; timespan: 1m; condition: {gte: 1}", "type", 3],
    ["an unknown type", "rules: [a]; type: sum; timespan: 1m; condition: {gte: 1}", "type", 4],
    ["no rules", "type: event_count; timespan: 1m; condition: {gte: 1}", "rules", 3],
    ["the same rule twice", "type: temporal; timespan: 1m; rules: [a, a]", "duplicate-rule", 5],
    ["no timespan", "type: temporal; rules: [a]", "timespan", 3],
    ["timespan 0m", "type: temporal; rules: [a]; timespan: 0m", "timespan", 5],
    ["timespan 90", "type: temporal; rules: [a]; timespan: 90", "timespan", 5],
    ["timespan 9999y", "type: temporal; rules: [a]; timespan: 9999y", "timespan", 5],
    ["no condition", "type: event_count; rules: [a]; timespan: 1m", "condition", 3],
    ["a count in words", "type: event_count; rules: [a]; timespan: 1m; condition: a", "condition", 6],
    ["a bound nobody knows", "type: event_count; rules: [a]; timespan: 1m; condition: {ge: 1, gt: 1}", "operator", 6],
    ["a bound that is no number", "type: event_count; rules: [a]; timespan: 1m; condition: {gt: many}", "operator", 6],
    ["an empty condition", "type: event_count; rules: [a]; timespan: 1m; condition: {}", "operator", 6],
    ["only the empty window", "type: event_count; rules: [a]; timespan: 1m; condition: {eq: 0}", "empty-window", 6],
    ["fewer than one", "type: value_count; rules: [a]; timespan: 1m; condition: {field: F, lt: 1}", "empty-window", 6],
    ["a contradiction", "type: event_count; rules: [a]; timespan: 1m; condition: {gt: 5, lt: 6}", "impossible", 6],
    [
      "a sum in no range",
      "type: value_sum; rules: [a]; timespan: 1m; condition: {field: F, gt: 5, lt: 5}",
      "impossible",
      6,
    ],
    ["more rules than there are", "type: temporal; rules: [a, b]; timespan: 1m; condition: {gte: 3}", "impossible", 6],
    ["no field", "type: value_sum; rules: [a]; timespan: 1m; condition: {gt: 1}", "field", 6],
    ["two fields", "type: value_sum; rules: [a]; timespan: 1m; condition: {gt: 1, field: [A, B]}", "field", 6],
    [
      "a field to count events",
      "type: event_count; rules: [a]; timespan: 1m; condition: {gt: 1, field: A}",
      "field",
      6,
    ],
    [
      "a percentile of a sum",
      "type: value_sum; rules: [a]; timespan: 1m; condition: {gt: 1, field: A, percentile: 5}",
      "percentile",
      6,
    ],
    [
      "percentile 101",
      "type: value_percentile; rules: [a]; timespan: 1m; condition: {gt: 1, field: A, percentile: 101}",
      "percentile",
      6,
    ],
    ["a stranger in words", "type: temporal; rules: [a]; timespan: 1m; condition: a and b", "condition", 6],
    ["a rule left out of words", "type: temporal; rules: [a, b]; timespan: 1m; condition: a", "condition", 6],
    ["words for nothing", "type: temporal; rules: [a]; timespan: 1m; condition: not a", "empty-window", 6],
    ["shouted words", "type: temporal; rules: [a, b]; timespan: 1m; condition: a AND b", "condition", 6],
    ["an open quote", `type: temporal; rules: [a]; timespan: 1m; condition: a and "b`, "condition", 6],
    ["an alias for a stranger", "type: temporal; rules: [a]; timespan: 1m; aliases: {ip: {b: src}}", "alias", 6],
    ["an alias that is text", "type: temporal; rules: [a]; timespan: 1m; aliases: {ip: src}", "alias", 6],
  ])("%s", (_, correlation, code, line) => {
    expect(refusals(correlation)).toEqual([[`sigma.correlation.${code}`, line]]);
  });

  test("a detection in the same document", () => {
    const head = "detection: {s: {A: 1}, condition: s}\n";
    expect(refusals("type: temporal; rules: [a]; timespan: 1m", head)).toEqual([["sigma.correlation.detection", 2]]);
  });

  test("structures where text belongs", () => {
    const codes = refusals("type: temporal; rules: [{a: b}, c]; group-by: [[x]]; timespan: [1m]").map(([code]) => code);
    expect(codes).toContain("sigma.attribute.type");
  });
});

test("conditions in words never throw anything but their own error", () => {
  const piece = fc.constantFrom("a", "b", "and", "or", "not", "(", ")", '"', "'", " ", "AND", "a-1.x");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      try {
        const { references } = parseRuleExpression(pieces.join(" "));
        expect(new Set(references).size).toBe(references.length);
      } catch (error) {
        expect((error as { code?: string }).code).toBe("sigma.correlation.condition");
      }
    }),
  );
});

test("whatever stands in a document, it is loaded and can be planned, or is told about", () => {
  const word = fc.constantFrom(
    "a",
    "b",
    "event_count",
    "value_sum",
    "temporal",
    "1m",
    "0s",
    "a and b",
    "not a",
    "__proto__",
    "",
  );
  const value = fc.oneof(
    { weight: 4, arbitrary: word },
    fc.constantFrom(0, 1, -1, 1e300, null, true),
    fc.array(word, { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("gte", "lt", "eq", "field", "percentile", "a", "ip"), fc.oneof(word, fc.nat(9)), {
      maxKeys: 3,
    }),
    fc.dictionary(word, fc.dictionary(word, word, { maxKeys: 2 }), { maxKeys: 2 }),
  );
  const part = fc.constantFrom(
    "type",
    "rules",
    "group-by",
    "timespan",
    "condition",
    "aliases",
    "generate",
    "timeframe",
  );
  const correlation = fc.oneof(
    fc.dictionary(part, value, { maxKeys: 8 }),
    fc.dictionary(part, value, { maxKeys: 3 }).map((over) => ({
      type: "temporal",
      rules: ["a", "b"],
      timespan: "1m",
      condition: { gte: 2 },
      ...over,
    })),
    value,
  );
  const rules = parse(
    ["a", "b"]
      .map((id) => `title: t\nid: ${id}\nlogsource: {product: p}\ndetection: {s: {A: 1}, condition: s}\n`)
      .join("---\n"),
  ).rules;
  fc.assert(
    fc.property(correlation, (given) => {
      const { correlations, problems } = parse(JSON.stringify({ title: "c", correlation: given }));
      expect(correlations.length + Math.min(problems.length, 1)).toBe(1);
      const { plan, rejected } = planCorrelations(correlations, rules);
      expect(plan.nodes.length + rejected.length).toBe(correlations.length);
    }),
    { numRuns: 500 },
  );
});
