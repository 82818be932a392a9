/**
 * A durable pull consumer of a JetStream stream. Messages are asked for only while there is room for them, so what is
 * under way is bounded by count and bytes; each is acknowledged after it is durable here, and comes again otherwise.
 */
import { AckPolicy, DeliverPolicy, JetStreamApiError, jetstreamManager } from "@nats-io/jetstream";
import { createInbox, type Msg, type NatsConnection, nanos } from "@nats-io/transport-node";
import { Fault } from "../../../../kernel/index.ts";
import {
  NATS_ACK_WAIT_MS,
  NATS_PULL_BYTES,
  NATS_PULL_EXPIRES_MS,
  NATS_PULL_MESSAGES,
  NATS_SILENCE_MS,
} from "../../limits.ts";
import type { Delivered } from "./sequences.ts";

export interface StreamMessage extends Delivered {
  readonly subject: string;
  readonly payload: Uint8Array;
}

export interface StreamSource {
  readonly stream: string;
  /** Empty: everything in the stream. */
  readonly subject: string;
  readonly durable: string;
}

export interface StreamTaker {
  /** Before anything of it comes. `identity`: the stream's name and birth. */
  begin(identity: string): void;
  /** Resolves when these are durable, with those that are unusable and must not come again. */
  take(messages: readonly StreamMessage[]): Promise<ReadonlySet<StreamMessage>>;
}

const CONSUMER_NOT_FOUND = 10_014;
const STREAM_NOT_FOUND = 10_059;
/** Room for the subject and the headers of the largest message the server takes. */
const ENVELOPE_BYTES = 128 * 1024;

/** Runs until the connection ends, the consumer goes, or `signal` says to stop. */
export async function pullStream(
  link: NatsConnection,
  source: StreamSource,
  how: { readonly taker: StreamTaker; readonly signal: AbortSignal },
): Promise<void> {
  how.taker.begin(await prepare(link, source));
  const pull = new Pull(link, source);
  const stop = (): void => pull.stop();
  how.signal.addEventListener("abort", stop);
  void link.closed().then((error) => pull.stop(error ?? new Error("the connection was closed")));
  try {
    if (how.signal.aborted) return;
    await pull.run(how.taker);
  } finally {
    how.signal.removeEventListener("abort", stop);
  }
}

/** The stream must be there; the consumer is made when it is not. Answers what tells this stream from others. */
async function prepare(link: NatsConnection, { stream, subject, durable }: StreamSource): Promise<string> {
  const manager = await jetstreamManager(link, { checkAPI: false });
  const { created } = await manager.streams.info(stream).catch((error: unknown) => {
    throw isApiError(error, STREAM_NOT_FOUND)
      ? new Fault("missing", "ingest.nats.no_stream", `there is no stream ${stream}`, { stream })
      : error;
  });
  const known = await manager.consumers.info(stream, durable).catch((error: unknown) => {
    if (isApiError(error, CONSUMER_NOT_FOUND)) return undefined;
    throw error;
  });
  const { config } =
    known ??
    (await manager.consumers.add(stream, {
      durable_name: durable,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(NATS_ACK_WAIT_MS),
      deliver_policy: DeliverPolicy.All,
      max_deliver: -1,
      max_ack_pending: 4 * NATS_PULL_MESSAGES,
      ...(subject === "" ? {} : { filter_subject: subject }),
    }));
  const differs =
    config.ack_policy !== AckPolicy.Explicit ||
    config.deliver_subject !== undefined ||
    (config.filter_subject ?? "") !== subject;
  if (!differs) return `${stream}/${created}`;
  throw new Fault(
    "conflict",
    "ingest.nats.consumer_differs",
    `the consumer ${durable} is no pull consumer with explicit acknowledgement and this subject filter`,
    { stream, durable, subject: config.filter_subject ?? "" },
  );
}

function isApiError(error: unknown, code: number): boolean {
  return error instanceof JetStreamApiError && error.code === code;
}

/** "$JS.ACK.<stream>.<consumer>.<times>.<sequence>.<delivery>…", newer servers put domain and account before the stream. */
export function deliveredIn(reply: string): Delivered | undefined {
  const tokens = reply.split(".");
  if (tokens[0] !== "$JS" || tokens[1] !== "ACK" || tokens.length < 9) return undefined;
  const at = tokens.length < 11 ? 4 : 6;
  const [times, sequence, delivery] = tokens.slice(at, at + 3).map(Number);
  if (!Number.isSafeInteger(times) || !Number.isSafeInteger(sequence) || !Number.isSafeInteger(delivery))
    return undefined;
  return { sequence: sequence as number, delivery: delivery as number, again: (times as number) > 1 };
}

interface Waiting {
  readonly message: StreamMessage;
  readonly msg: Msg;
}

class Pull {
  readonly #link: NatsConnection;
  readonly #subject: string;
  readonly #inbox = createInbox();
  readonly #maxBytes: number;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  /** Of the request under way: what may still come of it. */
  #asked = 0;
  #silence: NodeJS.Timeout | undefined;
  #wake: () => void = () => undefined;
  #stopped = false;
  #error: unknown;

  constructor(link: NatsConnection, { stream, durable }: StreamSource) {
    this.#link = link;
    this.#subject = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`;
    // The server ends a request that its next message would overrun: one must always fit.
    this.#maxBytes = Math.max(NATS_PULL_BYTES, (link.info?.max_payload ?? 0) + ENVELOPE_BYTES);
  }

  stop(error?: unknown): void {
    this.#error ??= error;
    this.#stopped = true;
    this.#wake();
  }

  async run(taker: StreamTaker): Promise<void> {
    const subscription = this.#link.subscribe(this.#inbox, {
      callback: (error, msg) => (error === null ? this.#arrive(msg) : this.stop(error)),
    });
    try {
      while (!this.#stopped) {
        this.#ask();
        if (this.#waiting.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
        // Let the burst arrive: one write for many.
        await new Promise<void>((resolve) => setImmediate(resolve));
        if (this.#stopped) break;
        await this.#hand(taker);
      }
    } finally {
      clearTimeout(this.#silence);
      // What is not durable is wanted again at once, not after the server's patience.
      for (const { msg } of this.#waiting) if (!this.#link.isClosed()) msg.respond("-NAK");
      if (!subscription.isClosed()) subscription.unsubscribe();
    }
    if (this.#error !== undefined) throw this.#error;
  }

  async #hand(taker: StreamTaker): Promise<void> {
    const batch = this.#waiting;
    if (batch.length === 0) return;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#ask();
    try {
      const unusable = await taker.take(batch.map(({ message }) => message));
      if (this.#link.isClosed()) return;
      for (const { msg, message } of batch) msg.respond(unusable.has(message) ? "+TERM" : "+ACK");
    } catch (error) {
      this.#waiting = [...batch, ...this.#waiting];
      throw error;
    }
  }

  /** One request at a time, and only while there is room for all it may bring. */
  #ask(): void {
    if (this.#asked > 0 || this.#stopped || this.#waiting.length >= NATS_PULL_MESSAGES) return;
    if (this.#waitingBytes >= NATS_PULL_BYTES || this.#link.isClosed()) return;
    this.#asked = NATS_PULL_MESSAGES;
    const request = { batch: this.#asked, max_bytes: this.#maxBytes, expires: nanos(NATS_PULL_EXPIRES_MS) };
    this.#link.publish(this.#subject, JSON.stringify(request), { reply: this.#inbox });
    this.#listen();
  }

  #listen(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(
      () => this.stop(new Error("the server no longer answers requests for messages")),
      NATS_PULL_EXPIRES_MS + NATS_SILENCE_MS,
    );
    this.#silence.unref();
  }

  #arrive(msg: Msg): void {
    if (msg.subject === this.#inbox) this.#told(msg);
    else this.#keep(msg);
    if (this.#asked === 0) this.#ask();
    this.#wake();
  }

  #keep(msg: Msg): void {
    const delivered = deliveredIn(msg.reply ?? "");
    if (delivered === undefined) return;
    this.#waiting.push({ msg, message: { ...delivered, subject: msg.subject, payload: msg.data } });
    this.#waitingBytes += msg.data.length;
    this.#asked = Math.max(0, this.#asked - 1);
    if (this.#asked > 0) this.#listen();
    else clearTimeout(this.#silence);
  }

  /** The server's word on a request: it has expired, is used up, or nobody can answer it. */
  #told(msg: Msg): void {
    const code = msg.headers?.code ?? 0;
    if (code === 100) return;
    this.#asked = 0;
    clearTimeout(this.#silence);
    const text = msg.headers?.description ?? "";
    const over = code === 404 || code === 408 || /exceeds|max.?bytes|leadership change/iu.test(text);
    if (!over) this.stop(new Fault("unavailable", "ingest.nats.consumer_gone", text, { code, detail: text }));
  }
}
