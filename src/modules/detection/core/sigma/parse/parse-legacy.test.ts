import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseYaml } from "../../../../../platform/yaml/index.ts";
import type { ParsedRules } from "../index.ts";
import { parseRules, partOf } from "../index.ts";

function parse(detection: string, head = "id: r1\n"): ParsedRules {
  const text = `title: t\nname: old\n${head}author: A\nlogsource: {product: p}\ndetection:\n  s: {A: 1}\n  o: {B: 1}\n  ${detection.replaceAll("; ", "\n  ")}\n`;
  return parseRules(text, { documents: { parse: parseYaml }, file: "l.yml", version: "v" });
}

describe("an aggregation of Sigma 1", () => {
  test("becomes a correlation with the rule's id over a part that only serves it", () => {
    const { rules, correlations, problems } = parse(
      "timeframe: 5m; condition: s and not o | count() by User, Host >= 10",
    );
    expect(problems).toEqual([]);
    expect(rules).toHaveLength(1);
    expect(rules[0]).toMatchObject({
      id: "r1.base",
      title: "t",
      author: "A",
      detection: { conditions: [{ text: "s and not o" }] },
    });
    expect(rules[0]?.name).toBeUndefined();
    expect(rules.map(partOf)).toEqual(["r1"]);
    expect(correlations).toEqual([
      expect.objectContaining({
        kind: "correlation",
        id: "r1",
        name: "old",
        author: "A",
        type: "event_count",
        rules: [{ text: "r1.base", line: 10 }],
        groupBy: ["User", "Host"],
        timespanMs: 300_000,
        suppressMs: 300_000,
        generate: false,
        condition: { kind: "threshold", fields: [], bounds: [{ operator: "gte", value: 10 }], line: 10 },
      }),
    ]);
  });

  test.each([
    ["count() > 5", { type: "event_count", groupBy: [] }, { operator: "gt", value: 5 }],
    ["count(User) by Ip > 5", { type: "value_count", groupBy: ["Ip"] }, { operator: "gt", value: 5 }],
    ["count() by Ip < 5", { type: "event_count" }, { operator: "lt", value: 5 }],
    ["count() by Ip == 5", { type: "event_count" }, { operator: "eq", value: 5 }],
    ["sum(Bytes) by Ip <= 5.5", { type: "value_sum" }, { operator: "lte", value: 5.5 }],
    ["avg(Bytes) by Ip > 5", { type: "value_avg" }, { operator: "gt", value: 5 }],
    [
      "max(Bytes) by Ip > 5",
      { type: "value_percentile", condition: { percentile: 100 } },
      { operator: "gt", value: 5 },
    ],
    ["min(Bytes) by Ip < 5", { type: "value_percentile", condition: { percentile: 0 } }, { operator: "lt", value: 5 }],
  ])("%s", (aggregation, expected, bound) => {
    const { correlations, problems } = parse(`timeframe: 1h; condition: s | ${aggregation}`);
    expect(problems).toEqual([]);
    expect(correlations[0]).toMatchObject(expected);
    expect(correlations[0]?.condition).toMatchObject({ bounds: [bound] });
  });

  test("near one other selection is both within the time", () => {
    const { rules, correlations } = parse("timeframe: 30s; condition: s | near o");
    expect(rules.map(({ id, detection }) => [id, detection.conditions[0]?.text])).toEqual([
      ["r1.base", "s"],
      ["r1.near", "o"],
    ]);
    expect(correlations[0]).toMatchObject({ type: "temporal", rules: [{ text: "r1.base" }, { text: "r1.near" }] });
  });

  test.each([
    ["condition: s | count() > 5", "timeframe", 9],
    ["timeframe: soon; condition: s | count() > 5", "timeframe", 10],
    ["timeframe: 1m; condition: s | count() above 5", "syntax", 10],
    ["timeframe: 1m; condition: s | sum() > 5", "syntax", 10],
    ["timeframe: 1m; condition: s | count() | count() > 5", "syntax", 10],
    ["timeframe: 1m; condition: [o, s | count() > 5]", "list", 10],
    ["timeframe: 1m; condition: s | near o and s", "near", 10],
    ["timeframe: 1m; condition: s | near o and not s", "near", 10],
  ])("%s is refused with the reason", (detection, code, line) => {
    const { rules, correlations, problems } = parse(detection);
    expect([...rules, ...correlations]).toEqual([]);
    expect(problems.map((problem) => [problem.code, problem.line])).toEqual([[`sigma.aggregation.${code}`, line]]);
  });

  test("what is wrong before the pipe is told as in any rule", () => {
    const { problems } = parse("timeframe: 1m; condition: nobody | count() > 5");
    expect(problems.map(({ code }) => code)).toEqual(["sigma.condition.unknown-selection"]);
  });

  test("what is wrong with both parts is told once", () => {
    const { problems } = parse("timeframe: 1m; condition: s | near nobody", "id: r1\nlevel: loud\n");
    expect(problems.map(({ code }) => code)).toEqual(["sigma.level.unknown", "sigma.condition.unknown-selection"]);
  });

  test("a timeframe without an aggregation changes nothing", () => {
    expect(parse("timeframe: 1m; condition: s").rules.map(({ id }) => id)).toEqual(["r1"]);
  });

  test("documents under one id keep apart, each with its own part", () => {
    const text =
      "action: global\ntitle: g\nid: g1\nlogsource: {product: p}\ndetection: {timeframe: 1m, condition: s | count() > 5}\n---\ndetection: {s: {A: 1}}\n---\ndetection: {s: {B: 1}}\n";
    const { rules, correlations, problems } = parseRules(text, { documents: { parse: parseYaml }, version: "v" });
    expect(problems).toEqual([]);
    expect(rules.map(({ id }) => id)).toEqual(["g1.base", "g1.2.base"]);
    expect(rules.map(partOf)).toEqual(["g1", "g1.2"]);
    expect(correlations.map(({ id, rules: parts }) => [id, parts[0]?.text])).toEqual([
      ["g1", "g1.base"],
      ["g1.2", "g1.2.base"],
    ]);
  });
});

test("whatever stands after a pipe, it is translated or told about", () => {
  const piece = fc.constantFrom(
    "s",
    "o",
    "|",
    "count",
    "sum",
    "near",
    "(",
    ")",
    "()",
    "by",
    ">",
    "<=",
    "5",
    "User",
    ",",
    "not",
    "and",
    " ",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const condition = JSON.stringify(["s", "|", ...pieces].join(" "));
      const { rules, correlations, problems } = parse(`timeframe: 1m; condition: ${condition}`);
      expect(correlations.length + Math.min(problems.length, 1)).toBe(1);
      for (const { text } of correlations.flatMap((one) => one.rules))
        expect(rules.map(({ id }) => id)).toContain(text);
    }),
  );
});
