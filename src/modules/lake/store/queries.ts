/** The questions the lake answers. Every one is bounded by a time range, a row limit and the runner's clock. */
import { Fault } from "../../../kernel/index.ts";
import { resolveField } from "../core/query/columns.ts";
import type { Query } from "../core/query/tree.ts";
import { MAX_AROUND_ROWS, MAX_VALUE_CHARACTERS } from "../limits.ts";
import type {
  AroundResponse,
  CountResponse,
  HistogramResponse,
  SearchResponse,
  StoredEvent,
  TopResponse,
} from "../schemas.ts";
import { bucketWidth } from "./buckets.ts";
import { unknownFields } from "./unknown-fields.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { columnText, FIELDS_TEXT, jsonPointer, Parameters, predicate, type Spellings } from "./predicate.ts";
import type { Row } from "./database.ts";
import { eventsIn, eventsWithin, type Part, partsWithin, relation, type TimeRange, toEvent } from "./read-sql.ts";
import type { QueryRun } from "./runner.ts";

/** `took` is added by the caller that holds the clock. */
type Untimed<T extends { tookMs: number }> = Omit<T, "tookMs">;

export interface Filter extends TimeRange {
  readonly query: Query;
}

export interface SearchOrder extends Filter {
  readonly limit: number;
  readonly order: "newest" | "oldest";
  readonly cursor?: string | undefined;
}

export interface ReadContext extends QueryRun {
  readonly spellings: Spellings;
  /** Native field names the lake has seen. */
  readonly fieldNames: () => Iterable<string>;
}

interface Condition {
  readonly where: string;
  readonly parameters: Parameters;
}

/** Of the query alone; the range is the relation's. */
function condition(filter: Filter, spellings: Spellings): Condition {
  const parameters = new Parameters();
  return { where: predicate(filter.query, { parameters, spellings }), parameters };
}

/**
 * Reads parts from the wanted end of time, first few and then more at a time, and stops when the page is full and
 * no part left can hold anything that belongs before its last row.
 */
export async function search(run: ReadContext, order: SearchOrder): Promise<Untimed<SearchResponse>> {
  const newest = order.order === "newest";
  const cursor = decodeCursor(order.cursor, order.order);
  const range =
    cursor === undefined
      ? order
      : newest
        ? { from: order.from, to: Math.min(order.to, cursor.time + 1) }
        : { from: Math.max(order.from, cursor.time), to: order.to };
  const parts = [...partsWithin(run.parts, range)].sort((a, b) =>
    newest ? b.maxTime - a.maxTime : a.minTime - b.minTime,
  );
  const scanned = eventsIn(parts);
  const segments = parts.length;
  const wanted = order.limit + 1;
  let rows: readonly StoredEvent[] = [];
  for (let take = 2; parts.length > 0; take *= 2) {
    const last = rows.length === wanted ? rows.at(-1) : undefined;
    if (last !== undefined && isComplete(Date.parse(last.time), parts, newest)) break;
    run.check();
    const group = parts.splice(0, take);
    const found = await page(run, group, { ...order, ...range, limit: wanted, after: cursor });
    rows = [...rows, ...found].sort((a, b) => compareEvents(a, b, newest)).slice(0, wanted);
  }
  const events = rows.slice(0, order.limit);
  const last = events.at(-1);
  const more = rows.length > order.limit && last !== undefined;
  const unknown = unknownFields(run, { filter: order.query, stages: [] });
  return {
    events,
    scanned,
    segments,
    unknownFields: unknown,
    ...(more ? { nextCursor: encodeCursor(last, order.order) } : {}),
  };
}

function isComplete(lastTime: number, parts: readonly Part[], newest: boolean): boolean {
  return parts.every((part) => (newest ? part.maxTime < lastTime : part.minTime > lastTime));
}

function compareEvents(a: StoredEvent, b: StoredEvent, newest: boolean): number {
  // Years 1900 to 2200 in one format: text order is time order.
  const before = a.time < b.time || (a.time === b.time && a.id < b.id);
  if (a.time === b.time && a.id === b.id) return 0;
  return before === newest ? 1 : -1;
}

/** Up to about this many events reading all columns at once is quicker than looking twice. */
const MAX_WIDE_EVENTS = 60_000;

async function page(
  run: ReadContext,
  parts: readonly Part[],
  order: SearchOrder & { after: { time: number; id: string } | undefined },
): Promise<readonly StoredEvent[]> {
  const { where, parameters } = condition(order, run.spellings);
  const [direction, sign] = order.order === "newest" ? ["DESC", "<"] : ["ASC", ">"];
  let after = "true";
  if (order.after !== undefined) {
    const time = parameters.add(BigInt(order.after.time));
    after = `("time" ${sign} ${time} OR ("time" = ${time} AND "id" ${sign} ${parameters.add(order.after.id)}))`;
  }
  const isNarrow = eventsWithin(parts, order) <= MAX_WIDE_EVENTS;
  const found = await run.connection.rows(
    `SELECT ${isNarrow ? "*" : '"time", "id"'} FROM ${relation(parts, order)} WHERE ${where} AND ${after}
     ORDER BY "time" ${direction}, "id" ${direction} LIMIT ${order.limit}`,
    parameters.values,
  );
  if (isNarrow) return found.map(toEvent);
  if (found.length === 0) return [];
  run.check();
  return await wholeEvents(run, parts, found);
}

/** Times written out as an IN list let the reader skip whole row groups; more of them cost more than they spare. */
const MAX_LISTED_TIMES = 1_200;

/** The narrow pass found which events; this one reads their long columns, and only theirs. */
export async function wholeEvents(
  run: ReadContext,
  parts: readonly Part[],
  found: readonly Row[],
): Promise<StoredEvent[]> {
  const times = [...new Set(found.map((row) => Number(row["time"])))].sort((a, b) => a - b);
  const ids = found.map((row) => String(row["id"])).join(",");
  const listed = times.length > MAX_LISTED_TIMES ? "" : ` AND "time" IN (${times.join(", ")})`;
  const rows = await run.connection.rows(
    `SELECT * FROM ${relation(parts)} WHERE "time" BETWEEN ${times[0]} AND ${times.at(-1)}${listed}
       AND "id" IN (SELECT unnest(string_split($ids, ',')))`,
    { ids },
  );
  return rows.map(toEvent);
}

export async function count(run: ReadContext, filter: Filter): Promise<Untimed<CountResponse>> {
  const parts = partsWithin(run.parts, filter);
  if (parts.length === 0) return { count: 0 };
  const { where, parameters } = condition(filter, run.spellings);
  const [row] = await run.connection.rows(
    `SELECT count(*) AS n FROM ${relation(parts, filter)} WHERE ${where}`,
    parameters.values,
  );
  return { count: Number(row?.["n"] ?? 0) };
}

export async function histogram(
  run: ReadContext,
  filter: Filter & { readonly buckets: number },
): Promise<Untimed<HistogramResponse>> {
  const bucketMs = bucketWidth(filter.to - filter.from, filter.buckets);
  const first = Math.floor(filter.from / bucketMs) * bucketMs;
  const counts = new Map<number, number>();
  const parts = partsWithin(run.parts, filter);
  if (parts.length > 0) {
    const { where, parameters } = condition(filter, run.spellings);
    const start = parameters.add(BigInt(first));
    const width = parameters.add(BigInt(bucketMs));
    const rows = await run.connection.rows(
      `SELECT ("time" - ${start}::BIGINT) // ${width}::BIGINT AS bucket, count(*) AS n
       FROM ${relation(parts, filter)} WHERE ${where} GROUP BY 1`,
      parameters.values,
    );
    for (const row of rows) counts.set(Number(row["bucket"]), Number(row["n"]));
  }
  const series: { start: string; count: number }[] = [];
  let total = 0;
  for (let index = 0; first + index * bucketMs < filter.to; index++) {
    const n = counts.get(index) ?? 0;
    total += n;
    series.push({ start: new Date(first + index * bucketMs).toISOString(), count: n });
  }
  return { bucketMs, total, series };
}

export async function top(
  run: ReadContext,
  filter: Filter & { readonly field: string; readonly limit: number },
): Promise<Untimed<TopResponse>> {
  const parts = partsWithin(run.parts, filter);
  if (parts.length === 0) return { field: filter.field, values: [], present: 0, total: 0 };
  const { where, parameters } = condition(filter, run.spellings);
  const values = fieldValues(filter.field, run.spellings, parameters);
  const rows = await run.connection.rows(
    `WITH v AS MATERIALIZED (SELECT list_distinct(${values}) AS vs FROM ${relation(parts, filter)} WHERE ${where}),
       c AS (SELECT left(value, ${MAX_VALUE_CHARACTERS}) AS value, count(*) AS n
             FROM (SELECT unnest(vs) AS value FROM v) GROUP BY 1 ORDER BY n DESC, value LIMIT ${filter.limit})
     SELECT NULL AS value, count(*) AS n, count(*) FILTER (len(vs) > 0) AS present FROM v
     UNION ALL SELECT value, n, NULL FROM c`,
    parameters.values,
  );
  const totals = rows.find((row) => row["present"] !== null);
  const found = rows
    .filter((row) => row["present"] === null)
    .map((row) => ({ value: String(row["value"]), count: Number(row["n"]) }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  return {
    field: filter.field,
    values: found,
    present: Number(totals?.["present"] ?? 0),
    total: Number(totals?.["n"] ?? 0),
  };
}

/** Every text a field holds, as a list without NULLs (list_distinct drops them). */
function fieldValues(field: string, spellings: Spellings, parameters: Parameters): string {
  const target = resolveField(field);
  if (target.kind === "columns") return `[${target.columns.map(columnText).join(", ")}]`;
  const lists = spellings(target.name).map((name) => {
    const path = parameters.add(jsonPointer(name));
    const guard = parameters.add(`${JSON.stringify(name)}:`);
    return `CASE WHEN NOT contains(${FIELDS_TEXT}, ${guard}) THEN []::VARCHAR[]
      WHEN json_type(${FIELDS_TEXT}, ${path}) = 'ARRAY'
      THEN json_extract_string(json_extract(${FIELDS_TEXT}, ${path}), '$[*]')
      ELSE [json_extract_string(${FIELDS_TEXT}, ${path})] END`;
  });
  return lists.length === 0 ? "[]::VARCHAR[]" : lists.reduce((all, list) => `list_concat(${all}, ${list})`);
}

const ALL_TIME: TimeRange = { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER };

/** `near` (the event's time, when the caller knows it) spares looking through the whole lake. */
export async function event(run: ReadContext, id: string, near: number | undefined): Promise<StoredEvent | undefined> {
  const range = near === undefined ? ALL_TIME : { from: near, to: near + 1 };
  const parts = partsWithin(run.parts, range);
  if (parts.length === 0) return undefined;
  const [row] = await run.connection.rows(
    `SELECT * FROM ${relation(parts)} WHERE "id" = $id AND "time" >= $from AND "time" < $to LIMIT 1`,
    { id, from: BigInt(range.from), to: BigInt(range.to) },
  );
  return row === undefined ? undefined : toEvent(row);
}

export async function around(
  run: ReadContext,
  ask: { readonly id: string; readonly windowMs: number; readonly near: number | undefined },
): Promise<Untimed<AroundResponse>> {
  const centre = await event(run, ask.id, ask.near);
  if (centre === undefined) throw new Fault("missing", "lake.event.missing", "no such event", { id: ask.id });
  run.check();
  const time = Date.parse(centre.time);
  const range = { from: time - ask.windowMs, to: time + ask.windowMs + 1 };
  const same: string[] = ['"id" = $id'];
  const values: Record<string, string | bigint> = {
    id: ask.id,
    time: BigInt(time),
    from: BigInt(range.from),
    to: BigInt(range.to),
  };
  if (centre.host !== undefined) {
    same.push('"host" = $host');
    values["host"] = centre.host;
  }
  if (centre.entities.user !== undefined) {
    same.push('"user" = $user');
    values["user"] = centre.entities.user;
  }
  const rows = await run.connection.rows(
    `SELECT * FROM ${relation(partsWithin(run.parts, range))}
     WHERE "time" >= $from AND "time" < $to AND (${same.join(" OR ")})
     ORDER BY abs("time" - $time), "id" LIMIT ${MAX_AROUND_ROWS + 1}`,
    values,
  );
  const nearest = rows.slice(0, MAX_AROUND_ROWS).map(toEvent);
  if (!nearest.some((one) => one.id === ask.id)) nearest[nearest.length - 1] = centre;
  const events = nearest.sort((a, b) => compareEvents(a, b, false));
  return { event: centre, events, truncated: rows.length > MAX_AROUND_ROWS };
}
