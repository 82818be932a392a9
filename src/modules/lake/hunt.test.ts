import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KhienEvent } from "../../kernel/index.ts";
import { systemClock } from "../../platform/clock/index.ts";
import { exported } from "./export.ts";
import { type Lake, openLake } from "./index.ts";
import { RunningQueries } from "./running-queries.ts";
import { Database } from "./store/database.ts";
import { BASE_TIME, plainEvent } from "./store/testdata/events.ts";

let dir: string;
let lake: Lake;
const RANGE = { from: BASE_TIME, to: BASE_TIME + 10_000_000 };
const NOW = BASE_TIME + 5_000_000;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "khien-hunt-"));
  lake = await openLake({ dir, clock: systemClock });
  const events = Array.from({ length: 300 }, (_, n) =>
    plainEvent(n, {
      time: BASE_TIME + n * 10_000,
      fields: { n, action: n % 3 === 0 ? "=login" : "đăng nhập", bytes: n * 10 },
      entities: { user: `user-${n % 5}`, srcIp: `10.0.0.${n % 4}` },
    }),
  );
  await lake.store.append({ events: events.slice(0, 200), upTo: 200 });
  await lake.store.seal();
  await lake.store.append({ events: events.slice(200), upTo: 300 });
});
afterAll(async () => {
  await lake.close();
  rmSync(dir, { recursive: true, force: true });
});

const table = async (query: string) => {
  const answer = await lake.store.pipeline({ ...RANGE, now: NOW, query });
  if (answer.kind !== "table") throw new Error("no table");
  return answer;
};

describe("answers", () => {
  test("a table with types, its range and what it read", async () => {
    const answer = await table("host:host-0 | stats count(), max(time) as last by user | where count:>19 | sort user");
    expect(answer.columns).toEqual([
      { name: "user", type: "text" },
      { name: "count", type: "number" },
      { name: "last", type: "time" },
    ]);
    expect(answer.rows).toHaveLength(5);
    expect(answer.rows[0]).toEqual(["user-0", 20, new Date(BASE_TIME + 2_850_000).toISOString()]);
    expect(answer).toMatchObject({ scanned: 300, segments: 2, truncated: false, unknownFields: [] });
  });

  test("relative time narrows what is read, in the query as in its range", async () => {
    const recent = await lake.store.pipeline({
      from: 0,
      to: Date.UTC(2100, 0),
      now: BASE_TIME + 3_000_000,
      query: "last 10m | stats count()",
    });
    expect(recent).toMatchObject({ rows: [[60]], segments: 1 });
    expect(
      await lake.store.count({ ...RANGE, now: BASE_TIME + 3_000_000, query: "time:[now-10m TO now]" }),
    ).toMatchObject({ count: 60 });
    const timeline = await lake.store.pipeline({
      from: 0,
      to: Date.UTC(2100, 0),
      now: BASE_TIME + 3_000_000,
      query: "last 10m | timeline 1m",
    });
    expect(timeline.kind === "table" && timeline.rows.length).toBe(11);
  });

  test("a field nobody has is told with the one that was meant", async () => {
    expect((await table("actoin:login | top user")).unknownFields).toEqual([{ name: "actoin", suggestion: "action" }]);
  });

  test("too short a span, a wrong command and a command where only events fit are refused", async () => {
    await expect(table("| timeline 1s")).rejects.toMatchObject({ code: "lake.query.too_many_buckets" });
    await expect(table("| stast count()")).rejects.toMatchObject({
      code: "lake.query.pipe_unknown",
      params: { from: 2, to: 7, suggestion: "stats" },
    });
    await expect(lake.store.search({ ...RANGE, query: "| head 3" })).rejects.toMatchObject({
      code: "lake.query.pipe_unexpected",
    });
  });

  test("a sequence names the events it was made of", async () => {
    const answer = await table("sensor:fw-1 | sequence by host within 5m [n:0] [n:3] [n:6]");
    expect(answer.rows).toEqual([
      [
        "host-0",
        new Date(BASE_TIME).toISOString(),
        new Date(BASE_TIME + 60_000).toISOString(),
        60,
        plainEvent(0).id,
        plainEvent(6).id,
        [0, 3, 6].map((n) => plainEvent(n).id).join(" "),
      ],
    ]);
  });
});

describe("exports", () => {
  const ask = { ...RANGE, now: NOW, signal: new AbortController().signal };

  test("a table as CSV and NDJSON, inert in a spreadsheet", async () => {
    const csv = await exported(lake.store, { ...ask, query: "| stats count() by action", format: "csv" });
    expect(await text(csv.download)).toBe("action,count\r\nđăng nhập,200\r\n'=login,100\r\n");
    const lines = await exported(lake.store, { ...ask, query: "| stats count() by action", format: "ndjson" });
    expect((await text(lines.download)).split("\n")[0]).toBe('{"action":"đăng nhập","count":200}');
  });

  test("Parquet that any reader opens; the file is gone when it was read", async () => {
    for (const [query, rows, columns] of [
      ["host:host-1", 100, 27],
      ['| stats count() as "odd "" name" by user', 5, 2],
    ] as const) {
      const { download } = await exported(lake.store, { ...ask, query, format: "parquet" });
      const bytes = await buffer(download);
      const file = join(dir, "x.parquet");
      writeFileSync(file, bytes);
      const database = await Database.open({ file: ":memory:", temp: join(dir, "x"), root: dir, memoryLimitMb: 100 });
      const connection = await database.connect();
      expect(await connection.rows(`SELECT count(*)::INTEGER AS n FROM read_parquet('${file}')`)).toEqual([
        { n: rows },
      ]);
      expect(await connection.rows(`DESCRIBE SELECT * FROM read_parquet('${file}')`)).toHaveLength(columns);
      connection.close();
      database.close();
    }
    expect(readFileSync(join(dir, "x.parquet")).subarray(0, 4).toString()).toBe("PAR1");
  });
});

describe("suggestions", () => {
  const suggest = async (query: string, cursor = query.length) => {
    const { items, from, to } = await lake.store.suggest({ ...RANGE, query, cursor });
    return { texts: items.map((item) => item.text), items, from, to };
  };

  test("fields by what is stored, values by how often, folded, quoted where needed", async () => {
    const fields = await suggest("ac");
    expect(fields.texts[0]).toBe("action");
    expect(fields.items[0]).toMatchObject({ kind: "field", type: "text", share: 1 });
    const values = await suggest("host:host-1 action:dang");
    expect(values).toMatchObject({ texts: ['"đăng nhập"'], from: 19, to: 23 });
    expect((await suggest("user:user-")).texts).toHaveLength(5);
    expect((await suggest("dst_po")).texts).toEqual(["dst_port"]);
  });

  test("commands, functions and columns where they belong", async () => {
    expect((await suggest("a | st")).texts).toEqual(["stats"]);
    expect((await suggest("a | stats p")).texts.slice(0, 4)).toEqual(["p50", "p90", "p95", "p99"]);
    expect((await suggest("a | stats count() by user | sort c")).texts).toEqual(["count"]);
    expect((await suggest("a | where host:host-")).texts).toHaveLength(3);
    expect((await suggest('user:"')).texts).toHaveLength(5);
    expect((await suggest('"half')).texts).toEqual([]);
  });
});

test("a live view is told what matches, once, and what it was not", async () => {
  const news: { ids: string[]; notShown: number }[] = [];
  const end = lake.store.tail("user:lan -drill", ({ events, notShown }) =>
    news.push({ ids: events.map(({ id }) => id), notShown }),
  );
  const live = (n: number, user: string): KhienEvent => plainEvent(n, { time: Date.UTC(2030, 0), entities: { user } });
  await lake.store.append({ events: [live(1_000, "lan"), live(1_001, "minh"), live(1_000, "lan")], upTo: 303 });
  await lake.store.append({ events: Array.from({ length: 80 }, (_, n) => live(2_000 + n, "Lan")), upTo: 383 });
  end();
  await lake.store.append({ events: [live(3_000, "lan")], upTo: 384 });
  expect(news[0]?.ids).toEqual([plainEvent(1_000).id]);
  const shown = news.reduce((sum, { ids }) => sum + ids.length, 0);
  const hidden = news.reduce((sum, { notShown }) => sum + notShown, 0);
  expect(shown + hidden).toBe(81);
  expect(hidden).toBeGreaterThan(0);
  expect(() => lake.store.tail("a | stats count()", () => {})).toThrow("commands that count");
});

test("a named run can be watched and stopped by its owner alone", async () => {
  const running = new RunningQueries(lake.store);
  const signal = new AbortController().signal;
  const ask = { ...RANGE, query: "x", signal };
  const work = running.during({ owner: "lan", run: "one", ask }, ({ signal: stop }) => {
    return new Promise((_, reject) => stop.addEventListener("abort", () => reject(new Error("stopped"))));
  });
  expect(await running.list("lan")).toMatchObject([
    { run: "one", query: "x", state: "waiting", cost: { events: 300 } },
  ]);
  expect(await running.list("minh")).toEqual([]);
  expect(running.stop("minh", "one")).toBe(false);
  expect(running.stop("lan", "one")).toBe(true);
  await expect(work).rejects.toThrow("stopped");
  expect(await running.list("lan")).toEqual([]);
});
