/**
 * What the lake costs: journal appends against plain file writes, event appends, sealing, query times as it grows.
 * Run: node bench/lake.ts [events] [lines.ndjson]; lines default to generated Windows-like records of about 2 KB.
 */
import { mkdtempSync, openSync, readFileSync, rmSync, writeSync, fdatasyncSync, closeSync } from "node:fs";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EventId, Fields, JournalRecord, KhienEvent } from "../src/kernel/index.ts";
import { openLake } from "../src/modules/lake/index.ts";
import { systemClock } from "../src/platform/clock/index.ts";

const TOTAL = Number(process.argv[2] ?? 300_000);
const BATCH = 2_000;
const START = Date.UTC(2026, 0, 1);
/** Event time runs at 50 events a second, so that the whole set spans hours. */
const STEP_MS = 20;

const lines =
  process.argv[3] === undefined
    ? generatedLines()
    : readFileSync(process.argv[3], "utf8")
        .split("\n")
        .filter((line) => line !== "");
const parsed = lines.map(
  (line) => Object.assign(Object.create(null) as object, JSON.parse(line)) as Record<string, string | number>,
);
const meanBytes = Math.round(lines.reduce((sum, line) => sum + line.length, 0) / lines.length);
console.log(`${TOTAL} events from ${lines.length} lines of ${meanBytes} bytes on average`);

const dir = mkdtempSync(join(tmpdir(), "khien-bench-"));
const lake = await openLake({ dir, clock: systemClock });
try {
  benchRawWrite();
  await benchJournal();
  await benchStore();
} finally {
  await lake.close();
  rmSync(dir, { recursive: true, force: true });
}

function benchRawWrite(): void {
  const file = openSync(join(dir, "raw"), "w");
  const count = Math.min(TOTAL, 100_000);
  const texts: string[] = [];
  for (let n = 0; n < count; n += BATCH)
    texts.push(
      batchOf(n)
        .map((event) => event.raw)
        .join("\n"),
    );
  let bytes = 0;
  const took = timed(() => {
    for (const text of texts) {
      bytes += writeSync(file, Buffer.from(text));
      fdatasyncSync(file);
    }
  });
  closeSync(file);
  report("raw write, fdatasync per batch", count, took, `${Math.round(bytes / took / 1_000)} MB/s`);
}

async function benchJournal(): Promise<void> {
  const count = Math.min(TOTAL, 100_000);
  const batches: JournalRecord[][] = [];
  for (let n = 0; n < count; n += BATCH) {
    batches.push(batchOf(n).map(({ id, sensor, raw }) => ({ id, sensor, raw, door: "http", receivedAt: START })));
  }
  let started = performance.now();
  for (const batch of batches) await lake.journal.append(batch);
  report("journal append, one at a time", count, performance.now() - started);
  started = performance.now();
  await Promise.all(batches.slice(0, 10).map((batch) => lake.journal.append(batch)));
  report("journal append, 10 batches at once", 10 * BATCH, performance.now() - started);
  started = performance.now();
  const singles = (batches[0] ?? []).slice(0, 1_000);
  await Promise.all(singles.map((record) => lake.journal.append([record])));
  report("journal append, 1,000 single records at once", 1_000, performance.now() - started);
  started = performance.now();
  let position = 0;
  while (position < lake.journal.end()) {
    position = (await lake.journal.read(position, { records: BATCH, bytes: 16 << 20 })).next;
  }
  report("journal read", position, performance.now() - started);
}

async function benchStore(): Promise<void> {
  let next = Math.min(TOTAL, 100_000);
  // Wall time is worth little on a busy machine; processor time of all threads says what it costs.
  const before = process.cpuUsage();
  let worst = 0;
  let spent = 0;
  let main = 0;
  for (let n = 0; n < TOTAL; n += BATCH) {
    const events = batchOf(n);
    const started = performance.now();
    const stored = lake.store.append({ events, upTo: n + BATCH });
    main += performance.now() - started;
    await stored;
    const took = performance.now() - started;
    spent += took;
    worst = Math.max(worst, took);
    if (n + BATCH < next) continue;
    const cpu = process.cpuUsage(before);
    report(
      `lake append to ${n + BATCH}`,
      n + BATCH,
      spent,
      `cpu ${((cpu.user + cpu.system) / (n + BATCH)).toFixed(1)} µs/event, main thread ${((main * 1_000) / (n + BATCH)).toFixed(1)} µs/event, worst batch ${worst.toFixed(0)} ms, rss ${Math.round(process.memoryUsage.rss() / 1e6)} MB`,
    );
    await benchQueries(n + BATCH);
    next *= 2;
  }
  const started = performance.now();
  await lake.store.seal();
  console.log(`seal of the rest: ${Math.round(performance.now() - started)} ms`);
  const stats = await lake.store.stats();
  console.log(
    `${stats.events} events in ${stats.segments} segments, ${Math.round(stats.segmentBytes / stats.events)} bytes/event sealed, database ${Math.round(stats.hotBytes / 1e6)} MB`,
  );
  await benchQueries(TOTAL);
}

async function benchQueries(stored: number): Promise<void> {
  const to = START + stored * STEP_MS;
  const all = { from: START, to };
  const hour = { from: to - 3_600_000, to };
  const asks: Record<string, () => Promise<unknown>> = {
    "newest 100, all time": () => lake.store.search({ ...all, query: "" }),
    "newest 100, 1 h + host": () => lake.store.search({ ...hour, query: `host:${hostOf(0)}` }),
    "EventID:4688, all, page": () => lake.store.search({ ...all, query: "EventID:4688" }),
    "EventID:4688, all, count": () => lake.store.count({ ...all, query: "EventID:4688" }),
    "rare free text, all, page": () => lake.store.search({ ...all, query: "sekurlsa" }),
    "free text, 1 h, count": () => lake.store.count({ ...hour, query: "powershell" }),
    "native name:text, 1 h": () => lake.store.count({ ...hour, query: "Image:*powershell.exe" }),
    "histogram, all": () => lake.store.histogram({ ...all, query: "", buckets: 60 }),
    "top host, all": () => lake.store.top({ ...all, query: "", field: "host", limit: 10 }),
    "top Image, 1 h": () => lake.store.top({ ...hour, query: "", field: "Image", limit: 10 }),
    "field summary, all": () => lake.store.fieldSummary({ ...all, query: "" }),
    "event by id": () => lake.store.event(idOf(17)),
  };
  for (const [name, ask] of Object.entries(asks)) {
    const times: number[] = [];
    for (let run = 0; run < 3; run++) {
      const started = performance.now();
      await ask();
      times.push(performance.now() - started);
    }
    console.log(`  ${name.padEnd(28)} ${times.map((time) => time.toFixed(0).padStart(6)).join("")} ms`);
  }
}

function batchOf(first: number): KhienEvent[] {
  return Array.from({ length: Math.min(BATCH, TOTAL - first) }, (_, i) => eventOf(first + i));
}

function eventOf(n: number): KhienEvent {
  const fields = parsed[n % parsed.length] ?? {};
  const text = (name: string) => (fields[name] === undefined ? undefined : String(fields[name]));
  return {
    id: idOf(n),
    time: START + n * STEP_MS,
    ingestedAt: START + n * STEP_MS,
    sensor: `sensor-${n % 5}`,
    logsource: { product: "windows", service: "sysmon" },
    format: "windows-nxlog",
    host: hostOf(n),
    entities: { user: text("User"), process: text("Image"), commandLine: text("CommandLine") },
    fields: fields as Fields,
    raw: lines[n % lines.length] ?? "",
  };
}

function hostOf(n: number): string {
  return String(parsed[n % parsed.length]?.["Hostname"] ?? `host-${n % 50}`);
}

function idOf(n: number): EventId {
  return createHash("md5").update(String(n)).digest("hex") as EventId;
}

function generatedLines(): string[] {
  return Array.from({ length: 5_000 }, (_, n) =>
    JSON.stringify({
      EventID: [1, 3, 10, 4688, 4624][n % 5] ?? 1,
      Hostname: `host-${n % 50}.example`,
      User: `EXAMPLE\\user${n % 200}`,
      Image:
        n % 17 === 0
          ? "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe"
          : `C:\\Program Files\\App${n % 40}\\app.exe`,
      CommandLine: `app.exe --run ${createHash("sha256").update(String(n)).digest("hex")}`,
      Message: Array.from({ length: 12 }, (__, i) =>
        createHash("sha512")
          .update(`${n % 97}-${i}`)
          .digest("hex"),
      ).join(" "),
    }),
  );
}

function timed(work: () => void): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

function report(name: string, count: number, ms: number, more = ""): void {
  console.log(`${name.padEnd(44)} ${String(Math.round((count / ms) * 1_000)).padStart(8)} /s  ${more}`);
}
