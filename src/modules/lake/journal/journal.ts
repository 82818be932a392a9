/**
 * The journal: ordered, durable, acknowledged only when on disk. Everything else is a function of it.
 * `append` resolves after fdatasync; consumers keep their own position and read from it.
 */
import type { Clock } from "../../../platform/clock/index.ts";
import { Fault, type Instant, type JournalPosition, type JournalRecord } from "../../../kernel/index.ts";
import { JOURNAL_SEGMENT_BYTES, MAX_JOURNAL_PROBLEMS } from "../limits.ts";
import { diskFiles, type JournalFiles } from "./files.ts";
import { type JournalBatch, type JournalFrames, JournalReader, type ReadLimits } from "./reader.ts";
import { type JournalProblem, openSegments, type Segment } from "./segments.ts";
import { JournalWriter } from "./writer.ts";

export interface JournalOptions {
  readonly dir: string;
  readonly clock: Clock;
  readonly segmentBytes?: number;
  /** Positions below this were given out before: the journal continues here if it holds less. */
  readonly atLeast?: JournalPosition;
  readonly files?: JournalFiles;
  readonly onProblem?: (problem: JournalProblem) => void;
}

export interface JournalStats {
  readonly first: JournalPosition;
  readonly end: JournalPosition;
  readonly segments: number;
  readonly bytes: number;
  readonly bytesInFlight: number;
  readonly syncs: number;
  /** Nothing is acknowledged: code of why the last write failed, until one succeeds again. */
  readonly refusal: string | null;
  /** Problems seen since the start; `problems` keeps the latest. */
  readonly problemCount: number;
  readonly problems: readonly (JournalProblem & { readonly at: Instant })[];
}

export interface Journal {
  /** Resolves with the position after the last of `records`, once all are on disk; rejects with nothing kept. */
  append(records: readonly JournalRecord[]): Promise<JournalPosition>;
  read(from: JournalPosition, limits: ReadLimits): Promise<JournalBatch>;
  /** The same, not yet decoded; see `eachRecord`. */
  frames(from: JournalPosition, limits: ReadLimits): Promise<JournalFrames>;
  /** Buffers of `frames` that nobody looks at any more are read into again. */
  recycle(buffers: readonly ArrayBuffer[]): void;
  end(): JournalPosition;
  /** Resolves once something lies beyond `position`, or at once when `signal` aborts or the journal closes. */
  waitBeyond(position: JournalPosition, signal: AbortSignal): Promise<void>;
  /** Drops whole segments that hold only positions below `before`. */
  trim(before: JournalPosition): Promise<void>;
  stats(): JournalStats;
  close(): Promise<void>;
}

export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { dir, files = diskFiles, segmentBytes = JOURNAL_SEGMENT_BYTES } = options;
  const log = new ProblemLog(options);
  const report = (problem: JournalProblem) => log.add(problem);
  const opened = await openSegments({ dir, files, report }, options.atLeast ?? 0);
  return new SegmentJournal({ dir, files, segmentBytes, log }, opened);
}

class ProblemLog {
  readonly #options: JournalOptions;
  readonly #seen = new Set<string>();
  count = 0;
  readonly latest: (JournalProblem & { readonly at: Instant })[] = [];

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  /** The same damage is met again by every reader; it is reported once. */
  add(problem: JournalProblem): void {
    const key = `${problem.code} ${problem.segment} ${problem.position}`;
    if (this.#seen.has(key)) return;
    if (this.#seen.size >= MAX_JOURNAL_PROBLEMS * 10) this.#seen.clear();
    this.#seen.add(key);
    this.count += 1;
    this.latest.push({ ...problem, at: this.#options.clock.now() });
    if (this.latest.length > MAX_JOURNAL_PROBLEMS) this.latest.shift();
    this.#options.onProblem?.(problem);
  }
}

interface Parts {
  readonly dir: string;
  readonly files: JournalFiles;
  readonly segmentBytes: number;
  readonly log: ProblemLog;
}

class SegmentJournal implements Journal {
  readonly #parts: Parts;
  readonly #segments: Segment[];
  readonly #writer: JournalWriter;
  readonly #reader: JournalReader;
  readonly #waiters = new Set<() => void>();
  #closed = false;

  constructor(parts: Parts, opened: Awaited<ReturnType<typeof openSegments>>) {
    this.#parts = parts;
    this.#segments = opened.segments;
    this.#reader = new JournalReader(parts.files, opened.segments, (problem) => parts.log.add(problem));
    this.#writer = new JournalWriter({ ...parts, onDurable: () => this.#wake() }, opened);
  }

  append(records: readonly JournalRecord[]): Promise<JournalPosition> {
    return this.#writer.append(records);
  }

  async read(from: JournalPosition, limits: ReadLimits): Promise<JournalBatch> {
    return await this.#open().read({ from, end: this.#writer.durableEnd, limits });
  }

  async frames(from: JournalPosition, limits: ReadLimits): Promise<JournalFrames> {
    return await this.#open().frames({ from, end: this.#writer.durableEnd, limits });
  }

  recycle(buffers: readonly ArrayBuffer[]): void {
    this.#reader.recycle(buffers);
  }

  end(): JournalPosition {
    return this.#writer.durableEnd;
  }

  waitBeyond(position: JournalPosition, signal: AbortSignal): Promise<void> {
    if (this.#closed || signal.aborted || this.end() > position) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        if (!this.#closed && !signal.aborted && this.end() <= position) return;
        this.#waiters.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      this.#waiters.add(done);
      signal.addEventListener("abort", done);
    });
  }

  async trim(before: JournalPosition): Promise<void> {
    const { files, dir } = this.#parts;
    let removed = false;
    // The last segment always stays: its name carries the position the journal continues from.
    for (;;) {
      const oldest = this.#segments[0];
      const next = this.#segments[1];
      if (oldest === undefined || next === undefined || next.first > before) break;
      this.#segments.shift();
      await files.remove(oldest.path);
      removed = true;
    }
    if (removed) await files.syncDirectory(dir);
  }

  stats(): JournalStats {
    return {
      first: this.#segments[0]?.first ?? this.end(),
      end: this.end(),
      segments: this.#segments.length,
      bytes: this.#segments.reduce((sum, segment) => sum + segment.bytes, 0),
      bytesInFlight: this.#writer.bytesInFlight,
      syncs: this.#writer.syncs,
      refusal: this.#writer.refusal ?? null,
      problemCount: this.#parts.log.count,
      problems: [...this.#parts.log.latest],
    };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#wake();
    await this.#writer.close();
  }

  #open(): JournalReader {
    if (this.#closed) throw new Fault("unavailable", "lake.journal.closed", "the journal is closed", {}, 5);
    return this.#reader;
  }

  #wake(): void {
    for (const waiter of this.#waiters) waiter();
  }
}
