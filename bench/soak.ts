/**
 * Is memory flat? The whole server under a steady stream of ever new hosts, users and addresses, with correlations
 * over all of them, for as long as asked:
 *
 *   node bench/soak.ts [--minutes 60] [--rate 2000] [--samples 20]
 *
 * Prints for every sample what the process and each of its parts occupied, and at the end, part by part, how much the
 * last quarter of the run holds more than the quarter before it and how it grows by the hour after the warm-up. What
 * grows with what is stored, by design, is the file of the records: it stands apart.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { khien, ServerChild } from "../test/faults/server-child.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "60" },
    rate: { type: "string", default: "2000" },
    samples: { type: "string", default: "20" },
  },
});
const minutes = Number(values.minutes);
const rate = Number(values.rate);
const samples = Number(values.samples);
const READING_EVERY_MS = 2_000;
/** Of the run. The rules that come with Khiên remember an address for up to 20 minutes here: so long groups grow. */
const WARM_UP = 0.4;
const LINES_PER_REQUEST = 500;
const MB = 1024 * 1024;

const RULES = `title: Refused password
id: 0d0b2f6e-3a57-4f38-9a55-0d1b6f7a9c01
author: Khiên
logsource:
  product: linux
  service: sshd
detection:
  keywords:
    - Failed password
  condition: keywords
level: low
---
title: Many refused passwords from one address
id: 0d0b2f6e-3a57-4f38-9a55-0d1b6f7a9c02
author: Khiên
correlation:
  type: event_count
  rules:
    - 0d0b2f6e-3a57-4f38-9a55-0d1b6f7a9c01
  group-by:
    - src_ip
  timespan: 5m
  condition:
    gte: 5
level: medium
---
title: One address tries many users
id: 0d0b2f6e-3a57-4f38-9a55-0d1b6f7a9c03
author: Khiên
correlation:
  type: value_count
  rules:
    - 0d0b2f6e-3a57-4f38-9a55-0d1b6f7a9c01
  group-by:
    - src_ip
  timespan: 5m
  condition:
    field: user
    gte: 3
level: medium
`;

let sent = 0;
let refusedRequests = 0;
let missedReadings = 0;

/** Every address is seen eight times within a second or so, then never again. */
function line(): string {
  const number = sent++;
  const client = Math.floor(number / 8);
  const address = `10.${(client >> 16) & 255}.${(client >> 8) & 255}.${client & 255}`;
  const time = new Date().toISOString();
  return `<38>1 ${time} host${client % 5_000} sshd ${number % 60_000} - - Failed password for user${number % 7_919} from ${address} port ${1_024 + (number % 60_000)} ssh2`;
}

async function send(url: URL, token: string, until: number): Promise<void> {
  const began = performance.now();
  const first = sent;
  while (performance.now() < until) {
    const due = ((performance.now() - began) / 1_000) * rate;
    if (sent - first > due) {
      await pause(20);
      continue;
    }
    const body = Array.from({ length: LINES_PER_REQUEST }, line).join("\n");
    const answer = await fetch(new URL("/api/v1/events", url), {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "text/plain" },
      body,
    });
    await answer.arrayBuffer();
    if (answer.status === 200) continue;
    refusedRequests += 1;
    await pause(1_000);
  }
}

async function prepare(dataDir: string): Promise<{ ingest: string; read: string }> {
  const rules = join(dataDir, "soak.yml");
  writeFileSync(rules, RULES);
  const at = ["--data-dir", dataDir];
  await khien(["rules", "import", rules, ...at]);
  const token = async (...what: readonly string[]) => (await khien(["token", "create", ...what, ...at])).trim();
  return {
    ingest: await token("--scope", "ingest", "--sensor", "soak"),
    read: await token("--scope", "read", "--name", "soak-figures"),
  };
}

/** What the server says of itself at one moment, in MB; `heap…` is what is occupied, `live…` what is in use. */
type Reading = Readonly<Record<string, number>> & { readonly minute: number };

interface Answer {
  readonly resident: number;
  readonly threads: readonly { thread: string; used: number; resident: number; external: number }[];
  readonly eventStore: { readonly used: number; readonly temporary: number };
  readonly correlations: { readonly groups: number };
  readonly recordsFile: number;
}

const THREADS = ["main", "matching", "correlator", "lake"] as const;

/** Nothing when the server could not answer just now: an hour's run does not end for it. */
async function read(server: ServerChild, token: string, minute: number): Promise<Reading[]> {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(new URL("/api/v1/memory", server.url), { headers }).catch(() => undefined);
  if (answer?.status === 200) return [readingOf((await answer.json()) as Answer, minute)];
  missedReadings += 1;
  return [];
}

function readingOf(answer: Answer, minute: number): Reading {
  const { resident, threads, eventStore, correlations, recordsFile } = answer;
  const sum = (of: (one: Answer["threads"][number]) => number, name?: string): number =>
    threads.reduce((total, one) => total + (name === undefined || one.thread === name ? of(one) : 0), 0);
  const heaps = sum((one) => one.resident);
  const buffers = sum((one) => one.external);
  return {
    minute,
    resident: resident / MB,
    "less engine": (resident - eventStore.used) / MB,
    ...Object.fromEntries(THREADS.map((name) => [`heap ${name}`, sum((one) => one.resident, name) / MB])),
    ...Object.fromEntries(THREADS.map((name) => [`live ${name}`, sum((one) => one.used, name) / MB])),
    ...Object.fromEntries(THREADS.map((name) => [`buffers ${name}`, sum((one) => one.external, name) / MB])),
    engine: eventStore.used / MB,
    rest: (resident - heaps - buffers - eventStore.used) / MB,
    "engine's files": eventStore.temporary / MB,
    "records on disk": recordsFile / MB,
    groups: correlations.groups,
  };
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
const of = (readings: readonly Reading[], part: string): number[] => readings.map((one) => one[part] ?? 0);

/** What is alive is told by the least of an interval: the rest is garbage waiting to be collected. */
function told(readings: readonly Reading[], part: string): number {
  if (part.startsWith("live")) return Math.min(...of(readings, part));
  return part === "resident" ? Math.max(...of(readings, part)) : mean(of(readings, part));
}

const WIDTH = 9;
const cell = (text: string): string => text.padStart(WIDTH);

function printHead(parts: readonly string[]): void {
  const words = parts.map((part) => part.split(" "));
  for (const row of [0, 1, 2]) {
    const first = row === 0 ? ["min", "events"] : ["", ""];
    console.log([...first, ...words.map((one) => one[row] ?? "")].map(cell).join(""));
  }
}

async function soak(server: ServerChild, tokens: { ingest: string; read: string }): Promise<Reading[]> {
  const all = await read(server, tokens.read, 0);
  printHead(Object.keys(all[0] ?? {}).filter((part) => part !== "minute"));
  printSample(all);
  let printed = all.length;
  const began = performance.now();
  const length = minutes * 60_000;
  const sending = send(server.url, tokens.ingest, began + length);
  // Its failure is met at the end, so that the server is ended in order.
  sending.catch(() => undefined);
  for (let sample = 1; sample <= samples; sample++) {
    const until = began + (length * sample) / samples;
    while (performance.now() < until) {
      await pause(Math.max(1, Math.min(READING_EVERY_MS, until - performance.now())));
      all.push(...(await read(server, tokens.read, (performance.now() - began) / 60_000)));
    }
    printSample(all.slice(printed));
    printed = all.length;
  }
  await sending;
  return all;
}

function printSample(readings: readonly Reading[]): void {
  const last = readings.at(-1);
  if (last === undefined) return;
  const figures = Object.keys(last).filter((part) => part !== "minute");
  const cells = figures.map((part) => told(readings, part).toFixed(0));
  console.log([last.minute.toFixed(1), sent.toLocaleString("en"), ...cells].map(cell).join(""));
}

/** The reading of each sixtieth of the run in which least was in use. */
function floors(readings: readonly Reading[], part: string): Reading[] {
  return [...Map.groupBy(readings, ({ minute }) => Math.floor((minute / minutes) * 60)).values()].flatMap((near) =>
    near.toSorted((one, other) => (one[part] ?? 0) - (other[part] ?? 0)).slice(0, 1),
  );
}

/** Least squares: what a part gains by the hour. */
function slopePerHour(readings: readonly Reading[], part: string): number {
  const middle = mean(of(readings, "minute"));
  const level = mean(of(readings, part));
  const along = readings.reduce((sum, one) => sum + (one.minute - middle) * ((one[part] ?? 0) - level), 0);
  const square = readings.reduce((sum, one) => sum + (one.minute - middle) ** 2, 0);
  return (along / square) * 60;
}

function judge(readings: readonly Reading[]): void {
  console.log("\n                  3rd quarter  last quarter   change   slope per hour");
  for (const part of Object.keys(readings[0] ?? {}).filter((one) => one !== "minute")) {
    const used = part.startsWith("live") ? floors(readings, part) : readings;
    const between = (from: number, to: number): Reading[] =>
      used.filter(({ minute }) => minute >= minutes * from && minute < minutes * to);
    const before = mean(of(between(0.5, 0.75), part));
    const last = mean(of(between(0.75, Infinity), part));
    const change = before === 0 ? "–" : `${((last / before - 1) * 100).toFixed(1)} %`;
    const slope = slopePerHour(between(WARM_UP, Infinity), part).toFixed(1);
    const figures = [before.toFixed(1).padStart(11), last.toFixed(1).padStart(14), change.padStart(9)];
    console.log(part.padEnd(18) + figures.join("") + slope.padStart(17));
  }
}

const dataDir = mkdtempSync(join(tmpdir(), "khien-soak-"));
try {
  const tokens = await prepare(dataDir);
  const server = await ServerChild.start({ dataDir });
  try {
    await server.caughtUp();
    const readings = await soak(server, tokens);
    await server.caughtUp((minutes + 5) * 60_000);
    judge(readings);
    console.log(`\nlargest resident memory at any moment: ${(server.peakRss / MB).toFixed(0)} MB`);
    console.log(`requests refused: ${refusedRequests}, readings missed: ${missedReadings}`);
  } finally {
    await server.end("SIGTERM");
  }
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
