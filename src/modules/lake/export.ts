/** Exports of whole answers: text formats page by page, Parquet as the engine writes it. */
import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { csvLine } from "../../platform/csv/index.ts";
import type { Download } from "../../platform/http/index.ts";
import { parsePipeline } from "./core/query/parse-pipes.ts";
import { EXPORT_TIMEOUT_MS, MAX_EXPORT_ROWS, MAX_PARQUET_ROWS, MAX_PIPE_ROWS, MAX_SEARCH_ROWS } from "./limits.ts";
import type { PipelineResponse, StoredEvent } from "./schemas.ts";
import type { LakeStore } from "./store/lake-store.ts";

export interface ExportAsk {
  readonly query: string;
  readonly from: number;
  readonly to: number;
  readonly now: number;
  readonly format: "csv" | "ndjson" | "parquet";
  readonly signal: AbortSignal;
}

export async function exported(store: LakeStore, ask: ExportAsk): Promise<Download> {
  const { format } = ask;
  const fileName = `events.${format}`;
  if (format === "parquet") return { download: await parquet(store, ask), contentType: PARQUET, fileName };
  const parsed = parsePipeline(ask.query);
  const hasCommands = parsed.ok && parsed.pipeline.stages.length > 0;
  const lines = hasCommands ? await answerLines(store, ask) : await eventLines(store, ask);
  const contentType = format === "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson";
  return { download: Readable.from(lines, { objectMode: false }), contentType, fileName };
}

const PARQUET = "application/vnd.apache.parquet";

async function parquet(store: LakeStore, ask: ExportAsk): Promise<Readable> {
  const { path } = await store.exportParquet({ ...ask, limit: MAX_PARQUET_ROWS, timeoutMs: EXPORT_TIMEOUT_MS });
  const stream = createReadStream(path);
  // However the download ends; what a crash leaves is removed with the temporary folder at the next start.
  stream.once("close", () => void rm(path, { force: true }));
  return stream;
}

async function answerLines(store: LakeStore, ask: ExportAsk): Promise<AsyncGenerator<string>> {
  const answer = await store.pipeline({ ...ask, limit: MAX_PIPE_ROWS, timeoutMs: EXPORT_TIMEOUT_MS });
  if (answer.kind === "events") return pages(ask.format, one(answer.events));
  return tableLines(ask.format, answer);
}

async function* one<T>(item: T): AsyncGenerator<T> {
  yield item;
}

async function* tableLines(
  format: ExportAsk["format"],
  { columns, rows }: PipelineResponse & { readonly kind: "table" },
): AsyncGenerator<string> {
  const names = columns.map(({ name }) => name);
  if (format === "csv") yield csvLine(names);
  for (const row of rows) {
    yield format === "csv"
      ? csvLine(row)
      : `${JSON.stringify(Object.fromEntries(names.map((name, at) => [name, row[at] ?? null])))}\n`;
  }
}

/** The first page is fetched before the answer begins, so that a wrong query is a problem and not a torn file. */
async function eventLines(store: LakeStore, ask: ExportAsk): Promise<AsyncGenerator<string>> {
  const events = allEvents(store, ask);
  const first = await events.next();
  return pages(ask.format, withFirst(first, events));
}

async function* allEvents(store: LakeStore, ask: ExportAsk): AsyncGenerator<readonly StoredEvent[], undefined> {
  let cursor: string | undefined;
  for (let given = 0; given < MAX_EXPORT_ROWS; given += MAX_SEARCH_ROWS) {
    const page = await store.search({
      ...ask,
      limit: MAX_SEARCH_ROWS,
      order: "newest",
      ...(cursor === undefined ? {} : { cursor }),
    });
    yield page.events;
    if (page.nextCursor === undefined) return;
    cursor = page.nextCursor;
  }
}

type Page = readonly StoredEvent[];

async function* withFirst(first: IteratorResult<Page, undefined>, rest: AsyncIterable<Page>): AsyncGenerator<Page> {
  if (first.done !== true) yield first.value;
  yield* rest;
}

async function* pages(format: ExportAsk["format"], events: AsyncIterable<Page>): AsyncGenerator<string> {
  if (format === "csv") yield csvLine(CSV_COLUMNS);
  for await (const page of events) yield page.map(format === "csv" ? csvEvent : ndjsonEvent).join("");
}

function ndjsonEvent(event: StoredEvent): string {
  return `${JSON.stringify(event)}\n`;
}

const ENTITY_COLUMNS = [
  "user",
  "process",
  "commandLine",
  "parentProcess",
  "srcIp",
  "srcPort",
  "dstIp",
  "dstPort",
  "domain",
  "url",
  "hash",
  "email",
  "file",
] as const;

const CSV_COLUMNS = [
  "id",
  "time",
  "ingested_at",
  "sensor",
  "product",
  "category",
  "service",
  "format",
  "host",
  ...ENTITY_COLUMNS,
  "exercise",
  "raw",
];

function csvEvent(event: StoredEvent): string {
  return csvLine([
    event.id,
    event.time,
    event.ingestedAt,
    event.sensor,
    event.logsource.product,
    event.logsource.category,
    event.logsource.service,
    event.format,
    event.host,
    ...ENTITY_COLUMNS.map((name) => event.entities[name]),
    event.exerciseId,
    event.raw,
  ]);
}
