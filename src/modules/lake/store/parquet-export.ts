/** What a search found as a Parquet file of its own, below the store's temporary folder; the caller removes it. */
import { randomUUID } from "node:crypto";
import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Fault } from "../../../kernel/index.ts";
import type { TableColumn } from "../core/query/pipes.ts";
import { orderBy } from "./pipe-sql.ts";
import { compilePipeline, type PipelineAsk } from "./pipeline.ts";
import type { ReadContext } from "./queries.ts";
import { EVENT_COLUMNS, sqlName, sqlText } from "./tables.ts";

export interface ExportedFile {
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
}

export async function exportParquet(run: ReadContext, ask: PipelineAsk): Promise<ExportedFile> {
  const { stream, rest, parameters } = compilePipeline(run, ask);
  if (rest !== undefined) {
    throw new Fault("unsupported", "lake.export.sequence", "a sequence is exported as CSV or NDJSON");
  }
  const path = join(dirname(run.parts.segmentDir), "tmp", `export-${randomUUID()}.parquet`);
  const select = stream.shape === "events" ? eventColumns() : tableColumns(stream.shape);
  const rows = await run.connection.rows(
    `COPY (SELECT ${select} FROM (SELECT * FROM (${stream.sql}) AS e${orderBy(stream.order)} LIMIT ${ask.limit}) AS e)
     TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`,
    parameters.values,
  );
  return { path, rows: Number(rows[0]?.["Count"] ?? 0), bytes: (await stat(path)).size };
}

const TIMES: ReadonlySet<string> = new Set(["time", "ingested_at"]);

/** The columns of an event as people know them: times as times, the fields always there, no search text. */
function eventColumns(): string {
  return EVENT_COLUMNS.filter(([name]) => name !== "search")
    .map(([name]) => {
      if (TIMES.has(name)) return `make_timestamp_ms("${name}") AS "${name}"`;
      return name === "fields" ? `coalesce("fields", "raw") AS "fields"` : `"${name}"`;
    })
    .join(", ");
}

function tableColumns(columns: readonly TableColumn[]): string {
  return columns
    .map(({ name, type }, at) => `${type === "time" ? `make_timestamp_ms("c${at}")` : `"c${at}"`} AS ${sqlName(name)}`)
    .join(", ");
}
