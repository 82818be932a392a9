/**
 * The plain meaning of commands, over arrays: what live pages compute, what follows a sequence, and the yardstick the
 * lake's SQL is tested against.
 *
 * Keys of `stats`, `top`, `rare` and `timeline` take every different value of a field on its own (none is a key of its
 * own in `stats` and `timeline`); measures, `sort`, `dedup` and `fields` read the first value (`fields` all of them).
 */
import type { Instant, KhienEvent } from "../../../../kernel/index.ts";
import { firstValueOf, matches, valuesOf } from "./evaluate.ts";
import { rowMatches } from "./evaluate-rows.ts";
import { lower } from "./fold.ts";
import { eventFieldType, shapeAfter, typeIn } from "./pipe-shape.ts";
import type {
  CellType,
  Join,
  Pipeline,
  Ranking,
  Sequence,
  Shape,
  SortKey,
  Stage,
  Stats,
  TableColumn,
  Timeline,
} from "./pipes.ts";
import { aggregate } from "./measures.ts";
import { compareText, findSequences, type StepEvent } from "./sequence.ts";
import { bucketStarts, shownRange } from "./settle.ts";
import { bucketStart, type Period } from "./time-words.ts";
import { isNumeric } from "./value.ts";

export type Cell = string | number | null;
export type Cells = readonly Cell[];

export interface Table {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly Cells[];
}

export type Evaluated =
  | { readonly kind: "events"; readonly events: readonly KhienEvent[] }
  | ({ readonly kind: "table" } & Table);

/** Rows of either kind, read by field name. */
interface Source<Row> {
  readonly shape: Shape;
  readonly rows: readonly Row[];
  first(row: Row, field: string): Cell;
  /** Every different value. */
  all(row: Row, field: string): readonly Cell[];
  time(row: Row): Instant;
}

/** `pipeline` is settled (settle.ts): it has no open width and no `now`. */
export function evaluatePipeline(pipeline: Pipeline, events: readonly KhienEvent[], range: Period): Evaluated {
  const shown = shownRange(pipeline, range);
  const within = events.filter(({ time }) => time >= range.from && time < range.to);
  let stream: Evaluated = {
    kind: "events",
    events: within.filter((event) => matches(pipeline.filter, event)).sort(newestFirst),
  };
  for (const stage of pipeline.stages) {
    stream =
      stream.kind === "events"
        ? overEvents(stage, stream.events, { within, shown })
        : { kind: "table", ...overTable(stage, stream) };
  }
  return stream;
}

export function newestFirst(a: KhienEvent, b: KhienEvent): number {
  return b.time - a.time || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}

interface Surroundings {
  readonly within: readonly KhienEvent[];
  readonly shown: Period;
}

function overEvents(stage: Stage, events: readonly KhienEvent[], around: Surroundings): Evaluated {
  const source = eventSource(events);
  const table = (rows: readonly Cells[]): Evaluated => ({
    kind: "table",
    columns: columnsAfter("events", stage),
    rows,
  });
  switch (stage.kind) {
    case "where":
      return { kind: "events", events: events.filter((event) => matches(stage.query, event)) };
    case "dedup":
      return { kind: "events", events: firstOfEach(source, stage.fields) };
    case "sort":
      return { kind: "events", events: sorted(source, stage.keys) };
    case "head":
      return { kind: "events", events: events.slice(0, stage.count) };
    case "join":
      return { kind: "events", events: joined(events, stage, around.within) };
    case "fields":
      return table(events.map((event) => stage.names.map((name) => shownField(event, name))));
    case "stats":
      return table(statsRows(source, stage));
    case "top":
    case "rare":
      return table(rankedRows(source, stage));
    case "timeline":
      return table(timelineRows(source, stage, around.shown));
    case "sequence":
      return table(sequenceRows(events, stage));
  }
}

/** Commands after a table; the same in every store, so also what follows a sequence. */
export function overTable(stage: Stage, { columns, rows }: Table): Table {
  const source = tableSource({ columns, rows });
  switch (stage.kind) {
    case "where":
      return { columns, rows: rows.filter((row) => rowMatches(stage.query, columns, row)) };
    case "dedup":
      return { columns, rows: firstOfEach(source, stage.fields) };
    case "sort":
      return { columns, rows: sorted(source, stage.keys) };
    case "head":
      return { columns, rows: rows.slice(0, stage.count) };
    case "fields":
      return {
        columns: columnsAfter(columns, stage),
        rows: rows.map((row) => stage.names.map((name) => source.first(row, name))),
      };
    case "stats":
      return { columns: columnsAfter(columns, stage), rows: statsRows(source, stage) };
    case "top":
    case "rare":
      return { columns: columnsAfter(columns, stage), rows: rankedRows(source, stage) };
    case "timeline":
    case "join":
    case "sequence":
      throw new Error(`${stage.kind} needs events`);
  }
}

function columnsAfter(shape: Shape, stage: Stage): readonly TableColumn[] {
  const after = shapeAfter(shape, stage);
  return after === "events" ? [] : after;
}

function eventSource(events: readonly KhienEvent[]): Source<KhienEvent> {
  const typed = (field: string, text: string | undefined): Cell => {
    if (text === undefined) return null;
    const type = eventFieldType(field);
    return type === "text" ? text : type === "number" ? Number(text) : Date.parse(text);
  };
  return {
    shape: "events",
    rows: events,
    first: (event, field) => typed(field, firstValueOf(event, field)),
    all: (event, field) => [...new Set(valuesOf(event, field))].map((text) => typed(field, text)),
    time: (event) => event.time,
  };
}

function tableSource({ columns, rows }: Table): Source<Cells> {
  const at = (name: string) => columns.findIndex((column) => column.name.toLowerCase() === name.toLowerCase());
  const first = (row: Cells, name: string): Cell => row[at(name)] ?? null;
  return {
    shape: columns,
    rows,
    first,
    all: (row, name) => {
      const cell = first(row, name);
      return cell === null ? [] : [cell];
    },
    time: (row) => Number(first(row, "time")),
  };
}

function shownField(event: KhienEvent, name: string): Cell {
  const values = valuesOf(event, name);
  if (values.length === 0) return null;
  const type = eventFieldType(name);
  if (type === "time") return Date.parse(values[0] ?? "");
  return type === "number" ? Number(values[0]) : values.join(", ");
}

function firstOfEach<Row>(source: Source<Row>, fields: readonly string[]): readonly Row[] {
  const seen = new Set<string>();
  return source.rows.filter((row) => {
    const key = JSON.stringify(fields.map((field) => source.first(row, field)));
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function sorted<Row>(source: Source<Row>, keys: readonly SortKey[]): readonly Row[] {
  return source.rows.toSorted((a, b) => {
    for (const { field, descending } of keys) {
      const order = { type: typeIn(source.shape, field), descending };
      const difference = compareCells(source.first(a, field), source.first(b, field), order);
      if (difference !== 0) return difference;
    }
    return 0;
  });
}

/** Missing values last whatever the direction; in text, numbers come before what is none. */
export function compareCells(a: Cell, b: Cell, { type, descending }: { type: CellType; descending: boolean }): number {
  const sign = descending ? -1 : 1;
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (type !== "text") return sign * (Number(a) - Number(b));
  const [left, right] = [String(a), String(b)];
  const [leftNumber, rightNumber] = [isNumeric(left), isNumeric(right)];
  if (leftNumber !== rightNumber) return leftNumber ? -1 : 1;
  const difference = leftNumber ? Number(left) - Number(right) : 0;
  return sign * (difference === 0 ? compareText(left, right) : difference);
}

function joined(events: readonly KhienEvent[], { on, withinMs, query }: Join, within: readonly KhienEvent[]) {
  const keys = (event: KhienEvent) => valuesOf(event, on).map(lower);
  const times = new Map<string, Instant[]>();
  for (const other of within) {
    if (!matches(query, other)) continue;
    for (const key of keys(other)) times.set(key, [...(times.get(key) ?? []), other.time]);
  }
  return events.filter((event) =>
    keys(event).some((key) =>
      (times.get(key) ?? []).some((time) => withinMs === undefined || Math.abs(time - event.time) <= withinMs),
    ),
  );
}

interface Group<Row> {
  readonly keys: readonly Cell[];
  readonly rows: Row[];
}

/** Every combination of key values; a row with several values of a key is in several groups. */
function grouped<Row>(source: Source<Row>, keysOf: (row: Row) => readonly (readonly Cell[])[]): readonly Group<Row>[] {
  const groups = new Map<string, Group<Row>>();
  for (const row of source.rows) {
    const combinations = keysOf(row).reduce<readonly (readonly Cell[])[]>(
      (all, values) => all.flatMap((keys) => values.map((value) => [...keys, value])),
      [[]],
    );
    for (const keys of combinations) {
      const id = JSON.stringify(keys);
      const group = groups.get(id) ?? { keys, rows: [] };
      group.rows.push(row);
      groups.set(id, group);
    }
  }
  return [...groups.values()];
}

function orNone(values: readonly Cell[]): readonly Cell[] {
  return values.length === 0 ? [null] : values;
}

function statsRows<Row>(source: Source<Row>, stage: Stats): readonly Cells[] {
  const { by, measures, spanMs } = stage;
  const span = (row: Row): readonly (readonly Cell[])[] =>
    spanMs === undefined ? [] : [[bucketStart(source.time(row), spanMs)]];
  const keysOf = (row: Row) => [...span(row), ...by.map((field) => orNone(source.all(row, field)))];
  const groups = grouped(source, keysOf);
  // One row for everything, even when that is nothing.
  const all = by.length === 0 && spanMs === undefined ? [{ keys: [], rows: [...source.rows] }] : groups;
  const rows = all.map(({ keys, rows: members }) => [
    ...keys,
    ...measures.map((measure) =>
      aggregate(
        measure,
        members.map((row) => (measure.field === undefined ? 1 : source.first(row, measure.field))),
      ),
    ),
  ]);
  return rows.sort(statsOrder(columnsAfter(source.shape, stage), stage));
}

/** By time when there is a span, then the first measure from above, then the keys. */
function statsOrder(columns: readonly TableColumn[], { by, spanMs }: Stats): (a: Cells, b: Cells) => number {
  const spans = spanMs === undefined ? 0 : 1;
  const first = spans + by.length;
  const keys = by.map((_, index) => index + spans);
  const order = [
    ...(spans === 0 ? [] : [{ at: 0, descending: false }]),
    ...(columns[first]?.type === "text" ? [] : [{ at: first, descending: true }]),
    ...keys.map((at) => ({ at, descending: false })),
  ];
  return byColumns(columns, order);
}

function byColumns(columns: readonly TableColumn[], order: readonly { at: number; descending: boolean }[]) {
  return (a: Cells, b: Cells): number => {
    for (const { at, descending } of order) {
      const difference = plainOrder(a[at] ?? null, b[at] ?? null, {
        isText: columns[at]?.type === "text",
        descending,
      });
      if (difference !== 0) return difference;
    }
    return 0;
  };
}

/** As `compareCells`, but text by code point alone: for orders that only have to be the same every time. */
function plainOrder(a: Cell, b: Cell, how: { isText: boolean; descending: boolean }): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const difference = how.isText ? compareText(String(a), String(b)) : Number(a) - Number(b);
  return how.descending ? -difference : difference;
}

function rankedRows<Row>(source: Source<Row>, stage: Ranking): readonly Cells[] {
  const { kind, by, field, count } = stage;
  const keysOf = (row: Row) => [...(by === undefined ? [] : [orNone(source.all(row, by))]), source.all(row, field)];
  const groups = grouped(source, keysOf);
  const totals = new Map<Cell, number>();
  const groupOf = (keys: readonly Cell[]): Cell => (by === undefined ? null : (keys[0] ?? null));
  for (const { keys, rows } of groups) totals.set(groupOf(keys), (totals.get(groupOf(keys)) ?? 0) + rows.length);
  const columns = columnsAfter(source.shape, stage);
  const value = by === undefined ? 0 : 1;
  const order = byColumns(columns, [
    ...(by === undefined ? [] : [{ at: 0, descending: false }]),
    { at: value + 1, descending: kind === "top" },
    { at: value, descending: false },
  ]);
  const taken = new Map<Cell, number>();
  return groups
    .map(({ keys, rows }): Cells => [...keys, rows.length, rows.length / (totals.get(groupOf(keys)) ?? 1)])
    .sort(order)
    .filter((row) => {
      const group = groupOf(row);
      taken.set(group, (taken.get(group) ?? 0) + 1);
      return (taken.get(group) ?? 0) <= count;
    });
}

function timelineRows(source: Source<KhienEvent>, { spanMs = 1, by }: Timeline, shown: Period): readonly Cells[] {
  const measures = [{ fn: "count", name: "count" }] as const;
  const stats: Stats = { kind: "stats", measures, by: by === undefined ? [] : [by], spanMs };
  const rows = statsRows(source, stats);
  if (by !== undefined) return rows;
  const counts = new Map(rows.map(([time = null, count = null]) => [time, count]));
  return (bucketStarts(shown, spanMs) ?? []).map((start) => [start, counts.get(start) ?? 0]);
}

function sequenceRows(events: readonly KhienEvent[], stage: Sequence): readonly Cells[] {
  const candidates: StepEvent[] = [];
  for (const event of events) {
    const steps = stage.steps.reduce((mask, query, step) => (matches(query, event) ? mask | (1 << step) : mask), 0);
    if (steps === 0) continue;
    for (const key of new Set(valuesOf(event, stage.by).map(lower))) {
      candidates.push({ key, time: event.time, id: event.id, steps });
    }
  }
  return sequenceCells(candidates, stage, Number.POSITIVE_INFINITY);
}

/** Newest first, as events are. */
export function sequenceCells(candidates: readonly StepEvent[], stage: Sequence, most: number): Cells[] {
  const rule = { steps: stage.steps.length, withinMs: stage.withinMs };
  const rows = findSequences(candidates, rule, most).map(({ key, events }): Cells => {
    const [first, last] = [events[0], events.at(-1)];
    const [from, to] = [first?.time ?? 0, last?.time ?? 0];
    const ids = events.map(({ id }) => id).join(" ");
    return [key, from, to, (to - from) / 1_000, first?.id ?? null, last?.id ?? null, ids];
  });
  return rows.sort((a, b) => Number(b[2]) - Number(a[2]) || compareText(String(a[0]), String(b[0])));
}
