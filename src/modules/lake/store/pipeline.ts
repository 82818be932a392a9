/** Runs a search with its commands: one statement for all that the engine counts, then what only core decides. */
import { EARLIEST, Fault, LATEST } from "../../../kernel/index.ts";
import { type Cells, overTable, sequenceCells, type Table } from "../core/query/evaluate-pipes.ts";
import { shapeAfter } from "../core/query/pipe-shape.ts";
import type { CellType, Pipeline, Sequence, Stage, TableColumn } from "../core/query/pipes.ts";
import type { StepEvent } from "../core/query/sequence.ts";
import { bucketStarts, settled, shownRange } from "../core/query/settle.ts";
import { intersection, type Period, timeBounds } from "../core/query/time-words.ts";
import type { Query } from "../core/query/tree.ts";
import { MAX_CELL_CHARACTERS, MAX_PIPE_ROWS, MAX_SEQUENCE_EVENTS, MAX_TIMELINE_BUCKETS } from "../limits.ts";
import type { PipelineResponse, StoredEvent } from "../schemas.ts";
import type { Row } from "./database.ts";
import { orderBy, PipeCompiler, type PipeContext, type SqlStream } from "./pipe-sql.ts";
import { Parameters, predicate } from "./predicate.ts";
import { type ReadContext, wholeEvents } from "./queries.ts";
import { unknownFields } from "./unknown-fields.ts";
import { eventsIn, type Part, partsWithin, relation } from "./read-sql.ts";

export interface PipelineAsk extends Period {
  /** Has no `now` any more. */
  readonly pipeline: Pipeline;
  readonly limit: number;
}

type Untimed = PipelineResponse extends infer Answer
  ? Answer extends unknown
    ? Omit<Answer, "tookMs">
    : never
  : never;

export async function runPipeline(run: ReadContext, ask: PipelineAsk): Promise<Untimed> {
  const compiled = compilePipeline(run, ask);
  const { stream, rest, parameters } = compiled;
  const common = { ...compiled.told, unknownFields: unknownFields(run, ask.pipeline) };
  if (rest !== undefined) {
    const table = await sequenceTable(run, compiled, rest);
    return { kind: "table", ...shownTable(table, Math.min(ask.limit, MAX_PIPE_ROWS)), ...common };
  }
  if (stream.shape === "events") {
    const found = await run.connection.rows(
      `SELECT "time", "id" FROM (${stream.sql}) AS e${orderBy(stream.order)} LIMIT ${ask.limit + 1}`,
      parameters.values,
    );
    run.check();
    const events = await inFoundOrder(run, compiled.parts, found.slice(0, ask.limit));
    return { kind: "events", events, truncated: found.length > ask.limit, ...common };
  }
  const cells = stream.shape.map(({ type }, at) =>
    type === "text" ? `left("c${at}", ${MAX_CELL_CHARACTERS}) AS "c${at}"` : `"c${at}"`,
  );
  const rows = await run.connection.rows(
    `SELECT ${cells.join(", ")} FROM (SELECT * FROM (${stream.sql}) AS e${orderBy(stream.order)} LIMIT ${ask.limit + 1}) AS e`,
    parameters.values,
  );
  const table = {
    columns: stream.shape,
    rows: rows.map((row) => cellsOf(row, stream.shape as readonly TableColumn[])),
  };
  return { kind: "table", ...shownTable(table, ask.limit), ...common };
}

export interface CompiledPipeline {
  readonly stream: SqlStream;
  readonly compiler: PipeCompiler;
  readonly parameters: Parameters;
  readonly parts: readonly Part[];
  /** A sequence with what follows it: decided outside the engine. */
  readonly rest: readonly [Sequence, ...Stage[]] | undefined;
  readonly told: { readonly scanned: number; readonly segments: number; readonly from: string; readonly to: string };
}

export function compilePipeline(run: ReadContext, ask: PipelineAsk): CompiledPipeline {
  const asked = { from: ask.from, to: ask.to };
  const shown = withinData(run, shownRange(ask.pipeline, asked));
  const pipeline = settled(ask.pipeline, shown);
  refuseManyBuckets(pipeline, shown);
  const parameters = new Parameters();
  const read = new Set<string>();
  const parts: Part[] = [];
  const events = (query: Query): string => {
    const own = partsWithin(run.parts, intersection(asked, timeBounds(query)));
    for (const part of own) {
      if (read.has(part.source)) continue;
      read.add(part.source);
      parts.push(part);
    }
    const condition = predicate(query, { parameters, spellings: run.spellings });
    return `SELECT * FROM ${relation(own, asked)} WHERE ${condition}`;
  };
  const context: PipeContext = { parameters, spellings: run.spellings, events, shown };
  const compiler = new PipeCompiler(context);
  let stream = compiler.start(pipeline.filter);
  let rest: readonly [Sequence, ...Stage[]] | undefined;
  for (const [index, stage] of pipeline.stages.entries()) {
    if (stage.kind === "sequence") {
      rest = [stage, ...pipeline.stages.slice(index + 1)];
      break;
    }
    stream = compiler.stage(stream, stage);
  }
  const told = { scanned: eventsIn(parts), segments: parts.length, from: iso(shown.from), to: iso(shown.to) };
  return { stream, compiler, parameters, parts, rest, told };
}

/** An open range ends where the data does: a timeline of all time would be empty but for a spot. */
function withinData(run: ReadContext, { from, to }: Period): Period {
  if (from > EARLIEST && to < LATEST) return { from, to: Math.max(from, to) };
  const parts = partsWithin(run.parts, { from, to });
  const first = parts.reduce((least, { minTime }) => Math.min(least, minTime), Number.POSITIVE_INFINITY);
  const last = parts.reduce((most, { maxTime }) => Math.max(most, maxTime + 1), Number.NEGATIVE_INFINITY);
  if (last < first) return { from: 0, to: 0 };
  return { from: Math.max(from, first), to: Math.min(to, last) };
}

function refuseManyBuckets({ stages }: Pipeline, shown: Period): void {
  for (const stage of stages) {
    if (stage.kind !== "timeline" || stage.spanMs === undefined) continue;
    if (bucketStarts(shown, stage.spanMs) !== undefined) continue;
    const limit = { limit: MAX_TIMELINE_BUCKETS };
    throw new Fault("invalid", "lake.query.too_many_buckets", "the span is too short for the range", limit);
  }
}

async function sequenceTable(
  run: ReadContext,
  { stream, compiler, parameters }: CompiledPipeline,
  [sequence, ...after]: readonly [Sequence, ...Stage[]],
): Promise<Table> {
  const sql = compiler.stepEvents(stream, sequence, MAX_SEQUENCE_EVENTS + 1);
  const rows = await run.connection.rows(sql, parameters.values);
  if (rows.length > MAX_SEQUENCE_EVENTS) {
    const limit = { limit: MAX_SEQUENCE_EVENTS };
    throw new Fault("too_large", "lake.query.sequence_too_large", "too many events for a sequence", limit);
  }
  run.check();
  const candidates = rows.map(
    (row): StepEvent => ({
      key: String(row["k"]),
      time: Number(row["t"]),
      id: String(row["id"]),
      steps: Number(row["steps"]),
    }),
  );
  const columns = shapeAfter("events", sequence);
  const table: Table = {
    columns: columns === "events" ? [] : columns,
    rows: sequenceCells(candidates, sequence, MAX_SEQUENCE_EVENTS),
  };
  return after.reduce((rest, stage) => overTable(stage, rest), table);
}

/** Times as people read them; what is no finite number is none. */
function shownTable({ columns, rows }: Table, limit: number) {
  const show = (cell: string | number | null, type: CellType | undefined) => {
    if (cell === null) return null;
    if (type === "time") return iso(Number(cell));
    return typeof cell === "number" && !Number.isFinite(cell) ? null : cell;
  };
  return {
    columns: columns.map(({ name, type }) => ({ name, type })),
    rows: rows.slice(0, limit).map((row) => row.map((cell, at) => show(cell, columns[at]?.type))),
    truncated: rows.length > limit,
  };
}

function cellsOf(row: Row, columns: readonly TableColumn[]): Cells {
  return columns.map(({ type }, at) => {
    const value = row[`c${at}`];
    if (value === null || value === undefined) return null;
    return type === "text" ? String(value) : Number(value);
  });
}

async function inFoundOrder(run: ReadContext, parts: readonly Part[], found: readonly Row[]): Promise<StoredEvent[]> {
  if (found.length === 0) return [];
  const events = new Map((await wholeEvents(run, parts, found)).map((event) => [event.id, event]));
  return found.flatMap((row) => events.get(String(row["id"])) ?? []);
}

function iso(ms: number): string {
  return new Date(Math.max(EARLIEST, Math.min(LATEST, ms))).toISOString();
}
