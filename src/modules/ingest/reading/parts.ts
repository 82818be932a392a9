/**
 * Large files of JSON lines in parts, so that several threads can read one file. A part holds the lines that begin in
 * it; together the parts hold every line once. Where a file is cut depends on the file alone, never on who reads it.
 */
import { open, stat } from "node:fs/promises";
import { PART_BYTES, SNIFF_BYTES } from "../limits.ts";
import { chunksFrom } from "./file-chunks.ts";
import { shapeOf } from "./sniff.ts";

export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

const LF = 10;
const OPEN_BRACE = 123;

const WHOLE: readonly undefined[] = [undefined];

/**
 * The parts of a file; a single undefined when it is read as a whole: small, packed, of a kind whose lines need each
 * other, or unreadable, which is for the reader to report.
 */
export async function partsOf(path: string): Promise<readonly (ByteRange | undefined)[]> {
  const size = await stat(path).then(
    (entry) => entry.size,
    () => 0,
  );
  if (size <= PART_BYTES || !(await holdsJsonLines(path).catch(() => false))) return WHOLE;
  const count = Math.ceil(size / PART_BYTES);
  return Array.from({ length: count }, (_, part) => ({
    start: part * PART_BYTES,
    end: Math.min(size, (part + 1) * PART_BYTES),
  }));
}

async function holdsJsonLines(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
    const head = buffer.subarray(0, bytesRead);
    return head[0] === OPEN_BRACE && shapeOf(head).kind === "lines";
  } finally {
    await file.close();
  }
}

/** The bytes of the lines that begin in the range, whole. A chunk is valid until the next one is asked for. */
export async function* readRange(path: string, { start, end }: ByteRange): AsyncGenerator<Buffer> {
  // The byte before the range tells whether a line begins with it.
  let at = Math.max(0, start - 1);
  let skipping = start > 0;
  for (const read of chunksFrom(path, at)) {
    let chunk = read;
    if (skipping) {
      const feed = chunk.indexOf(LF);
      at += feed === -1 ? chunk.length : feed + 1;
      if (at >= end) return;
      if (feed === -1) continue;
      chunk = chunk.subarray(feed + 1);
      skipping = false;
    }
    // The last line begins before the end of the range and is read to its line feed, however far that is.
    const feed = at + chunk.length < end ? -1 : chunk.indexOf(LF, Math.max(0, end - 1 - at));
    if (feed !== -1) {
      yield chunk.subarray(0, feed + 1);
      return;
    }
    at += chunk.length;
    yield chunk;
  }
}
