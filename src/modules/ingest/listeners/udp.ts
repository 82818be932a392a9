/**
 * Syslog over UDP (RFC 5426): one datagram, one message. UDP cannot be slowed down, so the queue is bounded and what
 * does not fit is counted, as is what the kernel dropped before us. Loss is shown, never silent.
 */
import { ListenerIdentity } from "../identity.ts";
import { AUDIT_PAUSE_MS, MAX_SYSLOG_MESSAGE_BYTES } from "../limits.ts";
import { messageText } from "./framing.ts";
import type { ListenerOptions, SyslogListener } from "./listener.ts";
import { DurableQueue, MessageStream, peerAddress } from "./listener.ts";
import { bindUdp, kernelDrops, udpSocket } from "./udp-socket.ts";

/** Peers whose half-finished audit events are remembered; beyond, the longest-known is flushed. */
const MAX_PEERS = 4_096;

class PeerStreams {
  readonly #streams = new Map<string, MessageStream>();
  readonly #make: (peer: string) => MessageStream;

  constructor(make: (peer: string) => MessageStream) {
    this.#make = make;
  }

  of(peer: string): MessageStream {
    let stream = this.#streams.get(peer);
    if (stream === undefined) {
      if (this.#streams.size >= MAX_PEERS) this.#forgetOldest();
      stream = this.#make(peer);
      this.#streams.set(peer, stream);
    }
    return stream;
  }

  flushPaused(before: number): void {
    for (const stream of this.#streams.values()) if (stream.pending > 0 && stream.lastAt <= before) stream.flush();
  }

  #forgetOldest(): void {
    for (const [peer, stream] of this.#streams) {
      stream.flush();
      this.#streams.delete(peer);
      return;
    }
  }
}

export async function listenSyslogUdp(options: ListenerOptions): Promise<SyslogListener> {
  const { host, now, limits = {} } = options;
  const socket = udpSocket(host);
  const maxBytes = limits.maxMessageBytes ?? MAX_SYSLOG_MESSAGE_BYTES;
  const queue = new DurableQueue(options.sink, { maxRecords: limits.maxQueueRecords, maxBytes: limits.maxQueueBytes });
  const identity = new ListenerIdentity(`syslog-udp/${options.instance}`);
  const sensorOf = options.sensorOf ?? ((peer) => peer);
  const peers = new PeerStreams(
    (peer) => new MessageStream(queue, identity, { door: "syslog-udp", peer, sensor: sensorOf(peer) }),
  );
  let received = 0;
  let dropped = 0;
  let tooLong = 0;
  socket.on("message", (datagram, from) => {
    received++;
    if (datagram.length > maxBytes) tooLong++;
    else if (queue.full) dropped++;
    else {
      const text = messageText(datagram);
      if (text !== "") peers.of(peerAddress(from.address)).take(text, now());
    }
  });
  await bindUdp(socket, { host, port: options.port });
  const pause = setInterval(() => peers.flushPaused(now() - AUDIT_PAUSE_MS), AUDIT_PAUSE_MS);
  pause.unref();
  const bound = socket.address();
  return {
    host: bound.address,
    port: bound.port,
    stats: () => ({
      received,
      accepted: queue.accepted,
      dropped,
      tooLong,
      kernelDropped: kernelDrops(bound.port),
      queued: queue.length,
      connections: 0,
      refusedConnections: 0,
      sinkFailures: queue.failures,
      bytes: queue.acceptedBytes,
      lastAt: queue.lastAt,
    }),
    async close() {
      clearInterval(pause);
      await new Promise<void>((resolve) => socket.close(() => resolve()));
      peers.flushPaused(Number.POSITIVE_INFINITY);
      dropped += await queue.close();
    },
  };
}
