/**
 * What the search language costs against SQL written by hand: the same engine settings, the same files, the same run.
 * Run: node bench/hunt.ts [million events, default 1] [rounds, default 5]
 *
 * Events are varied: 2,000 hosts, 20,000 users, addresses without end, command lines, JSON with nested spelling,
 * sorted by time over four days. `ratio` is the language's best time over the best of the
 * hand-written one.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createHash } from "node:crypto";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { type EncodedEvents, type LakeStore, openLake } from "../src/modules/lake/index.ts";
import { Database } from "../src/modules/lake/store/database.ts";
import { systemClock } from "../src/platform/clock/index.ts";
import { BATCH, START, stepMs } from "./hunt-events.ts";

const TOTAL = Math.round(Number(process.argv[2] ?? 1) * 1_000_000);
const ROUNDS = Number(process.argv[3] ?? 5);
const END = START + TOTAL * stepMs(TOTAL);
const MIDDLE = START + Math.floor((END - START) / 2);
const HOUR = 3_600_000;
const ALL = { from: START, to: END };
const ONE_HOUR = { from: MIDDLE, to: MIDDLE + HOUR };

/** One thread that makes batches, in the order in which they are asked for. */
class Loader {
  readonly #worker = new Worker(new URL("./hunt-loader.ts", import.meta.url));
  readonly #waiting: ((encoded: EncodedEvents) => void)[] = [];

  constructor() {
    this.#worker.on("message", (encoded: EncodedEvents) => this.#waiting.shift()?.(encoded));
  }

  batch(ask: { from: number; count: number; total: number }): Promise<EncodedEvents> {
    this.#worker.postMessage(ask);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

const dir = mkdtempSync(join(tmpdir(), "khien-hunt-"));
const lake = await openLake({ dir, clock: systemClock });
try {
  await fill(lake.store);
  const stats = await lake.store.stats();
  console.log(
    `\n${stats.events} events, ${stats.segments} segments, ${Math.round(stats.segmentBytes / stats.events)} bytes per event on disk`,
  );
  await compare(lake.store);
  await firstPage(lake.store);
  await suggestions(lake.store);
  await cancelling(lake.store);
} finally {
  await lake.close();
  rmSync(dir, { recursive: true, force: true });
}

/** Batches are made and encoded in threads, two ahead in each, and stored in order. */
async function fill(store: LakeStore): Promise<void> {
  const started = performance.now();
  const threads = Array.from({ length: Math.max(1, availableParallelism()) }, () => new Loader());
  const ahead: Promise<EncodedEvents>[] = [];
  let asked = 0;
  for (let stored = 0; stored < TOTAL; ) {
    while (asked < TOTAL && ahead.length < 2 * threads.length) {
      const thread = threads[(asked / BATCH) % threads.length];
      const size = Math.min(BATCH, TOTAL - asked);
      if (thread !== undefined) ahead.push(thread.batch({ from: asked, count: size, total: TOTAL }));
      asked += size;
    }
    const encoded = await ahead.shift();
    if (encoded === undefined) break;
    stored += encoded.count;
    await store.appendEncoded(encoded, stored);
  }
  for (const thread of threads) await thread.end();
  await store.seal();
  const seconds = (performance.now() - started) / 1_000;
  console.log(`filled: ${TOTAL} events in ${seconds.toFixed(1)} s, generation included`);
}

interface Class {
  readonly name: string;
  /** What the language is asked. */
  readonly ask: (store: LakeStore) => Promise<unknown>;
  /** The same by hand, over `FILES`. */
  readonly sql: string;
}

async function compare(store: LakeStore): Promise<void> {
  const segments = join(dir, "events", "segments");
  const files = readdirSync(segments)
    .filter((name) => name.endsWith(".parquet"))
    .map((name) => `'${segments}/${name}'`);
  const own = join(dir, "by-hand");
  mkdirSync(own);
  const database = await Database.open({
    file: join(own, "x.duckdb"),
    temp: join(own, "tmp"),
    root: dir,
    memoryLimitMb: undefined,
  });
  const connection = await database.connect();
  console.log(`\n${"class".padEnd(46)} language   by hand   ratio`);
  for (const one of [...searches(), ...commands()]) {
    const sql = one.sql.replaceAll("FILES", `read_parquet([${files.join(",")}])`);
    const times: [number[], number[]] = [[], []];
    for (let round = 0; round <= ROUNDS; round++) {
      const asks = [() => one.ask(store), () => connection.rows(sql)] as const;
      // Turn about, so that neither always finds what the other left in the caches.
      for (const which of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
        const took = await timed(asks[which]);
        // The first round warms the file cache for both.
        if (round > 0) times[which].push(took);
      }
    }
    // The best of the rounds: on a machine that does other things too, the rest measures those.
    const [language, hand] = [Math.min(...times[0]), Math.min(...times[1])];
    console.log(`${one.name.padEnd(46)} ${ms(language)} ${ms(hand)}   ${(language / hand).toFixed(2)}`);
  }
  connection.close();
  database.close();
}

function within({ from, to }: { readonly from: number; readonly to: number }): string {
  return `"time" >= ${from} AND "time" < ${to}`;
}

function json(name: string): string {
  return `json_extract_string(coalesce("fields", "raw"), '$.${name}')`;
}

function pipe(query: string, range = ALL): Class["ask"] {
  return (store) => store.pipeline({ ...range, query, limit: 1_000 });
}

function count(query: string, range = ALL): Class["ask"] {
  return (store) => store.count({ ...range, query });
}

function searches(): readonly Class[] {
  const id = createHash("md5")
    .update(String(Math.floor(TOTAL / 3)))
    .digest("hex");
  return [
    {
      name: "1 h + host + severity, newest 100, all columns",
      ask: (store) => store.search({ ...ONE_HOUR, query: "host:host-0001 severity:high", limit: 100 }),
      sql: `SELECT * FROM FILES WHERE ${within(ONE_HOUR)} AND lower("host") = 'host-0001' AND ${json("severity")} = 'high' ORDER BY "time" DESC, "id" DESC LIMIT 100`,
    },
    {
      name: "5 min + action, count",
      ask: count("action:login", { from: MIDDLE, to: MIDDLE + 300_000 }),
      sql: `SELECT count(*) FROM FILES WHERE ${within({ from: MIDDLE, to: MIDDLE + 300_000 })} AND ${json("action")} = 'login'`,
    },
    { name: "by id", ask: (store) => store.event(id), sql: `SELECT * FROM FILES WHERE "id" = '${id}' LIMIT 1` },
    {
      name: "one src_ip, all time, count",
      ask: count("src_ip:10.1.2.3"),
      sql: `SELECT count(*) FROM FILES WHERE "src_ip" = '10.1.2.3'`,
    },
    {
      name: "network, all time, count",
      ask: count("src_ip:10.1.0.0/16"),
      sql: `SELECT count(*) FROM FILES WHERE "src_ip" LIKE '10.1.%'`,
    },
    {
      name: "text within command line, all",
      ask: count("command_line:*mimikatz*"),
      sql: `SELECT count(*) FROM FILES WHERE "command_line" ILIKE '%mimikatz%'`,
    },
    {
      name: "two texts within command line (regex), all",
      ask: count('command_line:*"-enc "*mimi*'),
      sql: `SELECT count(*) FROM FILES WHERE regexp_matches("command_line", '-enc .*mimi', 'i')`,
    },
    {
      name: "text within raw, all",
      ask: count("mimikatz"),
      sql: `SELECT count(*) FROM FILES WHERE "raw" ILIKE '%mimikatz%'`,
    },
    {
      name: "text within raw, 1 h",
      ask: count("mimikatz", ONE_HOUR),
      sql: `SELECT count(*) FROM FILES WHERE ${within(ONE_HOUR)} AND "raw" ILIKE '%mimikatz%'`,
    },
    {
      name: "source field equals, all, count",
      ask: count("EventID:4625"),
      sql: `SELECT count(*) FROM FILES WHERE ${json("EventID")} = '4625'`,
    },
  ];
}

function commands(): readonly Class[] {
  return [
    {
      name: "top 10 hosts",
      ask: pipe("| top 10 host"),
      sql: `SELECT "host", count(*) AS n FROM FILES GROUP BY 1 ORDER BY n DESC LIMIT 10`,
    },
    {
      name: "top 10 src_ip (a million values)",
      ask: pipe("| top 10 src_ip"),
      sql: `SELECT "src_ip", count(*) AS n FROM FILES GROUP BY 1 ORDER BY n DESC LIMIT 10`,
    },
    {
      name: "top 10 of a source field",
      ask: pipe("| top 10 action"),
      sql: `SELECT ${json("action")} AS v, count(*) AS n FROM FILES GROUP BY 1 ORDER BY n DESC LIMIT 10`,
    },
    {
      name: "per-minute histogram",
      ask: pipe("| stats count() span 1m"),
      sql: `SELECT "time" // 60000 AS t, count(*) FROM FILES GROUP BY 1 ORDER BY 1`,
    },
    {
      name: "events and users by host",
      ask: pipe("| stats count(), dc(user) by host"),
      sql: `SELECT "host", count(*) AS n, count(DISTINCT "user") FROM FILES GROUP BY 1 ORDER BY n DESC LIMIT 1000`,
    },
    {
      name: "sum and p95 of a source field by host",
      ask: pipe("| stats sum(bytes), p95(bytes) by host"),
      sql: `SELECT "host", sum(b), quantile_disc(b, 0.95) FROM (SELECT "host", TRY_CAST(${json("bytes")} AS DOUBLE) AS b FROM FILES) GROUP BY 1 LIMIT 1000`,
    },
    {
      name: "host of a failed and a good log-on",
      ask: pipe("EventID:4624 | join on host [EventID:4625 severity:high] | stats count() by host"),
      sql: `SELECT "host", count(*) AS n FROM FILES WHERE ${json("EventID")} = '4624' AND "host" IN (SELECT "host" FROM FILES WHERE ${json("EventID")} = '4625' AND ${json("severity")} = 'high') GROUP BY 1 ORDER BY n DESC LIMIT 1000`,
    },
    {
      name: "newest 100 without time bound",
      ask: (store) => store.search({ ...ALL, query: "", limit: 100 }),
      sql: `SELECT * FROM FILES ORDER BY "time" DESC, "id" DESC LIMIT 100`,
    },
  ];
}

async function firstPage(store: LakeStore): Promise<void> {
  const times: number[] = [];
  for (let n = 0; n < 20; n++) {
    const from = START + Math.floor(((END - START - HOUR) * n) / 20);
    const query = n % 2 === 0 ? `host:host-000${n % 10}` : "EventID:4625 thất bại";
    times.push(await timed(() => store.search({ from, to: from + HOUR, query, limit: 100 })));
  }
  console.log(`\nfirst page of an hour: median ${ms(median(times))}, worst ${ms(Math.max(...times))}`);
}

async function suggestions(store: LakeStore): Promise<void> {
  for (const query of ["Even", "host:ho", "action:l", "| sta", "| stats count() by "]) {
    const ask = { query, cursor: query.length, from: START, to: END };
    const cold = await timed(() => store.suggest(ask));
    const warm = await timed(() => store.suggest(ask));
    console.log(`suggest ${JSON.stringify(query).padEnd(24)} cold ${ms(cold)} warm ${ms(warm)}`);
  }
}

async function cancelling(store: LakeStore): Promise<void> {
  const latencies: number[] = [];
  for (let n = 0; n < 10; n++) {
    const stop = new AbortController();
    const asked = store.pipeline({
      from: START,
      to: END,
      query: "mimi*k*tz | stats dc(id), p95(bytes) by user, src_ip",
      signal: stop.signal,
    });
    await new Promise((resolve) => setTimeout(resolve, 20 + n * 15));
    const at = performance.now();
    stop.abort();
    await asked.catch(() => {});
    // The engine is free again when the next question is answered.
    await store.count({ from: START, to: START + 1, query: "" });
    latencies.push(performance.now() - at);
  }
  console.log(`cancel until the next answer: median ${ms(median(latencies))}, worst ${ms(Math.max(...latencies))}`);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function ms(value: number): string {
  return `${value < 100 ? value.toFixed(1) : Math.round(value)} ms`.padStart(9);
}
