/**
 * Events that no segment holds yet: one Parquet file for each batch, in the order of the journal.
 *
 * A file's name says which stretch of the journal it holds and what its bytes add up to, so that the folder is its own
 * manifest. Nothing is synced: after a crash of the process every file is whole; after one of the machine the first
 * that is not, or that does not follow on the one before, ends the chain, and the journal has what came after.
 */
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import type { JournalPosition } from "../../../kernel/index.ts";
import { openFile } from "../columnar/file.ts";
import { MIN_MERGED_FILES, SMALL_HOT_FILE_EVENTS } from "../limits.ts";
import type { Inventory } from "./inventory.ts";
import { addSummary, emptySummary, type PartSummary, parseSummary } from "./summary.ts";

export interface HotFile {
  readonly path: string;
  /** It holds what the journal has from here … */
  readonly from: JournalPosition;
  /** … to before here, less what was stored already. */
  readonly upTo: JournalPosition;
  readonly bytes: number;
  readonly summary: PartSummary;
  /** Of files written as they were encoded since the start. */
  readonly inventory?: Inventory | undefined;
}

const NAME = /^hot-(\d{16})-(\d{16})-([0-9a-f]{8})\.parquet$/;

export interface HotFileOrder {
  readonly dir: string;
  readonly from: JournalPosition;
  readonly upTo: JournalPosition;
  readonly bytes: Uint8Array;
  readonly summary: PartSummary;
  readonly inventory?: Inventory | undefined;
}

export function writeHotFile({ dir, from, upTo, bytes, summary, inventory }: HotFileOrder): HotFile {
  const digits = (position: JournalPosition) => String(position).padStart(16, "0");
  const name = `hot-${digits(from)}-${digits(upTo)}-${crc32(bytes).toString(16).padStart(8, "0")}.parquet`;
  const path = join(dir, name);
  const temporary = `${path}.tmp`;
  try {
    writeFileSync(temporary, bytes, { mode: 0o600 });
    renameSync(temporary, path);
  } catch (error) {
    removeFile(temporary);
    throw error;
  }
  return { path, from, upTo, bytes: bytes.length, summary, inventory };
}

/** A file that is not what it was when it was written. */
export class DamagedHotFile extends Error {
  readonly path: string;

  constructor(path: string) {
    super(`hot file damaged: ${path.slice(path.lastIndexOf("/") + 1)}`);
    this.path = path;
  }
}

/** The stretch of the journal a file's name promises. */
export function stretchOf(
  name: string,
): { readonly from: JournalPosition; readonly upTo: JournalPosition } | undefined {
  const match = NAME.exec(name);
  return match === null ? undefined : { from: Number(match[1]), upTo: Number(match[2]) };
}

/** Whether these bytes are what the file's name promises. */
export function isIntact(path: string, bytes: Uint8Array): boolean {
  const sum = NAME.exec(path.slice(path.lastIndexOf("/") + 1))?.[3];
  return sum !== undefined && crc32(bytes) === Number.parseInt(sum, 16);
}

export interface Recovered {
  readonly files: HotFile[];
  readonly fieldNames: readonly string[];
  /** Files that were given up, and why. */
  readonly damaged: readonly string[];
}

/** The files that hold the journal from `position` on without a gap; all others go. */
export function recoverHotFiles(dir: string, position: JournalPosition): Recovered {
  const files: HotFile[] = [];
  const fieldNames = new Set<string>();
  const damaged: string[] = [];
  let end = position;
  for (const { name, from, upTo, sum } of candidates(dir)) {
    const path = join(dir, name);
    const read = from === end ? readHotFile(path, sum) : undefined;
    if (read === undefined) {
      // Sealed, or merged into a larger one: an interrupted clean-up. Anything else is missed from here on.
      if (upTo > end) damaged.push(name);
      removeFile(path);
      continue;
    }
    files.push({ path, from, upTo, bytes: read.bytes, summary: read.summary });
    for (const field of read.fieldNames) fieldNames.add(field);
    end = upTo;
  }
  return { files, fieldNames: [...fieldNames], damaged };
}

/** By where they begin, the longest first. */
function candidates(dir: string): { name: string; from: number; upTo: number; sum: number }[] {
  const found: { name: string; from: number; upTo: number; sum: number }[] = [];
  for (const name of readdirSync(dir)) {
    const match = NAME.exec(name);
    if (match === null) removeFile(join(dir, name));
    else found.push({ name, from: Number(match[1]), upTo: Number(match[2]), sum: Number.parseInt(match[3] ?? "", 16) });
  }
  return found.sort((one, other) => one.from - other.from || other.upTo - one.upTo);
}

function readHotFile(path: string, sum: number) {
  try {
    const bytes = readFileSync(path);
    if (crc32(bytes) !== sum) return undefined;
    const { pairs } = openFile(bytes);
    const summary = parseSummary(pairs.get("khien_summary") ?? "");
    if (summary === undefined) return undefined;
    return { bytes: bytes.length, summary, fieldNames: namesIn(pairs.get("khien_fields")) };
  } catch {
    return undefined;
  }
}

function namesIn(json = "[]"): readonly string[] {
  const names: unknown = JSON.parse(json);
  return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
}

export function summaryOfFiles(files: readonly HotFile[]): PartSummary {
  const sum = emptySummary();
  for (const { summary } of files) addSummary(sum, summary);
  return sum;
}

export function removeFile(path: string): void {
  rmSync(path, { force: true });
}

/**
 * The newest files, when there are many small ones that should be one. No file is taken together with less than
 * itself: every event is written again a few times at most, however few come at a time.
 */
export function mergeableTail(files: readonly HotFile[]): readonly HotFile[] {
  let events = 0;
  let start = files.length;
  for (let index = files.length - 1; index >= 0; index--) {
    const one = files[index]?.summary.events ?? 0;
    if (one >= SMALL_HOT_FILE_EVENTS) break;
    if (files.length - index > MIN_MERGED_FILES && one > events) break;
    events += one;
    start = index;
  }
  return files.length - start < MIN_MERGED_FILES ? [] : files.slice(start);
}
