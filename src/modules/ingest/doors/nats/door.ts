/**
 * Log records from a NATS bus. Khiên connects, to the servers the settings name and no others.
 *
 * From a JetStream stream nothing is lost: a message is acknowledged when it is on disk here, and what was delivered
 * again gets the same ids. From a plain subject the server keeps nothing: what comes while Khiên is away or the
 * journal is behind is lost, and the latter is counted.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { NatsConnection } from "@nats-io/transport-node";
import { Fault, type Instant, isFault, type JournalRecord } from "../../../../kernel/index.ts";
import type { Log } from "../../../../platform/log/index.ts";
import { eventId } from "../../identity.ts";
import type { Sink } from "../../intake.ts";
import {
  NATS_FIRST_PAUSE_MS,
  NATS_LONGEST_PAUSE_MS,
  NATS_SAVE_MS,
  SINK_BATCH_BYTES,
  SINK_BATCH_RECORDS,
  SINK_RETRY_MS,
} from "../../limits.ts";
import { connectTo, natsFault } from "./connection.ts";
import { type NatsRejection, readMessage } from "./content.ts";
import { pullStream, type StreamMessage } from "./jetstream.ts";
import { NatsPositions } from "./positions.ts";
import { destinationOf, type NatsFiles, type NatsServer, readSecrets } from "./servers.ts";
import { listenToSubject } from "./subject.ts";

export interface NatsOptions {
  readonly servers: readonly NatsServer[];
  /** Empty: a plain subject without a stream. */
  readonly stream: string;
  /** In a stream: only what matches it; empty: everything. */
  readonly subject: string;
  readonly durable: string;
  /** Empty: each message's subject is its sensor. */
  readonly sensor: string;
  readonly files: NatsFiles;
  /** Throws unless the way out to this host:port is allowed. */
  readonly permit: (destination: string) => void;
  readonly positionsFile: string;
  readonly sink: Sink;
  readonly now: () => Instant;
  readonly log: Log;
  /** Differs between starts of the program: part of the ids of messages without a stream. */
  readonly instance: string;
}

export interface NatsStats {
  readonly connected: boolean;
  /** Messages that came, those that came again included. */
  readonly received: number;
  /** Messages that are durable. */
  readonly accepted: number;
  /** Of those received: durable before. */
  readonly again: number;
  /** Lost for want of room; only without a stream. */
  readonly dropped: number;
  readonly rejected: Readonly<Partial<Record<NatsRejection, number>>>;
  readonly bytes: number;
  readonly lastAt: Instant | undefined;
  /** Why there is no connection, or why the positions are not kept. */
  readonly problem: Fault | undefined;
}

const MAX_SENSOR_CHARS = 120;
/** Unusable messages are logged one by one, but no faster than this. */
const TELL_EVERY_MS = 1_000;

export class NatsDoor {
  readonly #options: NatsOptions;
  readonly #closing = new AbortController();
  readonly #rejected = new Map<NatsRejection, number>();
  #positions: NatsPositions | undefined;
  #identity = "";
  #link: NatsConnection | undefined;
  #problem: Fault | undefined;
  #saveTimer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #toldAt = 0;
  readonly #counts = { received: 0, accepted: 0, again: 0, dropped: 0, bytes: 0 };
  #lastAt: Instant | undefined;

  private constructor(options: NatsOptions) {
    this.#options = options;
  }

  /** Connects in the background, again and again: a bus that is not there keeps nothing else waiting. */
  static open(options: NatsOptions): NatsDoor {
    const door = new NatsDoor(options);
    door.#running = door.#run();
    return door;
  }

  get address(): string {
    const { servers, stream, subject } = this.#options;
    const at = this.#link?.getServer() ?? servers.map(destinationOf).join(",");
    return `${at} ${stream === "" ? subject : stream}`;
  }

  stats(): NatsStats {
    return {
      ...this.#counts,
      connected: this.#link !== undefined,
      rejected: Object.fromEntries(this.#rejected),
      lastAt: this.#lastAt,
      problem: this.#problem,
    };
  }

  /** What is under way becomes durable and is acknowledged first. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
    clearTimeout(this.#saveTimer);
    await this.#save();
  }

  async #run(): Promise<void> {
    const { servers, log } = this.#options;
    let wait = NATS_FIRST_PAUSE_MS;
    for (let turn = 0; !this.#closing.signal.aborted; turn++) {
      const server = servers[turn % servers.length];
      if (server === undefined) return;
      try {
        await this.#visit(server, () => (wait = NATS_FIRST_PAUSE_MS));
      } catch (error) {
        const fault = natsFault(error, server);
        if (fault.code !== this.#problem?.code)
          log.warn({ door: "nats", code: fault.code, detail: fault.message }, "no messages from the bus");
        this.#problem = fault;
      }
      // Half of it by chance, so that many clients of a server that comes back do not come at once.
      await pause(wait * (0.5 + Math.random() / 2), undefined, { signal: this.#closing.signal }).catch(() => undefined);
      wait = Math.min(NATS_LONGEST_PAUSE_MS, wait * 2);
    }
  }

  /** One connection from its beginning to its end. */
  async #visit(server: NatsServer, reached: () => void): Promise<void> {
    const { options, signal } = { options: this.#options, signal: this.#closing.signal };
    options.permit(destinationOf(server));
    this.#positions ??= await NatsPositions.open(options.positionsFile);
    const link = await connectTo(server, await readSecrets(options.files));
    try {
      const begin = (identity: string): void => {
        this.#identity = identity;
        this.#link = link;
        this.#problem = undefined;
        reached();
        options.log.info({ door: "nats", server: destinationOf(server) }, "connected to the bus");
      };
      if (options.stream === "") {
        begin("");
        await listenToSubject(link, {
          ...options,
          peer: server.host,
          counts: this.#counts,
          signal,
          refuse: this.#refuse,
          seen: this.#seen,
        });
      } else {
        await pullStream(link, options, {
          signal,
          taker: {
            begin: (identity) => {
              this.#positions?.useStream(identity);
              begin(identity);
            },
            take: (messages) => this.#take(messages, server.host),
          },
        });
      }
      // Acknowledgements still under way.
      if (!link.isClosed()) await link.flush();
    } finally {
      this.#link = undefined;
      await link.close();
    }
  }

  readonly #seen = (bytes: number): void => {
    this.#counts.received++;
    this.#counts.bytes += bytes;
    this.#lastAt = this.#options.now();
  };

  readonly #refuse = (reasons: readonly NatsRejection[], at: { subject: string; sequence?: number }): void => {
    for (const reason of reasons) this.#rejected.set(reason, (this.#rejected.get(reason) ?? 0) + 1);
    const now = this.#options.now();
    if (reasons.length === 0 || now - this.#toldAt < TELL_EVERY_MS) return;
    this.#toldAt = now;
    this.#options.log.warn({ door: "nats", ...at, reason: reasons[0] }, "a message of the bus cannot be used");
  };

  async #take(messages: readonly StreamMessage[], peer: string): Promise<ReadonlySet<StreamMessage>> {
    const unusable = new Set<StreamMessage>();
    const records: JournalRecord[] = [];
    let again = 0;
    for (const message of messages) {
      const { subject, sequence, payload } = message;
      this.#seen(payload.length);
      if (this.#positions?.has(sequence) === true) {
        again++;
        continue;
      }
      const content = readMessage(payload);
      this.#refuse(content.rejected, { subject, sequence });
      if (content.records.length === 0) unusable.add(message);
      records.push(...this.#recordsOf(message, content.records, peer));
    }
    await this.#keep(records);
    this.#counts.again += again;
    this.#counts.accepted += messages.length - again - unusable.size;
    this.#positions?.add(messages);
    this.#saveTimer ??= setTimeout(() => void this.#save(), NATS_SAVE_MS).unref();
    return unusable;
  }

  #recordsOf(
    { subject, sequence }: StreamMessage,
    parts: readonly { raw: string; format?: string }[],
    peer: string,
  ): JournalRecord[] {
    const receivedAt = this.#options.now();
    const sensor = this.#options.sensor === "" ? subject.slice(0, MAX_SENSOR_CHARS) : this.#options.sensor;
    const source = `nats/${this.#identity}`;
    return parts.map(({ raw, format }, index) => {
      const id = eventId({ sensor, source, ordinal: `${sequence}.${index}`, content: raw });
      return { id, door: "nats", sensor, receivedAt, raw, peer, ...(format === undefined ? {} : { format }) };
    });
  }

  /** Offers the records until they are durable. Gives up only when the door closes: then they come again. */
  async #keep(records: readonly JournalRecord[]): Promise<void> {
    for (const group of groupsOf(records)) {
      for (;;) {
        try {
          await this.#options.sink(group);
          break;
        } catch (error) {
          if (!isFault(error) || this.#closing.signal.aborted) throw error;
          await pause(SINK_RETRY_MS);
        }
      }
    }
  }

  async #save(): Promise<void> {
    this.#saveTimer = undefined;
    try {
      await this.#positions?.save();
      if (this.#problem?.code === "ingest.nats.positions_unsaved") this.#problem = undefined;
    } catch (error) {
      // The records are safe all the same; what comes again long after might be taken twice.
      const detail = error instanceof Error ? error.message : String(error);
      this.#problem = new Fault("unavailable", "ingest.nats.positions_unsaved", detail, { detail });
    }
  }
}

function* groupsOf(records: readonly JournalRecord[]): Generator<JournalRecord[]> {
  let group: JournalRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    group.push(record);
    bytes += record.raw.length;
    if (group.length < SINK_BATCH_RECORDS && bytes < SINK_BATCH_BYTES) continue;
    yield group;
    group = [];
    bytes = 0;
  }
  if (group.length > 0) yield group;
}
