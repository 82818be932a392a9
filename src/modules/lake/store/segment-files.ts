/** Sealed segments as files: names, what a file says about itself, what lies in the folder. */
import { open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { JournalPosition } from "../../../kernel/index.ts";
import { FileJoin } from "../columnar/join.ts";
import type { Connection } from "./database.ts";
import { EVENT_SHAPES } from "./event-file.ts";
import { DamagedHotFile, isIntact } from "./hot-files.ts";
import { type PartSummary, parseSummary, partMetadata } from "./summary.ts";
import { FORMAT_VERSION, sqlText } from "./tables.ts";

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

/** Out of the way under a name nothing reads; `khien doctor` tells of it. */
export async function setAside(dir: string, name: string): Promise<void> {
  await rename(join(dir, name), join(dir, `${name}.damaged`));
}

export async function removeTemporary(dir: string): Promise<void> {
  for (const name of await readdir(dir)) if (name.endsWith(".tmp")) await rm(join(dir, name), { force: true });
}

export interface SealOrder {
  readonly dir: string;
  /** Paths of hot files, oldest first. */
  readonly files: readonly string[];
  /** Where in the journal the first of them begins. */
  readonly from: JournalPosition;
  readonly sequence: number;
  readonly upTo: JournalPosition;
  readonly summary: PartSummary;
  readonly fieldNames: readonly string[];
}

/** Joins hot files to a segment as they are; durable under its final name when it resolves. */
export async function writeSegment(order: SealOrder): Promise<Segment> {
  const { dir, files, sequence, upTo, summary } = order;
  const name = segmentFileName(sequence, upTo);
  const temporary = join(dir, `${name}.tmp`);
  const joined = new FileJoin(EVENT_SHAPES);
  const handle = await open(temporary, "w", 0o600);
  try {
    await handle.appendFile(joined.head);
    for (const file of files) {
      const bytes = await readFile(file);
      // Sealed is for good: what was damaged meanwhile must not be.
      if (!isIntact(file, bytes)) throw new DamagedHotFile(file);
      await handle.appendFile(joined.add(bytes));
    }
    const about = { ...partMetadata(summary, order.fieldNames), khien_from: String(order.from) };
    await handle.appendFile(joined.end(about));
    await handle.sync();
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  await rename(temporary, join(dir, name));
  await syncDirectory(dir);
  return { name, sequence, upTo, bytes: (await stat(join(dir, name))).size, summary };
}

export interface SegmentFileOrder {
  readonly dir: string;
  readonly name: string;
  /** Gives every event column. */
  readonly select: string;
  readonly summary: PartSummary;
  readonly fieldNames: readonly string[];
  /** Segments it stands for. */
  readonly merged: readonly string[];
}

export async function writeSegmentFile(connection: Connection, order: SegmentFileOrder): Promise<void> {
  const { dir, name, summary, merged } = order;
  const temporary = join(dir, `${name}.tmp`);
  // What the file says about itself is enough to rebuild the manifest without the database.
  const metadata = [
    `khien_format: ${sqlText(String(FORMAT_VERSION))}`,
    `khien_summary: ${sqlText(JSON.stringify(summary))}`,
    `khien_fields: ${sqlText(JSON.stringify(order.fieldNames))}`,
    ...(merged.length === 0 ? [] : [`khien_merged: ${sqlText(JSON.stringify(merged))}`]),
  ].join(", ");
  await connection.run(
    `COPY (${order.select} ORDER BY "time", "id") TO ${sqlText(temporary)}
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
}

export async function syncDirectory(dir: string): Promise<void> {
  const handle = await open(dir, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const MAGIC = "PAR1";

/** Whether a file has its length and its end; what lies between is `khien verify`'s to say. */
export async function looksWhole(path: string, bytes: number): Promise<boolean> {
  const handle = await open(path, "r").catch(() => undefined);
  if (handle === undefined) return false;
  try {
    if ((await handle.stat()).size !== bytes) return false;
    const { buffer } = await handle.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, bytes - MAGIC.length);
    return buffer.toString("latin1") === MAGIC;
  } finally {
    await handle.close();
  }
}

export interface SelfDescription {
  readonly segment: Segment;
  readonly fieldNames: readonly string[];
  /** Where in the journal it begins; unknown of merged ones. */
  readonly from: JournalPosition | undefined;
  /** Segments whose events it holds; their files count no more. */
  readonly merged: readonly string[];
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
    const bytes = (await stat(path)).size;
    return {
      segment: { name, sequence: Number(match[1]), upTo: Number(match[2]), bytes, summary },
      fieldNames: textList(metadata.get("khien_fields")),
      from: metadata.has("khien_from") ? Number(metadata.get("khien_from")) : undefined,
      merged: textList(metadata.get("khien_merged")),
    };
  } catch {
    return undefined;
  }
}

function textList(json: string | undefined): readonly string[] {
  const list: unknown = JSON.parse(json ?? "[]");
  return Array.isArray(list) ? list.filter((one) => typeof one === "string") : [];
}
