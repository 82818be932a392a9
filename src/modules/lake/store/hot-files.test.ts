/** What a crash may leave of the hot files, and what becomes of it. */
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DEFAULT_SEAL_LIMITS, MIN_MERGED_FILES } from "../limits.ts";
import { EventEncoder } from "./encoded-events.ts";
import { mergeableTail, recoverHotFiles, writeHotFile } from "./hot-files.ts";
import { type LakeStore, openLakeStore } from "./lake-store.ts";
import { BASE_TIME, plainEvent } from "./testdata/events.ts";

let dir: string;
let store: LakeStore | undefined;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "khien-hot-"));
});
afterEach(async () => {
  await store?.close();
  store = undefined;
  rmSync(dir, { recursive: true, force: true });
});

const ALL = { query: "", from: BASE_TIME - 1, to: BASE_TIME + 10_000_000 };
const events = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => plainEvent(from + i));
const hotDir = () => join(dir, "hot");
const hotNames = () => readdirSync(hotDir()).sort();

async function open(): Promise<LakeStore> {
  store = await openLakeStore({ dir, limits: DEFAULT_SEAL_LIMITS, sealCheckMs: 60_000, onEnd: () => {} });
  return store;
}

/** Three batches of ten, closed again; gives the names of their files. */
async function threeFiles(): Promise<readonly string[]> {
  const filled = await open();
  for (const at of [0, 10, 20]) await filled.append({ events: events(at, at + 10), upTo: at + 10 });
  await filled.close();
  store = undefined;
  return hotNames();
}

describe("after a crash", () => {
  test("whole files are there again, with the names of their fields", async () => {
    await threeFiles();
    const again = await open();
    expect(again.position()).toBe(30);
    expect(again.trimmablePosition()).toBe(0);
    expect((await again.count({ ...ALL, query: "N:>=5" })).count).toBe(25);
    expect((await again.stats()).problems).toEqual([]);
  });

  test.each([
    ["cut short", (path: string) => truncateSync(path, 700)],
    ["empty", (path: string) => writeFileSync(path, "")],
    [
      "changed in the middle",
      (path: string) => {
        const bytes = readFileSync(path);
        bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
        writeFileSync(path, bytes);
      },
    ],
    ["missing", (path: string) => rmSync(path)],
  ])("a file that is %s ends the chain: the journal is read again from there", async (_, damage) => {
    const [, second = ""] = await threeFiles();
    damage(join(hotDir(), second));
    const again = await open();
    expect(again.position()).toBe(10);
    expect((await again.stats()).problems.map(({ code }) => code)).toContain("hot_file_damaged");
    expect(await again.append({ events: events(10, 30), upTo: 30 })).toMatchObject({ stored: 20, duplicates: 0 });
    expect((await again.count(ALL)).count).toBe(30);
  });

  test("files that were sealed, merged or never finished are gone", async () => {
    const [first = "", second = ""] = await threeFiles();
    const copies = [first, second].map((name) => [name, readFileSync(join(hotDir(), name))] as const);
    const sealing = await open();
    await sealing.seal();
    await sealing.append({ events: events(30, 40), upTo: 40 });
    await sealing.close();
    expect(hotNames()).toHaveLength(1);
    for (const [name, bytes] of copies) writeFileSync(join(hotDir(), name), bytes);
    writeFileSync(join(hotDir(), "merged.tmp"), "half");
    const again = await open();
    expect(hotNames()).toHaveLength(1);
    expect(again.position()).toBe(40);
    expect((await again.count(ALL)).count).toBe(40);
    expect((await again.stats()).problems).toEqual([]);
  });

  test("a segment that the manifest lost is taken back, even when its hot files are gone", async () => {
    await threeFiles();
    const manifest = readFileSync(join(dir, "lake.duckdb"));
    const sealing = await open();
    await sealing.seal();
    await sealing.close();
    writeFileSync(join(dir, "lake.duckdb"), manifest);
    const again = await open();
    expect(hotNames()).toEqual([]);
    expect(again.position()).toBe(30);
    expect(again.trimmablePosition()).toBe(30);
    expect((await again.count({ ...ALL, query: "N:>=0" })).count).toBe(30);
    expect(await again.stats()).toMatchObject({ segments: 1, problems: [] });
  });

  test("of a merge cut short either the new file counts or the old ones", async () => {
    const names = await threeFiles();
    const encoded = new EventEncoder().encode(events(0, 30), { withColumns: false });
    const whole = writeHotFile({ dir: hotDir(), from: 0, upTo: 30, bytes: encoded.file, summary: encoded.summary });
    const torn = join(dir, "aside");
    renameSync(whole.path, torn);
    writeFileSync(whole.path, readFileSync(torn).subarray(0, 900));
    const olds = recoverHotFiles(hotDir(), 0);
    expect(olds.files.map(({ path }) => path)).toEqual(names.map((name) => join(hotDir(), name)));
    renameSync(torn, whole.path);
    expect(recoverHotFiles(hotDir(), 0).files.map(({ path }) => path)).toEqual([whole.path]);
    expect(hotNames()).toHaveLength(1);
  });
});

test("repetitions inside a batch are left out of its file", async () => {
  const filled = await open();
  await filled.append({ events: events(0, 10), upTo: 10 });
  const batch = [...events(5, 15), plainEvent(12), plainEvent(14)];
  expect(await filled.append({ events: batch, upTo: 22 })).toMatchObject({
    stored: 5,
    duplicateIndexes: [0, 1, 2, 3, 4, 10, 11],
  });
  expect(await filled.append({ events: events(0, 15), upTo: 37 })).toMatchObject({ stored: 0, position: 37 });
  expect((await filled.count(ALL)).count).toBe(15);
  expect((await filled.stats()).bySensor.reduce((sum, one) => sum + one.events, 0)).toBe(15);
});

test("many small batches become few files, and every event stays", { timeout: 60_000 }, async () => {
  const filled = await open();
  for (let at = 0; at < 120; at++) await filled.append({ events: events(at * 3, at * 3 + 3), upTo: at * 3 + 3 });
  await filled.seal();
  expect(await filled.count(ALL)).toMatchObject({ count: 360 });
  for (let at = 120; at < 200; at++) await filled.append({ events: events(at * 3, at * 3 + 3), upTo: at * 3 + 3 });
  expect((await filled.count({ ...ALL, query: "N:>=0" })).count).toBe(600);
  await filled.close();
  // Closing waits for a merge under way; what was merged is gone.
  expect(hotNames().length).toBeLessThan(80);
  const again = await open();
  expect(again.position()).toBe(600);
  expect((await again.count({ ...ALL, query: "N:>=0" })).count).toBe(600);
});

test("no file is merged together with less than itself", () => {
  const file = (count: number) => ({
    path: "",
    from: 0,
    upTo: 0,
    bytes: 0,
    summary: { events: count, minTime: 0, maxTime: 0, rawCharacters: 0, since: 0, sensors: {} },
  });
  const ones = (count: number) => Array.from({ length: count }, () => file(1));
  expect(mergeableTail(ones(MIN_MERGED_FILES - 1))).toHaveLength(0);
  expect(mergeableTail(ones(MIN_MERGED_FILES))).toHaveLength(MIN_MERGED_FILES);
  expect(mergeableTail([file(500), ...ones(MIN_MERGED_FILES)])).toHaveLength(MIN_MERGED_FILES);
  expect(mergeableTail([file(16), ...ones(MIN_MERGED_FILES)])).toHaveLength(MIN_MERGED_FILES + 1);
  expect(mergeableTail([...ones(40), file(5_000), ...ones(3)])).toHaveLength(0);
});
