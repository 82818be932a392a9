/**
 * From the records of one request to the journal: ids, bounded groups, and what of it is durable. Every HTTP door uses
 * it, so that "acknowledged" means the same at each of them.
 */
import type { Door, EventId, ExerciseId, Instant, JournalRecord } from "../../kernel/index.ts";
import { ByteRecord, Fault, isFault } from "../../kernel/index.ts";
import { BatchIdentity, eventId } from "./identity.ts";
import { MAX_REJECTIONS_LISTED, SINK_BATCH_BYTES, SINK_BATCH_RECORDS } from "./limits.ts";

/** Resolves when the records are durable. May throw Fault `busy` or `unavailable`. */
export type Sink = (records: JournalRecord[]) => Promise<void>;

/** Whose records these are, and how they came. */
export interface Origin {
  readonly door: Door;
  readonly sensor: string;
  readonly source?: string;
  readonly firstLine?: number;
  readonly format?: string;
  readonly exerciseId?: ExerciseId;
  readonly peer?: string;
  readonly receivedAt: Instant;
  readonly sink: Sink;
}

export interface Rejection {
  /** 1-based in the uncompressed body. */
  readonly line: number;
  readonly code: string;
  readonly detail: string;
}

export interface Receipt {
  /** Lines that are durable. */
  readonly accepted: number;
  /** The first of the rejected lines, at most MAX_REJECTIONS_LISTED. */
  readonly rejected: readonly Rejection[];
  readonly rejectedTotal: number;
  /** Accepted lines in which bytes that are no UTF-8 were replaced. */
  readonly replacedUtf8: number;
  /** Of the accepted lines, as text. */
  readonly bytes: number;
  /** How many lines were rejected, by the last word of their code. */
  readonly reasons: ReadonlyMap<string, number>;
  /** Why the rest of the body was not taken: map it to the answer's status; `accepted` lines stand all the same. */
  readonly stopped?: Fault;
  /** First line that was not dealt with. */
  readonly stoppedAtLine?: number;
}

/** Where a record stood in its request. */
export interface RecordPlace {
  readonly line: number;
  readonly lines: number;
  readonly format?: string | undefined;
  /** What tells the record from others of the same content, when the sender says so itself. */
  readonly ordinal?: string | undefined;
}

/** Collects records and hands them to the sink in bounded groups. */
export class Intake {
  readonly #origin: Origin;
  readonly #identity: BatchIdentity;
  readonly #rejected: Rejection[] = [];
  #pending: JournalRecord[] = [];
  #pendingLines = 0;
  #pendingBytes = 0;
  #accepted = 0;
  #rejectedTotal = 0;
  #bytes = 0;
  /** Rejected lines by the last word of their code. */
  readonly #reasons = new Map<string, number>();
  /** First line of the group now at the sink: where a retry must go on when it fails. */
  #firstPendingLine = 1;
  replacedUtf8 = 0;

  constructor(origin: Origin) {
    this.#origin = origin;
    this.#identity = new BatchIdentity(origin.sensor, origin.source, origin.firstLine);
  }

  /** Lines that are durable so far. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Of the lines that are durable, as text. */
  get bytes(): number {
    return this.#bytes;
  }

  get rejectedTotal(): number {
    return this.#rejectedTotal;
  }

  get reasons(): ReadonlyMap<string, number> {
    return this.#reasons;
  }

  reject(line: number, code: string, detail = ""): void {
    this.#rejectedTotal++;
    const reason = code.slice(code.lastIndexOf(".") + 1);
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
    if (this.#rejected.length < MAX_REJECTIONS_LISTED) this.#rejected.push({ line, code, detail });
  }

  /** As `put`, and hands them on when there are enough. */
  async add(raw: string, at: RecordPlace): Promise<EventId> {
    const id = this.put(raw, at);
    if (this.isFull) await this.flush();
    return id;
  }

  /** Bytes must be UTF-8 and stay as they are. Whoever puts records flushes when `isFull`. */
  put(raw: string | Uint8Array, at: RecordPlace): EventId {
    const { door, sensor, receivedAt, peer, exerciseId, format } = this.#origin;
    if (this.#pending.length === 0) this.#firstPendingLine = at.line;
    const id =
      at.ordinal === undefined
        ? this.#identity.next(raw, at.line)
        : eventId({ sensor, source: this.#origin.source ?? "", ordinal: at.ordinal, content: raw });
    const about = { id, door, sensor, receivedAt, format: format ?? at.format, peer, exerciseId };
    this.#pending.push(typeof raw === "string" ? { ...about, raw } : new ByteRecord(about, raw));
    this.#pendingLines += at.lines;
    this.#pendingBytes += raw.length;
    return id;
  }

  get isFull(): boolean {
    return this.#pending.length >= SINK_BATCH_RECORDS || this.#pendingBytes >= SINK_BATCH_BYTES;
  }

  async flush(): Promise<void> {
    if (this.#pending.length === 0) return;
    await this.#origin.sink(this.#pending);
    this.#accepted += this.#pendingLines;
    this.#bytes += this.#pendingBytes;
    this.#pending = [];
    this.#pendingLines = 0;
    this.#pendingBytes = 0;
  }

  receipt(): Receipt {
    return {
      accepted: this.#accepted,
      rejected: this.#rejected,
      rejectedTotal: this.#rejectedTotal,
      replacedUtf8: this.replacedUtf8,
      bytes: this.#bytes,
      reasons: this.#reasons,
    };
  }

  /** Where a sender that resumes must start: at records not yet durable, else at the line reached. */
  stoppedReceipt(stopped: Fault, line: number): Receipt {
    const stoppedAtLine = this.#pending.length > 0 ? this.#firstPendingLine : line;
    return { ...this.receipt(), stopped, stoppedAtLine };
  }
}

/** An ended connection and the like, as a Fault; bugs go through. */
export function asFault(error: unknown): Fault {
  if (isFault(error)) return error;
  const system = error instanceof Error && ("code" in error || error.name === "AbortError");
  if (!system) throw error;
  return new Fault("invalid", "ingest.body.broken", "the body ended before it was complete", {
    code: "code" in error ? String(error.code) : error.name,
  });
}
