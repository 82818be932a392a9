/** Sealed segments as files: names, what a file says about itself, what lies in the folder. */
import { open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { JournalPosition } from "../../../kernel/index.ts";
import type { Connection } from "./database.ts";
import { type PartSummary, parseSummary } from "./summary.ts";
import { COLUMN_LIST, FORMAT_VERSION, sqlText } from "./tables.ts";

export interface Segment {
  readonly name: string;
  readonly sequence: number;
  /** The consumer position the lake had when the segment's table was closed. */
  readonly upTo: JournalPosition;
  readonly bytes: number;
  readonly summary: PartSummary;
}

const NAME = /^events-(\d{8})-(\d{16})\.parquet$/;
/** A row group is read and decompressed as a whole: small enough for a first page, large enough to compress. */
const ROW_GROUP_ROWS = 16_384;

export function segmentFileName(sequence: number, upTo: JournalPosition): string {
  return `events-${String(sequence).padStart(8, "0")}-${String(upTo).padStart(16, "0")}.parquet`;
}

export function sequenceOf(name: string): number | undefined {
  const digits = NAME.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

export async function segmentNames(dir: string): Promise<readonly string[]> {
  return (await readdir(dir)).filter((name) => NAME.test(name)).sort();
}

export async function removeTemporary(dir: string): Promise<void> {
  for (const name of await readdir(dir)) if (name.endsWith(".tmp")) await rm(join(dir, name), { force: true });
}

export interface SealOrder {
  readonly dir: string;
  readonly table: string;
  readonly sequence: number;
  readonly upTo: JournalPosition;
  readonly summary: PartSummary;
  readonly fieldNames: readonly string[];
}

/** Writes a whole table as a segment; durable under its final name when it resolves. */
export async function writeSegment(connection: Connection, order: SealOrder): Promise<Segment> {
  const { dir, sequence, upTo, summary } = order;
  const name = segmentFileName(sequence, upTo);
  const temporary = join(dir, `${name}.tmp`);
  // What the file says about itself is enough to rebuild the manifest without the database.
  const metadata = [
    `khien_format: ${sqlText(String(FORMAT_VERSION))}`,
    `khien_summary: ${sqlText(JSON.stringify(summary))}`,
    `khien_fields: ${sqlText(JSON.stringify(order.fieldNames))}`,
  ].join(", ");
  await connection.run(
    `COPY (SELECT ${COLUMN_LIST} FROM ${order.table} ORDER BY "time", "id") TO ${sqlText(temporary)}
     (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP_ROWS}, KV_METADATA {${metadata}})`,
  );
  const handle = await open(temporary, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, join(dir, name));
  await syncDirectory(dir);
  return { name, sequence, upTo, bytes: (await stat(join(dir, name))).size, summary };
}

export async function syncDirectory(dir: string): Promise<void> {
  const handle = await open(dir, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export interface SelfDescription {
  readonly segment: Segment;
  readonly fieldNames: readonly string[];
}

/** Reads a segment's own description; undefined when the file is damaged. */
export async function describeSegment(
  connection: Connection,
  dir: string,
  name: string,
): Promise<SelfDescription | undefined> {
  const match = NAME.exec(name);
  if (match === null) return undefined;
  const path = join(dir, name);
  try {
    const rows = await connection.rows(
      `SELECT decode(key) AS key, decode(value) AS value FROM parquet_kv_metadata(${sqlText(path)})`,
    );
    const metadata = new Map(rows.map((row) => [String(row["key"]), String(row["value"])]));
    const summary = parseSummary(metadata.get("khien_summary") ?? "");
    if (summary === undefined) return undefined;
    const names: unknown = JSON.parse(metadata.get("khien_fields") ?? "[]");
    const bytes = (await stat(path)).size;
    return {
      segment: { name, sequence: Number(match[1]), upTo: Number(match[2]), bytes, summary },
      fieldNames: Array.isArray(names) ? names.filter((one) => typeof one === "string") : [],
    };
  } catch {
    return undefined;
  }
}
