/** A lake with its records and audit log in one folder, as the server has them, and ways to harm its files. */
import { mkdtempSync, renameSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KhienEvent } from "../../../../kernel/index.ts";
import { type Audit, auditMigrations, openAudit, RECORDS_FILE } from "../../../../platform/audit/index.ts";
import { type Clock, systemClock } from "../../../../platform/clock/index.ts";
import { openRecords, type Records } from "../../../../platform/db/index.ts";
import { silentLog } from "../../../../platform/log/index.ts";
import { type Lake, lakeMigrations, openLake } from "../../index.ts";
import { Database } from "../../store/database.ts";
import { plainEvent } from "../../store/testdata/events.ts";
import { EVENT_COLUMNS } from "../../store/tables.ts";
import { Integrity, segmentDirOf } from "../integrity.ts";

export interface SealedLake {
  readonly dataDir: string;
  readonly segmentDir: string;
  readonly lake: Lake;
  readonly records: Records;
  readonly audit: Audit;
  readonly integrity: Integrity;
  close(): Promise<void>;
}

export function newDataDir(): string {
  return mkdtempSync(join(tmpdir(), "khien-integrity-"));
}

export async function openSealedLake(dataDir: string, clock: Clock = systemClock): Promise<SealedLake> {
  const lakeDir = join(dataDir, "lake");
  const lake = await openLake({ dir: lakeDir, clock });
  const records = openRecords({
    file: join(dataDir, RECORDS_FILE),
    migrations: [...auditMigrations, ...lakeMigrations],
  });
  const audit = await openAudit({ records, clock, dataDir });
  const segmentDir = segmentDirOf(lakeDir);
  const integrity = new Integrity({ store: lake.store, records, audit, clock, log: silentLog, segmentDir });
  return {
    dataDir,
    segmentDir,
    lake,
    records,
    audit,
    integrity,
    close: async () => {
      await lake.close();
      await audit.close();
      await records.close();
    },
  };
}

export const events = (from: number, to: number, more: Partial<KhienEvent> = {}): KhienEvent[] =>
  Array.from({ length: to - from }, (_, offset) => plainEvent(from + offset, more));

/** Stores and seals these as one segment. */
export async function sealEvents({ lake, integrity }: SealedLake, batch: readonly KhienEvent[]): Promise<void> {
  await lake.store.append({ events: batch, upTo: lake.store.position() + batch.length });
  await lake.store.seal();
  await integrity.reconcile();
}

/**
 * Rewrites a Parquet file from a query over its rows (`e`, with `file_row_number`), so that everything the format itself
 * checks is right; with what the file said about itself, or without.
 */
export async function rewriteSegment(
  segmentDir: string,
  name: string,
  select: string,
  keepsDescription = false,
): Promise<void> {
  const database = await Database.open({ file: ":memory:", temp: tmpdir(), root: segmentDir, memoryLimitMb: 256 });
  const connection = await database.connect();
  const [path, temporary] = [join(segmentDir, name), join(segmentDir, "rewritten")];
  const columns = EVENT_COLUMNS.map(([column]) => `"${column}"`).join(", ");
  const pairs = await connection.rows(
    `SELECT decode(key) AS key, decode(value) AS value FROM parquet_kv_metadata('${path}')`,
  );
  const said = pairs.filter(({ key }) => String(key).startsWith("khien_"));
  const about = said.map(({ key, value }) => `${String(key)}: '${String(value).replaceAll("'", "''")}'`).join(", ");
  const metadata = keepsDescription ? `, KV_METADATA {${about}}` : "";
  await connection.run(
    `COPY (SELECT ${columns} FROM (${select.replace("FROM e", `FROM read_parquet('${path}', file_row_number = true) AS e`)})
       ) TO '${temporary}' (FORMAT parquet, COMPRESSION zstd${metadata})`,
  );
  connection.close();
  database.close();
  renameSync(temporary, path);
}
