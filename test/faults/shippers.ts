/**
 * The long run of the doors: real shippers and HTTP clients deliver so many lines each, and every line is looked for.
 * Prints one line of figures for each way in; ends with 1 when a count differs.
 *
 *   node test/faults/shippers.ts --lines 1000000 [--only rsyslogtcp,elastic] [--server]
 *
 * Doors and journal alone; with `--server` a whole server in a process of its own, counted in its store.
 */
import { once } from "node:events";
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type Bench, openDoorsBench, openServerBench } from "../shippers/benches.ts";
import { has, type Installed, rsyslog, syslogNg } from "../shippers/installed.ts";
import { deliverOverHttp, PROTOCOLS } from "../shippers/http-clients.ts";
import { runRsyslog, type RunningShipper, runSyslogNg, type Transport, type Work } from "../shippers/running.ts";

interface Outcome {
  readonly seconds: number;
  /** Said by the door, for transports that can lose. */
  readonly dropped: number;
  readonly note: string;
}

const STALLED_MS = 120_000;
/** syslog-ng sends a second's share at once: more would overrun the kernel's buffer of four MiB. */
const UDP_RATE = 5_000;

const lineOf = (mark: string) => (n: number) =>
  `${mark} seq=${n} sshd[${1_000 + (n % 9_000)}]: Failed password for invalid user lan from 192.0.2.${n % 250} port ${n % 60_000} ssh2`;

async function writeInput(file: string, line: (n: number) => string, lines: number): Promise<void> {
  const out = createWriteStream(file);
  for (let n = 0; n < lines; n += 1_000) {
    const chunk = Array.from({ length: Math.min(1_000, lines - n) }, (_, i) => `${line(n + i)}\n`).join("");
    if (!out.write(chunk)) await once(out, "drain");
  }
  out.end();
  await finished(out);
}

async function throughShipper(
  bench: Bench,
  how: {
    mark: string;
    transport: Transport;
    shipper: Installed;
    run: (shipper: Installed, work: Work) => RunningShipper;
  },
): Promise<Outcome> {
  const { mark, transport } = how;
  const input = join(bench.dir, `${mark}.log`);
  await writeInput(input, lineOf(mark), bench.lines);
  const before = await bench.listener(transport);
  const started = performance.now();
  const running = how.run(how.shipper, {
    dir: join(bench.dir, mark),
    input,
    transport,
    port: bench.ports[transport],
    tls: bench.tls,
    udpRate: UDP_RATE,
  });
  let last = { count: 0, at: performance.now() };
  let dropped = 0;
  try {
    while (last.count + dropped < bench.lines && performance.now() - last.at < STALLED_MS) {
      await pause(100);
      const now = await bench.listener(transport);
      dropped = now.dropped - before.dropped;
      const count = now.received - before.received;
      if (count > last.count) last = { count, at: performance.now() };
    }
  } finally {
    await running.stop();
    rmSync(input);
  }
  return { seconds: (last.at - started) / 1_000, dropped, note: transport === "udp" ? `sent at ${UDP_RATE}/s` : "" };
}

async function throughHttp(
  bench: Bench,
  mark: string,
  protocol: (typeof PROTOCOLS)[keyof typeof PROTOCOLS],
): Promise<Outcome> {
  const started = performance.now();
  const { url } = bench;
  const { retries, answerMs } = await deliverOverHttp(protocol, {
    url,
    token: bench.ingest,
    lines: bench.lines,
    line: lineOf(mark),
  });
  const seconds = (performance.now() - started) / 1_000;
  const at = (share: number) =>
    answerMs[Math.min(answerMs.length - 1, Math.floor(answerMs.length * share))]?.toFixed(0);
  return { seconds, dropped: 0, note: `answer p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ${retries} retries` };
}

/** Every way in that this machine has, by name. */
function waysIn(): Map<string, (bench: Bench) => Promise<Outcome>> {
  const ways = new Map<string, (bench: Bench) => Promise<Outcome>>();
  const shippers = [
    { name: "rsyslog", shipper: rsyslog(), run: runRsyslog, tls: "lmnsd_gtls.so" },
    { name: "syslogng", shipper: syslogNg(), run: runSyslogNg, tls: "libafsocket.so" },
  ];
  for (const { name, shipper, run, tls } of shippers) {
    if (shipper === undefined) {
      console.log(`${name}: not installed, left out`);
      continue;
    }
    for (const transport of ["udp", "tcp", "tls"] as const) {
      if (transport === "tls" && !has(shipper, tls)) continue;
      const mark = `${name}${transport}`;
      ways.set(mark, (bench) => throughShipper(bench, { mark, transport, shipper, run }));
    }
  }
  for (const [name, protocol] of Object.entries(PROTOCOLS))
    ways.set(name, (bench) => throughHttp(bench, `${name}door`, protocol));
  return ways;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { lines: { type: "string", default: "100000" }, only: { type: "string" }, server: { type: "boolean" } },
  });
  const wanted = values.only?.split(",");
  const lines = Number(values.lines);
  const dir = mkdtempSync(join(tmpdir(), "khien-shippers-"));
  const bench = await (values.server === true ? openServerBench(dir, lines) : openDoorsBench(dir, lines));
  try {
    for (const [name, deliver] of waysIn()) {
      if (wanted !== undefined && !wanted.includes(name)) continue;
      // The program's own door is part of the server only.
      if (name === "events" && values.server !== true) continue;
      const { seconds, dropped, note } = await deliver(bench);
      const { stored, doubled } = await bench.count(name in PROTOCOLS ? `${name}door` : name);
      const equal = stored + dropped === lines && doubled === 0;
      if (!equal) process.exitCode = 1;
      const told = `${stored} stored, ${doubled} doubled, ${dropped} counted as dropped`;
      const rate = Math.round(stored / seconds);
      console.log(
        `${equal ? "equal" : "DIFFERS"} ${name}: ${lines} sent, ${told}; ${seconds.toFixed(1)} s, ${rate} lines/s acknowledged; ${note}`,
      );
    }
  } finally {
    await bench.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

await main();
