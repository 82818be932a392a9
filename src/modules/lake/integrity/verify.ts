/**
 * Proves the segments of a data directory against its audit log, without the server (which may be running, or not).
 * Reads only. Whether the log itself is sound is the audit log's own verification.
 */
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readEntriesOffline, sha256 } from "../../../platform/audit/index.ts";
import { probeLake } from "../store/lock-probe.ts";
import { openSegmentReader, type SegmentReader } from "../store/offline-segments.ts";
import { type Difference, differenceOf, type Leaves } from "./core/difference.ts";
import { LEDGER_VERBS, type Ledger, type LedgerVerb, readLedger, type Seal } from "./core/ledger.ts";
import { treeOf } from "./core/packed-tree.ts";
import { chainOf } from "./integrity.ts";
import { hashFile, leavesFileOf, readLeavesFile } from "./leaves-file.ts";
import { holdsTheSame } from "./merge-check.ts";
import { checkUnsealed, type Strangers, type UnsealedFinding } from "./unsealed.ts";

/** Texts under storage.finding.<code>. */
export type FindingCode =
  | "events_changed" // events altered, added, dropped or moved: `difference` names them
  | "events_unplaced" // the events are not those that were sealed, and the side file cannot say which
  | "file_changed" // the same events in other bytes
  | "leaves_changed" // the side file is not the one that was sealed; the events are
  | "leaves_missing"
  | "segment_missing"
  | "segment_unknown" // the log never heard of it
  | "segment_unreadable" // torn or overwritten: it cannot be read to its end
  | "log_unreadable"
  | "chain_broken" // an entry about segments does not follow from those before
  | UnsealedFinding["code"];

export interface SegmentFinding {
  readonly code: FindingCode;
  /** Segment, or the index of the audit entry for `chain_broken`. */
  readonly name: string;
  readonly detail?: string;
  readonly difference?: Difference;
}

export interface SegmentVerification {
  readonly ok: boolean;
  readonly segments: number;
  readonly events: number;
  /** Dropped or merged, as the log says. */
  readonly ended: number;
  /** Newer than the last entry: not told to the log yet. */
  readonly pending: readonly string[];
  readonly findings: readonly SegmentFinding[];
  readonly tookMs: number;
}

/** Findings told at most, and events named of each kind in one. */
const MOST_FINDINGS = 1_000;
const MOST_PLACES = 100;

export interface VerifyOptions {
  /** Compare files with their sealed hashes only, not event by event. */
  readonly quick?: boolean;
  readonly onSegment?: (done: { readonly name: string; readonly events: number }) => void;
}

const SEGMENT = /^events-(\d{8})-(\d{16})\.parquet$/;

export async function verifySegments(
  place: { readonly dataDir: string; readonly segmentDir: string },
  options: VerifyOptions = {},
): Promise<SegmentVerification> {
  const started = performance.now();
  const findings: SegmentFinding[] = [];
  const entries = readEntriesOffline(place.dataDir, LEDGER_VERBS);
  if (entries === undefined) findings.push({ code: "log_unreadable", name: place.dataDir });
  const ledger = readLedger(
    (entries ?? []).map(({ index, verb, object, details }) => ({
      index,
      verb: verb as LedgerVerb,
      name: object?.id ?? "",
      details,
    })),
    chainOf,
  );
  if (ledger.broken !== undefined) {
    findings.push({ code: "chain_broken", name: String(ledger.broken.index), detail: ledger.broken.reason });
  }
  const names = (await readdir(place.segmentDir).catch(() => [])).filter((name) => SEGMENT.test(name));
  const reader = await openSegmentReader(place.segmentDir);
  let events = 0;
  let found: Strangers = { pending: [], replaced: new Set(), unknown: [] };
  try {
    for (const seal of ledger.live.values()) {
      if (findings.length >= MOST_FINDINGS) break;
      const finding = names.includes(seal.name)
        ? await checkSegment(seal, { ...place, reader, quick: options.quick === true })
        : ({ code: "segment_missing", name: seal.name } as const);
      if (finding !== undefined) findings.push(finding);
      events += seal.events;
      options.onSegment?.({ name: seal.name, events: seal.events });
    }
    found = await strangers(names, ledger, { segmentDir: place.segmentDir, reader });
    const lakeDir = dirname(dirname(place.segmentDir));
    const isRunning = (await probeLake(lakeDir)) === "in_use";
    findings.push(
      ...(await checkUnsealed(ledger, { lakeDir, reader, isRunning, strangers: found, most: MOST_PLACES })),
    );
  } finally {
    await reader.close();
  }
  const { pending, unknown } = found;
  for (const name of unknown) findings.push({ code: "segment_unknown", name });
  return {
    ok: findings.length === 0,
    segments: ledger.live.size,
    events,
    ended: ledger.gone.size,
    pending,
    findings: findings.slice(0, MOST_FINDINGS),
    tookMs: Math.round(performance.now() - started),
  };
}

/**
 * A file the log does not know is new when it begins where the log ends, or holds exactly the events of live segments
 * that it is about to replace; anything else was put there.
 */
async function strangers(
  names: readonly string[],
  { live, gone }: Ledger,
  { segmentDir, reader }: { readonly segmentDir: string; readonly reader: SegmentReader },
): Promise<Strangers> {
  const newest = Math.max(0, ...[...live.values()].map(({ upTo }) => upTo));
  const pending: string[] = [];
  const unknown: string[] = [];
  const replaced = new Set<string>();
  for (const name of names) {
    // What is merged or dropped may still be on its way off the disk.
    if (live.has(name) || gone.has(name)) continue;
    const stoodFor = await reader.merged(name);
    const sources = stoodFor.map((source) => live.get(source));
    const isNew =
      sources.length === 0
        ? Number(SEGMENT.exec(name)?.[2] ?? 0) >= newest
        : await replaces(name, sources, { segmentDir, reader });
    (isNew ? pending : unknown).push(name);
    for (const source of stoodFor) replaced.add(source);
  }
  return { pending: pending.sort(), replaced, unknown: unknown.sort() };
}

async function replaces(
  name: string,
  sources: readonly (Seal | undefined)[],
  { segmentDir, reader }: { readonly segmentDir: string; readonly reader: SegmentReader },
): Promise<boolean> {
  const known = sources.filter((source) => source !== undefined);
  const leaves = await reader.leaves(name).catch(() => undefined);
  return leaves !== undefined && known.length === sources.length && (await holdsTheSame(leaves, segmentDir, known));
}

interface Checking {
  readonly segmentDir: string;
  readonly reader: SegmentReader;
  readonly quick: boolean;
}

async function checkSegment(seal: Seal, { segmentDir, reader, quick }: Checking): Promise<SegmentFinding | undefined> {
  const { name } = seal;
  const path = join(segmentDir, name);
  const side = await readLeavesFile(leavesFileOf(path));
  const sideIsSealed = side !== undefined && side.fileHash === seal.leavesHash && side.root === seal.root;
  const sameFile = (await hashFile(path)) === seal.fileHash;
  if (!(quick && sameFile)) {
    const found = await reader.leaves(name).catch((error: unknown) => String(error).slice(0, 300));
    if (typeof found === "string") return { code: "segment_unreadable", name, detail: found };
    if (rootHex(found) !== seal.root) {
      if (!sideIsSealed) return { code: "events_unplaced", name, detail: `${found.count} ≠ ${seal.events}` };
      return { code: "events_changed", name, difference: differenceOf(side.leaves, found, MOST_PLACES) };
    }
    if (!sameFile) return { code: "file_changed", name };
  }
  if (side === undefined) return { code: "leaves_missing", name };
  return sideIsSealed ? undefined : { code: "leaves_changed", name };
}

function rootHex(leaves: Leaves): string {
  return Buffer.from(treeOf(sha256, leaves.hashes).root).toString("hex");
}
