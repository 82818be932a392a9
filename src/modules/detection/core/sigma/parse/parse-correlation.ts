/**
 * One correlation rule (Sigma correlation rules specification 2.1, with what pySigma adds: value_median, several
 * counted fields, extended temporal types, weeks to years). Only the document is judged here; whether the rules it
 * names exist is known when the correlations are planned (correlation/plan.ts).
 */
import type { Complaints } from "./attributes.ts";
import { Attributes, textOf } from "./attributes.ts";
import type { Correlation, CorrelationAlias, CorrelationType, RuleReference } from "../correlation/correlation.ts";
import { MAX_GROUP_FIELDS, MAX_REFERENCES } from "../correlation/limits.ts";
import { planCondition } from "../correlation/plan-condition.ts";
import type { MapNode } from "./document.ts";
import { entryOf } from "./document.ts";
import { parseDuration } from "./duration.ts";
import { DEFAULT_LATENESS_MS, MAX_CORRELATION_ALIASES, MAX_LATENESS_MS, MAX_TIMESPAN_MS } from "../limits.ts";
import { parseCorrelationCondition } from "./parse-correlation-condition.ts";
import type { DocumentContext } from "./parse-metadata.ts";
import { ownBlock, parseMetadata } from "./parse-metadata.ts";

const types: ReadonlyMap<string, CorrelationType> = new Map<string, CorrelationType>([
  ["event_count", "event_count"],
  ["value_count", "value_count"],
  ["temporal", "temporal"],
  ["temporal_extended", "temporal"],
  ["temporal_ordered", "temporal_ordered"],
  ["temporal_ordered_extended", "temporal_ordered"],
  ["value_sum", "value_sum"],
  ["value_avg", "value_avg"],
  ["value_percentile", "value_percentile"],
  ["value_median", "value_median"],
]);

export function parseCorrelationDocument(root: MapNode, context: DocumentContext): Correlation | undefined {
  const { complaints } = context;
  const outer = new Attributes(root, complaints);
  const metadata = parseMetadata(outer, context);
  if (entryOf(root, "detection") !== undefined) {
    complaints.add({
      line: outer.line("detection"),
      code: "sigma.correlation.detection",
      message: "a correlation has no detection of its own",
      hint: "put the detection into a document of its own and name it under correlation.rules",
    });
  }
  const node = outer.map("correlation");
  if (node === undefined) return undefined;
  const inner = new Attributes(node, complaints);
  const type = typeOf(inner);
  const timespanMs = timespanOf(inner);
  const references = referencesOf(inner);
  const parsed = type === undefined ? undefined : parseCorrelationCondition(inner, type, references);
  if (type === undefined || timespanMs === undefined || parsed === undefined) return undefined;
  const own = ownBlock(root, complaints);
  const correlation: Correlation = {
    kind: "correlation",
    ...metadata,
    type,
    rules: parsed.rules,
    groupBy: groupByOf(inner),
    aliases: aliasesOf(inner, parsed.rules),
    timespanMs,
    condition: parsed.condition,
    generate: generateOf(outer, inner),
    latenessMs: ownSpan(own, "lateness", MAX_LATENESS_MS) ?? DEFAULT_LATENESS_MS,
    suppressMs: ownSpan(own, "suppress", MAX_TIMESPAN_MS) ?? timespanMs,
  };
  checkPossible(correlation, complaints);
  return correlation;
}

/** A condition that no window can fulfil would load and never fire. */
function checkPossible(correlation: Correlation, complaints: Complaints): void {
  const { condition } = correlation;
  if (condition.kind === "threshold" && condition.bounds.length === 0) return;
  const plan = planCondition(correlation);
  if ("code" in plan) complaints.add({ line: condition.line, ...plan });
}

function typeOf(inner: Attributes): CorrelationType | undefined {
  const text = inner.text("type");
  const type = text === undefined ? undefined : types.get(text);
  if (type === undefined) {
    inner.complaints.add({
      line: inner.line("type"),
      code: "sigma.correlation.type",
      message: text === undefined ? "the correlation has no type" : `unknown correlation type "${text}"`,
      hint: `use ${[...types.keys()].join(", ")}`,
    });
  }
  return type;
}

function timespanOf(inner: Attributes): number | undefined {
  const text = inner.text("timespan");
  const timespanMs = text === undefined ? undefined : parseDuration(text);
  if (timespanMs !== undefined && timespanMs > 0 && timespanMs <= MAX_TIMESPAN_MS) return timespanMs;
  const old = entryOf(inner.root, "timeframe") === undefined ? "" : `; "timeframe" belongs to Sigma 1`;
  inner.complaints.add({
    line: inner.line("timespan"),
    code: "sigma.correlation.timespan",
    message: text === undefined ? `the correlation has no timespan${old}` : `"${text}" is not a usable timespan`,
    hint: "a whole number above zero and s, m, h or d, such as 90m; a year at most",
  });
  return undefined;
}

/** An absent list is no mistake yet: a boolean condition names its rules itself. */
function referencesOf(inner: Attributes): RuleReference[] {
  const references = inner.strictList("rules").map((node) => ({ text: textOf(node).trim(), line: node.line }));
  const { complaints } = inner;
  if (references.length > MAX_REFERENCES) {
    const message = `more than ${MAX_REFERENCES} rules in one correlation`;
    complaints.add({ line: inner.line("rules"), code: "sigma.correlation.too-many", message });
  }
  const seen = new Set<string>();
  for (const { text, line } of references) {
    if (seen.has(text))
      complaints.add({ line, code: "sigma.correlation.duplicate-rule", message: `"${text}" is named twice` });
    seen.add(text);
  }
  return references.slice(0, MAX_REFERENCES);
}

function groupByOf(inner: Attributes): string[] {
  const fields = [...new Set(inner.strictList("group-by").map(textOf))];
  if (fields.length > MAX_GROUP_FIELDS) {
    const message = `more than ${MAX_GROUP_FIELDS} fields in group-by`;
    inner.complaints.add({ line: inner.line("group-by"), code: "sigma.correlation.too-many", message });
  }
  return fields;
}

function aliasesOf(inner: Attributes, rules: readonly RuleReference[]): CorrelationAlias[] {
  const { complaints } = inner;
  if (inner.node("aliases") === undefined) return [];
  const node = inner.map("aliases");
  if (node === undefined) return [];
  if (node.entries.length > MAX_CORRELATION_ALIASES) {
    const message = `more than ${MAX_CORRELATION_ALIASES} aliases`;
    complaints.add({ line: node.line, code: "sigma.correlation.too-many", message });
    return [];
  }
  const known = new Set(rules.map(({ text }) => text));
  const map = new Attributes(node, complaints);
  return node.entries.flatMap(({ key: name, line }) => {
    const given = map.node(name);
    if (given?.kind !== "map") {
      const message = `the alias "${name}" must be a map from rule to field`;
      complaints.add({ line, code: "sigma.correlation.alias", message });
      return [];
    }
    return [{ name, fields: aliasFields(new Attributes(given, complaints), known) }];
  });
}

function aliasFields(alias: Attributes, known: ReadonlySet<string>): Record<string, string> {
  const fields: Record<string, string> = Object.create(null);
  for (const { key: rule, line } of alias.root.entries) {
    const field = alias.text(rule);
    if (!known.has(rule)) {
      alias.complaints.add({
        line,
        code: "sigma.correlation.alias",
        message: `the alias names "${rule}", which is not among the rules`,
        hint: "write it as it stands under rules",
      });
    } else if (field === undefined || field === "")
      alias.complaints.add({ line, code: "sigma.correlation.alias", message: `no field is given for "${rule}"` });
    else fields[rule] = field;
  }
  return fields;
}

/** The specification puts `generate` beside `correlation`, pySigma inside it: both are read. */
function generateOf(outer: Attributes, inner: Attributes): boolean {
  const beside = outer.flag("generate");
  const inside = inner.flag("generate");
  if (beside !== undefined && inside !== undefined && beside !== inside) {
    inner.complaints.add({
      line: inner.line("generate"),
      code: "sigma.correlation.generate",
      message: "generate is given twice, and differently",
    });
  }
  return beside ?? inside ?? false;
}

function ownSpan(own: Attributes | undefined, key: "lateness" | "suppress", most: number): number | undefined {
  const text = own?.text(key);
  if (own === undefined || text === undefined) return undefined;
  const span = parseDuration(text);
  if (span !== undefined && span <= most) return span;
  complainOfSpan(own.complaints, { line: own.line(key), key, text, most });
  return undefined;
}

function complainOfSpan(
  complaints: Complaints,
  { line, key, text, most }: { line: number; key: string; text: string; most: number },
): void {
  complaints.add({
    line,
    code: `sigma.correlation.${key}`,
    message: `"${text}" is not a usable ${key}`,
    hint: `a whole number and s, m, h or d, such as 30s; ${most / 3_600_000}h at most`,
  });
}
