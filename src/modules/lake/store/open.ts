/**
 * Opening the store: engine, tables, manifest, interrupted seals, and the way back when the database is damaged.
 *
 * A damaged database (or write-ahead log) is moved aside, never repaired in place. The segments carry their own
 * description, so the new database starts from them at the position of the newest one; the journal holds the rest
 * because it is trimmed only up to what is sealed.
 */
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Fault, type Instant, type JournalPosition } from "../../../kernel/index.ts";
import { type Connection, Database, openFailure } from "./database.ts";
import { ADDRESS_MACROS } from "./predicate.ts";
import { describeSegment, removeTemporary, type Segment, segmentNames, sequenceOf } from "./segment-files.ts";
import { addEvent, addSensor, emptySummary, type PartSummary, parseSummary } from "./summary.ts";
import { createHotTable, createLake, FORMAT_VERSION, hotTableName } from "./tables.ts";

export interface StorePlace {
  readonly dir: string;
  readonly memoryLimitMb?: number | undefined;
}

export interface StoreProblem {
  readonly code:
    | "database_rebuilt"
    | "segment_damaged"
    | "segment_missing"
    | "segment_unknown"
    | "segment_unreadable"
    | "seal_failed";
  readonly detail: string;
  readonly at: Instant;
}

export interface HotTable {
  readonly number: number;
  readonly summary: PartSummary;
  /** Set once nothing is appended to it any more. */
  upTo: JournalPosition | undefined;
}

export interface OpenedStore {
  readonly database: Database;
  readonly segmentDir: string;
  readonly segments: Segment[];
  /** Oldest first; the last one takes appends. */
  readonly hot: HotTable[];
  readonly fieldNames: Set<string>;
  position: JournalPosition;
  readonly problems: StoreProblem[];
}

export async function openStore(place: StorePlace, now: Instant): Promise<OpenedStore> {
  const segmentDir = join(place.dir, "segments");
  const temp = join(place.dir, "tmp");
  for (const dir of [place.dir, segmentDir]) await mkdir(dir, { recursive: true, mode: 0o700 });
  await rm(temp, { recursive: true, force: true });
  await mkdir(temp, { recursive: true, mode: 0o700 });
  const file = join(place.dir, "lake.duckdb");
  const problems: StoreProblem[] = [];
  const settings = { file, temp, root: place.dir, memoryLimitMb: place.memoryLimitMb };
  const load = async () => {
    const database = await Database.open(settings);
    try {
      return await loadStore({ database, segmentDir, problems, now });
    } catch (error) {
      database.close();
      throw error;
    }
  };
  try {
    return await load();
  } catch (error) {
    if (error instanceof Fault) throw error;
    refuseUnlessCorrupt(error, file);
    await moveAside(place.dir, now);
    problems.push({ code: "database_rebuilt", detail: String(error).slice(0, 500), at: now });
    return await load();
  }
}

function refuseUnlessCorrupt(error: unknown, file: string): void {
  const failure = openFailure(error);
  if (failure === "corrupt") return;
  const detail = String(error).slice(0, 500);
  throw new Fault("unavailable", `lake.store.${failure}`, detail, { file }, 5);
}

async function moveAside(dir: string, now: Instant): Promise<void> {
  const target = join(dir, `damaged-${now}`);
  await mkdir(target, { recursive: true, mode: 0o700 });
  for (const name of ["lake.duckdb", "lake.duckdb.wal"]) {
    await rename(join(dir, name), join(target, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
  }
}

interface Loading {
  readonly database: Database;
  readonly segmentDir: string;
  readonly problems: StoreProblem[];
  readonly now: Instant;
}

async function loadStore(loading: Loading): Promise<OpenedStore> {
  const { database, segmentDir, problems } = loading;
  const connection = await database.connect();
  try {
    await removeTemporary(segmentDir);
    const tables = new Set(
      (await connection.rows("SELECT table_name FROM duckdb_tables()")).map((row) => String(row["table_name"])),
    );
    if (!tables.has("lake_state")) await createFromSegments(connection, loading);
    for (const macro of ADDRESS_MACROS) await connection.run(macro);
    const [state] = await connection.rows("SELECT format_version, position, hot FROM lake_state");
    if (state === undefined) throw new Error("lake_state is empty");
    if (Number(state["format_version"]) !== FORMAT_VERSION) {
      throw new Fault("unavailable", "lake.store.format", "the event store was written by another version", {
        found: Number(state["format_version"]),
        known: FORMAT_VERSION,
      });
    }
    const names = await connection.rows("SELECT name FROM field_names");
    return {
      database,
      segmentDir,
      segments: await reconcileSegments(connection, loading),
      hot: await loadHot(connection, Number(state["hot"])),
      fieldNames: new Set(names.map((row) => String(row["name"]))),
      position: Number(state["position"]),
      problems,
    };
  } finally {
    connection.close();
  }
}

/** A new lake, or the lake the segments in the folder amount to. */
async function createFromSegments(connection: Connection, { segmentDir, problems, now }: Loading): Promise<void> {
  const fieldNames = new Set<string>();
  const segments: Segment[] = [];
  for (const name of await segmentNames(segmentDir)) {
    const described = await describeSegment(connection, segmentDir, name);
    if (described === undefined) {
      problems.push({ code: "segment_damaged", detail: name, at: now });
      await rename(join(segmentDir, name), join(segmentDir, `${name}.damaged`));
      continue;
    }
    segments.push(described.segment);
    for (const field of described.fieldNames) fieldNames.add(field);
  }
  const position = Math.max(0, ...segments.map((segment) => segment.upTo));
  await connection.transaction(async () => {
    for (const statement of createLake()) await connection.run(statement);
    await connection.run(createHotTable(1));
    await connection.run("INSERT INTO lake_state VALUES ($version, $position, 1)", {
      version: FORMAT_VERSION,
      position,
    });
    for (const segment of segments) await insertSegment(connection, segment, now);
    for (const name of fieldNames) await connection.run("INSERT INTO field_names VALUES ($name)", { name });
  });
}

export async function insertSegment(connection: Connection, segment: Segment, sealedAt: Instant): Promise<void> {
  await connection.run("INSERT INTO segments VALUES ($name, $sequence, $upTo, $bytes, $sealedAt, $summary)", {
    name: segment.name,
    sequence: segment.sequence,
    upTo: segment.upTo,
    bytes: segment.bytes,
    sealedAt,
    summary: JSON.stringify(segment.summary),
  });
}

/** Manifest against folder: files of an interrupted seal go (their rows are still hot), missing ones are reported. */
async function reconcileSegments(connection: Connection, loading: Loading): Promise<Segment[]> {
  const { segmentDir, problems, now } = loading;
  const onDisk = new Set(await segmentNames(segmentDir));
  const segments: Segment[] = [];
  let newest = 0;
  for (const row of await connection.rows(
    "SELECT name, sequence, up_to, bytes, summary FROM segments ORDER BY sequence",
  )) {
    const name = String(row["name"]);
    newest = Math.max(newest, Number(row["sequence"]));
    const summary = parseSummary(String(row["summary"]));
    if (!onDisk.delete(name) || summary === undefined) {
      problems.push({ code: "segment_missing", detail: name, at: now });
      continue;
    }
    segments.push({
      name,
      sequence: Number(row["sequence"]),
      upTo: Number(row["up_to"]),
      bytes: Number(row["bytes"]),
      summary,
    });
  }
  for (const name of onDisk) {
    if ((sequenceOf(name) ?? 0) > newest) await rm(join(segmentDir, name), { force: true });
    else problems.push({ code: "segment_unknown", detail: name, at: now });
  }
  return segments;
}

async function loadHot(connection: Connection, active: number): Promise<HotTable[]> {
  const rotated = await connection.rows("SELECT hot, up_to FROM rotated ORDER BY hot");
  const hot: HotTable[] = [];
  for (const row of rotated) {
    const number = Number(row["hot"]);
    hot.push({ number, summary: await summarise(connection, hotTableName(number)), upTo: Number(row["up_to"]) });
  }
  hot.push({ number: active, summary: await summarise(connection, hotTableName(active)), upTo: undefined });
  return hot;
}

async function summarise(connection: Connection, table: string): Promise<PartSummary> {
  const rows = await connection.rows(
    `SELECT "sensor" AS sensor, count(*) AS events, min("time") AS min_time, max("time") AS max_time,
       min("ingested_at") AS first_ingest, max("ingested_at") AS newest_ingest, sum(length("raw")) AS characters
     FROM ${table} GROUP BY "sensor"`,
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
