import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { EventEncoder } from "../encoding.ts";
import { type Lake, openLake } from "../index.ts";
import { systemClock } from "../../../platform/clock/index.ts";
import { plainEvent } from "./testdata/events.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const ALL = { query: "line", from: 0, to: 1e13 };
let dir: string;
let lake: Lake;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "khien-damage-"));
  lake = await openLake({ dir, clock: systemClock });
});
afterEach(async () => {
  await lake.close();
  rmSync(dir, { recursive: true, force: true });
});

const events = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => plainEvent(from + n));
const folder = (name: "segments" | "hot") => join(dir, "events", name);
const files = (name: "segments" | "hot") =>
  readdirSync(folder(name))
    .filter((one) => one.endsWith(".parquet"))
    .sort();
const codes = async () => (await lake.store.stats()).problems.map(({ code, detail }) => [code, detail]);

async function sealed(from: number, to: number): Promise<string> {
  const before = new Set(files("segments"));
  await lake.store.append({ events: events(from, to), upTo: to });
  await lake.store.seal();
  return files("segments").find((name) => !before.has(name)) ?? "";
}

describe("a segment that is damaged while the store runs", () => {
  const harms: readonly (readonly [string, string, (path: string) => void])[] = [
    ["its pages are overwritten", "segment_damaged", (path) => overwrite(path, 0.2, 0.7)],
    ["its metadata are overwritten", "segment_damaged", (path) => overwrite(path, 0.95, 1)],
    ["it is cut short", "segment_damaged", (path) => writeFileSync(path, readFileSync(path).subarray(0, 4_000))],
    ["it is gone", "segment_missing", (path) => rmSync(path)],
  ];
  test.each(harms)("is left out, and the answer says so: %s", async (_what, code, harm) => {
    const [first, second] = [await sealed(0, 500), await sealed(500, 700)];
    // Not asked before: the engine would answer from what it has read, as long as the file's time is the same second.
    harm(join(folder("segments"), first));
    const leftOut = { segments: [first], events: 500 };
    const asks = await Promise.all([
      lake.store.search({ ...ALL, limit: 1_000 }),
      lake.store.count({ ...ALL, query: "line AND sensor:*" }),
      lake.store.pipeline({ ...ALL, query: "line | stats count() by host", limit: 10 }),
      lake.store.histogram({ ...ALL, buckets: 10 }),
      lake.store.fieldSummary(ALL),
    ]);
    for (const answer of asks) expect(answer.leftOut).toEqual(leftOut);
    expect(asks[0].events).toHaveLength(200);
    expect(asks[1].count).toBe(200);
    expect(await codes()).toEqual([[code, first]]);
    const { maxTime, minTime } = { minTime: plainEvent(500).time, maxTime: plainEvent(699).time };
    const elsewhere = await lake.store.count({ query: "line", from: minTime, to: maxTime + 1 });
    expect(elsewhere.count).toBe(200);
    expect(elsewhere.leftOut).toBeUndefined();
    expect(files("segments")).toContain(second);
    expect(await lake.store.append({ events: events(700, 710), upTo: 710 })).toMatchObject({ stored: 10 });
  });

  test("put right, it is back at the next start", async () => {
    const name = await sealed(0, 300);
    const path = join(folder("segments"), name);
    const whole = readFileSync(path);
    overwrite(path, 0.2, 0.7);
    expect((await lake.store.search({ ...ALL, limit: 10 })).leftOut?.events).toBe(300);
    await lake.close();
    writeFileSync(path, whole);
    lake = await openLake({ dir, clock: systemClock });
    expect(await lake.store.count(ALL)).toMatchObject({ count: 300 });
    expect((await lake.store.count(ALL)).leftOut).toBeUndefined();
  });

  test("a wrong question is no damage", async () => {
    await sealed(0, 50);
    await expect(lake.store.count({ ...ALL, query: "a:[" })).rejects.toMatchObject({ kind: "invalid" });
    expect(await codes()).toEqual([]);
  });
});

describe("a hot file that is damaged while the store runs", () => {
  const encoder = new EventEncoder();
  const append = (from: number, to: number) =>
    lake.store.appendEncoded(encoder.encode(events(from, to), { withColumns: false }), { from, upTo: to });

  test.each(["by a search", "by sealing"])("is noticed %s, and the journal is read again from there", async (how) => {
    for (const at of [0, 100, 200]) await append(at, at + 100);
    const [, second = ""] = files("hot");
    overwrite(join(folder("hot"), second), 0.2, 0.7);
    if (how === "by a search") {
      expect((await lake.store.search({ ...ALL, limit: 1_000 })).events).toHaveLength(100);
    } else {
      await expect(lake.store.seal()).rejects.toMatchObject({ code: "lake.store.failed" });
      expect(files("segments")).toEqual([]);
    }
    expect(await codes()).toContainEqual(["hot_file_damaged", second]);
    // What comes next would leave a gap: it is refused, and told where to begin again.
    await expect(append(300, 400)).rejects.toMatchObject({ code: "lake.store.behind", params: { position: 100 } });
    expect(lake.store.position()).toBe(100);
    expect(await append(100, 300)).toMatchObject({ stored: 200, duplicates: 0 });
    await append(300, 400);
    await lake.store.seal();
    expect((await lake.store.count(ALL)).count).toBe(400);
    await lake.close();
    expect(existsSync(join(folder("hot"), second))).toBe(false);
    lake = await openLake({ dir, clock: systemClock });
    expect((await lake.store.count(ALL)).count).toBe(400);
  });
});

function overwrite(path: string, from: number, to: number): void {
  const bytes = readFileSync(path);
  bytes.fill(0xa5, Math.floor(bytes.length * from), Math.floor(bytes.length * to));
  writeFileSync(path, bytes);
}
