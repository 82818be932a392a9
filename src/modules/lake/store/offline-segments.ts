/** Segment files read without the lake: an engine in memory that may look into one folder. */
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Leaves } from "../integrity/core/difference.ts";
import { Database } from "./database.ts";
import { describeSegment } from "./segment-files.ts";
import { parseSummary } from "./summary.ts";
import { sqlText } from "./tables.ts";
import { readLeaves } from "./witness.ts";

export interface SegmentReader {
  /** Rejects when the file cannot be read to its end. */
  leaves(name: string): Promise<Leaves>;
  /** Segments it says it stands for; none when it cannot be read. */
  merged(name: string): Promise<readonly string[]>;
  /** Every event of a hot file, in the order of its rows; `byEngine`: several files put together, or a batch's rest. */
  rawEvents(path: string): Promise<{ readonly events: readonly RawEvent[]; readonly byEngine: boolean }>;
  /** From a copy; undefined when there is none or it cannot be read. */
  manifest(): Promise<readonly ManifestRow[] | undefined>;
  close(): Promise<void>;
}

export interface RawEvent {
  readonly id: string;
  readonly time: number;
  readonly raw: string;
}

export interface ManifestRow {
  readonly name: string;
  readonly sequence: number;
  readonly upTo: number;
  readonly bytes: number;
  readonly events: number;
}

export async function openSegmentReader(segmentDir: string): Promise<SegmentReader> {
  const root = resolve(segmentDir);
  const temp = await mkdtemp(join(tmpdir(), "khien-verify-"));
  // Segments, and beside them hot files.
  const lake = dirname(root);
  const database = await Database.open({ file: ":memory:", temp, root: lake, memoryLimitMb: 512 });
  const connection = await database.connect();
  return {
    leaves: (name) => readLeaves(connection, join(root, name)),
    merged: async (name) => (await describeSegment(connection, root, name))?.merged ?? [],
    rawEvents: async (path) => {
      const rows = await connection.rows(
        `SELECT "id", "time", "raw" FROM read_parquet(${sqlText(path)}, file_row_number = true) ORDER BY file_row_number`,
      );
      const [file] = await connection.rows(`SELECT created_by FROM parquet_file_metadata(${sqlText(path)})`);
      return {
        events: rows.map((row) => ({ id: String(row["id"]), time: Number(row["time"]), raw: String(row["raw"]) })),
        byEngine: String(file?.["created_by"]).startsWith("DuckDB"),
      };
    },
    manifest: () => readManifest(lake, temp).catch(() => undefined),
    close: async () => {
      connection.close();
      database.close();
      await rm(temp, { recursive: true, force: true });
    },
  };
}

/** The file itself must not change: opening it would play its log into it. */
async function readManifest(lake: string, temp: string): Promise<readonly ManifestRow[]> {
  const copy = join(temp, "manifest.duckdb");
  await copyFile(join(lake, "lake.duckdb"), copy);
  await copyFile(join(lake, "lake.duckdb.wal"), `${copy}.wal`).catch(() => {});
  const database = await Database.open({ file: copy, temp, root: temp, memoryLimitMb: 256 });
  try {
    const connection = await database.connect();
    const rows = await connection.rows("SELECT name, sequence, up_to, bytes, summary FROM segments");
    connection.close();
    return rows.map((row) => ({
      name: String(row["name"]),
      sequence: Number(row["sequence"]),
      upTo: Number(row["up_to"]),
      bytes: Number(row["bytes"]),
      events: parseSummary(String(row["summary"]))?.events ?? 0,
    }));
  } finally {
    database.close();
  }
}
