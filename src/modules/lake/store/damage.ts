/**
 * Which file a statement stumbled over. The engine often does not say, and what it decompressed may be wrong without an
 * error of its own, so the suspects are looked at one by one: is it there, is it what its name or side file says, can
 * every value be read.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { leavesFileOf, readLeavesFile } from "../integrity/leaves-file.ts";
import { type Connection, isInterrupted, isOutOfMemory } from "./database.ts";
import type { Parts } from "./shapes.ts";
import { type HotFile, isIntact } from "./hot-files.ts";
import type { TimeRange } from "./read-sql.ts";
import type { Segment } from "./segment-files.ts";
import { COLUMN_LIST, sqlText } from "./tables.ts";
import { readLeaves } from "./witness.ts";

export interface Damage {
  readonly part: { readonly segment: Segment } | { readonly hot: HotFile };
  readonly isMissing: boolean;
}

/** Only these are worth the reading; a statement may fail for many reasons that are no file's. */
const SUSPICIOUS =
  /parquet|zstd|decompress|out of buffer|magic bytes|dictionary|corrupt|failed to read|no files found|io error|thrift|tprotocol|invalid error|serialization|JSON at position|Unexpected .* JSON/i;

export function mayBeDamage(error: unknown): boolean {
  return SUSPICIOUS.test(String(error)) && !isInterrupted(error) && !isOutOfMemory(error);
}

export interface Search {
  readonly error: unknown;
  readonly range: TimeRange | undefined;
  /** Throws when nobody waits for the answer any more. */
  readonly check: () => void;
}

/** Damaged ones among the parts a range touches. */
export async function findDamage(connection: Connection, parts: Parts, search: Search): Promise<readonly Damage[]> {
  const { range, error, check } = search;
  const isTouched = ({ summary }: Segment | HotFile) =>
    range === undefined || (summary.minTime < range.to && summary.maxTime >= range.from);
  const found: Damage[] = [];
  for (const hot of parts.hot.filter(isTouched)) {
    const isMissing = !existsSync(hot.path);
    if (isMissing || !isIntact(hot.path, readFileSync(hot.path))) found.push({ part: { hot }, isMissing });
  }
  const text = String(error);
  const touched = parts.segments.filter(isTouched);
  const named = touched.filter(({ name }) => text.includes(name));
  // A reader of JSON that fails has been given values nobody stored: every event has to be compared.
  const isThorough = error instanceof SyntaxError;
  for (const segment of named.length > 0 ? named : touched) {
    check();
    const path = join(parts.segmentDir, segment.name);
    if (!existsSync(path)) found.push({ part: { segment }, isMissing: true });
    else if (!(await isReadable(connection, path, isThorough))) found.push({ part: { segment }, isMissing: false });
  }
  return found;
}

async function isReadable(connection: Connection, path: string, isThorough: boolean): Promise<boolean> {
  try {
    await connection.rows(`SELECT bit_xor(hash(${COLUMN_LIST})) FROM read_parquet(${sqlText(path)})`);
    return !isThorough || (await holdsWhatWasSealed(connection, path));
  } catch (error) {
    if (mayBeDamage(error)) return false;
    throw error;
  }
}

async function holdsWhatWasSealed(connection: Connection, path: string): Promise<boolean> {
  const side = await readLeavesFile(leavesFileOf(path));
  if (side === undefined) return true;
  return Buffer.from((await readLeaves(connection, path)).hashes).equals(side.leaves.hashes);
}
