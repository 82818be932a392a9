/**
 * The long run of the NATS door: so many messages through a real JetStream server into a whole Khiên, while by turns
 * Khiên and the bus are ended with `kill -9`. At the end every message is looked for in the store.
 *
 *   node test/faults/nats-kill.ts [MESSAGES] [ROUNDS]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { jetstreamManager } from "@nats-io/jetstream";
import { natsServer } from "../shippers/installed.ts";
import { NatsBus, STREAM } from "../shippers/nats.ts";
import { khien, ServerChild } from "./server-child.ts";

export interface NatsKillReport {
  readonly messages: number;
  readonly rounds: number;
  readonly stored: number;
  readonly lost: number;
  readonly doubled: number;
  /** Deliveries that were not the first, as the bus counts them. */
  readonly deliveredAgain: number;
  readonly seconds: number;
}

const MARK = "khiennats";
const STALLED_MS = 300_000;
/** Published between two kills at most this long. */
const ROUND_MS = 2_500;

/** Fewer than one export may hold, also when some were doubled. */
const BLOCK = 50_000;

const payload = (n: number): string =>
  `<38>1 2026-11-22T08:00:00Z web-1 sshd 42 - - Failed password for ${MARK}-${Math.floor(n / BLOCK)}-${n} from 192.0.2.7 port 50222 ssh2`;

export async function natsKillRounds(messages: number, rounds: number): Promise<NatsKillReport> {
  const installed = natsServer();
  if (installed === undefined) throw new Error("nats-server is not installed");
  const dir = mkdtempSync(join(tmpdir(), "khien-nats-kill-"));
  const bus = await NatsBus.start(installed, dir);
  const dataDir = join(dir, "data");
  const read = (await khien(["token", "create", "--scope", "read", "--data-dir", dataDir])).trim();
  const env = { KHIEN_NATS_SERVERS: `127.0.0.1:${bus.port}`, KHIEN_NATS_STREAM: STREAM };
  await bus.makeStream();
  let server = await ServerChild.start({ dataDir, env });
  const started = performance.now();
  try {
    const publishing = bus.publish({ from: 0, to: messages }, payload);
    for (let round = 0; round < rounds; round++) {
      await pause(500 + Math.random() * ROUND_MS);
      if (round % 2 === 0) {
        await server.end("SIGKILL");
        server = await ServerChild.start({ dataDir, env });
      } else {
        await bus.kill();
        await bus.restart();
      }
    }
    await publishing;
    const deliveredAgain = await drained(bus);
    const seconds = (performance.now() - started) / 1_000;
    await server.caughtUp(STALLED_MS);
    const times = await storedTimes(server.url, read, messages);
    const stored = times.reduce((sum, n) => sum + n, 0);
    const lost = times.filter((n) => n === 0).length;
    return { messages, rounds, stored, lost, doubled: stored - (messages - lost), deliveredAgain, seconds };
  } finally {
    await server.end("SIGTERM");
    await bus.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Waits until the bus has everything acknowledged. */
async function drained(bus: NatsBus): Promise<number> {
  const link = await bus.connect();
  const manager = await jetstreamManager(link);
  let before = { left: -1, at: performance.now() };
  for (;;) {
    const info = await manager.consumers.info(STREAM, "khien");
    const left = info.num_pending + info.num_ack_pending;
    if (left === 0) {
      await link.close();
      return info.delivered.consumer_seq - info.delivered.stream_seq;
    }
    if (left !== before.left) before = { left, at: performance.now() };
    if (performance.now() - before.at > STALLED_MS) throw new Error(`${left} messages do not come`);
    await pause(500);
  }
}

/** How often each message is in the store. */
async function storedTimes(url: URL, token: string, messages: number): Promise<Uint8Array> {
  const times = new Uint8Array(messages);
  for (let block = 0; block * BLOCK < messages; block++) {
    const query = new URLSearchParams({ format: "ndjson", query: `user:${MARK}-${block}-*` });
    const answer = await fetch(new URL(`/api/v1/events/export?${query}`, url), {
      headers: { authorization: `Bearer ${token}` },
    });
    if (answer.status !== 200) throw new Error(`export: ${answer.status} ${await answer.text()}`);
    for (const line of (await answer.text()).split("\n")) {
      const n = Number(/Failed password for khiennats-\d+-(\d+) /u.exec(line)?.[1] ?? -1);
      if (n >= 0 && n < messages) times[n] = (times[n] ?? 0) + 1;
    }
  }
  return times;
}

if (import.meta.main) {
  const report = await natsKillRounds(Number(process.argv[2] ?? 100_000), Number(process.argv[3] ?? 10));
  console.log(JSON.stringify(report));
  if (report.lost + report.doubled > 0) process.exitCode = 1;
}
