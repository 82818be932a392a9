/**
 * The lines that were added to a file since it was last looked at. Only whole lines are taken; the last one waits for its
 * line feed. Audit records of one event stay together: where one is still open, the next look begins at its first line.
 */
import type { FileHandle } from "node:fs/promises";
import { LineAssembler } from "../../core/assembler.ts";
import {
  AUDIT_PAUSE_MS,
  MAX_LINE_BYTES,
  WATCH_HEADER_BYTES,
  WATCH_TAIL_BYTES,
  WATCH_WINDOW_BYTES,
} from "../../limits.ts";
import { isSkipped, LineSplitter } from "../../reading/lines.ts";
import { markOf, readAt } from "./marks.ts";
import type { Mark } from "./positions.ts";

export interface WatchedRecord {
  readonly raw: string;
  /** Where it begins in the file, unpacked. */
  readonly offset: number;
  readonly format: string | undefined;
}

export interface Added {
  readonly records: readonly WatchedRecord[];
  /** Lines that are too long. */
  readonly skipped: number;
  /** Where the next look begins. */
  readonly next: number;
  /** Of the bytes before `next`, from the same read: the file may be cut off at any moment. */
  readonly tail: Mark;
}

export interface Look {
  readonly offset: number;
  readonly size: number;
  /** How long ago the file was last written. */
  readonly idleMs: number;
}

const LF = 10;
const HASH = 35;

/** Never fails because of what is in the file; only reading itself may. */
export async function readAdded(file: FileHandle, { offset, size, idleMs }: Look): Promise<Added> {
  const lead = Math.min(offset, WATCH_TAIL_BYTES);
  const bytes = await readAt(file, offset - lead, Math.min(WATCH_WINDOW_BYTES, size - offset) + lead);
  const window = bytes.subarray(lead);
  const tailAt = (next: number) =>
    markOf(bytes.subarray(Math.max(0, lead + next - offset - WATCH_TAIL_BYTES), lead + next - offset));
  const end = window.lastIndexOf(LF) + 1;
  if (end === 0) {
    const next = await afterLongLine(file, { offset, size, window: window.length });
    return { records: [], skipped: next === offset ? 0 : 1, next, tail: await tailMark(file, next) };
  }
  const splitter = new LineSplitter(MAX_LINE_BYTES);
  const assembler = new LineAssembler<number>();
  if (offset > 0) await readHeader(file, assembler, offset);
  const done: WatchedRecord[] = [];
  let skipped = 0;
  for (const line of splitter.push(window.subarray(0, end))) {
    if (isSkipped(line)) skipped++;
    else if (line.text !== "") {
      for (const { raw, tag, format } of assembler.push(line.text, offset + line.byteOffset))
        done.push({ raw, offset: tag, format });
    }
  }
  const open = assembler.flush().map(({ raw, tag, format }) => ({ raw, offset: tag, format }));
  const next = offset + end;
  const cut = Math.min(next, ...open.map((record) => record.offset));
  const ended = next === size && idleMs >= AUDIT_PAUSE_MS;
  const stuck = cut === offset && next < size;
  if (open.length === 0 || ended || stuck)
    return { records: [...done, ...open].sort(byOffset), skipped, next, tail: tailAt(next) };
  return {
    records: done.filter((record) => record.offset < cut).sort(byOffset),
    skipped,
    next: cut,
    tail: tailAt(cut),
  };
}

const byOffset = (a: WatchedRecord, b: WatchedRecord) => a.offset - b.offset;

/** Where a line that fills the window ends; `offset` while it has not ended. */
async function afterLongLine(file: FileHandle, at: { offset: number; size: number; window: number }): Promise<number> {
  if (at.window < WATCH_WINDOW_BYTES) return at.offset;
  for (let from = at.offset + at.window; from < at.size; from += WATCH_WINDOW_BYTES) {
    const end = (await readAt(file, from, WATCH_WINDOW_BYTES)).indexOf(LF);
    if (end >= 0) return from + end + 1;
  }
  return at.offset;
}

async function tailMark(file: FileHandle, offset: number): Promise<Mark> {
  const length = Math.min(offset, WATCH_TAIL_BYTES);
  return markOf(await readAt(file, offset - length, length));
}

/** Zeek's tables name their columns in their first lines; whoever starts in the middle must know them. */
async function readHeader(file: FileHandle, assembler: LineAssembler<number>, before: number): Promise<void> {
  const head = await readAt(file, 0, Math.min(before, WATCH_HEADER_BYTES));
  if (head[0] !== HASH) return;
  for (const line of new LineSplitter(MAX_LINE_BYTES).push(head)) {
    if (isSkipped(line) || !line.text.startsWith("#")) return;
    assembler.push(line.text, line.byteOffset);
  }
}
