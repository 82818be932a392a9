/**
 * What an event costs on its whole way, beside its parts, in one run:
 *
 *   node bench/pipeline.ts [--data FILE_OR_FOLDER] [--rules ARCHIVE] [--lines 60000] [--events 200000] [--minutes 0] [--half 20] [--only server]
 *
 * JSON.parse alone, parsing, parsing and matching, encoding for the lake, `khien scan` for every further event, and the
 * server with all of it behind its real HTTP door: as many senders as it takes, for so many events or minutes, then
 * seconds at half that rate with a line now and then that must raise an alert. Everything in processor time of one core,
 * so that a busy machine gives the same shares; the clock only where somebody waits.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import type { EventId, KhienEvent } from "../src/kernel/index.ts";
import { compileEngine, loadLogSources, loadRules } from "../src/modules/detection/matching.ts";
import { parseRecord } from "../src/modules/ingest/parsing.ts";
import { EventEncoder } from "../src/modules/lake/encoding.ts";
import { khien, ServerChild } from "../test/faults/server-child.ts";
import { sharedData } from "../test/shared-data.ts";

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    rules: { type: "string" },
    lines: { type: "string", default: "60000" },
    events: { type: "string", default: "200000" },
    minutes: { type: "string", default: "0" },
    half: { type: "string", default: "20" },
    senders: { type: "string", default: "6" },
    only: { type: "string" },
    "lines-per-request": { type: "string", default: "500" },
  },
});
const data = values.data ?? sharedData("detection/security-datasets");
const archive = values.rules ?? sharedData("detection/sigma-rules/sigma-rules.tar.gz");
if (data === undefined || archive === undefined) throw new Error("name events with --data and rules with --rules");
const senders = Number(values.senders);
const linesPerRequest = Number(values["lines-per-request"]);
const PROGRAM = fileURLToPath(new URL("../bin/khien.mjs", import.meta.url));
const OWN_RULES = fileURLToPath(new URL("../content/rules", import.meta.url));
const LOG_SOURCES = fileURLToPath(new URL("../content/log-sources", import.meta.url));
const MAX_LINES = Number(values.lines);
const MB = 1024 * 1024;
/** Further events of a scan: enough that start-up, which varies, does not count. */
const LEAST_SCANNED = 200_000;
/** Kernel ticks of processor time in a second. */
const TICKS = 100;

const MARKER = "khien-bench-marker";
const MARKER_RULE_ID = "0d0b2f6e-3a57-4f38-9a55-0d1b6f7a9d01";
const MARKER_RULE = `title: Marker of the bench
id: ${MARKER_RULE_ID}
author: Khiên
logsource:
  product: linux
  service: sshd
detection:
  keywords:
    - ${MARKER}
  condition: keywords
level: low
`;

function readLines(path: string): string[] {
  const files = statSync(path).isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path];
  const lines: string[] = [];
  for (const name of files.filter((one) => /\.ndjson(?:\.gz)?$/.test(one) && !one.includes("oracle"))) {
    const bytes = readFileSync(name);
    const text = (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
    lines.push(...text.split("\n").filter((line) => line.startsWith("{")));
    if (lines.length >= MAX_LINES) break;
  }
  return lines.slice(0, MAX_LINES);
}

const lines = readLines(data);
const meanBytes = Math.round(lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0) / lines.length);
const costs = new Map<string, number>();

function tell(name: string, microseconds: number, more = ""): void {
  costs.set(name, microseconds);
  const base = costs.get("JSON.parse") ?? microseconds;
  const rate = Math.round(1e6 / microseconds).toLocaleString("en");
  console.log(
    `${name.padEnd(34)} ${microseconds.toFixed(1).padStart(7)} µs/event ${rate.padStart(10)} /s per core ${(microseconds / base).toFixed(1).padStart(6)} × JSON.parse  ${more}`,
  );
}

/** The best of some rounds, in µs for each line: what else the machine does can only slow a round down. */
function leastCost(work: () => void, rounds = 3): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / lines.length);
  }
  return best;
}

const batches = Array.from({ length: Math.ceil(lines.length / 4_000) }, (_, n) =>
  lines.slice(n * 4_000, n * 4_000 + 4_000),
);
const parsed = (batch: readonly string[]): KhienEvent[] =>
  batch.map((raw, n) => parseRecord({ id: idOf(n), door: "http", sensor: "bench", receivedAt: 0, raw }));

function idOf(number: number): EventId {
  return createHash("md5").update(String(number)).digest("hex") as EventId;
}

async function benchParts(rulesArchive: string): Promise<void> {
  let sum = 0;
  tell(
    "JSON.parse",
    leastCost(() => {
      for (const line of lines) sum += JSON.parse(line) === null ? 0 : 1;
    }),
  );
  tell(
    "parse",
    leastCost(() => {
      for (const batch of batches) sum += parsed(batch).length;
    }),
  );
  const { map } = await loadLogSources(LOG_SOURCES);
  const { rules } = await loadRules(rulesArchive, { logSourceMap: map });
  const engine = compileEngine(rules, map);
  tell(
    "parse, match",
    leastCost(() => {
      for (const batch of batches) for (const event of parsed(batch)) sum += engine.match(event).length;
    }),
    `${rules.length} rules`,
  );
  const encoder = new EventEncoder();
  let bytes = 0;
  const parseOnly = costs.get("parse") ?? 0;
  const withEncoding = leastCost(() => {
    bytes = 0;
    for (const batch of batches) bytes += encoder.encode(parsed(batch), { withColumns: false }).file.length;
  });
  tell("encode for the lake", withEncoding - parseOnly, `${Math.round(bytes / lines.length)} bytes/event`);
  if (sum < 0) throw new Error("impossible");
}

/** Processor seconds of a command, its children included. */
function commandSeconds(args: readonly string[]): number {
  const script = 'TIMEFORMAT="%U %S"; time "$@" > /dev/null';
  const result = spawnSync("bash", ["-c", script, "bash", process.execPath, PROGRAM, ...args], { encoding: "utf8" });
  const [user = 0, system = 0] = (result.stderr.trim().split("\n").at(-1) ?? "").split(" ").map(Number);
  return user + system;
}

function benchScan(dir: string, rulesArchive: string): void {
  const once = join(dir, "once.ndjson");
  const often = join(dir, "often.ndjson");
  writeFileSync(once, `${lines.join("\n")}\n`);
  const times = Math.max(4, Math.ceil(LEAST_SCANNED / lines.length) + 1);
  const text = readFileSync(once);
  for (let n = 0; n < times; n += 1) appendFileSync(often, text);
  const cost = (path: string) =>
    commandSeconds([
      "scan",
      path,
      "--rules",
      rulesArchive,
      "--rules",
      OWN_RULES,
      "--ndjson",
      "--quiet",
      "--threads",
      "1",
    ]);
  // The first start may build, or compile rules that later ones find ready.
  cost(once);
  const [short, long] = [cost(once), cost(often)];
  tell("khien scan, each further event", ((long - short) / ((times - 1) * lines.length)) * 1e6);
}

/** What the server's threads have used so far, seconds by name of thread. */
function threadSeconds(pid: number): Map<string, number> {
  const seconds = new Map<string, number>();
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    try {
      const stat = readFileSync(`/proc/${pid}/task/${task}/stat`, "utf8");
      const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const used = (Number(fields[11]) + Number(fields[12])) / TICKS;
      const label = task === String(pid) ? "main" : name;
      seconds.set(label, (seconds.get(label) ?? 0) + used);
    } catch {
      // A thread that has just ended.
    }
  }
  return seconds;
}

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
const ascending = (numbers: readonly number[]): number[] => numbers.toSorted((one, other) => one - other);

class Senders {
  readonly #url: URL;
  readonly #token: string;
  readonly ackMs: number[] = [];
  sent = 0;
  refused = 0;

  constructor(url: URL, token: string) {
    this.#url = url;
    this.#token = token;
  }

  /** As fast as it is taken, or at a rate, while `goesOn`. */
  async run(goesOn: () => boolean, ratePerSecond = Number.POSITIVE_INFINITY): Promise<void> {
    const began = performance.now();
    const first = this.sent;
    await Promise.all(
      Array.from({ length: senders }, async () => {
        while (goesOn()) {
          const due = ((performance.now() - began) / 1_000) * ratePerSecond;
          if (this.sent - first >= due) await pause(5);
          else await this.#post(this.#batch());
        }
      }),
    );
  }

  async mark(number: number): Promise<void> {
    const time = new Date().toISOString();
    await this.#post(`<38>1 ${time} bench sshd ${number} - - ${MARKER} ${number}`);
  }

  /** Every line is another one: a repeated line would be a retry, which is dropped. */
  #batch(): string {
    const from = this.sent;
    this.sent += linesPerRequest;
    return Array.from({ length: linesPerRequest }, (_, n) => {
      const line = lines[(from + n) % lines.length] ?? "{}";
      return `{"BenchRecord":${from + n},${line.slice(1)}`;
    }).join("\n");
  }

  async #post(body: string): Promise<void> {
    for (;;) {
      const started = performance.now();
      const answer = await fetch(new URL("/api/v1/events", this.#url), {
        method: "POST",
        headers: {
          authorization: `Bearer ${this.#token}`,
          "content-type": body.startsWith("{") ? "application/x-ndjson" : "text/plain",
        },
        body,
      });
      await answer.arrayBuffer();
      this.ackMs.push(performance.now() - started);
      if (answer.status === 200) return;
      this.refused += 1;
      await pause(200);
    }
  }
}

async function benchServer(dataDir: string, rulesArchive: string): Promise<void> {
  const at = ["--data-dir", dataDir];
  const marker = join(dataDir, "marker.yml");
  writeFileSync(marker, MARKER_RULE);
  // Some rules of others do not run; that is told, and no reason to stop.
  await khien(["rules", "import", rulesArchive, ...at]).catch(() => undefined);
  await khien(["rules", "import", marker, ...at]);
  const token = (await khien(["token", "create", "--scope", "ingest", "--sensor", "bench", ...at])).trim();
  const read = (await khien(["token", "create", "--scope", "read", "--name", "bench-reader", ...at])).trim();
  const server = await ServerChild.start({ dataDir, env: { KHIEN_LOG_LEVEL: "warn" } });
  try {
    await server.caughtUp();
    const rate = await fullLoad(server, token);
    await halfLoad(server, { token, read }, rate / 2);
  } finally {
    await server.end("SIGTERM");
  }
}

async function fullLoad(server: ServerChild, token: string): Promise<number> {
  const load = new Senders(server.url, token);
  // Warm up what is compiled when it is first needed.
  await load.run(() => load.sent < 10_000);
  await server.caughtUp();
  load.ackMs.length = 0;
  const first = load.sent;
  const before = threadSeconds(server.pid);
  const began = performance.now();
  const until = began + Number(values.minutes) * 60_000;
  const events = Number(values.events);
  const memory: number[] = [];
  const watching = setInterval(() => memory.push(server.rss), 1_000);
  await load.run(() => (Number(values.minutes) > 0 ? performance.now() < until : load.sent - first < events));
  await server.caughtUp(3_600_000);
  clearInterval(watching);
  const tookMs = performance.now() - began;
  const count = load.sent - first;
  const used = [...threadSeconds(server.pid)].map(([name, seconds]): [string, number] => [
    name,
    seconds - (before.get(name) ?? 0),
  ]);
  const total = used.reduce((sum, [, seconds]) => sum + seconds, 0);
  tell(
    "server, door to lake and alerts",
    (total / count) * 1e6,
    `${count} events in ${(tookMs / 1_000).toFixed(1)} s: ${Math.round((count / tookMs) * 1_000)} /s`,
  );
  for (const [name, seconds] of used.toSorted((one, other) => other[1] - one[1])) {
    if (seconds / total > 0.01)
      console.log(`    ${name.padEnd(30)} ${((seconds / count) * 1e6).toFixed(1).padStart(7)} µs/event`);
  }
  const acks = ascending(load.ackMs);
  console.log(
    `    acknowledged after p50 ${percentile(acks, 0.5).toFixed(0)} ms, p99 ${percentile(acks, 0.99).toFixed(0)} ms; refused ${load.refused}`,
  );
  const step = Math.max(1, Math.floor(memory.length / 10));
  console.log(
    `    resident MB: ${memory
      .filter((_, n) => n % step === 0)
      .map((bytes) => (bytes / MB).toFixed(0))
      .join(" ")}, peak ${(server.peakRss / MB).toFixed(0)}`,
  );
  const scan = costs.get("khien scan, each further event");
  if (scan !== undefined)
    console.log(`    rate for each core used, as a share of scan: ${((scan * count) / (total * 1e6)).toFixed(2)}`);
  return (count / tookMs) * 1_000;
}

async function halfLoad(
  server: ServerChild,
  tokens: { token: string; read: string },
  ratePerSecond: number,
): Promise<void> {
  const load = new Senders(server.url, tokens.token);
  load.sent = 100_000_000;
  const until = performance.now() + Number(values.half) * 1_000;
  const running = load.run(() => performance.now() < until, ratePerSecond);
  const visibleMs: number[] = [];
  for (let number = 0; performance.now() < until; number += 1) {
    const sent = performance.now();
    await load.mark(number);
    while ((await findings(server.url, tokens.read)) <= number && performance.now() - sent < 60_000) await pause(20);
    visibleMs.push(performance.now() - sent);
    await pause(100);
  }
  await running;
  const sorted = ascending(visibleMs);
  const acks = ascending(load.ackMs);
  console.log(
    `at half load (${Math.round(ratePerSecond)} /s): acknowledged after p50 ${percentile(acks, 0.5).toFixed(0)} ms, p99 ${percentile(acks, 0.99).toFixed(0)} ms; ` +
      `alert visible after p50 ${percentile(sorted, 0.5).toFixed(0)} ms, p99 ${percentile(sorted, 0.99).toFixed(0)} ms (${sorted.length} markers)`,
  );
}

async function findings(url: URL, token: string): Promise<number> {
  const answer = await fetch(new URL(`/api/v1/alerts?limit=10&rule=${MARKER_RULE_ID}`, url), {
    headers: { authorization: `Bearer ${token}` },
  });
  const { items = [] } = (await answer.json()) as { items?: { count: number }[] };
  return items.reduce((sum, { count }) => sum + count, 0);
}

const dir = mkdtempSync(join(tmpdir(), "khien-pipeline-"));
try {
  console.log(
    `${lines.length} lines of ${meanBytes} bytes; load of the machine ${loadavg()
      .map((one) => one.toFixed(1))
      .join(" ")}`,
  );
  const rulesDir = join(dir, "rules");
  execFileSync("mkdir", ["-p", rulesDir, join(dir, "data")]);
  execFileSync("tar", ["xf", archive, "-C", rulesDir]);
  const rules = [join(rulesDir, "rules"), rulesDir].find((path) => existsSync(path)) ?? rulesDir;
  if (values.only !== "server") {
    await benchParts(rules);
    benchScan(dir, rules);
  }
  await benchServer(join(dir, "data"), rules);
} finally {
  rmSync(dir, { recursive: true, force: true });
}
