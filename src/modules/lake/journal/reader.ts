/** Sequential reading with a remembered place: the next `read` starts where the last one ended, without a scan. */
import type { JournalPosition, JournalRecord } from "../../../kernel/index.ts";
import { MAX_RECORD_BYTES } from "../limits.ts";
import type { JournalFile, JournalFiles } from "./files.ts";
import { FRAME_HEADER_BYTES, findFrame, RecordDecoder, readFrame } from "./frame.ts";
import { SEGMENT_HEADER_BYTES, segmentName } from "./segment.ts";
import type { JournalProblem, Segment } from "./segments.ts";
import { SpareBuffers } from "./spare-buffers.ts";

const CHUNK_BYTES = 4 * 1024 * 1024;
const LARGEST_FRAME_BYTES = MAX_RECORD_BYTES + FRAME_HEADER_BYTES;
/** Chunks kept for the next reads. */
const SPARE_CHUNKS = 8;
/** Places remembered: one per reader that goes through the journal, with room for a few. */
const MAX_PLACES = 64;

export interface ReadLimits {
  readonly records: number;
  /** Payload bytes; at least one record is returned even when it alone is larger. */
  readonly bytes: number;
}

export interface JournalBatch {
  readonly records: readonly JournalRecord[];
  /** Where the next read begins. Larger than from + records.length when damaged records were skipped. */
  readonly next: JournalPosition;
}

/** Bytes of a segment, and where in them the payloads of records start and end; nobody else holds the bytes. */
export interface FrameChunk {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly ranges: Uint32Array<ArrayBuffer>;
}

/** The same as a JournalBatch, for another thread to decode. */
export interface JournalFrames {
  readonly chunks: readonly FrameChunk[];
  readonly count: number;
  readonly next: JournalPosition;
}

/** Decodes what `frames` read; the records keep pointing into its bytes. */
export function* eachRecord(chunks: readonly FrameChunk[]): Generator<JournalRecord> {
  const decoder = new RecordDecoder();
  for (const { bytes, ranges } of chunks) {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < ranges.length; at += 2) {
      yield decoder.decode(buffer.subarray(ranges[at], ranges[at + 1]));
    }
  }
}

interface Window {
  readonly from: JournalPosition;
  readonly end: JournalPosition;
  readonly limits: ReadLimits;
}

/** Progress through one segment: `next` is the position expected at `offset`. */
interface Walk {
  readonly chunks: FrameChunk[];
  count: number;
  bytes: number;
  next: JournalPosition;
  offset: number;
}

export class JournalReader {
  readonly #files: JournalFiles;
  readonly #segments: readonly Segment[];
  readonly #report: (problem: JournalProblem) => void;
  readonly #spare = new SpareBuffers({ buffers: SPARE_CHUNKS, bytes: CHUNK_BYTES });
  readonly #places = new Map<JournalPosition, { readonly first: JournalPosition; readonly offset: number }>();

  constructor(files: JournalFiles, segments: readonly Segment[], report: (problem: JournalProblem) => void) {
    this.#files = files;
    this.#segments = segments;
    this.#report = report;
  }

  async read(window: Window): Promise<JournalBatch> {
    const { chunks, next } = await this.frames(window);
    return { records: [...eachRecord(chunks)], next };
  }

  /** Chunks of `frames` that nobody looks at any more. */
  recycle(buffers: readonly ArrayBuffer[]): void {
    for (const buffer of buffers) this.#spare.give(Buffer.from(buffer));
  }

  async frames(window: Window): Promise<JournalFrames> {
    const chunks: FrameChunk[] = [];
    let { from } = window;
    let count = 0;
    let bytes = 0;
    while (from < window.end && count < window.limits.records && bytes < window.limits.bytes) {
      const index = this.#segments.findLastIndex((segment) => segment.first <= from);
      const segment = this.#segments[Math.max(index, 0)];
      if (segment === undefined) break;
      const segmentEnd = this.#segments[Math.max(index, 0) + 1]?.first ?? window.end;
      const target = Math.max(from, segment.first);
      const left = { records: window.limits.records - count, bytes: window.limits.bytes - bytes };
      const part = await this.#readSegment(segment, { from: target, end: segmentEnd, limits: left });
      chunks.push(...part.chunks);
      count += part.count;
      bytes += part.bytes;
      // A segment that yields nothing more is damaged to its end: go on behind it, never round in a circle.
      from = part.next > from ? part.next : segmentEnd;
    }
    return { chunks, count, next: from };
  }

  async #readSegment(segment: Segment, window: Window): Promise<Walk> {
    const place = this.#places.get(window.from);
    const known = place?.first === segment.first ? place : undefined;
    const walk: Walk = {
      chunks: [],
      count: 0,
      bytes: 0,
      next: known === undefined ? segment.first : window.from,
      offset: known?.offset ?? SEGMENT_HEADER_BYTES,
    };
    const file = await this.#files.openForRead(segment.path);
    try {
      let chunkBytes = CHUNK_BYTES;
      while (walk.offset < segment.bytes && walk.next < window.end && !isDone(walk, window.limits)) {
        const left = segment.bytes - walk.offset;
        const buffer = await readChunk(file, { offset: walk.offset, bytes: Math.min(left, chunkBytes) }, this.#spare);
        const taken = this.#takeFrames(segment, { buffer, walk, window });
        walk.offset += taken;
        if (taken > 0) continue;
        if (left > chunkBytes && chunkBytes < LARGEST_FRAME_BYTES) {
          chunkBytes = LARGEST_FRAME_BYTES;
          continue;
        }
        await this.#skipDamage(file, segment, { walk, end: window.end });
      }
    } finally {
      await file.close();
    }
    if (walk.offset >= segment.bytes && walk.next < window.end) {
      this.#lost(segment, { position: walk.next, resumes: window.end, bytes: 0 });
      walk.next = window.end;
    }
    walk.next = Math.max(walk.next, window.from);
    this.#remember(walk.next, segment.first, walk.offset);
    return walk;
  }

  /** Takes whole valid frames from the start of `buffer`; returns the bytes consumed. */
  #takeFrames(segment: Segment, at: { buffer: Buffer<ArrayBuffer>; walk: Walk; window: Window }): number {
    const { buffer, walk, window } = at;
    const ranges: number[] = [];
    let offset = 0;
    while (offset < buffer.length && walk.next < window.end && !isDone(walk, window.limits)) {
      const read = readFrame(buffer, offset);
      if (read.kind !== "frame" || read.position < walk.next) break;
      if (read.position > walk.next) this.#lost(segment, { position: walk.next, resumes: read.position, bytes: 0 });
      if (read.position >= window.from) {
        ranges.push(read.end - read.payload.length, read.end);
        walk.count += 1;
        walk.bytes += read.payload.length;
      }
      walk.next = read.position + 1;
      offset = read.end;
    }
    if (ranges.length > 0) walk.chunks.push({ bytes: buffer, ranges: Uint32Array.from(ranges) });
    return offset;
  }

  /** Moves the walk to the next valid frame of the segment, or to its end when there is none. */
  async #skipDamage(file: JournalFile, segment: Segment, at: { walk: Walk; end: JournalPosition }): Promise<void> {
    const { walk } = at;
    let from = walk.offset + 1;
    while (from < segment.bytes) {
      const buffer = await readChunk(
        file,
        { offset: from, bytes: Math.min(segment.bytes - from, CHUNK_BYTES + LARGEST_FRAME_BYTES) },
        this.#spare,
      );
      const found = findFrame(buffer, 0, { atLeast: walk.next, below: at.end });
      if (found !== undefined) {
        const resumes = Number(buffer.readBigUInt64LE(found + 8));
        this.#lost(segment, { position: walk.next, resumes, bytes: from + found - walk.offset });
        walk.next = resumes;
        walk.offset = from + found;
        return;
      }
      from += CHUNK_BYTES;
    }
    walk.offset = segment.bytes;
  }

  #lost(segment: Segment, what: { position: JournalPosition; resumes: JournalPosition; bytes: number }): void {
    this.#report({ code: "damaged_records", segment: segmentName(segment.first), ...what });
  }

  #remember(position: JournalPosition, first: JournalPosition, offset: number): void {
    this.#places.delete(position);
    this.#places.set(position, { first, offset });
    if (this.#places.size <= MAX_PLACES) return;
    const oldest = this.#places.keys().next().value;
    if (oldest !== undefined) this.#places.delete(oldest);
  }
}

function isDone(walk: Walk, limits: ReadLimits): boolean {
  return walk.count >= limits.records || walk.bytes >= limits.bytes;
}

async function readChunk(
  file: JournalFile,
  place: { readonly offset: number; readonly bytes: number },
  spare: SpareBuffers,
): Promise<Buffer<ArrayBuffer>> {
  // Never of the engine's pool: a chunk may leave for another thread.
  const buffer = spare.take(place.bytes).subarray(0, place.bytes);
  const got = await file.read(buffer, place.offset);
  return got === place.bytes ? buffer : buffer.subarray(0, got);
}
