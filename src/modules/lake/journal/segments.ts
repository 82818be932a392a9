/** The journal's segments in order, and what opening them found. State is owned by one open journal. */
import { join } from "node:path";
import { isFault, type JournalPosition } from "../../../kernel/index.ts";
import type { JournalFile, JournalFiles } from "./files.ts";
import { checkSegment, firstPositionOf, SEGMENT_HEADER_BYTES, segmentHeader, segmentName } from "./segment.ts";

export interface JournalProblem {
  readonly code: "torn_tail" | "damaged_records" | "damaged_header" | "missing_records" | "unreadable_segment";
  readonly segment: string;
  /** Lost positions are [position, resumes); equal when nothing was lost. */
  readonly position: JournalPosition;
  readonly resumes: JournalPosition;
  readonly bytes: number;
}

export interface Segment {
  readonly first: JournalPosition;
  readonly path: string;
  /** Bytes that are durable and valid; readers never look behind them. */
  bytes: number;
}

export interface OpenedSegments {
  readonly segments: Segment[];
  readonly active: JournalFile;
  readonly end: JournalPosition;
}

interface Place {
  readonly dir: string;
  readonly files: JournalFiles;
  readonly report: (problem: JournalProblem) => void;
}

/** Opens the folder; the newest segment is checked wholly and its torn tail cut, older ones are checked when read. */
export async function openSegments(place: Place, atLeast: JournalPosition): Promise<OpenedSegments> {
  await place.files.prepareDirectory(place.dir);
  const firsts = (await place.files.list(place.dir))
    .map(firstPositionOf)
    .filter((first) => first !== undefined)
    .sort((a, b) => a - b);
  const segments: Segment[] = [];
  for (const first of firsts) {
    const path = join(place.dir, segmentName(first));
    const bytes = await sizeOf(place.files, path);
    const isLast = first === firsts.at(-1);
    if (bytes > SEGMENT_HEADER_BYTES || isLast) segments.push({ first, path, bytes });
    else await place.files.remove(path);
  }
  await dropOvertaken(place, segments);
  const last = segments.at(-1);
  if (last === undefined) return startFresh(place, segments, atLeast);
  const file = await place.files.openForWrite(last.path);
  const end = await repairTail(place, last, file);
  if (end >= atLeast) return { segments, active: file, end };
  // The lake has consumed more than the journal still holds: positions must never be given out twice.
  await file.close();
  place.report({
    code: "missing_records",
    segment: segmentName(last.first),
    position: end,
    resumes: atLeast,
    bytes: 0,
  });
  return startFresh(place, segments, atLeast);
}

/**
 * Takes away a newest file without records that begins within the file before it. Earlier versions left
 * such files: begun on a full disk, and then the older one was written on.
 */
async function dropOvertaken(place: Place, segments: Segment[]): Promise<void> {
  const [before, last] = segments.slice(-2);
  if (before === undefined || last === undefined || last.bytes > SEGMENT_HEADER_BYTES) return;
  const file = await place.files.openForRead(before.path);
  const buffer = Buffer.allocUnsafe(before.bytes);
  await file.read(buffer, 0).finally(() => file.close());
  if (checkSegment(buffer, before.first).end <= last.first) return;
  segments.pop();
  await place.files.remove(last.path);
}

async function startFresh(place: Place, segments: Segment[], first: JournalPosition): Promise<OpenedSegments> {
  const { segment, file } = await createSegment(place, first);
  segments.push(segment);
  return { segments, active: file, end: first };
}

export async function createSegment(
  place: Pick<Place, "dir" | "files">,
  first: JournalPosition,
): Promise<{ segment: Segment; file: JournalFile }> {
  const path = join(place.dir, segmentName(first));
  const file = await place.files.create(path);
  try {
    await file.write(segmentHeader(first), 0);
    await file.sync();
    await place.files.syncDirectory(place.dir);
  } catch (error) {
    await file.close();
    throw error;
  }
  return { segment: { first, path, bytes: SEGMENT_HEADER_BYTES }, file };
}

async function repairTail(place: Place, last: Segment, file: JournalFile): Promise<JournalPosition> {
  const size = await file.size();
  const buffer = Buffer.allocUnsafe(size);
  await file.read(buffer, 0);
  const check = checkSegment(buffer, last.first);
  const name = segmentName(last.first);
  for (const gap of check.gaps) {
    place.report({
      code: "damaged_records",
      segment: name,
      position: gap.position,
      resumes: gap.resumes,
      bytes: gap.bytes,
    });
  }
  const keep = Math.max(check.validBytes, SEGMENT_HEADER_BYTES);
  if (check.validBytes < size) {
    const torn = { position: check.end, resumes: check.end, bytes: size - check.validBytes };
    place.report({ code: "torn_tail", segment: name, ...torn });
    await file.truncate(check.validBytes);
  }
  if (!check.headerOk) {
    // A crash between creating a segment and its first sync leaves a short header; that is no damage.
    if (size >= SEGMENT_HEADER_BYTES) {
      place.report({ code: "damaged_header", segment: name, position: last.first, resumes: last.first, bytes: 0 });
    }
    await file.write(segmentHeader(last.first), 0);
  }
  if (check.validBytes < size || !check.headerOk) await file.sync();
  last.bytes = keep;
  return check.end;
}

async function sizeOf(files: JournalFiles, path: string): Promise<number> {
  const file = await files.openForRead(path);
  try {
    return await file.size();
  } finally {
    await file.close();
  }
}

export function isDiskFull(error: unknown): boolean {
  if (isFault(error)) return false;
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === "ENOSPC" || code === "EDQUOT";
}
