/**
 * A pipeline as one SQL statement. Texts of people are parameters, always; names of columns are our own (`c0`, `k1`).
 * Each command wraps what is before it in one more SELECT; the engine reads only the columns the outermost needs.
 */
import { lower } from "../core/query/fold.ts";
import { shapeAfter } from "../core/query/pipe-shape.ts";
import type {
  Join,
  Ranking,
  Sequence,
  Shape,
  SortKey,
  Stage,
  Stats,
  TableColumn,
  Timeline,
} from "../core/query/pipes.ts";
import { TIME_GRID_START, type Period } from "../core/query/time-words.ts";
import type { Query } from "../core/query/tree.ts";
import { bucketStarts } from "../core/query/settle.ts";
import { FieldReads, type FieldSql, itemsOf, numberOf } from "./field-sql.ts";
import { measureSql } from "./measure-sql.ts";
import { instantText, type Parameters, predicate, type Spellings } from "./predicate.ts";
import { tablePredicate } from "./table-predicate.ts";

export interface PipeContext {
  readonly parameters: Parameters;
  readonly spellings: Spellings;
  /** The events of the range that match: a whole SELECT. */
  readonly events: (query: Query) => string;
  /** What a timeline shows. */
  readonly shown: Period;
}

export interface OrderKey {
  readonly sql: string;
  readonly descending: boolean;
}

/** Rows so far: a SELECT, what its rows are, and in which order they count. Columns of tables are `c0`, `c1` … */
export interface SqlStream {
  readonly sql: string;
  readonly shape: Shape;
  readonly order: readonly OrderKey[];
}

export const NEWEST: readonly OrderKey[] = [
  { sql: '"time"', descending: true },
  { sql: '"id"', descending: true },
];

export function orderBy(order: readonly OrderKey[]): string {
  return order.length === 0
    ? ""
    : ` ORDER BY ${order.map(({ sql, descending }) => `${sql} ${descending ? "DESC" : "ASC"} NULLS LAST`).join(", ")}`;
}

export class PipeCompiler {
  readonly #context: PipeContext;
  #layers = 0;

  constructor(context: PipeContext) {
    this.#context = context;
  }

  start(filter: Query): SqlStream {
    return { sql: this.#context.events(filter), shape: "events", order: NEWEST };
  }

  stage(stream: SqlStream, stage: Exclude<Stage, Sequence>): SqlStream {
    switch (stage.kind) {
      case "where":
        return this.#where(stream, stage.query);
      case "dedup":
        return this.#dedup(stream, stage.fields);
      case "sort":
        return this.#sort(stream, stage.keys);
      case "head":
        return { ...stream, sql: `SELECT * FROM (${stream.sql}) AS e${orderBy(stream.order)} LIMIT ${stage.count}` };
      case "fields":
        return this.#fields(stream, stage);
      case "stats":
        return this.#stats(stream, stage);
      case "top":
      case "rare":
        return this.#ranking(stream, stage);
      case "timeline":
        return this.#timeline(stream, stage);
      case "join":
        return this.#join(stream, stage);
    }
  }

  /** Rows `k` (entity), `t`, `id` and `steps` (bits) for core/query/sequence.ts. */
  stepEvents(stream: SqlStream, { by, steps }: Sequence, most: number): string {
    const reads = this.#reads();
    const keys = reads.read(by);
    const { parameters, spellings } = this.#context;
    const mask = steps
      .map((step, bit) => `CASE WHEN ${predicate(step, { parameters, spellings })} THEN ${1 << bit} ELSE 0 END`)
      .join(" + ");
    const events = reads.over(`SELECT *, ${mask} AS "steps" FROM (${stream.sql}) AS e`);
    return (
      `SELECT ${keyEach(keys)} AS "k", "time" AS "t", "id", "steps" FROM (${events}) AS e ` +
      `WHERE "steps" > 0 AND ${keys.first} IS NOT NULL LIMIT ${most}`
    );
  }

  #where(stream: SqlStream, query: Query): SqlStream {
    const { parameters, spellings } = this.#context;
    const condition =
      stream.shape === "events"
        ? predicate(query, { parameters, spellings })
        : tablePredicate(query, stream.shape, parameters);
    return { ...stream, sql: `SELECT * FROM (${stream.sql}) AS e WHERE ${condition}` };
  }

  #dedup(stream: SqlStream, names: readonly string[]): SqlStream {
    const { fields, sql } = this.#read(stream, names);
    const keys = fields.map(({ first }) => first).join(", ");
    const first = `row_number() OVER (PARTITION BY ${keys}${orderBy(stream.order)}) = 1`;
    return { ...stream, sql: `SELECT * FROM (${sql}) AS e QUALIFY ${first}` };
  }

  #sort(stream: SqlStream, keys: readonly SortKey[]): SqlStream {
    const { fields, sql } = this.#read(
      stream,
      keys.map(({ field }) => field),
    );
    const order = fields.flatMap((field, index) => {
      const descending = keys[index]?.descending ?? false;
      const own = { sql: field.first, descending };
      return field.type === "text" ? [{ sql: numberOf(field), descending }, own] : [own];
    });
    return { ...stream, sql, order: [...order, ...stream.order] };
  }

  #fields(stream: SqlStream, stage: Stage & { kind: "fields" }): SqlStream {
    const { fields, sql } = this.#read(stream, stage.names);
    const cells = fields.map(({ first, list }, index) => {
      const text = list === undefined ? first : `CASE WHEN len(${list}) > 0 THEN array_to_string(${list}, ', ') END`;
      return `${text} AS "c${index}"`;
    });
    // The order may hang on columns that are left out.
    const order = stream.order.map(({ sql: key }, index) => `${key} AS "o${index}"`);
    return {
      sql: `SELECT ${[...cells, ...order].join(", ")} FROM (${sql}) AS e`,
      shape: shapeAfter(stream.shape, stage),
      order: stream.order.map(({ descending }, index) => ({ sql: `"o${index}"`, descending })),
    };
  }

  #stats(stream: SqlStream, stage: Stats): SqlStream {
    const { by, measures, spanMs } = stage;
    const measured = measures.flatMap(({ field }) => (field === undefined ? [] : [field]));
    const { fields, sql } = this.#read(stream, [...by, ...measured]);
    const keys = fields.slice(0, by.length);
    const inputs = fields.slice(by.length);
    const span = spanMs === undefined ? [] : [this.#bucket(stream.shape, spanMs)];
    const timed = span.map(({ number }): FieldSql => ({ first: number, type: "time", list: undefined }));
    const starts = span.map(({ start }) => start);
    const shape = shapeAfter(stream.shape, stage) as readonly TableColumn[];
    const order = statsOrder(shape, stage);
    if (measures.every(({ field }) => field === undefined) && (by.length > 0 || span.length > 0)) {
      return {
        sql: renamed(countedBy(sql, [...timed, ...keys]), [...starts, ...keyNames(by, starts)], measures.length),
        shape,
        order,
      };
    }
    const grouped = keyed(sql, {
      keys: [...timed, ...keys],
      values: inputs.map(({ first }) => first),
    });
    let input = 0;
    const aggregates = measures.map((measure) => {
      const type = measure.field === undefined ? "number" : (inputs[input]?.type ?? "text");
      return measureSql(measure, { first: measure.field === undefined ? "1" : `"x${input++}"`, type });
    });
    const count = span.length + by.length;
    const names = Array.from({ length: count }, (_, index) => `"k${index}"`);
    const select = [...names, ...aggregates.map((sum, index) => `${sum} AS "m${index}"`)];
    const shown = [...starts, ...keyNames(by, starts), ...aggregates.map((_, index) => `"m${index}"`)];
    const aggregated = `SELECT ${select.join(", ")} FROM (${grouped}) AS e${count === 0 ? "" : " GROUP BY ALL"}`;
    return {
      sql: `SELECT ${shown.map((column, index) => `${column} AS "c${index}"`).join(", ")} FROM (${aggregated}) AS e`,
      shape,
      order,
    };
  }

  #ranking(stream: SqlStream, stage: Ranking): SqlStream {
    const { kind, by, field, count } = stage;
    const { fields, sql } = this.#read(stream, by === undefined ? [field] : [by, field]);
    const value = fields.length - 1;
    const keys = fields.map((_, index) => `"k${index}"`);
    const counted = `SELECT * FROM (${countedBy(sql, fields)}) AS e WHERE "k${value}" IS NOT NULL`;
    const partition = 'PARTITION BY "k0"';
    const order: OrderKey[] = [
      { sql: '"n"', descending: kind === "top" },
      { sql: `"k${value}"`, descending: false },
    ];
    // Without groups only what is shown needs its share of the whole: a window over every value would sort them all.
    const ranked =
      by === undefined
        ? `WITH g AS MATERIALIZED (${counted})
           SELECT *, "n"::DOUBLE / (SELECT sum("n") FROM g)::DOUBLE AS "s" FROM g${orderBy(order)} LIMIT ${count}`
        : `SELECT *, "n"::DOUBLE / sum("n") OVER (${partition})::DOUBLE AS "s" FROM (${counted}) AS e
           QUALIFY row_number() OVER (${partition}${orderBy(order)}) <= ${count}`;
    const columns = [...keys, '"n"', '"s"'].map((column, index) => `${column} AS "c${index}"`).join(", ");
    return {
      sql: `SELECT ${columns} FROM (${ranked}) AS e`,
      shape: shapeAfter(stream.shape, stage),
      order: [
        ...(by === undefined ? [] : [{ sql: '"c0"', descending: false }]),
        { sql: `"c${value + 1}"`, descending: kind === "top" },
        { sql: `"c${value}"`, descending: false },
      ],
    };
  }

  #timeline(stream: SqlStream, stage: Timeline): SqlStream {
    const { spanMs = 1, by } = stage;
    const measures = [{ fn: "count", name: "count" }] as const;
    const counted = this.#stats(stream, { kind: "stats", measures, by: by === undefined ? [] : [by], spanMs });
    if (by !== undefined) return { ...counted, shape: shapeAfter(stream.shape, stage) };
    const { parameters, shown } = this.#context;
    const starts = bucketStarts(shown, spanMs) ?? [];
    const first = parameters.add(BigInt(starts[0] ?? 0));
    const end = parameters.add(BigInt((starts.at(-1) ?? -spanMs) + spanMs));
    const width = parameters.add(BigInt(spanMs));
    const buckets = `SELECT unnest(range(${first}::BIGINT, ${end}::BIGINT, ${width}::BIGINT)) AS "t"`;
    return {
      sql:
        `SELECT b."t" AS "c0", coalesce(n."c1", 0) AS "c1" FROM (${buckets}) AS b ` +
        `LEFT JOIN (${counted.sql}) AS n ON b."t" = n."c0"`,
      shape: shapeAfter(stream.shape, stage),
      order: [{ sql: '"c0"', descending: false }],
    };
  }

  #join(stream: SqlStream, { on, withinMs, query }: Join): SqlStream {
    const { parameters } = this.#context;
    const others = this.#keyedEvents(this.#context.events(query), on);
    const reads = this.#reads();
    const key = reads.read(on);
    const events = reads.over(stream.sql);
    const width = withinMs === undefined ? undefined : parameters.add(BigInt(withinMs));
    if (key.list === undefined && width === undefined) {
      return {
        ...stream,
        sql: `SELECT * FROM (${events}) AS e WHERE ${keyEach(key)} IN (SELECT "k" FROM (${others}) AS o)`,
      };
    }
    const own = `SELECT "id", "time" AS "t", ${keyEach(key)} AS "k" FROM (${events}) AS e WHERE ${key.first} IS NOT NULL`;
    const near =
      width === undefined
        ? `SELECT x."id" FROM (${own}) AS x SEMI JOIN o ON x."k" = o."k"`
        : `SELECT x."id" FROM (${own}) AS x
             ASOF LEFT JOIN o AS p ON x."k" = p."k" AND x."t" >= p."t"
             ASOF LEFT JOIN o AS n ON x."k" = n."k" AND x."t" <= n."t"
           WHERE x."t" - p."t" <= ${width} OR n."t" - x."t" <= ${width}`;
    return {
      ...stream,
      sql: `SELECT * FROM (${stream.sql}) AS e WHERE "id" IN (WITH o AS MATERIALIZED (${others}) ${near})`,
    };
  }

  #keyedEvents(events: string, field: string): string {
    const reads = this.#reads();
    const key = reads.read(field);
    return `SELECT ${keyEach(key)} AS "k", "time" AS "t" FROM (${reads.over(events)}) AS e WHERE ${key.first} IS NOT NULL`;
  }

  /** Fields of the stream, with a layer below that has what they need. */
  #read(stream: SqlStream, names: readonly string[]): { readonly fields: readonly FieldSql[]; readonly sql: string } {
    const { shape } = stream;
    if (shape === "events") {
      const reads = this.#reads();
      const fields = names.map((name) => reads.read(name));
      return { fields, sql: reads.over(stream.sql) };
    }
    const fields = names.map((name): FieldSql => {
      const at = shape.findIndex((column) => lower(column.name) === lower(name));
      return { first: `"c${at}"`, type: shape[at]?.type ?? "text", list: undefined };
    });
    return { fields, sql: stream.sql };
  }

  /** The number of the bucket to group by, and its start as an expression over that number, here `"k0"`. */
  #bucket(shape: Shape, spanMs: number): { readonly number: string; readonly start: string } {
    const time = shape === "events" ? '"time"' : `"c${shape.findIndex(({ name }) => lower(name) === "time")}"`;
    const { parameters } = this.#context;
    const start = parameters.add(BigInt(TIME_GRID_START));
    const width = parameters.add(BigInt(spanMs));
    const number = `(${time} - ${start}::BIGINT) // ${width}::BIGINT`;
    return { number, start: `"k0" * ${width}::BIGINT + ${start}::BIGINT` };
  }

  #reads(): FieldReads {
    this.#layers += 1;
    return new FieldReads(this.#context, `l${this.#layers}`);
  }
}

/** The key of a join or a sequence, case ignored as everywhere in the language; one row for each value. */
function keyEach({ first, list, type }: FieldSql): string {
  if (list !== undefined) return `unnest(list_distinct(list_transform(${list}, lambda v: lower(v))))`;
  if (type === "time") return instantText(first);
  return type === "text" ? `lower(${first})` : `CAST(${first} AS VARCHAR)`;
}

/** By time when there is a span, then the first measure from above, then the keys. */
function statsOrder(shape: readonly TableColumn[], { by, spanMs }: Stats): readonly OrderKey[] {
  const spans = spanMs === undefined ? 0 : 1;
  const first = spans + by.length;
  return [
    ...(spans === 0 ? [] : [{ sql: '"c0"', descending: false }]),
    ...(shape[first]?.type === "text" ? [] : [{ sql: `"c${first}"`, descending: true }]),
    ...by.map((_, index) => ({ sql: `"c${index + spans}"`, descending: false })),
  ];
}

/** Keys and the same count once for each measure, as columns of a table. */
function renamed(counted: string, keys: readonly string[], measures: number): string {
  const columns = [...keys, ...Array.from({ length: measures }, () => '"n"')];
  return `SELECT ${columns.map((column, index) => `${column} AS "c${index}"`).join(", ")} FROM (${counted}) AS e`;
}

/** Keys after the bucket. */
function keyNames(by: readonly string[], starts: readonly string[]): readonly string[] {
  return by.map((_, index) => `"k${index + starts.length}"`);
}

/**
 * Keys `k0` … with the number `n` of rows that have them. Source fields are grouped as they are written and lists are
 * taken apart afterwards: there are far fewer groups than rows.
 */
function countedBy(sql: string, keys: readonly FieldSql[]): string {
  if (keys.some(({ list, written }) => list !== undefined && written === undefined)) {
    const names = keys.map((_, index) => `"k${index}"`).join(", ");
    return `SELECT ${names}, count(*) AS "n" FROM (${keyed(sql, { keys, values: [] })}) AS e GROUP BY ALL`;
  }
  const columns = keys.map(({ first, written }, index) =>
    written === undefined
      ? `${first} AS "k${index}"`
      : `${written.value} AS "r${index}", ${written.isList} AS "b${index}"`,
  );
  const grouped = `SELECT ${columns.join(", ")}, count(*) AS "n" FROM (${sql}) AS e GROUP BY ALL`;
  if (keys.every(({ written }) => written === undefined)) return grouped;
  const apart = keys.reduce((rows, { written }, index) => {
    if (written === undefined) return rows;
    const items = itemsOf(`"r${index}"`);
    const values = `CASE WHEN NOT "b${index}" THEN ["r${index}"] WHEN len(${items}) = 0 THEN [NULL] ELSE ${items} END`;
    return `SELECT *, unnest(${values}) AS "k${index}" FROM (${rows}) AS e`;
  }, grouped);
  const names = keys.map((_, index) => `"k${index}"`).join(", ");
  return `SELECT ${names}, sum("n")::BIGINT AS "n" FROM (${apart}) AS e GROUP BY ALL`;
}

interface Keyed {
  readonly keys: readonly FieldSql[];
  readonly values: readonly string[];
}

/** Rows with keys `k0` … and inputs `x0` …; a row with several values of a key becomes several. */
function keyed(sql: string, { keys, values }: Keyed): string {
  const plain = [
    ...keys.map(({ first, list }, index) =>
      list === undefined
        ? `${first} AS "k${index}"`
        : `CASE WHEN ${first} IS NULL THEN [NULL::VARCHAR] ELSE list_distinct(${list}) END AS "l${index}"`,
    ),
    ...values.map((value, index) => `${value} AS "x${index}"`),
  ];
  const flat = `SELECT ${plain.length === 0 ? "1" : plain.join(", ")} FROM (${sql}) AS e`;
  return keys.reduce(
    (rows, { list }, index) =>
      list === undefined ? rows : `SELECT *, unnest("l${index}") AS "k${index}" FROM (${rows}) AS e`,
    flat,
  );
}
