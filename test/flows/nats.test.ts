/** A real NATS server on loopback: every message of the stream once, none missing, whatever is killed meanwhile. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { jetstreamManager } from "@nats-io/jetstream";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Fault, type JournalRecord } from "../../src/kernel/index.ts";
import { NatsDoor, type NatsOptions } from "../../src/modules/ingest/index.ts";
import { silentLog } from "../../src/platform/log/index.ts";
import { makeAuthority } from "../doors/certificates.ts";
import { natsServer } from "../shippers/installed.ts";
import { NatsBus, STREAM } from "../shippers/nats.ts";
import { openServer, until } from "./server.ts";

const installed = natsServer();
let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "khien-nats-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const buses: NatsBus[] = [];
const doors: NatsDoor[] = [];
afterEach(async () => {
  for (const door of doors.splice(0)) await door.close();
  for (const bus of buses.splice(0)) await bus.stop();
});

async function startBus(more?: string): Promise<NatsBus> {
  if (installed === undefined) throw new Error("nats-server is not installed");
  const bus = await NatsBus.start(installed, dir, more);
  buses.push(bus);
  return bus;
}

interface Opened {
  readonly door: NatsDoor;
  readonly records: JournalRecord[];
}

let files = 0;
function openDoor(bus: NatsBus, more: Partial<NatsOptions> = {}): Opened {
  const records: JournalRecord[] = [];
  const door = NatsDoor.open({
    servers: [{ host: "127.0.0.1", port: bus.port, tls: false }],
    stream: STREAM,
    subject: "",
    durable: "khien",
    sensor: "",
    files: {},
    permit: () => undefined,
    positionsFile: join(dir, `positions-${(files += 1)}.json`),
    sink: async (batch) => void records.push(...batch),
    now: () => Date.now(),
    log: silentLog,
    instance: "test",
    ...more,
  });
  doors.push(door);
  return { door, records };
}

/** A consumer as an operator may have made it: the server loses patience after a second. */
async function impatient(bus: NatsBus): Promise<void> {
  const link = await bus.connect();
  await (await jetstreamManager(link)).consumers.add(STREAM, {
    durable_name: "khien",
    ack_policy: "explicit",
    ack_wait: 1_000_000_000,
    max_ack_pending: 50_000,
  });
  await link.close();
}

const line = (n: number): string => `<38>1 2026-11-21T08:00:00Z web-1 sshd 42 - - đăng nhập seq=${n}`;

function numbersOf(records: readonly JournalRecord[]): number[] {
  return records.map(({ raw }) => Number(/seq=(\d+)/u.exec(raw)?.[1])).sort((a, b) => a - b);
}

function idsOf(...records: readonly (readonly JournalRecord[])[]): Set<string> {
  return new Set(records.flat().map(({ id }) => id));
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

async function pendingOf(bus: NatsBus): Promise<number> {
  const link = await bus.connect();
  try {
    const { num_pending, num_ack_pending } = await (await jetstreamManager(link)).consumers.info(STREAM, "khien");
    return num_pending + num_ack_pending;
  } finally {
    await link.close();
  }
}

describe.skipIf(installed === undefined)("a stream (needs nats-server)", () => {
  test("100,000 messages: each once, acknowledged, under its subject", async () => {
    const COUNT = 100_000;
    const bus = await startBus();
    await bus.makeStream();
    const { door, records } = openDoor(bus);
    await bus.publish({ from: 0, to: COUNT }, line);
    await until("all messages", async () => records.length >= COUNT);
    expect(numbersOf(records)).toEqual(upTo(COUNT));
    expect(new Set(records.map(({ id }) => id)).size).toBe(COUNT);
    expect(records[0]).toMatchObject({ door: "nats", sensor: "logs.web-1", peer: "127.0.0.1" });
    expect(door.stats()).toMatchObject({ received: COUNT, accepted: COUNT, again: 0, dropped: 0, connected: true });
    await until("acknowledgements", async () => (await pendingOf(bus)) === 0);
  }, 120_000);

  test("the bus is killed and comes back; Khiên goes away and comes back", async () => {
    const COUNT = 20_000;
    const bus = await startBus();
    await bus.makeStream();
    await impatient(bus);
    const positionsFile = join(dir, "positions-kept.json");
    const first = openDoor(bus, { positionsFile });
    const publishing = bus.publish({ from: 0, to: COUNT }, line);
    await until("some messages", async () => first.records.length > 2_000);
    await bus.kill();
    await until("the loss is seen", async () => !first.door.stats().connected);
    await pause(300);
    await bus.restart();
    await until("more messages", async () => first.records.length > 6_000);
    await first.door.close();
    const second = openDoor(bus, { positionsFile });
    await publishing;
    await until("all messages", async () => idsOf(first.records, second.records).size >= COUNT);
    await until("acknowledgements", async () => (await pendingOf(bus)) === 0);
    const all = [...first.records, ...second.records];
    expect(numbersOf([...new Map(all.map((record) => [record.id, record])).values()])).toEqual(upTo(COUNT));
    expect(second.records.length).toBeGreaterThan(0);
  }, 120_000);

  test("a full disk keeps messages waiting, delivered again they are the same; nothing piles up", async () => {
    const COUNT = 10_000;
    const bus = await startBus();
    await bus.makeStream();
    await impatient(bus);
    const link = await bus.connect();
    const manager = await jetstreamManager(link);
    await bus.publish({ from: 0, to: COUNT }, line);
    const records: JournalRecord[] = [];
    let full = true;
    const { door } = openDoor(bus, {
      sink: async (batch) => {
        if (full) throw new Fault("unavailable", "lake.journal.disk_full", "no space left", {}, 5);
        records.push(...batch);
      },
    });
    await pause(3_000);
    const { num_ack_pending } = await manager.consumers.info(STREAM, "khien");
    expect(num_ack_pending).toBeLessThanOrEqual(3_000);
    full = false;
    await until("all messages", async () => new Set(records.map(({ id }) => id)).size >= COUNT);
    await until("acknowledgements", async () => (await pendingOf(bus)) === 0);
    const ids = new Set(records.map(({ id }) => id));
    expect(ids.size).toBe(COUNT);
    expect(numbersOf([...new Map(records.map((record) => [record.id, record])).values()])).toEqual(upTo(COUNT));
    expect(door.stats().accepted).toBeGreaterThanOrEqual(COUNT);
    await link.close();
  }, 60_000);

  test("a consumer made anew brings everything again, and nothing is taken twice", async () => {
    const bus = await startBus();
    await bus.makeStream(["logs.>", "other.>"]);
    const subject = (n: number): string => (n % 2 === 0 ? "logs.a" : "other.b");
    await bus.publish({ from: 0, to: 2_000 }, line, subject);
    const positionsFile = join(dir, "positions-anew.json");
    const first = openDoor(bus, { positionsFile, subject: "logs.>" });
    await until("the first time", async () => first.records.length === 1_000);
    await first.door.close();
    expect(JSON.parse(readFileSync(positionsFile, "utf8"))).toMatchObject({ runs: [[1, 1_999]] });
    const second = openDoor(bus, { positionsFile, subject: "logs.>", durable: "other" });
    await until("the second time", async () => second.door.stats().again === 1_000);
    await bus.publish({ from: 2_000, to: 2_002 }, line, subject);
    await until("what is new", async () => second.records.length === 1);
    expect(numbersOf(second.records)).toEqual([2_000]);
  }, 60_000);

  test("what cannot be used is told, ended, and keeps nothing else waiting", async () => {
    const bus = await startBus("max_payload: 16MB");
    await bus.makeStream();
    const { door, records } = openDoor(bus, { sensor: "bus" });
    const payloads: (string | Uint8Array)[] = [
      "",
      new Uint8Array([0xff, 0xfe, 0x00]),
      "x".repeat(9 * 1024 * 1024),
      "x".repeat(2 * 1024 * 1024),
      '{"a":1}\n{"a":2}',
      '[{"b":1},{"b":2}]',
      "[error] seq=7\nsecond line",
      "last",
    ];
    await bus.publish({ from: 0, to: payloads.length }, (n) => payloads[n] ?? "");
    await until("the last one", async () => records.some(({ raw }) => raw === "last"));
    expect(door.stats().rejected).toEqual({ empty: 1, not_utf8: 1, too_large: 1, line_too_long: 1 });
    expect(records.map(({ raw }) => raw).sort()).toEqual(
      ['{"a":1}', '{"a":2}', '{"b":1}', '{"b":2}', "[error] seq=7", "second line", "last"].sort(),
    );
    expect(new Set(records.map(({ sensor }) => sensor))).toEqual(new Set(["bus"]));
    await until("acknowledgements", async () => (await pendingOf(bus)) === 0);
  }, 60_000);

  test.each([
    ["a stream that is not there", { stream: "NONE" }, "ingest.nats.no_stream"],
    ["a way out that is not allowed", {}, "egress.destination.refused"],
    ["a consumer that is another's", { durable: "none" }, "ingest.nats.consumer_differs"],
  ])("%s is told", async (_what, more, code) => {
    const bus = await startBus();
    await bus.makeStream();
    const link = await bus.connect();
    await (await jetstreamManager(link)).consumers.add(STREAM, { durable_name: "none", ack_policy: "none" });
    await link.close();
    const refused = new Fault("forbidden", "egress.destination.refused", "no");
    const permit =
      code === refused.code
        ? () => {
            throw refused;
          }
        : () => undefined;
    const { door } = openDoor(bus, { ...more, permit });
    await until("the problem", async () => door.stats().problem?.code === code);
    expect(door.stats().connected).toBe(false);
  });

  test("credentials and encryption: a wrong password, no encryption, then all of it right", async () => {
    const authority = makeAuthority("Bus");
    const server = authority.issue("localhost");
    const write = (name: string, text: string): string => {
      writeFileSync(join(dir, name), text, { mode: 0o600 });
      return join(dir, name);
    };
    const [cert, key, ca] = [
      write("bus.pem", server.certificate),
      write("bus-key.pem", server.key),
      write("bus-ca.pem", authority.certificate),
    ];
    const tls = `tls { cert_file: ${JSON.stringify(cert)}, key_file: ${JSON.stringify(key)} }`;
    const bus = await startBus(`${tls}\nauthorization { user: khien, password: "đúng" }`);
    const known = { user: "khien", pass: "đúng", tls: { ca: authority.certificate } };
    await bus.makeStream(["logs.>"], known);
    const credentials = write("bus-credentials", "khien:sai\n");
    const servers = [{ host: "127.0.0.1", port: bus.port, tls: true }];
    const { door } = openDoor(bus, { servers, files: { credentials, ca } });
    await until("the refusal", async () => door.stats().problem?.code === "ingest.nats.refused");
    writeFileSync(credentials, "khien:đúng\n");
    await until("the connection", async () => door.stats().connected);
    expect(door.stats().problem).toBeUndefined();
    const stranger = openDoor(bus, { servers, files: { credentials } });
    await until("the foreign certificate", async () => stranger.door.stats().problem?.code === "ingest.nats.tls");
    const plain = await startBus();
    const unencrypted = openDoor(plain, {
      servers: [{ host: "127.0.0.1", port: plain.port, tls: true }],
      files: { ca },
    });
    await until("no encryption", async () => unencrypted.door.stats().problem?.code === "ingest.nats.tls");
  });
});

describe.skipIf(installed === undefined)("a plain subject (needs nats-server)", () => {
  test("what comes while Khiên listens, and what has no room is counted", async () => {
    const bus = await startBus();
    let full = false;
    const records: JournalRecord[] = [];
    const { door } = openDoor(bus, {
      stream: "",
      subject: "plain.>",
      sink: async (batch) => {
        if (full) throw new Fault("busy", "lake.journal.busy", "busy");
        records.push(...batch);
      },
    });
    await until("the connection", async () => door.stats().connected);
    const link = await bus.connect();
    for (let n = 0; n < 1_000; n++) link.publish("plain.web", line(n));
    await link.flush();
    await until("all messages", async () => records.length === 1_000);
    full = true;
    for (let n = 1_000; n < 61_000; n++) link.publish("plain.web", line(n));
    await link.flush();
    await until("the loss", async () => door.stats().dropped > 0);
    full = false;
    await until("the rest", async () => records.length + door.stats().dropped === 61_000);
    await link.close();
  }, 60_000);
});

test.skipIf(installed === undefined)("from the bus to the store (needs nats-server)", async () => {
  const bus = await startBus();
  await bus.makeStream();
  await bus.publish({ from: 0, to: 100 }, line);
  const server = await openServer({ config: { natsServers: [`127.0.0.1:${bus.port}`], natsStream: STREAM } });
  try {
    const reader = await server.withToken("read");
    await until("the events", async () => {
      await server.settled();
      return (await reader.all("/api/v1/events?query=sensor:logs.web-1&limit=200")).length === 100;
    });
    const { listeners } = await reader.get<{ listeners: { name: string }[] }>("/api/v1/ingest");
    expect(listeners.find(({ name }) => name === "nats")).toMatchObject({
      received: 100,
      accepted: 100,
      rejected: {},
      connections: 1,
      problem: null,
    });
    const audit = await server
      .as("admin")
      .then((admin) => admin.all<{ details: object }>("/api/v1/audit?limit=200&verb=egress.connection.attempted"));
    expect(audit.map(({ details }) => details)).toEqual([{ destination: `127.0.0.1:${bus.port}`, allowed: true }]);
  } finally {
    await server.close();
  }
});
