/**
 * What sealing a segment for good needs: root, hashes of its files, sources; and reading its leaves from its rows.
 * The leaf's text is put together by the engine (see integrity/core/leaf.ts) and hashed here: measured on events of
 * 2 KB, the engine's own SHA-256 costs twice as much.
 */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { sha256 } from "../../../platform/audit/index.ts";
import { ID_BYTES, type Leaves } from "../integrity/core/difference.ts";
import { LEAF_COLUMNS, LEAF_PREFIX, type LeafValues } from "../integrity/core/leaf.ts";
import type { SealFacts } from "../integrity/core/ledger.ts";
import { foldTree, HASH_BYTES } from "../integrity/core/packed-tree.ts";
import { hashFile, leavesFileOf, writeLeaves } from "../integrity/leaves-file.ts";
import type { Connection } from "./database.ts";
import type { Inventory, SourceShare } from "./inventory.ts";
import { describeSegment, type Segment } from "./segment-files.ts";
import { sqlText } from "./tables.ts";

export interface Witnessed extends SealFacts {
  readonly leavesBytes: number;
  readonly minTime: number;
  readonly maxTime: number;
  readonly sources: readonly SourceShare[];
  /** Segments it stands for. */
  readonly merged: readonly string[];
}

const LEAF_SQL = `encode(concat(chr(0), ${sqlText(LEAF_PREFIX)}, ${LEAF_COLUMNS.map(
  (name) =>
    `CASE WHEN "${name}" IS NULL THEN '-,' ELSE concat(strlen("${name}"::VARCHAR), ':', "${name}"::VARCHAR, ',') END`,
).join(", ")}))`;

const EVENT_ID = /^[0-9a-f]{32}$/;

/** Leaves of every row of a segment file, in the order of its rows. */
export async function readLeaves(connection: Connection, path: string): Promise<Leaves> {
  const source = `read_parquet(${sqlText(path)}, file_row_number = true)`;
  const [counted] = await connection.rows(`SELECT count(*) AS rows FROM ${source}`);
  const count = Number(counted?.["rows"] ?? 0);
  const hashes = new Uint8Array(count * HASH_BYTES);
  const ids = new Uint8Array(count * ID_BYTES);
  await connection.eachChunk(`SELECT file_row_number AS row, "id", ${LEAF_SQL} AS leaf FROM ${source}`, (columns) => {
    const [rows = [], idTexts = [], leaves = []] = columns;
    for (const [at, row] of rows.entries()) {
      hashes.set(sha256((leaves[at] as { bytes: Uint8Array }).bytes), Number(row) * HASH_BYTES);
      const id = String(idTexts[at]);
      if (EVENT_ID.test(id)) ids.set(Buffer.from(id, "hex"), Number(row) * ID_BYTES);
    }
  });
  return { count, hashes, ids };
}

/** Writes the segment's side file and says what is to be put into the log. Without an inventory the file is read for it. */
export async function witnessSegment(
  connection: Connection,
  { dir, segment, inventory }: { dir: string; segment: Segment; inventory: Inventory | undefined },
): Promise<Witnessed> {
  const path = join(dir, segment.name);
  const leaves = inventory?.leaves ?? (await readLeaves(connection, path));
  const root = await rootSlowly(leaves.hashes);
  const leavesPath = leavesFileOf(path);
  const leavesHash = await writeLeaves(leavesPath, leaves, root);
  const { name, sequence, upTo, summary } = segment;
  return {
    name,
    sequence,
    upTo,
    events: leaves.count,
    bytes: (await stat(path)).size,
    leavesBytes: (await stat(leavesPath)).size,
    root: Buffer.from(root).toString("hex"),
    fileHash: await hashFile(path),
    leavesHash,
    minTime: summary.minTime,
    maxTime: summary.maxTime,
    sources: inventory?.sources ?? (await sourcesOf(connection, path)),
    merged: (await describeSegment(connection, dir, name))?.merged ?? [],
  };
}

/** Half a million node hashes take half a second: appends go on between. */
async function rootSlowly(hashes: Uint8Array): Promise<Uint8Array> {
  const folding = foldTree(sha256, hashes);
  for (;;) {
    const step = folding.next();
    if (step.done === true) return step.value.root;
    await turn();
  }
}

export async function sourcesOf(connection: Connection, path: string): Promise<SourceShare[]> {
  const rows = await connection.rows(
    `SELECT "sensor" AS sensor, "product" AS product, "category" AS category, "service" AS service,
       count(*) AS events, sum(strlen("raw")) AS raw_bytes, min("time") AS oldest, max("time") AS newest,
       max("ingested_at") AS newest_ingest
     FROM read_parquet(${sqlText(path)}) GROUP BY ALL ORDER BY events DESC`,
  );
  const text = (value: unknown) => (value === null ? null : String(value));
  return rows.map((row) => ({
    sensor: String(row["sensor"]),
    product: text(row["product"]),
    category: text(row["category"]),
    service: text(row["service"]),
    events: Number(row["events"]),
    rawBytes: Number(row["raw_bytes"]),
    oldest: Number(row["oldest"]),
    newest: Number(row["newest"]),
    newestIngest: Number(row["newest_ingest"]),
  }));
}

/** Where an event lies among these segments, and what its leaf covers. */
export interface LocatedEvent {
  readonly segment: string;
  readonly row: number;
  readonly values: LeafValues;
}

export async function locateEvent(
  connection: Connection,
  paths: readonly string[],
  id: string,
): Promise<LocatedEvent | undefined> {
  if (paths.length === 0) return undefined;
  const columns = LEAF_COLUMNS.map((name) => `"${name}"::VARCHAR AS "${name}"`).join(", ");
  const [row] = await connection.rows(
    `SELECT ${columns}, filename AS _file, file_row_number AS _row
     FROM read_parquet([${paths.map(sqlText).join(", ")}], filename = true, file_row_number = true)
     WHERE "id" = $id LIMIT 1`,
    { id },
  );
  if (row === undefined) return undefined;
  const file = String(row["_file"]);
  return {
    segment: file.slice(file.lastIndexOf("/") + 1),
    row: Number(row["_row"]),
    values: Object.fromEntries(
      LEAF_COLUMNS.map((name) => [name, row[name] === null ? null : String(row[name])]),
    ) as LeafValues,
  };
}
