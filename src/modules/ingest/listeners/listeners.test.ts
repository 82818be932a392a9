import { createSocket } from "node:dgram";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import type { JournalRecord } from "../../../kernel/index.ts";
import { Fault } from "../../../kernel/index.ts";
import type { ListenerOptions, SyslogListener } from "./listener.ts";
import { listenSyslogTcp } from "./tcp.ts";
import { listenSyslogUdp } from "./udp.ts";

const open: SyslogListener[] = [];
afterEach(async () => {
  for (const listener of open.splice(0)) await listener.close();
});

async function start(
  listen: (options: ListenerOptions) => Promise<SyslogListener>,
  options: Partial<ListenerOptions> = {},
): Promise<{ listener: SyslogListener; records: JournalRecord[] }> {
  const records: JournalRecord[] = [];
  const listener = await listen({
    host: "127.0.0.1",
    port: 0,
    sink: async (batch) => void records.push(...batch),
    now: () => Date.now(),
    instance: "test",
    ...options,
  });
  open.push(listener);
  return { listener, records };
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !condition(); i++) await sleep(10);
  expect(condition()).toBe(true);
}

async function client(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
  return socket;
}

async function sendUdp(port: number, messages: readonly string[]): Promise<void> {
  const socket = createSocket("udp4");
  for (const message of messages) {
    await new Promise<void>((resolve) => socket.send(message, port, "127.0.0.1", () => resolve()));
  }
  await new Promise<void>((resolve) => socket.close(() => resolve()));
}

describe("UDP", () => {
  test("one datagram, one record; equal messages are distinct events", async () => {
    const { listener, records } = await start(listenSyslogUdp);
    await sendUdp(listener.port, ["<13>a", "<13>a\n", "\n"]);
    await until(() => records.length === 2);
    expect(records[0]).toMatchObject({ raw: "<13>a", door: "syslog-udp", sensor: "127.0.0.1", peer: "127.0.0.1" });
    expect(records[1]?.raw).toBe("<13>a");
    expect(records[1]?.id).not.toBe(records[0]?.id);
    expect(listener.stats()).toMatchObject({ received: 3, accepted: 2, dropped: 0, tooLong: 0, queued: 0 });
  });

  test.skipIf(process.platform !== "linux")("the kernel's drop counter is readable (Linux only)", async () => {
    const { listener } = await start(listenSyslogUdp);
    expect(listener.stats().kernelDropped).toBe(0);
  });

  test("what does not fit into the queue is counted, not hidden", async () => {
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { listener } = await start(listenSyslogUdp, { sink: () => gate, limits: { maxQueueRecords: 10 } });
    await sendUdp(
      listener.port,
      Array.from({ length: 30 }, (_, i) => `<13>${i}`),
    );
    await until(() => listener.stats().received === 30);
    expect(listener.stats()).toMatchObject({ dropped: 20, queued: 10, accepted: 0 });
    release();
    await until(() => listener.stats().accepted === 10);
  });

  test("audit records of one event arrive as one, after the pause when its end is missing", async () => {
    const { listener, records } = await start(listenSyslogUdp);
    const frame = "<13>Mar  4 05:00:04 web1 audispd: ";
    await sendUdp(listener.port, [
      `${frame}type=SYSCALL msg=audit(1772600404.500:80): syscall=59`,
      `${frame}type=EXECVE msg=audit(1772600404.500:80): argc=1 a0="id"`,
    ]);
    await until(() => records.length === 1);
    expect(records[0]?.raw.split("\n")).toHaveLength(2);
    expect(listener.stats()).toMatchObject({ received: 2, accepted: 2 });
  });
});

describe("TCP", () => {
  test("both framings over one connection, in order", async () => {
    const { listener, records } = await start(listenSyslogTcp);
    const socket = await client(listener.port);
    socket.write("<13>one\n8 <13>two\n");
    socket.end("<13>unfinished");
    await until(() => records.length === 3);
    expect(records.map(({ raw }) => raw)).toEqual(["<13>one", "<13>two", "<13>unfinished"]);
    expect(listener.stats()).toMatchObject({ received: 3, accepted: 3, dropped: 0, connections: 0 });
  });

  test("while the journal is behind the sender waits, and nothing is lost", async () => {
    const records: JournalRecord[] = [];
    let refusals = 0;
    const { listener } = await start(listenSyslogTcp, {
      limits: { maxQueueRecords: 50 },
      sink: async (batch) => {
        if (refusals++ < 1) throw new Fault("busy", "lake.journal.full", "full");
        await sleep(2);
        records.push(...batch);
      },
    });
    const socket = await client(listener.port);
    const total = 20_000;
    for (let i = 0; i < total; i += 100) {
      socket.write(Array.from({ length: 100 }, (_, j) => `<13>message ${i + j} ${"x".repeat(100)}\n`).join(""));
    }
    socket.end();
    await until(() => records.length === total);
    expect(records.map(({ raw }) => Number(raw.split(" ")[1]))).toEqual(Array.from({ length: total }, (_, i) => i));
    expect(new Set(records.map(({ id }) => id)).size).toBe(total);
    expect(listener.stats()).toMatchObject({ received: total, accepted: total, dropped: 0, sinkFailures: 1 });
  });

  test("connections are bounded per peer and in idle time", async () => {
    const { listener } = await start(listenSyslogTcp, { limits: { maxConnectionsPerPeer: 1, idleTimeoutMs: 100 } });
    const first = await client(listener.port);
    const second = await client(listener.port);
    await until(() => second.destroyed || second.readableEnded);
    expect(listener.stats()).toMatchObject({ connections: 1, refusedConnections: 1 });
    await until(() => listener.stats().connections === 0);
    first.destroy();
    second.destroy();
  });

  test("closing hands on what is queued", async () => {
    const { listener, records } = await start(listenSyslogTcp);
    const socket = await client(listener.port);
    socket.write("<13>a\n<13>b");
    await until(() => listener.stats().received === 1);
    await listener.close();
    expect(records.map(({ raw }) => raw)).toEqual(["<13>a", "<13>b"]);
    open.length = 0;
    socket.destroy();
  });
});
