/**
 * Is memory flat? The whole server under a steady stream of ever new hosts, users and addresses, with correlations
 * over all of them, for as long as asked:
 *
 *   node bench/soak.ts [--minutes 60] [--rate 2000]
 *
 * Prints resident memory, stored events and findings for every twentieth of the time, and how much the last quarter
 * of the run holds more than the quarter before it.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { khien, ServerChild } from "../test/faults/server-child.ts";

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "60" }, rate: { type: "string", default: "2000" } },
});
const minutes = Number(values.minutes);
const rate = Number(values.rate);
const SAMPLES = 20;
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
    if (answer.status !== 200) await pause(1_000);
    await answer.arrayBuffer();
  }
}

interface Sample {
  readonly minute: number;
  readonly events: number;
  readonly residentMb: number;
}

async function prepare(dataDir: string): Promise<string> {
  const rules = join(dataDir, "soak.yml");
  writeFileSync(rules, RULES);
  const at = ["--data-dir", dataDir];
  await khien(["rules", "import", rules, ...at]);
  return (await khien(["token", "create", "--scope", "ingest", "--sensor", "soak", ...at])).trim();
}

/** The largest of ten readings within a second: garbage comes and goes. */
async function resident(server: ServerChild): Promise<number> {
  let most = 0;
  for (let reading = 0; reading < 10; reading++) {
    most = Math.max(most, server.rss);
    await pause(100);
  }
  return Math.round(most / MB);
}

async function soak(server: ServerChild, token: string): Promise<Sample[]> {
  const began = performance.now();
  const length = minutes * 60_000;
  const sending = send(server.url, token, began + length);
  const samples: Sample[] = [];
  for (let sample = 1; sample <= SAMPLES; sample++) {
    await pause(Math.max(0, began + (length * sample) / SAMPLES - performance.now()));
    const residentMb = await resident(server);
    const minute = (minutes * sample) / SAMPLES;
    samples.push({ minute, events: sent, residentMb });
    console.log(
      `${minute.toFixed(1).padStart(6)} min  ${sent.toLocaleString("en").padStart(12)} events  ${residentMb} MB`,
    );
  }
  await sending;
  return samples;
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

const dataDir = mkdtempSync(join(tmpdir(), "khien-soak-"));
try {
  const token = await prepare(dataDir);
  const server = await ServerChild.start({ dataDir });
  try {
    await server.caughtUp();
    const samples = (await soak(server, token)).map(({ residentMb }) => residentMb);
    await server.caughtUp();
    const quarter = SAMPLES / 4;
    const before = mean(samples.slice(2 * quarter, 3 * quarter));
    const last = mean(samples.slice(3 * quarter));
    console.log(
      `third quarter ${before.toFixed(0)} MB, last quarter ${last.toFixed(0)} MB: ${((last / before - 1) * 100).toFixed(1)} %`,
    );
  } finally {
    await server.end("SIGTERM");
  }
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
