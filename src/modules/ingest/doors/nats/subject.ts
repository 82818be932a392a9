/** A plain subject: the server hands on what comes and keeps nothing, so what finds no room here is lost, and counted. */
import type { Msg, NatsConnection } from "@nats-io/transport-node";
import type { Instant } from "../../../../kernel/index.ts";
import { ListenerIdentity } from "../../identity.ts";
import type { Sink } from "../../intake.ts";
import { DurableQueue } from "../../listeners/listener.ts";
import { type NatsRejection, readMessage } from "./content.ts";

export interface SubjectListening {
  readonly subject: string;
  readonly sensor: string;
  readonly peer: string;
  readonly instance: string;
  readonly sink: Sink;
  readonly now: () => Instant;
  readonly signal: AbortSignal;
  readonly counts: { accepted: number; dropped: number };
  readonly seen: (bytes: number) => void;
  readonly refuse: (reasons: readonly NatsRejection[], at: { subject: string }) => void;
}

const MAX_SENSOR_CHARS = 120;

/** Runs until the connection ends or `signal` says to stop; what had come by then is durable. */
export async function listenToSubject(link: NatsConnection, how: SubjectListening): Promise<void> {
  const { counts } = how;
  const queue = new DurableQueue(how.sink, {});
  const identity = new ListenerIdentity(`nats/${how.instance}/${crypto.randomUUID()}`);
  const take = (msg: Msg): void => {
    how.seen(msg.data.length);
    if (queue.full) {
      counts.dropped++;
      return;
    }
    const { records, rejected } = readMessage(msg.data);
    how.refuse(rejected, { subject: msg.subject });
    const receivedAt = how.now();
    const sensor = how.sensor === "" ? msg.subject.slice(0, MAX_SENSOR_CHARS) : how.sensor;
    for (const [index, { raw, format }] of records.entries()) {
      const id = identity.next(sensor, raw, receivedAt);
      const record = { id, door: "nats", sensor, receivedAt, raw, peer: how.peer } as const;
      // The message counts once, with its last record.
      queue.push(format === undefined ? record : { ...record, format }, index === records.length - 1 ? 1 : 0);
    }
  };
  const ended = new Promise<Error | undefined>((resolve) => {
    how.signal.addEventListener("abort", () => resolve(undefined), { once: true });
    void link.closed().then((error) => resolve(error ?? new Error("the connection was closed")));
    link.subscribe(how.subject, { callback: (error, msg) => (error === null ? take(msg) : resolve(error)) });
  });
  let counted = 0;
  const count = (): void => {
    counts.accepted += queue.accepted - counted;
    counted = queue.accepted;
  };
  const counting = setInterval(count, 1_000);
  const error = how.signal.aborted ? undefined : await ended;
  clearInterval(counting);
  counts.dropped += await queue.close();
  count();
  if (error !== undefined) throw error;
}
