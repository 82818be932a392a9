/** What the listeners share: options, counters, and the queue between a socket and the journal. */
import type { Door, Instant, JournalRecord } from "../../../kernel/index.ts";
import type { Assembled } from "../core/assembler.ts";
import { LineAssembler } from "../core/assembler.ts";
import { ListenerIdentity } from "../identity.ts";
import { MAX_SYSLOG_QUEUE_BYTES, MAX_SYSLOG_QUEUE_RECORDS, SINK_BATCH_RECORDS, SINK_RETRY_MS } from "../limits.ts";
import type { Sink } from "../intake.ts";

export interface ListenerOptions {
  readonly host: string;
  /** 0 lets the system choose; see `SyslogListener.port`. */
  readonly port: number;
  readonly sink: Sink;
  readonly now: () => Instant;
  /** Differs between starts of the program (a random text): part of every id. */
  readonly instance: string;
  /** Name of the sensor behind a peer address. Default: the address. */
  readonly sensorOf?: (peer: string) => string;
  readonly limits?: Partial<ListenerLimits>;
}

export interface ListenerLimits {
  readonly maxMessageBytes: number;
  readonly maxQueueRecords: number;
  readonly maxQueueBytes: number;
  readonly maxConnections: number;
  readonly maxConnectionsPerPeer: number;
  readonly idleTimeoutMs: number;
}

export interface ListenerStats {
  /** Messages taken off the socket. */
  readonly received: number;
  /** Messages that are durable. */
  readonly accepted: number;
  /** Messages lost because the queue was full (UDP only; TCP waits). */
  readonly dropped: number;
  /** Messages longer than allowed, skipped. */
  readonly tooLong: number;
  /** Datagrams the kernel dropped before we saw them; undefined where that cannot be read. */
  readonly kernelDropped: number | undefined;
  /** Waiting for the journal. */
  readonly queued: number;
  readonly connections: number;
  readonly refusedConnections: number;
  readonly sinkFailures: number;
  /** Of the records that are durable, as text. */
  readonly bytes: number;
  /** When the last record came. */
  readonly lastAt: Instant | undefined;
}

export interface SyslogListener {
  readonly host: string;
  readonly port: number;
  stats(): ListenerStats;
  /** Stops receiving, hands on what is queued, closes the sockets. Records the sink refuses for good are counted as dropped. */
  close(): Promise<void>;
}

export function peerAddress(address: string | undefined): string {
  if (address === undefined) return "unknown";
  return address.startsWith("::ffff:") ? address.slice(7) : address;
}

interface Queued {
  readonly record: JournalRecord;
  readonly messages: number;
}

/**
 * Records received and not yet durable, in order. One write at a time; while the journal refuses, the same records
 * are offered again: nothing that was taken is given up, except when the listener closes.
 */
export class DurableQueue {
  readonly #sink: Sink;
  readonly #maxRecords: number;
  readonly #maxBytes: number;
  #waiting: Queued[] = [];
  #bytes = 0;
  #running: Promise<void> | undefined;
  #closing = false;
  #onDrain: (() => void) | undefined;
  accepted = 0;
  failures = 0;
  /** Of the records that are durable. */
  acceptedBytes = 0;
  lastAt: Instant | undefined;

  constructor(sink: Sink, limits: { maxRecords?: number; maxBytes?: number }) {
    this.#sink = sink;
    this.#maxRecords = limits.maxRecords ?? MAX_SYSLOG_QUEUE_RECORDS;
    this.#maxBytes = limits.maxBytes ?? MAX_SYSLOG_QUEUE_BYTES;
  }

  get length(): number {
    return this.#waiting.length;
  }

  get full(): boolean {
    return this.#waiting.length >= this.#maxRecords || this.#bytes >= this.#maxBytes;
  }

  /** Called whenever the queue has room again after having been full. */
  set onDrain(callback: () => void) {
    this.#onDrain = callback;
  }

  push(record: JournalRecord, messages: number): void {
    this.#waiting.push({ record, messages });
    this.#bytes += record.raw.length;
    this.lastAt = record.receivedAt;
    this.#running ??= this.#run();
  }

  /** Resolves when everything queued is durable or has been refused once more. Answers how many messages were not. */
  async close(): Promise<number> {
    this.#closing = true;
    await this.#running;
    return this.#waiting.reduce((sum, { messages }) => sum + messages, 0);
  }

  async #run(): Promise<void> {
    // Let the socket's burst arrive first: one write for many.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, SINK_BATCH_RECORDS);
      try {
        await this.#sink(batch.map(({ record }) => record));
      } catch {
        // The sink says why in its own log; here it only means "not yet".
        this.failures++;
        if (this.#closing) break;
        await new Promise<void>((resolve) => setTimeout(resolve, SINK_RETRY_MS));
        continue;
      }
      const wasFull = this.full;
      this.#waiting = this.#waiting.slice(batch.length);
      for (const { record, messages } of batch) {
        this.#bytes -= record.raw.length;
        this.accepted += messages;
        this.acceptedBytes += record.raw.length;
      }
      if (wasFull && !this.full) this.#onDrain?.();
    }
    this.#running = undefined;
  }
}

interface Arrival {
  readonly receivedAt: Instant;
}

/** Messages of one peer or connection to queued records: audit lines of one event become one record. */
export class MessageStream {
  readonly #assembler = new LineAssembler<Arrival>();
  readonly #queue: DurableQueue;
  readonly #identity: ListenerIdentity;
  readonly #origin: { readonly door: Door; readonly peer: string; readonly sensor: string };
  /** When the last message came, for the pause that ends an audit event. */
  lastAt: Instant = 0;

  constructor(queue: DurableQueue, identity: ListenerIdentity, origin: { door: Door; peer: string; sensor: string }) {
    this.#queue = queue;
    this.#identity = identity;
    this.#origin = origin;
  }

  get pending(): number {
    return this.#assembler.pending;
  }

  take(message: string, receivedAt: Instant): void {
    this.lastAt = receivedAt;
    for (const done of this.#assembler.push(message, { receivedAt })) this.#queueRecord(done);
  }

  flush(): void {
    for (const done of this.#assembler.flush()) this.#queueRecord(done);
  }

  #queueRecord(done: Assembled<Arrival>): void {
    const { door, peer, sensor } = this.#origin;
    const receivedAt = done.tag.receivedAt;
    const id = this.#identity.next(sensor, done.raw, receivedAt);
    this.#queue.push({ id, door, sensor, receivedAt, raw: done.raw, format: done.format, peer }, done.lines);
  }
}
