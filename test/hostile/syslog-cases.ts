/** Datagrams and TCP streams that no syslog sender would send. Nobody answers them: what counts is who is still heard afterwards. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { HostileCase, Target } from "./case.ts";
import { INJECTIONS } from "./payloads.ts";

const HEARD = { status: [200] } as const;

async function datagrams(target: Target, packets: readonly Buffer[]): Promise<void> {
  const socket = createSocket("udp4");
  for (const packet of packets)
    await new Promise<void>((resolve) => socket.send(packet, target.udpPort, "127.0.0.1", () => resolve()));
  socket.close();
}

async function stream(target: Target, pieces: readonly (string | Buffer)[]): Promise<void> {
  const socket = connect(target.tcpPort, "127.0.0.1");
  socket.on("error", () => undefined);
  await once(socket, "connect");
  for (const piece of pieces) {
    if (socket.destroyed) break;
    if (!socket.write(piece))
      await Promise.race([once(socket, "drain"), once(socket, "close"), pause(5_000)]).catch(() => undefined);
  }
  await pause(20);
  socket.destroy();
}

async function received(target: Target): Promise<number> {
  const { listeners } = await target.admin().get<{ listeners: { name: string; received: number }[] }>("/api/v1/ingest");
  return listeners.reduce((sum, { name, received: count }) => sum + (name.startsWith("syslog") ? count : 0), 0);
}

/** A well-behaved line by each door must be counted after the hostile one. */
function heardAfter(name: string, send: (target: Target) => Promise<void>): HostileCase {
  return {
    name,
    expect: HEARD,
    withinMs: 20_000,
    ask: async (target) => {
      await send(target);
      const before = await received(target);
      await datagrams(target, [Buffer.from("<13>Nov 21 08:00:00 h p: marker by UDP")]);
      await stream(target, ["<13>Nov 21 08:00:00 h p: marker by TCP\n"]);
      for (let tries = 0; tries < 100; tries += 1) {
        if ((await received(target)) >= before + 2) return { status: 200, text: "" };
        await pause(30);
      }
      return { status: "closed", text: "the lines behind it are not heard" };
    },
  };
}

const udp = (name: string, ...packets: Buffer[]): HostileCase =>
  heardAfter(`UDP: ${name}`, (target) => datagrams(target, packets));
const tcp = (name: string, ...pieces: (string | Buffer)[]): HostileCase =>
  heardAfter(`TCP: ${name}`, (target) => stream(target, pieces));

const MIB = 1024 * 1024;
const noise = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, n) => (n * 2_654_435_761) % 256));

export const syslogCases: readonly HostileCase[] = [
  udp("65,507 bytes", Buffer.alloc(65_507, 0x78)),
  udp("no bytes", Buffer.alloc(0)),
  udp("NULs", Buffer.alloc(2_000)),
  udp("random bytes", noise(9_000)),
  udp(
    "priorities out of range",
    ...["<999>x", "<-1>x", "<>x", "<1", "<abc>x", `<${"9".repeat(500)}>x`].map((text) => Buffer.from(text)),
  ),
  udp(
    "structured data that never ends",
    Buffer.from(`<34>1 2026-11-21T08:00:00Z h a p m [a b="${"\\\\".repeat(30_000)}`),
  ),
  udp("line feeds only", Buffer.alloc(60_000, 0x0a)),
  udp(
    "2,000 datagrams at once",
    ...Array.from({ length: 2_000 }, (_, n) => Buffer.from(`<13>Nov 21 08:00:00 h p: flood ${n}`)),
  ),
  udp("a host name of 60 KB", Buffer.from(`<13>Nov 21 08:00:00 ${"h".repeat(60_000)} p: x`)),
  ...Object.entries(INJECTIONS).map(([name, text]) =>
    udp(name, Buffer.from(`<13>Nov 21 08:00:00 ${text} ${text}: ${text}`)),
  ),
  tcp("a count far larger than the message", "999999999 <34>x\n"),
  tcp("a count of 40 digits", `${"9".repeat(40)} <34>x\n`),
  tcp("a count of zero", "0 0 0 0 <34>x\n"),
  tcp("a negative count", "-5 <34>x\n"),
  tcp("a count that is half a number", "12abc <34>x\n"),
  tcp("a count smaller than the message", "5 <34>Nov 21 08:00:00 h p: longer than five\n"),
  tcp("counts and line feeds mixed", "7 <34>abc<13>x\n8 <13>abcd\n<13>y\n3 <1"),
  tcp("counts with leading zeros", "000000000000000000007 <34>abc\n"),
  tcp("a count and then nothing", "100 "),
  tcp("10 MB without an end", ...Array.from({ length: 10 }, () => Buffer.alloc(MIB, 0x78))),
  tcp("a counted message of 10 MB", `${10 * MIB} `, ...Array.from({ length: 10 }, () => Buffer.alloc(MIB, 0x78))),
  tcp("NULs for line feeds", `<13>a\0<13>b\0${"\0".repeat(10_000)}`),
  tcp("line feeds only", Buffer.alloc(MIB, 0x0a)),
  tcp("random bytes", noise(MIB)),
  tcp("a TLS hello", Buffer.from("16030100a5010000a10303", "hex"), noise(500)),
  tcp("an HTTP request", "POST /api/v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n{}\n"),
  tcp("UTF-16", Buffer.from("<13>Nov 21 08:00:00 h p: x\n", "utf16le")),
  tcp("one byte at a time", ..."<13>Nov 21 08:00:00 h p: drip\n"),
  tcp("50,000 lines at once", "<13>Nov 21 08:00:00 h p: flood\n".repeat(50_000)),
  heardAfter("TCP: 120 connections that say nothing", async (target) => {
    const sockets = Array.from({ length: 120 }, () =>
      connect(target.tcpPort, "127.0.0.1").on("error", () => undefined),
    );
    await pause(200);
    for (const socket of sockets) socket.write("<13>never ended");
    await pause(100);
    for (const socket of sockets) socket.destroy();
  }),
];
