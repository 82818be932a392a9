import {
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
  closeSync,
} from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { KhienEvent } from "../../kernel/index.ts";
import { ManualClock, systemClock } from "../../platform/clock/index.ts";
import { type Lake, type LakeOptions, openLake } from "./index.ts";
import { BASE_TIME, plainEvent } from "./store/testdata/events.ts";

let dir: string;
let lakes: Lake[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "khien-lake-"));
});
afterEach(async () => {
  for (const lake of lakes) await lake.close();
  lakes = [];
  rmSync(dir, { recursive: true, force: true });
});

async function open(options: Partial<LakeOptions> = {}): Promise<Lake> {
  const lake = await openLake({ dir, clock: systemClock, ...options });
  lakes.push(lake);
  return lake;
}

async function close(lake: Lake): Promise<void> {
  lakes = lakes.filter((one) => one !== lake);
  await lake.close();
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const events = (from: number, to: number): KhienEvent[] => range(from, to).map((n) => plainEvent(n));
const ALL = { query: "", from: BASE_TIME - 1, to: BASE_TIME + 10_000_000 };
const segmentDir = () => join(dir, "events", "segments");

describe("storing", () => {
  test("an event comes back as it went in", async () => {
    const { store } = await open();
    const whole = plainEvent(1, {
      timeMissing: true,
      logsource: { product: "windows", category: "process_creation", service: "sysmon" },
      parseFailure: "x",
      entities: {
        user: "Nguyễn Đức",
        process: "a",
        commandLine: "b",
        parentProcess: "c",
        srcIp: "10.0.0.1",
        srcPort: 0,
        dstIp: "::1",
        dstPort: 65_535,
        domain: "d",
        url: "e",
        hash: "f",
        email: "g",
        file: "h",
      },
      fields: { a: 1, b: [1, "x", null], c: null, d: true, "e.f": "\u0000" },
      raw: "raw \u0000 \u2028 đ",
      exerciseId: "drill" as KhienEvent["exerciseId"],
    });
    await store.append({ events: [whole, plainEvent(2)], upTo: 2 });
    for (const sealed of [false, true]) {
      if (sealed) await store.seal();
      const { time, ingestedAt, ...rest } = whole;
      expect(await store.event(whole.id)).toEqual({
        ...rest,
        time: new Date(time).toISOString(),
        ingestedAt: new Date(ingestedAt).toISOString(),
      });
      expect(await store.event(plainEvent(2).id, { near: plainEvent(2).time })).toMatchObject({
        raw: "line 2",
        entities: { user: "user-2" },
      });
      expect(await store.event("e".repeat(32))).toBeUndefined();
    }
  });

  test("a retry is not a second event: in one batch, across batches, after sealing and after a restart", async () => {
    let lake = await open();
    const first = await lake.store.append({ events: [...events(0, 3), plainEvent(1)], upTo: 4 });
    expect(first).toMatchObject({ stored: 3, duplicates: 1, duplicateIndexes: [3], position: 4 });
    await lake.store.seal();
    expect(await lake.store.append({ events: events(2, 5), upTo: 7 })).toMatchObject({
      stored: 2,
      duplicateIndexes: [0],
    });
    await close(lake);
    lake = await open();
    expect(lake.store.position()).toBe(7);
    expect(await lake.store.append({ events: events(0, 6), upTo: 13 })).toMatchObject({ stored: 1, duplicates: 5 });
    expect((await lake.store.count(ALL)).count).toBe(6);
  });

  test("seals by size in the background and by age on the clock's word, and trims the journal only behind that", async () => {
    const clock = new ManualClock(BASE_TIME);
    const lake = await open({ clock, seal: { events: 100, characters: 1 << 30 }, journalSegmentBytes: 2_000 });
    for (const n of range(0, 10)) {
      const end = await lake.journal.append(
        range(n * 30, n * 30 + 30).map((i) => ({ ...plainEvent(i), door: "http" as const, receivedAt: BASE_TIME })),
      );
      await lake.store.append({ events: events(n * 30, n * 30 + 30), upTo: end });
    }
    await lake.store.seal();
    await lake.store.append({ events: events(300, 310), upTo: 305 });
    const stats = await lake.store.stats();
    expect(stats).toMatchObject({ events: 310, hotEvents: 10, problems: [] });
    expect(stats.segments).toBeGreaterThan(1);
    expect(lake.store.trimmablePosition()).toBe(300);
    const before = lake.journal.stats().segments;
    await lake.trimJournal();
    expect(lake.journal.stats().segments).toBeLessThan(before);
    expect((await lake.store.count(ALL)).count).toBe(310);
  });

  test("refuses a second process", async () => {
    await open();
    const script = join(dir, "second.ts");
    const door = JSON.stringify(new URL("./index.ts", import.meta.url).href);
    writeFileSync(
      script,
      `import { openLake } from ${door};
       openLake({ dir: ${JSON.stringify(dir)}, clock: { now: () => 0 } }).then(
         (lake) => lake.close(),
         (fault) => console.log(fault.kind, fault.code),
       );`,
    );
    const second = spawnSync(process.execPath, [script], { encoding: "utf8" });
    expect(second.stdout.trim()).toBe("unavailable lake.store.locked");
  });
});

test("what the engine occupies is told by purpose, and is little however much is stored", async () => {
  const { store } = await open();
  for (const seals of [false, true]) {
    await store.append({ events: events(0, 5_000), upTo: 5_000 });
    if (seals) await store.seal();
    const { engine, heaps } = await store.memory();
    expect(engine.used).toBe(engine.purposes.reduce((sum, { bytes }) => sum + bytes, 0));
    expect(engine.used).toBeLessThan(4_000_000);
    expect(heaps.map(({ thread }) => thread)).toEqual(["lake"]);
  }
});

describe("asking", () => {
  test("pages through everything once, newest and oldest first, over hot and sealed, with equal times", async () => {
    const { store } = await open();
    const many = range(0, 250).map((n) => plainEvent(n, { time: BASE_TIME + Math.floor(n / 10) }));
    for (const [index, at] of [0, 60, 120, 200].entries()) {
      await store.append({ events: many.slice(at, [60, 120, 200, 250][index]), upTo: index + 1 });
      if (index < 3) await store.seal();
    }
    for (const order of ["newest", "oldest"] as const) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.search({ ...ALL, order, limit: 17, ...(cursor === undefined ? {} : { cursor }) });
        seen.push(...page.events.map((event) => event.id));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      const expected = many.map((event) => event.id as string).sort();
      expect(seen).toEqual(order === "oldest" ? expected : expected.toReversed());
    }
    await expect(
      store.search({ ...ALL, order: "oldest", cursor: "n.1.00000000000000000000000000000000" }),
    ).rejects.toMatchObject({ code: "lake.query.cursor" });
  });

  test("histogram, top, field summary and surroundings count what is there", async () => {
    const { store } = await open();
    await store.append({ events: range(0, 100).map((n) => plainEvent(n, { time: BASE_TIME + n * 1_000 })), upTo: 1 });
    const ask = { query: "host:host-0", from: BASE_TIME, to: BASE_TIME + 100_000 };
    const histogram = await store.histogram({ ...ask, buckets: 10 });
    expect(histogram).toMatchObject({ bucketMs: 10_000, total: 34 });
    expect(histogram.series.map((one) => one.count)).toEqual([4, 3, 3, 4, 3, 3, 4, 3, 3, 4]);
    const top = await store.top({ ...ask, field: "USER", limit: 2 });
    expect(top).toMatchObject({
      present: 34,
      total: 34,
      values: [
        { value: "user-0", count: 7 },
        { value: "user-1", count: 7 },
      ],
    });
    const summary = await store.fieldSummary(ask);
    expect(summary).toMatchObject({ sampled: 34, total: 34, isSample: false });
    expect(summary.fields.find((field) => field.name === "user")).toMatchObject({
      kind: "entity",
      count: 34,
      distinct: 5,
    });
    expect(summary.fields.find((field) => field.name === "n")).toMatchObject({
      kind: "native",
      count: 34,
      distinct: 34,
    });
    const around = await store.around({ id: plainEvent(50).id, windowMs: 6_000 });
    expect(around.event.id).toBe(plainEvent(50).id);
    // host-2 every third second, user-0 every fifth.
    expect(around.events.map((event) => Number(event.fields["n"]))).toEqual([44, 45, 47, 50, 53, 55, 56]);
    await expect(store.around({ id: "e".repeat(32), windowMs: 1_000 })).rejects.toMatchObject({
      code: "lake.event.missing",
    });
  });

  test("wrong queries and ranges are refused with the place", async () => {
    const { store } = await open();
    await expect(store.search({ ...ALL, query: "a (b" })).rejects.toMatchObject({
      kind: "invalid",
      code: "lake.query.group_open",
      params: { from: 2, to: 3 },
    });
    await expect(store.count({ query: "", from: 2, to: 1 })).rejects.toMatchObject({ code: "lake.query.range" });
    expect(await store.search({ ...ALL, query: "x" })).toMatchObject({ events: [], scanned: 0 });
  });

  test("a long query stops when cancelled and when its time is over, and the next one runs", async () => {
    const { store } = await open();
    const raw = "x".repeat(2_000);
    for (const n of range(0, 4)) {
      const batch = range(n * 2_000, n * 2_000 + 2_000).map((i) => plainEvent(i, { raw: raw + i }));
      await store.append({ events: batch, upTo: n + 1 });
    }
    const terms = range(0, 60).map((n) => `*x?${n}x*y*`);
    const slow = { ...ALL, query: terms.join(" or ") };
    await expect(store.count({ ...slow, timeoutMs: 5 })).rejects.toMatchObject({ code: "lake.query.timeout" });
    const abort = new AbortController();
    const running = store.count({ ...slow, signal: abort.signal });
    setTimeout(() => abort.abort(), 5);
    await expect(running).rejects.toMatchObject({ code: "lake.query.cancelled" });
    // Were the two still at work, both places for queries would be taken for many seconds.
    expect((await store.count({ ...ALL, timeoutMs: 5_000 })).count).toBe(8_000);
    const brief = { query: "", from: BASE_TIME, to: BASE_TIME + 10 };
    const crowd = await Promise.allSettled(range(0, 40).map(() => store.count(brief)));
    const refused = crowd.filter((one) => one.status === "rejected");
    // The two stopped ones may still be leaving.
    expect(refused.length).toBeGreaterThanOrEqual(24);
    expect(refused.length).toBeLessThanOrEqual(26);
    expect(refused.every((one) => one.reason.code === "lake.query.busy")).toBe(true);
  });
});

describe("damage", () => {
  function overwrite(path: string, at: number): void {
    const fd = openSync(path, "r+");
    writeSync(fd, Buffer.alloc(16, 0xa5), 0, 16, at);
    closeSync(fd);
  }

  async function filled(): Promise<void> {
    const lake = await open();
    await lake.store.append({ events: events(0, 500), upTo: 500 });
    await lake.store.seal();
    await lake.store.append({ events: events(500, 900), upTo: 900 });
    await close(lake);
  }

  test("a damaged database is moved aside and rebuilt from its files", async () => {
    await filled();
    overwrite(join(dir, "events", "lake.duckdb"), 4_096 + 8);
    overwrite(join(dir, "events", "lake.duckdb"), 8);
    const { store } = await open();
    expect(store.position()).toBe(900);
    expect((await store.stats()).problems).toMatchObject([{ code: "database_rebuilt" }]);
    expect(readdirSync(join(dir, "events")).some((name) => name.startsWith("damaged-"))).toBe(true);
    expect(await store.append({ events: events(450, 910), upTo: 910 })).toMatchObject({ stored: 10 });
    expect((await store.count(ALL)).count).toBe(910);
    expect((await store.count({ ...ALL, query: "n:>=890" })).count).toBe(20);
  });

  test("a damaged segment is set aside in a rebuild, the others open", async () => {
    await filled();
    const lake = await open();
    await lake.store.seal();
    await close(lake);
    const [first = "", second = ""] = readdirSync(segmentDir()).sort();
    const path = join(segmentDir(), second);
    overwrite(path, statSync(path).size - 16);
    writeFileSync(join(dir, "events", "lake.duckdb"), "not a database at all");
    const { store } = await open();
    expect(existsSync(join(segmentDir(), first))).toBe(true);
    expect(store.position()).toBe(500);
    expect((await store.stats()).problems.map((one) => one.code).sort()).toEqual([
      "database_rebuilt",
      "segment_damaged",
    ]);
  });

  test("leftovers of an interrupted seal disappear; nothing is counted twice", async () => {
    await filled();
    const [name = ""] = readdirSync(segmentDir());
    const copy = readFileSync(join(segmentDir(), name));
    writeFileSync(join(segmentDir(), "events-00000002-0000000000000900.parquet"), copy);
    writeFileSync(join(segmentDir(), "events-00000003-0000000000000950.parquet.tmp"), "half");
    const { store } = await open();
    expect(readdirSync(segmentDir())).toEqual([name]);
    expect((await store.count(ALL)).count).toBe(900);
  });
});
