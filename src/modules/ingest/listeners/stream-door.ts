/**
 * Syslog over a byte stream (RFC 6587, RFC 5425). A stream can be slowed down, so nothing is dropped: while the journal
 * is behind, sockets are paused and senders wait. Connections are bounded in all, per peer and in idle time.
 */
import type { Server, Socket } from "node:net";
import { ListenerIdentity } from "../identity.ts";
import {
  AUDIT_PAUSE_MS,
  MAX_SYSLOG_CONNECTIONS,
  MAX_SYSLOG_CONNECTIONS_PER_PEER,
  MAX_SYSLOG_MESSAGE_BYTES,
  SYSLOG_IDLE_TIMEOUT_MS,
} from "../limits.ts";
import { messageText, SyslogFraming } from "./framing.ts";
import type { ListenerOptions, ListenerStats, SyslogListener } from "./listener.ts";
import { DurableQueue, MessageStream, peerAddress } from "./listener.ts";

export type StreamDoorName = "syslog-tcp" | "syslog-tls";

interface Connection {
  readonly socket: Socket;
  readonly peer: string;
  readonly framing: SyslogFraming;
  readonly stream: MessageStream;
}

export class StreamDoor {
  readonly #name: StreamDoorName;
  readonly #options: ListenerOptions;
  readonly #queue: DurableQueue;
  readonly #identity: ListenerIdentity;
  readonly #open = new Set<Connection>();
  readonly #perPeer = new Map<string, number>();
  #received = 0;
  #refused = 0;
  #tooLongBefore = 0;
  #lost = 0;

  constructor(name: StreamDoorName, options: ListenerOptions) {
    const limits = options.limits ?? {};
    this.#name = name;
    this.#options = options;
    this.#queue = new DurableQueue(options.sink, {
      maxRecords: limits.maxQueueRecords,
      maxBytes: limits.maxQueueBytes,
    });
    this.#identity = new ListenerIdentity(`${name}/${options.instance}`);
    this.#queue.onDrain = () => {
      for (const { socket } of this.#open) socket.resume();
    };
  }

  /** `sensor`: who the sender has proved to be, where the door asks for proof. */
  accept(socket: Socket, sensor?: string): void {
    const limits = this.#options.limits ?? {};
    const peer = peerAddress(socket.remoteAddress);
    const ofPeer = this.#perPeer.get(peer) ?? 0;
    const most = limits.maxConnections ?? MAX_SYSLOG_CONNECTIONS;
    const mostOfPeer = limits.maxConnectionsPerPeer ?? MAX_SYSLOG_CONNECTIONS_PER_PEER;
    // A reset by the peer is an ordinary end; "close" follows.
    socket.on("error", () => {});
    if (this.#open.size >= most || ofPeer >= mostOfPeer) {
      this.refuse(socket);
      return;
    }
    const connection: Connection = {
      socket,
      peer,
      framing: new SyslogFraming(limits.maxMessageBytes ?? MAX_SYSLOG_MESSAGE_BYTES),
      stream: new MessageStream(this.#queue, this.#identity, {
        door: this.#name,
        peer,
        sensor: sensor ?? this.#options.sensorOf?.(peer) ?? peer,
      }),
    };
    this.#open.add(connection);
    this.#perPeer.set(peer, ofPeer + 1);
    socket.setTimeout(limits.idleTimeoutMs ?? SYSLOG_IDLE_TIMEOUT_MS, () => {
      // A socket we paused is not idle: it waits for us.
      if (!socket.isPaused()) socket.destroy();
    });
    socket.on("data", (chunk: Buffer) => this.#take(connection, connection.framing.push(chunk)));
    socket.on("close", () => this.#forget(connection));
    if (this.#queue.full) socket.pause();
  }

  refuse(socket: Socket): void {
    this.#refused++;
    socket.destroy();
  }

  flushPaused(before: number): void {
    for (const { stream } of this.#open) if (stream.pending > 0 && stream.lastAt <= before) stream.flush();
  }

  stats(): ListenerStats {
    let tooLong = this.#tooLongBefore;
    for (const { framing } of this.#open) tooLong += framing.tooLong;
    return {
      received: this.#received,
      accepted: this.#queue.accepted,
      dropped: this.#lost,
      tooLong,
      kernelDropped: undefined,
      queued: this.#queue.length,
      connections: this.#open.size,
      refusedConnections: this.#refused,
      sinkFailures: this.#queue.failures,
      bytes: this.#queue.acceptedBytes,
      lastAt: this.#queue.lastAt,
    };
  }

  async close(): Promise<void> {
    const ended = [...this.#open].map(
      ({ socket }) => new Promise<void>((resolve) => socket.once("close", () => resolve())),
    );
    for (const { socket } of this.#open) socket.destroy();
    await Promise.all(ended);
    this.#lost += await this.#queue.close();
  }

  #take(connection: Connection, messages: readonly Buffer[]): void {
    const receivedAt = this.#options.now();
    for (const message of messages) {
      this.#received++;
      connection.stream.take(messageText(message), receivedAt);
    }
    if (this.#queue.full) for (const { socket } of this.#open) socket.pause();
  }

  #forget(connection: Connection): void {
    if (!this.#open.delete(connection)) return;
    this.#take(connection, connection.framing.end());
    connection.stream.flush();
    this.#tooLongBefore += connection.framing.tooLong;
    const left = (this.#perPeer.get(connection.peer) ?? 1) - 1;
    if (left > 0) this.#perPeer.set(connection.peer, left);
    else this.#perPeer.delete(connection.peer);
  }
}

/** Opens the server and gives the door its face. */
export async function serveStreamDoor(
  server: Server,
  door: StreamDoor,
  options: ListenerOptions,
): Promise<SyslogListener> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: options.host, port: options.port, exclusive: true }, () => {
      server.off("error", reject);
      resolve();
    });
  });
  // Running out of descriptors must not end the program.
  server.on("error", () => {});
  const pause = setInterval(() => door.flushPaused(options.now() - AUDIT_PAUSE_MS), AUDIT_PAUSE_MS);
  pause.unref();
  const bound = server.address();
  const { address, port } = typeof bound === "object" && bound !== null ? bound : { address: options.host, port: 0 };
  return {
    host: address,
    port,
    stats: () => door.stats(),
    async close() {
      clearInterval(pause);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await door.close();
      await closed;
    },
  };
}
