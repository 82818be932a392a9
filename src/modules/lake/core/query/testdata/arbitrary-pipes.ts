/** Random commands that fit the stream they follow, so that what is printed is what the parser would read. */
import fc from "fast-check";
import { columnOf, shapeAfter, typeIn } from "../pipe-shape.ts";
import type { Measure, Pipeline, Shape, SortKey, Stage } from "../pipes.ts";
import type { FieldTest, Query } from "../tree.ts";
import { queryArbitrary } from "./arbitrary.ts";

const EVENT_FIELDS = ["EventID", "TargetUserName", "Groups", "bytes", "user", "host", "src_ip", "ip", "dst_port", "time_missing", "odd/na~me", "fields.user", "missing", "sensor"] as const;
const SPANS = [1_000, 60_000, 300_000, 600_000, 3_600_000] as const;
const NUMBERS = ["0", "1", "2", "3", "10", "0.5", "-3"] as const;

type Rand = <T>(from: readonly T[]) => T;

function fieldsOf(shape: Shape): readonly string[] {
  return shape === "events" ? EVENT_FIELDS : shape.map(({ name }) => name);
}

function some(pick: Rand, from: readonly string[], most: number): readonly string[] {
  const count = pick(Array.from({ length: Math.min(most, from.length) }, (_, index) => index + 1));
  const names = new Map<string, string>();
  for (let n = 0; n < count; n++) {
    const name = pick(from);
    names.set(name.toLowerCase(), name);
  }
  return [...names.values()];
}

function measure(pick: Rand, shape: Shape, index: number): Measure {
  const fn = pick(["count", "count", "dc", "sum", "avg", "min", "max", "percentile", "values"] as const);
  if (fn === "count" && pick([true, false])) return { fn, name: `m${index}` };
  const fields = fieldsOf(shape).filter((name) => fn !== "values" || shape === "events" || typeIn(shape, name) === "text");
  if (fields.length === 0) return { fn: "count", name: `m${index}` };
  const field = pick(fields);
  if (fn === "percentile") return { fn, percent: pick([1, 7, 50, 90, 95, 99]), field, name: `m${index}` };
  return { fn, field, name: `m${index}` };
}

function cellTest(pick: Rand, shape: Shape, name: string): FieldTest {
  const type = typeIn(shape, name);
  if (pick([0, 0, 0, 1]) === 1) return { kind: "exists" };
  const op = pick([">", ">=", "<", "<="] as const);
  if (type === "time") return { kind: "compare", op, value: pick(["2026-11-21T10:30", "2026-11-21", "2026"]) };
  if (type === "number" && pick([true, false])) return { kind: "match", pattern: [{ literal: pick(NUMBERS) }] };
  return { kind: "compare", op, value: pick(NUMBERS) };
}

function tableQuery(pick: Rand, shape: Shape, depth: number): Query {
  const kind = depth > 1 ? "field" : pick(["field", "field", "not", "and", "or"] as const);
  if (kind === "field") {
    const field = pick(fieldsOf(shape).filter((name) => name !== "time" || typeIn(shape, name) === "time"));
    return { kind: "field", field, test: cellTest(pick, shape, field) };
  }
  if (kind === "not") return { kind, item: tableQuery(pick, shape, depth + 1) };
  const items = [tableQuery(pick, shape, 2), tableQuery(pick, shape, 2)];
  return { kind, items };
}

const EVENT_STAGES = ["where", "dedup", "sort", "head", "fields", "stats", "stats", "stats", "top", "rare", "timeline", "join", "join", "sequence"] as const;
const TABLE_STAGES = ["where", "dedup", "sort", "head", "fields", "stats", "top", "rare"] as const;

function stage(pick: Rand, shape: Shape, queries: readonly Query[]): Stage {
  const names = fieldsOf(shape);
  const query = pick(queries);
  const kind: Stage["kind"] = shape === "events" ? pick(EVENT_STAGES) : pick(TABLE_STAGES);
  const by = pick([undefined, pick(names)]);
  const span = pick([undefined, pick(SPANS)]);
  const width = span === undefined ? {} : { spanMs: span };
  switch (kind) {
    case "where":
      return { kind, query: shape === "events" ? query : tableQuery(pick, shape, 0) };
    case "dedup":
      return { kind, fields: some(pick, names, 2) };
    case "fields":
      return { kind, names: some(pick, names, 4) };
    case "sort":
      return { kind, keys: some(pick, names, 2).map((field): SortKey => ({ field, descending: pick([true, false]) })) };
    case "head":
      return { kind, count: pick([1, 3, 10]) };
    case "stats": {
      const measures = Array.from({ length: pick([1, 2, 3]) }, (_, index) => measure(pick, shape, index));
      const keys = pick([[], some(pick, names, 2)]).filter((name) => name.toLowerCase() !== "time" && !/^m\d$/.test(name));
      const spanned = shape === "events" || columnOf(shape, "time")?.type === "time" ? width : {};
      return { kind, measures, by: keys, ...spanned };
    }
    case "top":
    case "rare": {
      const [field] = names.filter((name) => name !== "count" && name !== "share");
      if (field === undefined) return { kind: "head", count: 3 };
      const group = by === undefined || by.toLowerCase() === field.toLowerCase() || by === "count" || by === "share" ? {} : { by };
      return { kind, count: pick([1, 3, 10]), field: pick([field, shape === "events" ? "ip" : field]), ...(shape === "events" && by === "ip" ? {} : group) };
    }
    case "timeline":
      return { kind, spanMs: pick([60_000, 300_000, 600_000] as const), ...(by === undefined ? {} : { by }) };
    case "join":
      return { kind, on: pick(names), ...(span === undefined ? {} : { withinMs: span }), query };
    case "sequence":
      return { kind, by: pick(names), withinMs: pick(SPANS), steps: [query, pick(queries), ...pick([[], [pick(queries)]])] };
  }
}

/** Filters that find something most of the time, or the commands would have nothing to do. */
const wideQuery = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Query>({ kind: "all" }) },
  { weight: 2, arbitrary: queryArbitrary },
  { weight: 2, arbitrary: queryArbitrary.map((item): Query => ({ kind: "not", item })) },
);

export const pipelineArbitrary: fc.Arbitrary<Pipeline> = fc
  .tuple(wideQuery, fc.array(wideQuery.filter(({ kind }) => kind !== "all"), { minLength: 3, maxLength: 3 }), fc.infiniteStream(fc.nat()), fc.integer({ min: 1, max: 4 }))
  .map(([filter, queries, numbers, count]) => {
    const pick: Rand = (from) => from[(numbers.next().value ?? 0) % from.length] as (typeof from)[number];
    const stages: Stage[] = [];
    let shape: Shape = "events";
    for (let n = 0; n < count; n++) {
      const next = stage(pick, shape, queries);
      const after = shapeAfter(shape, next);
      const names = after === "events" ? [] : after.map(({ name }) => name.toLowerCase());
      if (new Set(names).size < names.length || (after !== "events" && after.length === 0)) continue;
      stages.push(next);
      shape = after;
    }
    return { filter, stages };
  });
