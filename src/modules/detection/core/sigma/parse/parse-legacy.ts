/**
 * Aggregations of Sigma 1 (`selection | count() by User > 5` with a `timeframe`), which Sigma 2 dropped. Where a
 * correlation means exactly the same, the document becomes one: the correlation keeps the rule's id, what stood before
 * the pipe becomes a rule `<id>.base` that only serves it. Everything else is refused with the reason.
 */
import { tableOf } from "../../../../../kernel/index.ts";
import { Attributes, textOf } from "./attributes.ts";
import type { Bound, Correlation, CorrelationCondition, CorrelationType } from "../correlation/correlation.ts";
import { MAX_GROUP_FIELDS } from "../correlation/limits.ts";
import type { DocumentNode, MapNode } from "./document.ts";
import { entryOf } from "./document.ts";
import { parseDuration } from "./duration.ts";
import { DEFAULT_LATENESS_MS, MAX_TIMESPAN_MS } from "../limits.ts";
import type { DocumentContext } from "./parse-metadata.ts";
import { parseRuleDocument } from "./parse-rule.ts";
import type { Rule } from "../rule.ts";

/** Undefined when the document holds no aggregation. */
export function parseLegacyDocument(
  root: MapNode,
  context: DocumentContext,
): readonly (Rule | Correlation)[] | undefined {
  const detection = entryOf(root, "detection")?.value;
  if (detection?.kind !== "map") return undefined;
  const conditions = conditionsOf(detection);
  const piped = conditions.find(({ text }) => text.includes("|"));
  if (piped === undefined) return undefined;
  const refuse = (code: string, message: string, hint?: string): readonly [] => {
    const problem = { line: piped.line, code: `sigma.aggregation.${code}`, message };
    context.complaints.add(hint === undefined ? problem : { ...problem, hint });
    return [];
  };
  const parts = piped.text.split("|").map((part) => part.trim());
  const [search = "", aggregation = ""] = parts;
  if (conditions.length > 1) return refuse("list", "an aggregation cannot be one of several conditions");
  if (parts.length > 2 || search === "") return refuse("syntax", `cannot read the aggregation "${piped.text}"`);
  const timespanMs = timeframeOf(detection, context);
  if (timespanMs === undefined) {
    const hint = "add a timeframe, or write a correlation rule";
    return refuse("timeframe", "the aggregation has no usable timeframe: what it counts would never end", hint);
  }
  const meaning = readAggregation(aggregation);
  if ("refused" in meaning) return refuse(meaning.refused, meaning.message, "write a correlation rule");
  return translate(root, { context, search, meaning, timespanMs, line: piped.line });
}

interface Meaning {
  readonly type: CorrelationType;
  readonly groupBy: readonly string[];
  readonly fields: readonly string[];
  readonly percentile?: number;
  readonly bound: Bound;
  /** Selection after `near`. */
  readonly near?: string;
}

type Refused = { readonly refused: string; readonly message: string };

const aggregationPattern =
  /^(count|min|max|avg|sum)\s*\(\s*([^()]*?)\s*\)(?:\s+by\s+(.+?))?\s*(>=|<=|==|>|<|=)\s*(\d+(?:\.\d+)?)$/i;

const operatorOf = tableOf<Bound["operator"]>({
  ">": "gt",
  ">=": "gte",
  "<": "lt",
  "<=": "lte",
  "=": "eq",
  "==": "eq",
});

function readAggregation(text: string): Meaning | Refused {
  const near = /^near\s+(.+)$/i.exec(text)?.[1];
  if (near !== undefined) return readNear(near.trim());
  const [, name, field = "", by = "", sign = "", number = ""] = aggregationPattern.exec(text) ?? [];
  const operator = operatorOf[sign];
  if (name === undefined || operator === undefined)
    return { refused: "syntax", message: `cannot read the aggregation "${text}"` };
  const groupBy = by === "" ? [] : by.split(",").map((one) => one.trim());
  if (groupBy.length > MAX_GROUP_FIELDS || groupBy.some((one) => one === "" || /\s/.test(one)))
    return { refused: "syntax", message: `cannot read the fields after "by" in "${text}"` };
  const kind = kindOf(name.toLowerCase(), field);
  if (kind === undefined) return { refused: "syntax", message: `${name} needs a field` };
  return { ...kind, groupBy, bound: { operator, value: Number(number) } };
}

/** The greatest value is the percentile 100 of all, the least the percentile 0. */
function kindOf(name: string, field: string): Pick<Meaning, "type" | "fields" | "percentile"> | undefined {
  if (name === "count" && field === "") return { type: "event_count", fields: [] };
  if (field === "") return undefined;
  switch (name) {
    case "count":
      return { type: "value_count", fields: [field] };
    case "sum":
      return { type: "value_sum", fields: [field] };
    case "avg":
      return { type: "value_avg", fields: [field] };
    case "max":
      return { type: "value_percentile", fields: [field], percentile: 100 };
    default:
      return { type: "value_percentile", fields: [field], percentile: 0 };
  }
}

/**
 * `near` looks around each event of the first search. With one other selection that is the same as both within a
 * window; with several, each may lie on another side, and an exclusion reaches to both sides: no window says that.
 */
function readNear(text: string): Meaning | Refused {
  if (!/\s/.test(text)) {
    return { type: "temporal", groupBy: [], fields: [], bound: { operator: "gte", value: 2 }, near: text };
  }
  const message = /\bnot\b/i.test(text)
    ? "near with an exclusion looks to both sides of an event, which no correlation can say"
    : "near with several selections looks to both sides of an event, which no correlation can say";
  return { refused: "near", message };
}

interface Translation {
  readonly context: DocumentContext;
  readonly search: string;
  readonly meaning: Meaning;
  readonly timespanMs: number;
  readonly line: number;
}

function translate(root: MapNode, translation: Translation): readonly (Rule | Correlation)[] {
  const { context, search, meaning, timespanMs, line } = translation;
  const searches = meaning.near === undefined ? [search] : [search, meaning.near];
  const told = new Set<string>();
  // What is wrong beside the condition is the same for both parts and told once.
  const add: DocumentContext["complaints"]["add"] = (problem) => {
    const key = `${problem.line} ${problem.code} ${problem.message}`;
    if (!told.has(key)) context.complaints.add(problem);
    told.add(key);
  };
  const parsed = searches.flatMap(
    (text) => parseRuleDocument(withCondition(root, { text, line }), { ...context, complaints: { add } }) ?? [],
  );
  const first = parsed[0];
  if (first === undefined || parsed.length < searches.length) return [];
  const rules = parsed.map((rule, index) => asPart(rule, parts[index] as (typeof parts)[number]));
  const { kind: _, logsource: __, detection: ___, ...metadata } = first;
  const { fields, percentile, bound } = meaning;
  const condition: CorrelationCondition = {
    kind: "threshold",
    fields,
    ...(percentile === undefined ? {} : { percentile }),
    bounds: [bound],
    line,
  };
  const correlation: Correlation = {
    kind: "correlation",
    ...metadata,
    type: meaning.type,
    rules: rules.map(({ id }) => ({ text: id, line })),
    groupBy: meaning.groupBy,
    aliases: [],
    timespanMs,
    condition,
    generate: false,
    latenessMs: DEFAULT_LATENESS_MS,
    suppressMs: timespanMs,
  };
  return [...rules, correlation];
}

/** Ids of the parts: what stood before the pipe, and what it was to be near to. */
const parts = ["base", "near"] as const;

/** Part of a translated aggregation: it has no findings of its own and goes where its correlation goes. */
function asPart(rule: Rule, suffix: (typeof parts)[number]): Rule {
  const { name: _, ...nameless } = rule;
  const own = rule.extras["x-khien"];
  const block = { ...(typeof own === "object" ? own : {}), part_of: rule.id };
  return { ...nameless, id: `${rule.id}.${suffix}`, extras: { ...rule.extras, "x-khien": block } };
}

/** The correlation a rule only serves; such a rule is never on or off by itself. */
export function partOf(rule: Rule): string | undefined {
  const own = rule.extras["x-khien"] as { readonly part_of?: unknown } | null | undefined;
  return typeof own?.part_of === "string" ? own.part_of : undefined;
}

function withCondition(root: MapNode, { text, line }: { text: string; line: number }): MapNode {
  const replace = (map: MapNode, key: string, value: (old: DocumentNode) => DocumentNode): MapNode => ({
    ...map,
    entries: map.entries.map((entry) => (entry.key === key ? { ...entry, value: value(entry.value) } : entry)),
  });
  return replace(root, "detection", (detection) =>
    detection.kind === "map"
      ? replace(detection, "condition", () => ({ kind: "scalar", line, value: text }))
      : detection,
  );
}

function conditionsOf(detection: MapNode): { text: string; line: number }[] {
  const node = entryOf(detection, "condition")?.value;
  const nodes = node?.kind === "list" ? node.items : node === undefined ? [] : [node];
  return nodes.map((one) => ({ text: one.kind === "scalar" ? textOf(one) : "", line: one.line }));
}

function timeframeOf(detection: MapNode, { complaints }: DocumentContext): number | undefined {
  const text = new Attributes(detection, complaints).text("timeframe");
  const timespanMs = text === undefined ? undefined : parseDuration(text);
  return timespanMs !== undefined && timespanMs > 0 && timespanMs <= MAX_TIMESPAN_MS ? timespanMs : undefined;
}
