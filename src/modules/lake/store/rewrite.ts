/** Hot files made of other files by the engine: a batch without its repetitions, many small files as one. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openFile } from "../columnar/file.ts";
import type { Connection } from "./database.ts";
import type { EncodedEvents } from "./encoded-events.ts";
import { DamagedHotFile, type HotFile, isIntact, removeFile } from "./hot-files.ts";
import { addEvent, addSensor, addSummary, emptySummary, type PartSummary, partMetadata } from "./summary.ts";
import { COLUMN_LIST, sqlText } from "./tables.ts";

/** The batch's file without these rows, in whatever order the engine writes the others: what is in it has to be read. */
export async function withoutRows(
  connection: Connection,
  dir: string,
  { batch, rows }: { batch: EncodedEvents; rows: readonly number[] },
): Promise<{ file: Uint8Array; summary: PartSummary; inventory: undefined }> {
  const whole = join(dir, "batch.tmp");
  try {
    writeFileSync(whole, batch.file);
    const source = `read_parquet(${sqlText(whole)}, file_row_number = true) WHERE file_row_number NOT IN (${rows.join(", ")})`;
    const summary = await summaryOf(connection, source);
    const file = await copied(connection, join(dir, "rest.tmp"), {
      select: `SELECT ${COLUMN_LIST} FROM ${source}`,
      about: partMetadata(summary, batch.newFieldNames),
    });
    return { file, summary, inventory: undefined };
  } finally {
    removeFile(whole);
  }
}

/** One file with the events of all, by time. */
export async function mergedFile(connection: Connection, dir: string, files: readonly HotFile[]): Promise<Uint8Array> {
  const summary = emptySummary();
  const names = new Set<string>();
  for (const file of files) {
    addSummary(summary, file.summary);
    const bytes = readFileSync(file.path);
    if (!isIntact(file.path, bytes)) throw new DamagedHotFile(file.path);
    const { pairs } = openFile(bytes);
    for (const name of JSON.parse(pairs.get("khien_fields") ?? "[]") as readonly string[]) names.add(name);
  }
  const sources = files.map(({ path }) => sqlText(path)).join(", ");
  return await copied(connection, join(dir, "merged.tmp"), {
    select: `SELECT ${COLUMN_LIST} FROM read_parquet([${sources}]) ORDER BY "time", "id"`,
    about: partMetadata(summary, [...names]),
  });
}

async function copied(
  connection: Connection,
  path: string,
  { select, about }: { select: string; about: Readonly<Record<string, string>> },
): Promise<Uint8Array> {
  const pairs = Object.entries(about).map(([key, value]) => `${key}: ${sqlText(value)}`);
  try {
    await connection.run(
      `COPY (${select}) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd, KV_METADATA {${pairs.join(", ")}})`,
    );
    return readFileSync(path);
  } finally {
    removeFile(path);
  }
}

async function summaryOf(connection: Connection, source: string): Promise<PartSummary> {
  const rows = await connection.rows(
    `SELECT "sensor" AS sensor, count(*) AS events, min("time") AS min_time, max("time") AS max_time,
       min("ingested_at") AS first_ingest, max("ingested_at") AS newest_ingest, sum(length("raw")) AS characters
     FROM ${source} GROUP BY "sensor"`,
  );
  const summary = emptySummary();
  for (const row of rows) {
    const events = Number(row["events"]);
    addEvent(summary, {
      time: Number(row["min_time"]),
      ingestedAt: Number(row["newest_ingest"]),
      storedAt: Number(row["first_ingest"]),
      sensor: String(row["sensor"]),
      rawCharacters: Number(row["characters"]),
    });
    summary.events += events - 1;
    summary.maxTime = Math.max(summary.maxTime, Number(row["max_time"]));
    addSensor(summary, String(row["sensor"]), { events: events - 1, newestIngest: Number(row["newest_ingest"]) });
  }
  return summary;
}
