/** A real NetFlow and IPFIX exporter (softflowd) reading a capture made here: every flow in it arrives. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { JournalRecord } from "../../src/kernel/index.ts";
import { listenNetflow } from "../../src/modules/ingest/index.ts";
import { ip4, u16, u8 } from "../doors/netflow-datagrams.ts";
import { softflowd } from "../shippers/installed.ts";
import { RunningShipper } from "../shippers/running.ts";
import { until } from "./server.ts";

const FLOWS = 500;
const exporter = softflowd();
let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "khien-exporter-"));
  writeFileSync(join(dir, "flows.pcap"), capture());
});
afterAll(() => rmSync(dir, { recursive: true }));

const le32 = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) bytes.writeUInt32LE(value, i * 4);
  return bytes;
};

/** One UDP packet to port 53 for each flow, in the classic capture format, a millisecond apart. */
function capture(): Buffer {
  const packets = Array.from({ length: FLOWS }, (_, i) => {
    const payload = Buffer.alloc(20, i);
    const udp = Buffer.concat([u16(10_000 + i), u16(53), u16(8 + payload.length), u16(0), payload]);
    const ip = Buffer.concat([
      u8(0x45),
      u8(0),
      u16(20 + udp.length),
      u16(i),
      u16(0),
      u8(64),
      u8(17),
      u16(0),
      ip4("192.0.2.10"),
      ip4("198.51.100.53"),
    ]);
    const frame = Buffer.concat([Buffer.alloc(12), u16(0x0800), ip, udp]);
    return Buffer.concat([le32(1_772_600_400, i * 1_000, frame.length, frame.length), frame]);
  });
  return Buffer.concat([le32(0xa1b2c3d4, 0x00040002, 0, 0, 65_535, 1), ...packets]);
}

test.skipIf(exporter === undefined).each([5, 9, 10])("version %i (needs softflowd)", async (version) => {
  if (exporter === undefined) return;
  const records: JournalRecord[] = [];
  const listener = await listenNetflow({
    host: "127.0.0.1",
    port: 0,
    sink: async (batch) => void records.push(...batch),
    now: () => Date.now(),
    exporters: new Map([["127.0.0.1", "probe"]]),
  });
  const running = new RunningShipper(exporter, [
    "-d",
    "-r",
    join(dir, "flows.pcap"),
    "-n",
    `127.0.0.1:${listener.port}`,
    "-v",
    String(version),
    "-p",
    "none",
    "-c",
    "none",
  ]);
  try {
    await until(`${FLOWS} flows`, async () => records.length >= FLOWS, 20_000).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${JSON.stringify(listener.stats())} ${running.output}`);
    });
    const flows = records.map(({ raw }) => JSON.parse(raw) as Record<string, unknown>);
    const ports = flows.map((flow) => Number(flow.sourceTransportPort)).sort((a, b) => a - b);
    expect(ports).toEqual(Array.from({ length: FLOWS }, (_, i) => 10_000 + i));
    expect(flows[0]).toMatchObject({
      flowProtocol: { 5: "netflow-v5", 9: "netflow-v9", 10: "ipfix" }[version],
      sourceIPv4Address: "192.0.2.10",
      destinationIPv4Address: "198.51.100.53",
      destinationTransportPort: 53,
      protocolIdentifier: 17,
      octetDeltaCount: 48,
      packetDeltaCount: 1,
    });
    expect(new Set(records.map(({ id }) => id)).size).toBe(FLOWS);
    expect(listener.stats()).toMatchObject({ malformed: 0, unknownTemplate: 0, dropped: 0 });
  } finally {
    await running.stop();
    await listener.close();
  }
});
