/**
 * What a backup of a data folder holds, in an order that makes it consistent although the server goes on:
 *
 *   1. everything small (audit heads and keys, detection's memory, settings): never ahead of
 *   2. a copy of the records, which says how far everything is: never ahead of
 *   3. evidence, which is only added to, and
 *   4. segments with their side files, which never change, and the journal up to its last whole record.
 *
 * The event store's own database is left out: it is made again from segments and journal.
 */
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  chainOf,
  checkJournalSegment,
  firstPositionOf,
  LEDGER_VERBS,
  type LedgerVerb,
  readLedger,
} from "../../modules/lake/index.ts";
import { readEntriesOffline, RECORDS_FILE } from "../../platform/audit/index.ts";
import { copyRecords, type Repository, type Snapshot, type SourceFile } from "../../platform/backup/index.ts";

/** Never part of a backup: rebuilt, temporary, or copied in another way. */
const LEFT_OUT = /^(?:tmp|lake|evidence|records\.sqlite(?:-wal|-shm)?|backup-.*)$/;

export interface BackedUp {
  readonly files: Snapshot["files"];
  readonly notes: Record<string, unknown>;
}

export async function backUpFolder(dataDir: string, repository: Repository): Promise<BackedUp> {
  const files: Snapshot["files"][number][] = [];
  const add = async (list: readonly SourceFile[]) => {
    for (const file of list) {
      const added = await repository.add(file).catch(file.path.startsWith("lake/") ? undefined : ifThere);
      if (added !== undefined) files.push(added);
    }
  };
  await mkdir(join(dataDir, "tmp"), { recursive: true, mode: 0o700 });
  const staging = await mkdtemp(join(dataDir, "tmp", "backup-"));
  try {
    for (const name of (await readdir(dataDir)).filter((one) => !LEFT_OUT.test(one)).sort()) {
      await add(await filesBelow(dataDir, name));
    }
    await copyRecords(join(dataDir, RECORDS_FILE), join(staging, RECORDS_FILE));
    await add([{ path: RECORDS_FILE, source: join(staging, RECORDS_FILE) }]);
    // After the records: bytes of evidence are never taken away, so everything the copied records name is there.
    await add(await filesBelow(dataDir, "evidence"));
    const segments = await segmentFiles(dataDir, staging);
    await add(segments);
    const journal = await journalFiles(dataDir);
    await add(journal);
    return { files, notes: { segments: segments.length / 2, journalFiles: journal.length } };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

function ifThere(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
}

async function filesBelow(dataDir: string, name: string): Promise<SourceFile[]> {
  const source = join(dataDir, name);
  const found = await stat(source).catch(ifThere);
  // A server that runs replaces its small files now and then.
  if (found === undefined) return [];
  if (found.isFile()) return name.endsWith(".tmp") ? [] : [{ path: name, source }];
  if (!found.isDirectory()) return [];
  const names = (await readdir(source)).sort();
  return (await Promise.all(names.map((inner) => filesBelow(dataDir, `${name}/${inner}`)))).flat();
}

/** All but those the copied log has let go, each with its side file. */
async function segmentFiles(dataDir: string, staging: string): Promise<SourceFile[]> {
  const entries = readEntriesOffline(staging, LEDGER_VERBS) ?? [];
  const { gone } = readLedger(
    entries.map(({ index, verb, object, details }) => ({
      index,
      verb: verb as LedgerVerb,
      name: object?.id ?? "",
      details,
    })),
    chainOf,
  );
  const folder = "lake/events/segments";
  const names = await readdir(join(dataDir, folder)).catch(() => []);
  return names
    .filter((name) => /^events-\d{8}-\d{16}\.(?:parquet|leaves)$/.test(name))
    .filter((name) => !gone.has(name.replace(/leaves$/, "parquet")))
    .sort()
    .map((name) => ({ path: `${folder}/${name}`, source: join(dataDir, folder, name) }));
}

/** The last one is being written to: only its whole records count. */
async function journalFiles(dataDir: string): Promise<SourceFile[]> {
  const folder = "lake/journal";
  const names = (await readdir(join(dataDir, folder)).catch(() => []))
    .filter((name) => firstPositionOf(name) !== undefined)
    .sort();
  return await Promise.all(
    names.map(async (name, at) => {
      const file = { path: `${folder}/${name}`, source: join(dataDir, folder, name) };
      if (at < names.length - 1) return file;
      return {
        ...file,
        bytes: checkJournalSegment(await readFile(file.source), firstPositionOf(name) ?? 0).validBytes,
      };
    }),
  );
}
