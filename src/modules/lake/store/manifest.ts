/**
 * The manifest and the folder, brought together when the store opens.
 *
 * A file that is whole and unknown is what a crash left between "durable under its name" and "entered in the manifest",
 * or what a manifest that lost its newest entries has forgotten. Either way it holds events, its hot files may be gone
 * and the journal trimmed: it is taken. Which stretch of the journal it holds, or which segments, it says itself; that
 * it holds just those events is checked when the log is told (integrity).
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Instant, JournalPosition } from "../../../kernel/index.ts";
import type { Connection, Database } from "./database.ts";
import {
  describeSegment,
  looksWhole,
  type Segment,
  segmentNames,
  type SelfDescription,
  sequenceOf,
  setAside,
} from "./segment-files.ts";
import type { StoreProblem } from "./shapes.ts";
import { parseSummary } from "./summary.ts";

export interface Loading {
  readonly database: Database;
  readonly segmentDir: string;
  readonly hotDir: string;
  readonly problems: StoreProblem[];
  readonly now: Instant;
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

interface FoundSegments {
  readonly segments: Segment[];
  /** Gone, or not to be read. */
  readonly isolated: Segment[];
}

/** What the manifest says and the folder has; what only the folder has is taken or reported. */
export async function reconcileSegments(connection: Connection, loading: Loading): Promise<FoundSegments> {
  const { segmentDir } = loading;
  const onDisk = new Set(await segmentNames(segmentDir));
  const { segments, isolated, newest } = await listedSegments(connection, loading, onDisk);
  const sealed = await sealedPosition(connection);
  const fresh: SelfDescription[] = [];
  const strangers: string[] = [];
  for (const name of onDisk) {
    const described = await describeSegment(connection, segmentDir, name);
    const isNumberedAfter = (sequenceOf(name) ?? 0) > newest;
    // A merge beside the seal may have taken the same number and been entered first.
    const goesOn = described?.from !== undefined && described.from >= sealed;
    if (described === undefined && isNumberedAfter) await giveUp(loading, name);
    else if (described !== undefined && (isNumberedAfter || goesOn)) fresh.push(described);
    else strangers.push(name);
  }
  await adopt(connection, loading, { fresh, segments });
  if (strangers.length > 0) await judgeStrangers(connection, loading, { strangers, segments });
  segments.sort((one, other) => one.upTo - other.upTo || one.sequence - other.sequence);
  const replaced = new Set(fresh.flatMap(({ merged }) => merged));
  return { segments, isolated: isolated.filter(({ name }) => !replaced.has(name)) };
}

/** Leaves in `onDisk` what the manifest does not name. */
async function listedSegments(
  connection: Connection,
  { segmentDir, problems, now }: Loading,
  onDisk: Set<string>,
): Promise<FoundSegments & { newest: number }> {
  const segments: Segment[] = [];
  const isolated: Segment[] = [];
  let newest = 0;
  for (const row of await connection.rows("SELECT name, sequence, up_to, bytes, summary FROM segments")) {
    const name = String(row["name"]);
    const [sequence, upTo, bytes] = [Number(row["sequence"]), Number(row["up_to"]), Number(row["bytes"])];
    newest = Math.max(newest, sequence);
    const summary = parseSummary(String(row["summary"]));
    const isThere = onDisk.delete(name);
    if (summary === undefined) {
      problems.push({ code: "segment_missing", detail: name, at: now });
      continue;
    }
    const segment = { name, sequence, upTo, bytes, summary };
    // A torn file would fail every search that touches it. It keeps its place: put right, it is back at the next start.
    const isWhole = isThere && (await looksWhole(join(segmentDir, name), bytes));
    if (!isWhole) problems.push({ code: isThere ? "segment_damaged" : "segment_missing", detail: name, at: now });
    (isWhole ? segments : isolated).push(segment);
  }
  return { segments, isolated, newest };
}

/** Torn, and not known to hold anything: kept for whoever wants to look, out of the way of everything else. */
async function giveUp({ segmentDir, problems, now }: Loading, name: string): Promise<void> {
  await setAside(segmentDir, name);
  problems.push({ code: "segment_damaged", detail: name, at: now });
}

/** In the order in which they were made, so that a merged one takes the places of those it stands for. */
async function adopt(
  connection: Connection,
  loading: Loading,
  { fresh, segments }: { fresh: readonly SelfDescription[]; segments: Segment[] },
): Promise<void> {
  const { now, problems, segmentDir } = loading;
  const replaced = new Set(fresh.flatMap(({ merged }) => merged));
  const inOrder = fresh
    .filter(({ segment }) => !replaced.has(segment.name))
    .sort((one, other) => one.segment.sequence - other.segment.sequence || one.segment.upTo - other.segment.upTo);
  let position = await sealedPosition(connection);
  for (const { segment, fieldNames, merged, from = segment.upTo - 1 } of inOrder) {
    // Of two tries at the same seal one is enough; what else the other held is in hot files or the journal.
    if (merged.length === 0 && from < position) {
      await rm(join(segmentDir, segment.name), { force: true });
      continue;
    }
    position = Math.max(position, segment.upTo);
    await connection.transaction(async () => {
      for (const name of merged) await connection.run("DELETE FROM segments WHERE name = $name", { name });
      await insertSegment(connection, segment, now);
      for (const field of fieldNames) {
        await connection.run(
          "INSERT INTO field_names SELECT $field WHERE $field NOT IN (SELECT name FROM field_names)",
          { field },
        );
      }
      await connection.run("UPDATE lake_state SET position = $position", { position });
    });
    const kept = segments.filter(({ name }) => !merged.includes(name));
    segments.splice(0, segments.length, ...kept, segment);
  }
  // Merged into one of these, and gone from the disk already: nothing is missing.
  const settled = problems.filter(({ code, detail }) => code !== "segment_missing" || !replaced.has(detail));
  problems.splice(0, problems.length, ...settled);
}

async function sealedPosition(connection: Connection): Promise<JournalPosition> {
  const [state] = await connection.rows("SELECT position FROM lake_state");
  return Number(state?.["position"] ?? 0);
}

/**
 * Files older than what the manifest knows. A merge leaves the files it replaced (what replaced them names them:
 * integrity removes them); one that failed may have left its own new file (all it stands for is still in the manifest).
 */
async function judgeStrangers(
  connection: Connection,
  { segmentDir, problems, now }: Loading,
  { strangers, segments }: { strangers: readonly string[]; segments: readonly Segment[] },
): Promise<void> {
  const known = new Set(segments.map(({ name }) => name));
  const replaced = new Set<string>();
  for (const { name } of segments) {
    for (const source of (await describeSegment(connection, segmentDir, name))?.merged ?? []) replaced.add(source);
  }
  for (const name of strangers) {
    const merged = (await describeSegment(connection, segmentDir, name))?.merged ?? [];
    if (merged.length > 0 && merged.every((source) => known.has(source))) await rm(join(segmentDir, name));
    else if (!replaced.has(name)) problems.push({ code: "segment_unknown", detail: name, at: now });
  }
}
