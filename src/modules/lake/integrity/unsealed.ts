/**
 * What no seal covers yet, checked against what else there is: the journal against its own checksums and positions, hot
 * files against their names and the journal, the manifest against the audit log. Somebody who changes all copies alike
 * is not found here (docs/integrity.md).
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "../../../platform/audit/index.ts";
import { checkSegment, firstPositionOf, SEGMENT_HEADER_BYTES } from "../journal/segment.ts";
import { ID_BYTES, packId } from "../store/dedup.ts";
import { isIntact, stretchOf } from "../store/hot-files.ts";
import type { ManifestRow, SegmentReader } from "../store/offline-segments.ts";
import { type Difference, differenceOf, type Leaves } from "./core/difference.ts";
import type { Ledger } from "./core/ledger.ts";
import { HASH_BYTES } from "./core/packed-tree.ts";
import { type JournalEntry, journalNames, JournalStretches } from "./journal-stretches.ts";
import { leavesFileOf, readLeavesFile } from "./leaves-file.ts";

export interface UnsealedFinding {
  readonly code: "journal_damaged" | "hot_damaged" | "unsealed_differs" | "manifest_differs";
  readonly name: string;
  readonly detail?: string;
  readonly difference?: Difference;
}

export interface UnsealedPlace {
  readonly lakeDir: string;
  readonly reader: SegmentReader;
  /** Of a running server the newest journal file and the manifest are being written to. */
  readonly isRunning: boolean;
  readonly strangers: Strangers;
  readonly most: number;
}

/** Files the log does not know; what they are is told of each by itself. */
export interface Strangers {
  /** New, or standing for others, and not told to the log yet. */
  readonly pending: readonly string[];
  readonly unknown: readonly string[];
  /** Segments of the log that they say they stand for. */
  readonly replaced: ReadonlySet<string>;
}

const upToOf = (segment: string): number => Number(/-(\d{16})\.parquet$/u.exec(segment)?.[1] ?? 0);

export async function checkUnsealed(ledger: Ledger, place: UnsealedPlace): Promise<UnsealedFinding[]> {
  const journalDir = join(place.lakeDir, "journal");
  const findings = await checkJournal(journalDir, { isRunning: place.isRunning, sealed: sealedUpTo(ledger) });
  findings.push(...(await checkHotFiles(ledger, { ...place, journalDir })));
  if (!place.isRunning) findings.push(...manifestFindings(ledger, await place.reader.manifest(), place.strangers));
  return findings.slice(0, place.most);
}

function sealedUpTo({ live, gone }: Ledger): number {
  return Math.max(0, ...[...live.keys(), ...gone.keys()].map(upToOf));
}

async function checkJournal(
  dir: string,
  { isRunning, sealed }: { readonly isRunning: boolean; readonly sealed: number },
): Promise<UnsealedFinding[]> {
  const findings: UnsealedFinding[] = [];
  const names = await journalNames(dir);
  let expected: number | undefined;
  for (const [at, name] of names.entries()) {
    // Trimmed meanwhile.
    const bytes = await readFile(join(dir, name)).catch(() => undefined);
    if (bytes === undefined) continue;
    const first = firstPositionOf(name) ?? 0;
    const { gaps, end, validBytes, headerOk } = checkSegment(bytes, first);
    const say = (from: number, to: number) =>
      findings.push({ code: "journal_damaged", name, detail: `positions ${from}–${to - 1}` });
    // Of what is sealed the segments count.
    if (expected !== undefined && expected < first && first > sealed) say(expected, first);
    for (const { position, resumes } of gaps) say(position, Math.max(resumes, position + 1));
    const isLast = at === names.length - 1;
    // A tail after the last whole record of the newest file is a write under way, or one the next start cuts.
    if (validBytes < bytes.length && !isLast) findings.push({ code: "journal_damaged", name, detail: `from ${end}` });
    if (!headerOk && bytes.length >= SEGMENT_HEADER_BYTES && !(isLast && isRunning)) {
      findings.push({ code: "journal_damaged", name, detail: "header" });
    }
    expected = end;
  }
  return findings;
}

async function checkHotFiles(
  ledger: Ledger,
  place: UnsealedPlace & { readonly journalDir: string },
): Promise<UnsealedFinding[]> {
  const { lakeDir, reader, journalDir } = place;
  const dir = join(lakeDir, "events", "hot");
  // Sealed and not told yet: its hot files stay a while and count no more.
  const segments = await readdir(join(lakeDir, "events", "segments")).catch(() => []);
  const sealed = Math.max(sealedUpTo(ledger), ...segments.map(upToOf));
  const names = (await readdir(dir).catch(() => [])).sort();
  const findings: UnsealedFinding[] = [];
  const stored = new Set<string>();
  const journal = new JournalStretches(journalDir);
  for (const name of names) {
    const stretch = stretchOf(name);
    // What is sealed already counts as sealed.
    if (stretch === undefined || stretch.upTo <= sealed) continue;
    const bytes = await readFile(join(dir, name)).catch(() => undefined);
    if (bytes === undefined) continue;
    const where = `positions ${stretch.from}–${stretch.upTo - 1}`;
    const read = isIntact(name, bytes) ? await reader.rawEvents(join(dir, name)).catch(() => undefined) : undefined;
    if (read === undefined) {
      findings.push({ code: "hot_damaged", name, detail: where });
      continue;
    }
    const rows = read.events;
    const entries = await journal.entries(stretch);
    const missing = idsMissing(entries, rows);
    const before = await storedBefore(missing, { stored, segmentDir: join(lakeDir, "events", "segments"), ledger });
    const expected = entries.filter(({ id }) => !before.has(id));
    const difference = differenceOf(leavesOf(firstOfEach(expected)), leavesOf(rows), place.most);
    for (const { id } of rows) stored.add(id);
    const reordered = read.byEngine && isByTime(rows) ? [] : difference.reordered;
    const { altered, added, dropped } = difference;
    const count = altered.length + added.length + dropped.length + reordered.length;
    if (count > 0) {
      findings.push({ code: "unsealed_differs", name, detail: where, difference: { ...difference, reordered, count } });
    }
  }
  return findings;
}

/** Small files that were put together are by time; others are in the order of the journal. */
function isByTime(rows: readonly { readonly time: number; readonly id: string }[]): boolean {
  return rows.every((row, at) => {
    const before = rows[at - 1];
    return before === undefined || before.time < row.time || (before.time === row.time && before.id <= row.id);
  });
}

function idsMissing(entries: readonly JournalEntry[], rows: readonly { readonly id: string }[]): Set<string> {
  const there = new Set(rows.map(({ id }) => id));
  return new Set(entries.map(({ id }) => id).filter((id) => !there.has(id)));
}

/** A retry is in the journal twice and in the lake once. */
function firstOfEach(entries: readonly JournalEntry[]): readonly JournalEntry[] {
  const seen = new Set<string>();
  return entries.filter(({ id }) => !seen.has(id) && seen.add(id));
}

/** Which of these the lake has from before: repetitions, that is. */
async function storedBefore(
  ids: ReadonlySet<string>,
  known: { readonly stored: ReadonlySet<string>; readonly segmentDir: string; readonly ledger: Ledger },
): Promise<ReadonlySet<string>> {
  const found = new Set([...ids].filter((id) => known.stored.has(id)));
  for (const { name } of known.ledger.live.values()) {
    if (found.size === ids.size) break;
    const side = await readLeavesFile(leavesFileOf(join(known.segmentDir, name)));
    const packed = Buffer.from(side?.leaves.ids ?? []);
    for (let at = 0; at < packed.length; at += ID_BYTES) {
      const id = packed.toString("hex", at, at + ID_BYTES);
      if (ids.has(id)) found.add(id);
    }
  }
  return found;
}

function leavesOf(events: readonly { readonly id: string; readonly raw: string }[]): Leaves {
  const hashes = new Uint8Array(events.length * HASH_BYTES);
  const ids = new Uint8Array(events.length * ID_BYTES);
  for (const [at, { id, raw }] of events.entries()) {
    hashes.set(sha256(Buffer.from(`${id} ${raw.toWellFormed()}`)), at * HASH_BYTES);
    packId(id, ids, at * ID_BYTES);
  }
  return { count: events.length, hashes, ids };
}

/** `undefined` when there is no manifest to read: the next start makes it again from the segments. */
function manifestFindings(
  { live, gone }: Ledger,
  rows: readonly ManifestRow[] | undefined,
  { pending, unknown, replaced }: Strangers,
): UnsealedFinding[] {
  if (rows === undefined) return [];
  const findings: UnsealedFinding[] = [];
  const listed = new Map(rows.map((row) => [row.name, row]));
  const newest = Math.max(0, ...[...live.values()].map(({ upTo }) => upTo));
  const judged = new Set([...live.keys(), ...gone.keys(), ...pending, ...unknown]);
  for (const { name, sequence, upTo, bytes, events } of live.values()) {
    const row = listed.get(name);
    if (row === undefined) {
      if (!replaced.has(name)) findings.push({ code: "manifest_differs", name, detail: "not listed" });
    } else if (row.sequence !== sequence || row.upTo !== upTo || row.bytes !== bytes || row.events !== events) {
      findings.push({ code: "manifest_differs", name, detail: "listed with other figures" });
    }
  }
  for (const { name, upTo } of rows) {
    if (!judged.has(name) && upTo < newest)
      findings.push({ code: "manifest_differs", name, detail: "not in the audit log" });
  }
  return findings;
}
