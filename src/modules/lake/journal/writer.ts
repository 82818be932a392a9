/**
 * Group commit: whatever waits is written together and becomes durable with one fdatasync.
 * One flush runs at a time; appends that arrive meanwhile form the next group.
 *
 * Invariant: `durableEnd` moves only after a sync succeeded, and nothing behind it is ever acknowledged or read.
 * After a failure the file is cut back to it; after a failed sync the file is not trusted again (the kernel
 * may have dropped the dirty pages) and a new segment is begun.
 */
import { Fault, type JournalPosition, type JournalRecord } from "../../../kernel/index.ts";
import { MAX_BYTES_IN_FLIGHT, MAX_GROUP_BYTES } from "../limits.ts";
import type { JournalFile, JournalFiles } from "./files.ts";
import { encodeFrames, stampFrames } from "./frame.ts";
import { SpareBuffers } from "./spare-buffers.ts";
import { createSegment, isDiskFull, type OpenedSegments, type Segment } from "./segments.ts";

/** Buffers kept for the next appends. */
const SPARE_BUFFERS = 8;
const SMALL_WRITE_BYTES = 64 * 1024;
const NO_ROOM = Buffer.alloc(0);

interface Waiting {
  readonly frames: Buffer;
  /** What `frames` lies in; used again once they are written. */
  readonly room: Buffer<ArrayBuffer>;
  readonly resolve: (end: JournalPosition) => void;
  readonly reject: (error: unknown) => void;
}

export interface WriterOptions {
  readonly dir: string;
  readonly files: JournalFiles;
  readonly segmentBytes: number;
  readonly onDurable: (end: JournalPosition) => void;
}

export class JournalWriter {
  readonly #options: WriterOptions;
  readonly #segments: Segment[];
  #file: JournalFile;
  #durableEnd: JournalPosition;
  readonly #spare = new SpareBuffers({ buffers: SPARE_BUFFERS, bytes: MAX_GROUP_BYTES });
  #queue: Waiting[] = [];
  #bytesInFlight = 0;
  #flushing: Promise<void> | undefined;
  #mustRotate = false;
  #closed = false;
  /** Counted for `stats`. */
  syncs = 0;
  /** Why the last write failed; undefined = it did not. */
  refusal: string | undefined;

  constructor(options: WriterOptions, opened: OpenedSegments) {
    this.#options = options;
    this.#segments = opened.segments;
    this.#file = opened.active;
    this.#durableEnd = opened.end;
  }

  get durableEnd(): JournalPosition {
    return this.#durableEnd;
  }

  get bytesInFlight(): number {
    return this.#bytesInFlight;
  }

  append(records: readonly JournalRecord[]): Promise<JournalPosition> {
    if (this.#closed) return Promise.reject(closedFault());
    if (records.length === 0) return Promise.resolve(this.#durableEnd);
    if (this.#bytesInFlight > MAX_BYTES_IN_FLIGHT) {
      return Promise.reject(
        new Fault("busy", "lake.journal.busy", "too many bytes wait for the disk", { bytes: this.#bytesInFlight }, 1),
      );
    }
    return new Promise((resolve, reject) => {
      let room = NO_ROOM;
      const frames = encodeFrames(records, (bytes) => {
        room = this.#spare.take(bytes);
        return room;
      });
      this.#bytesInFlight += frames.length;
      this.#queue.push({ frames, room, resolve, reject });
      this.#flushing ??= this.#flush();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#flushing;
    await this.#file.close();
  }

  async #flush(): Promise<void> {
    // Let every append of this turn of the event loop join the first group.
    await Promise.resolve();
    while (this.#queue.length > 0) await this.#flushGroup();
    this.#flushing = undefined;
  }

  async #flushGroup(): Promise<void> {
    const group = this.#takeGroup();
    const bytes = group.reduce((sum, waiting) => sum + waiting.frames.length, 0);
    try {
      const ends = await this.#writeGroup(group, bytes);
      this.refusal = undefined;
      this.#options.onDurable(this.#durableEnd);
      group.forEach((waiting, index) => waiting.resolve(ends[index] ?? this.#durableEnd));
    } catch (error) {
      const fault = await this.#recover(error);
      this.refusal = fault.code;
      for (const waiting of group) waiting.reject(fault);
    } finally {
      this.#bytesInFlight -= bytes;
      for (const { room } of group) this.#spare.give(room);
    }
  }

  #takeGroup(): readonly Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const waiting of this.#queue) {
      if (count > 0 && bytes + waiting.frames.length > MAX_GROUP_BYTES) break;
      bytes += waiting.frames.length;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  async #writeGroup(group: readonly Waiting[], bytes: number): Promise<readonly JournalPosition[]> {
    await this.#rotateIfFull(bytes);
    const segment = this.#active();
    let position = this.#durableEnd;
    const ends: JournalPosition[] = [];
    for (const { frames } of group) {
      position += stampFrames(frames, position);
      ends.push(position);
    }
    let offset = segment.bytes;
    for (const { frames } of gathered(group)) {
      await this.#file.write(frames, offset);
      offset += frames.length;
    }
    try {
      await this.#file.sync();
    } catch (error) {
      this.#mustRotate = true;
      throw error;
    }
    this.syncs += 1;
    segment.bytes += bytes;
    this.#durableEnd = position;
    return ends;
  }

  async #rotateIfFull(incoming: number): Promise<void> {
    const active = this.#active();
    const isEmpty = active.first === this.#durableEnd;
    const isFull = active.bytes + incoming > this.#options.segmentBytes;
    if (!this.#mustRotate && (isEmpty || !isFull)) return;
    if (isEmpty) {
      // Same first position, hence same name: the file is made anew in place.
      this.#segments.pop();
    }
    const { segment, file } = await createSegment(this.#options, this.#durableEnd).catch((error: unknown) => {
      if (isEmpty) this.#segments.push(active);
      // The name may be there now. Were the old file written on, its records would lie behind the begin of a newer one.
      this.#mustRotate = true;
      throw error;
    });
    const old = this.#file;
    this.#segments.push(segment);
    this.#file = file;
    this.#mustRotate = false;
    await old.close().catch(() => {});
  }

  /** Cuts what was not acknowledged, so that it cannot come back as a record after a restart. */
  async #recover(error: unknown): Promise<Fault> {
    try {
      const { bytes } = this.#active();
      if ((await this.#file.size()) > bytes) await this.#file.truncate(bytes);
    } catch {
      this.#mustRotate = true;
    }
    if (isDiskFull(error)) {
      return new Fault("unavailable", "lake.journal.disk_full", "no space left for the journal", {}, 5);
    }
    const reason = error instanceof Error ? error.message : String(error);
    return new Fault("unavailable", "lake.journal.write_failed", "the journal could not be written", { reason }, 5);
  }

  #active(): Segment {
    const segment = this.#segments.at(-1);
    if (segment === undefined) throw new Error("journal without an active segment");
    return segment;
  }
}

/** Small ones are put together: what each write costs besides its bytes is more than copying them. */
function gathered(group: readonly Waiting[]): readonly { readonly frames: Buffer }[] {
  const parts: { frames: Buffer }[] = [];
  let small: Buffer[] = [];
  const close = (): void => {
    if (small.length > 0) parts.push({ frames: small.length === 1 ? (small[0] as Buffer) : Buffer.concat(small) });
    small = [];
  };
  for (const { frames } of group) {
    if (frames.length < SMALL_WRITE_BYTES) small.push(frames);
    else {
      close();
      parts.push({ frames });
    }
  }
  close();
  return parts;
}

function closedFault(): Fault {
  return new Fault("unavailable", "lake.journal.closed", "the journal is closed", {}, 5);
}
