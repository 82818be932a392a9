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
import { type HotFile, recoverHotFiles } from "./hot-files.ts";
import { insertSegment, type Loading, reconcileSegments } from "./manifest.ts";
import { describeSegment, removeTemporary, type Segment, segmentNames, setAside } from "./segment-files.ts";
import type { StoreProblem } from "./shapes.ts";
import { createLake, FORMAT_VERSION } from "./tables.ts";

export interface StorePlace {
  readonly dir: string;
  readonly memoryLimitMb?: number | undefined;
}

export interface OpenedStore {
  readonly database: Database;
  readonly segmentDir: string;
  readonly segments: Segment[];
  /** In the manifest, but gone or not to be read: left out of every answer. */
  readonly isolated: Segment[];
  readonly hotDir: string;
  /** In the order of the journal, without a gap from `sealedUpTo` on. */
  readonly hot: HotFile[];
  readonly fieldNames: Set<string>;
  /** Those of them the manifest has. */
  readonly writtenNames: Set<string>;
  position: JournalPosition;
  /** Everything before it is in segments, and the manifest says so. */
  sealedUpTo: JournalPosition;
  readonly problems: StoreProblem[];
}

export async function openStore(place: StorePlace, now: Instant): Promise<OpenedStore> {
  const segmentDir = join(place.dir, "segments");
  const hotDir = join(place.dir, "hot");
  const temp = join(place.dir, "tmp");
  for (const dir of [place.dir, segmentDir, hotDir]) await mkdir(dir, { recursive: true, mode: 0o700 });
  await rm(temp, { recursive: true, force: true });
  await mkdir(temp, { recursive: true, mode: 0o700 });
  const file = join(place.dir, "lake.duckdb");
  const problems: StoreProblem[] = [];
  const settings = { file, temp, root: place.dir, memoryLimitMb: place.memoryLimitMb };
  const load = async () => {
    const database = await Database.open(settings);
    try {
      return await loadStore({ database, segmentDir, hotDir, problems, now });
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

async function loadStore(loading: Loading): Promise<OpenedStore> {
  const { database, segmentDir, hotDir, problems, now } = loading;
  const connection = await database.connect();
  try {
    await removeTemporary(segmentDir);
    const tables = new Set(
      (await connection.rows("SELECT table_name FROM duckdb_tables()")).map((row) => String(row["table_name"])),
    );
    if (!tables.has("lake_state")) await createFromSegments(connection, loading);
    for (const macro of ADDRESS_MACROS) await connection.run(macro);
    await forgetHotTables(connection, tables);
    const [state] = await connection.rows("SELECT format_version FROM lake_state");
    if (state === undefined) throw new Error("lake_state is empty");
    if (Number(state["format_version"]) !== FORMAT_VERSION) {
      throw new Fault("unavailable", "lake.store.format", "the event store was written by another version", {
        found: Number(state["format_version"]),
        known: FORMAT_VERSION,
      });
    }
    const { segments, isolated } = await reconcileSegments(connection, loading);
    const names = (await connection.rows("SELECT name FROM field_names")).map((row) => String(row["name"]));
    const [sealed] = await connection.rows("SELECT position FROM lake_state");
    const sealedUpTo = Number(sealed?.["position"]);
    const { files: hot, fieldNames, damaged } = recoverHotFiles(hotDir, sealedUpTo);
    for (const detail of damaged) problems.push({ code: "hot_file_damaged", detail, at: now });
    return {
      database,
      segmentDir,
      hotDir,
      segments,
      isolated,
      hot,
      fieldNames: new Set([...names, ...fieldNames]),
      writtenNames: new Set(names),
      position: hot.at(-1)?.upTo ?? sealedUpTo,
      sealedUpTo,
      problems,
    };
  } finally {
    connection.close();
  }
}

/** A new lake, or the lake the segments in the folder amount to. */
async function createFromSegments(connection: Connection, { segmentDir, problems, now }: Loading): Promise<void> {
  const fieldNames = new Set<string>();
  const found: Segment[] = [];
  const merged = new Set<string>();
  for (const name of await segmentNames(segmentDir)) {
    const described = await describeSegment(connection, segmentDir, name);
    if (described === undefined) {
      problems.push({ code: "segment_damaged", detail: name, at: now });
      await setAside(segmentDir, name);
      continue;
    }
    found.push(described.segment);
    for (const field of described.fieldNames) fieldNames.add(field);
    for (const source of described.merged) merged.add(source);
  }
  const segments = found.filter(({ name }) => !merged.has(name));
  const position = Math.max(0, ...segments.map((segment) => segment.upTo));
  await connection.transaction(async () => {
    for (const statement of createLake()) await connection.run(statement);
    await connection.run("INSERT INTO lake_state VALUES ($version, $position)", {
      version: FORMAT_VERSION,
      position,
    });
    for (const segment of segments) await insertSegment(connection, segment, now);
    for (const name of fieldNames) await connection.run("INSERT INTO field_names VALUES ($name)", { name });
  });
}

/**
 * Lakes from before events came as files kept the latest ones in tables. The journal still has them: it is trimmed
 * only behind what is sealed.
 */
async function forgetHotTables(connection: Connection, tables: ReadonlySet<string>): Promise<void> {
  if (!tables.has("rotated")) return;
  await connection.transaction(async () => {
    let events = 0;
    for (const table of [...tables].filter((name) => /^hot_\d+$/.test(name))) {
      const [row] = await connection.rows(`SELECT count(*) AS n FROM ${table}`);
      events += Number(row?.["n"] ?? 0);
      await connection.run(`DROP TABLE ${table}`);
    }
    await connection.run("DROP TABLE rotated");
    if (events > 0) {
      await connection.run("UPDATE lake_state SET position = (SELECT coalesce(max(up_to), 0) FROM segments)");
    }
  });
}
