/**
 * NetFlow and IPFIX over UDP. The protocols know no sender's proof, so only the exporters the settings name are
 * listened to. UDP cannot be slowed down: what does not fit into the queue is counted, as is what the kernel dropped.
 */
import { isIP } from "node:net";
import { Fault } from "../../../kernel/index.ts";
import type { FlowRecord } from "../doors/netflow/decode.ts";
import { FlowDecoder } from "../doors/netflow/decode.ts";
import { eventId } from "../identity.ts";
import type { ListenerOptions, ListenerStats, SyslogListener } from "./listener.ts";
import { DurableQueue, peerAddress } from "./listener.ts";
import { bindUdp, kernelDrops, udpSocket } from "./udp-socket.ts";

export interface NetflowOptions extends Omit<ListenerOptions, "instance" | "sensorOf"> {
  /** Address of an exporter to the sensor it stands for; "*" lets every other address in, under its own name. */
  readonly exporters: ReadonlyMap<string, string>;
}

export interface NetflowStats extends ListenerStats {
  /** Datagrams of addresses that are no exporters. */
  readonly foreign: number;
  readonly flows: number;
  readonly malformed: number;
  /** Data sets lost because their template never came. */
  readonly unknownTemplate: number;
}

export interface NetflowListener extends SyslogListener {
  stats(): NetflowStats;
}

const ANY_EXPORTER = "*";
const MAX_SENSOR_CHARS = 120;

/** `address`, `address=sensor` or `*`, one entry each. Throws Fault naming the entry. */
export function exporterRules(entries: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    entries.map((entry): [string, string] => {
      const [address = "", sensor = address] = entry.split("=", 2).map((part) => part.trim());
      if (address === ANY_EXPORTER) return [ANY_EXPORTER, ANY_EXPORTER];
      if (isIP(address) !== 0 && sensor !== "" && sensor.length <= MAX_SENSOR_CHARS) return [address, sensor];
      throw new Fault("invalid", "ingest.netflow.exporter", `"${entry}" is no address and no address=sensor`, {
        entry,
      });
    }),
  );
}

export async function listenNetflow(options: NetflowOptions): Promise<NetflowListener> {
  const { now, limits = {}, exporters } = options;
  const socket = udpSocket(options.host);
  const queue = new DurableQueue(options.sink, { maxRecords: limits.maxQueueRecords, maxBytes: limits.maxQueueBytes });
  const decoder = new FlowDecoder();
  const counters = { received: 0, dropped: 0, foreign: 0 };
  const push = (flow: FlowRecord, from: { sensor: string; peer: string; receivedAt: number }): void => {
    const { text: raw, source, ordinal } = flow;
    const id = eventId({ sensor: from.sensor, source, ordinal, content: raw });
    queue.push({ id, door: "netflow", ...from, raw, format: "netflow" }, 1);
  };
  socket.on("message", (datagram, remote) => {
    const peer = peerAddress(remote.address);
    const sensor = exporters.get(peer) ?? (exporters.has(ANY_EXPORTER) ? peer : undefined);
    if (sensor === undefined) {
      counters.foreign++;
      return;
    }
    counters.received++;
    if (queue.full) {
      counters.dropped++;
      return;
    }
    const receivedAt = now();
    for (const flow of decoder.decode(datagram, peer, receivedAt)) push(flow, { sensor, peer, receivedAt });
  });
  await bindUdp(socket, options);
  const bound = socket.address();
  return {
    host: bound.address,
    port: bound.port,
    stats: () => ({
      ...counters,
      accepted: queue.accepted,
      tooLong: 0,
      kernelDropped: kernelDrops(bound.port),
      queued: queue.length,
      connections: 0,
      refusedConnections: 0,
      sinkFailures: queue.failures,
      bytes: queue.acceptedBytes,
      lastAt: queue.lastAt,
      flows: decoder.counters.records,
      malformed: decoder.counters.malformed,
      unknownTemplate: decoder.counters.unknownTemplate,
    }),
    async close() {
      await new Promise<void>((resolve) => socket.close(() => resolve()));
      counters.dropped += await queue.close();
    },
  };
}
