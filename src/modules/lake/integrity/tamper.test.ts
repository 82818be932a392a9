/**
 * One event flipped, dropped, inserted or moved, everywhere an event or its seal lies; every file rewritten so that its
 * own format finds nothing wrong. What `khien verify` says is the table in docs/integrity.md.
 */
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { EventId, JournalRecord } from "../../../kernel/index.ts";
import { verifyOffline } from "../../../platform/audit/index.ts";
import { encodeFrames, readFrame, stampFrames } from "../journal/frame.ts";
import { SEGMENT_HEADER_BYTES } from "../journal/segment.ts";
import { Database } from "../store/database.ts";
import { plainEvent } from "../store/testdata/events.ts";
import { newDataDir, openSealedLake, rewriteSegment, type SealedLake } from "./testdata/sealed-lake.ts";
import { verifySegments } from "./verify.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

type Harm = "flip" | "drop" | "insert" | "reorder";
const HARMS: readonly Harm[] = ["flip", "drop", "insert", "reorder"];
const STRANGER = "f".repeat(32);
/** Rows of a file as somebody would write them again; row 7 is the victim. */
const REWRITTEN: Readonly<Record<Harm, string>> = {
  flip: `SELECT * EXCLUDE (file_row_number) FROM (SELECT * REPLACE (
    CASE WHEN file_row_number = 7 THEN replace(raw, 'line', 'lime') ELSE raw END AS raw) FROM e) ORDER BY file_row_number`,
  drop: `SELECT * EXCLUDE (file_row_number) FROM e WHERE file_row_number <> 7 ORDER BY file_row_number`,
  insert: `SELECT * EXCLUDE (file_row_number, n) FROM (SELECT * REPLACE (CASE WHEN n = 2 THEN '${STRANGER}' ELSE id END AS id) FROM (
    SELECT *, unnest(CASE file_row_number WHEN 6 THEN [1, 2] ELSE [1] END) AS n FROM e)) ORDER BY file_row_number, n`,
  reorder: `SELECT * EXCLUDE (file_row_number) FROM e ORDER BY CASE WHEN file_row_number = 7 THEN 15.5 ELSE file_row_number END`,
};
const idOf = (n: number) => plainEvent(n).id as string;
const NAMED = {
  flip: { altered: [{ row: 7, id: idOf(7) }], count: 1 },
  drop: { dropped: [{ row: 7, id: idOf(7) }], count: 1 },
  insert: { added: [{ row: 7, id: STRANGER }], count: 1 },
  reorder: { reordered: [{ row: 15, id: idOf(7) }], count: 1 },
};

const recordOf = (n: number): JournalRecord => {
  const { id, raw, sensor, ingestedAt } = plainEvent(n);
  return { id, raw, sensor, door: "http", receivedAt: ingestedAt };
};

let sealed: SealedLake;
let isOpen: boolean;
beforeEach(async () => {
  sealed = await openSealedLake(newDataDir());
  isOpen = true;
});
afterEach(async () => {
  if (isOpen) await sealed.close();
  rmSync(sealed.dataDir, { recursive: true, force: true });
});

/** Through the journal, as events come. */
async function store(from: number, to: number): Promise<void> {
  const numbers = Array.from({ length: to - from }, (_, at) => from + at);
  const upTo = await sealed.lake.journal.append(numbers.map(recordOf));
  await sealed.lake.store.append({ events: numbers.map((n) => plainEvent(n)), upTo });
}

async function seal(): Promise<void> {
  await sealed.lake.store.seal();
  await sealed.integrity.reconcile();
}

const folder = (name: string) => join(sealed.dataDir, "lake", name);
const files = (dir: string, ending: string) => readdirSync(dir).filter((name) => name.endsWith(ending));
const findings = async () => (await verifySegments(sealed)).findings;

/** With the lake closed, as somebody at the disk would. */
async function harm(work: () => Promise<void> | void): Promise<void> {
  await sealed.close();
  isOpen = false;
  await work();
}

describe.each(["sealed segment", "merged segment"])("a %s", (which) => {
  test.each(HARMS)("%s: the event is named", async (kind) => {
    for (const [from, to] of which === "sealed segment" ? [[0, 40]] : [0, 10, 20, 30].map((n) => [n, n + 10])) {
      await store(from ?? 0, to ?? 0);
      await seal();
    }
    if (which === "merged segment") expect(await sealed.integrity.mergeSmall()).toBe(true);
    expect(await findings()).toEqual([]);
    const [name = ""] = files(sealed.segmentDir, ".parquet");
    await harm(() => rewriteSegment(sealed.segmentDir, name, REWRITTEN[kind], true));
    const found = await findings();
    expect(found).toContainEqual(
      expect.objectContaining({ code: "events_changed", name, difference: expect.objectContaining(NAMED[kind]) }),
    );
  });
});

describe("a hot file", () => {
  test.each(HARMS)("%s: the event is named, and the stretch of the journal", async (kind) => {
    await store(0, 20);
    await store(20, 30);
    expect(await findings()).toEqual([]);
    const dir = join(folder("events"), "hot");
    const [name = ""] = files(dir, ".parquet").sort();
    await harm(async () => {
      await rewriteSegment(dir, name, REWRITTEN[kind], true);
      const sum = crc32(readFileSync(join(dir, name)))
        .toString(16)
        .padStart(8, "0");
      renameSync(join(dir, name), join(dir, name.replace(/[0-9a-f]{8}\.parquet$/u, `${sum}.parquet`)));
    });
    expect(await findings()).toMatchObject([
      { code: "unsealed_differs", detail: "positions 0–19", difference: NAMED[kind] },
    ]);
  });

  test("bytes that are not what its name promises: the stretch is named", async () => {
    await store(0, 20);
    const dir = join(folder("events"), "hot");
    const [name = ""] = files(dir, ".parquet");
    await harm(() => rewriteSegment(dir, name, REWRITTEN.flip, true));
    expect(await findings()).toEqual([{ code: "hot_damaged", name, detail: "positions 0–19" }]);
  });

  test("retries, and small files put together, are no finding", async () => {
    await store(0, 10);
    await seal();
    await store(5, 15);
    await store(12, 18);
    for (let n = 20; n < 40; n += 1) await store(n, n + 1);
    await vi.waitUntil(() => files(join(folder("events"), "hot"), ".parquet").length > 0);
    expect(await findings()).toEqual([]);
  });
});

describe("the journal, its records stamped anew", () => {
  const changed: Readonly<Record<Harm, (records: JournalRecord[]) => JournalRecord[]>> = {
    flip: (records) => records.map((one, n) => (n === 7 ? { ...one, raw: "lime 7" } : one)),
    drop: (records) => records.filter((_, n) => n !== 7),
    insert: (records) => records.toSpliced(7, 0, { ...recordOf(7), id: STRANGER as EventId }),
    reorder: (records) => records.toSpliced(7, 1).toSpliced(15, 0, records[7] as JournalRecord),
  };
  // Seen from the journal: what it lacks the lake has in addition.
  const named: Readonly<Record<Harm, object>> = {
    flip: NAMED.flip,
    drop: { added: [{ row: 7, id: idOf(7) }], count: 1 },
    insert: { dropped: [{ row: 7, id: STRANGER }] },
    reorder: { reordered: [{ row: 7, id: idOf(7) }], count: 1 },
  };

  test.each(HARMS)("%s: the event is named", async (kind) => {
    await store(0, 20);
    const [name = ""] = files(folder("journal"), ".seg");
    const path = join(folder("journal"), name);
    await harm(() => {
      const frames = encodeFrames(changed[kind](Array.from({ length: 20 }, (_, n) => recordOf(n))));
      stampFrames(frames, 0);
      writeFileSync(path, Buffer.concat([readFileSync(path).subarray(0, SEGMENT_HEADER_BYTES), frames]));
    });
    expect(await findings()).toMatchObject([{ code: "unsealed_differs", difference: named[kind] }]);
  });

  test("files begun on a full disk, which hold nothing, are no finding", async () => {
    await store(0, 20);
    const nameOf = (position: number) => `journal-${String(position).padStart(16, "0")}.seg`;
    await harm(() => {
      for (const position of [7, 12]) writeFileSync(join(folder("journal"), nameOf(position)), "");
    });
    expect(await findings()).toEqual([]);
  });

  test.each(["flip", "drop"] as const)("%s without care: positions are named", async (kind) => {
    await store(0, 20);
    const [name = ""] = files(folder("journal"), ".seg");
    const path = join(folder("journal"), name);
    await harm(() => {
      const bytes = readFileSync(path);
      const [from, end] = frameAt(bytes, 7);
      if (kind === "flip") bytes[end - 1] = (bytes[end - 1] ?? 0) ^ 1;
      writeFileSync(path, kind === "flip" ? bytes : Buffer.concat([bytes.subarray(0, from), bytes.subarray(end)]));
    });
    expect(await findings()).toContainEqual({ code: "journal_damaged", name, detail: "positions 7–7" });
  });
});

function frameAt(bytes: Buffer, position: number): readonly [from: number, end: number] {
  for (let offset = SEGMENT_HEADER_BYTES; ; ) {
    const read = readFrame(bytes, offset);
    if (read.kind !== "frame") throw new Error(`no frame at ${position}`);
    if (read.position === position) return [offset, read.end];
    offset = read.end;
  }
}

describe("a row of the manifest", () => {
  const statements: Readonly<Record<Harm, (names: readonly string[]) => string>> = {
    flip: ([name = ""]) => `UPDATE segments SET up_to = up_to + 1 WHERE name = '${name}'`,
    drop: ([name = ""]) => `DELETE FROM segments WHERE name = '${name}'`,
    insert: () =>
      "INSERT INTO segments SELECT 'events-00000001-0000000000000005.parquet', sequence, 5, bytes, sealed_at, summary FROM segments LIMIT 1",
    reorder: ([name = ""]) => `UPDATE segments SET sequence = 9 WHERE name = '${name}'`,
  };
  test.each(HARMS)("%s: the segment is named", async (kind) => {
    for (const n of [0, 10]) {
      await store(n, n + 10);
      await seal();
    }
    const names = files(sealed.segmentDir, ".parquet").sort();
    await harm(async () => {
      const root = folder("events");
      const database = await Database.open({
        file: join(root, "lake.duckdb"),
        temp: tmpdir(),
        root,
        memoryLimitMb: 256,
      });
      const connection = await database.connect();
      await connection.run(statements[kind](names));
      connection.close();
      database.close();
    });
    const name = kind === "insert" ? "events-00000001-0000000000000005.parquet" : names[0];
    const detail = { flip: "listed with other figures", reorder: "listed with other figures" } as Record<Harm, string>;
    detail.drop = "not listed";
    detail.insert = "not in the audit log";
    expect(await findings()).toEqual([{ code: "manifest_differs", name, detail: detail[kind] }]);
  });
});

describe("an entry of the audit log", () => {
  const BEHIND = "UPDATE audit_entries SET idx = -idx WHERE idx > 1; UPDATE audit_entries SET idx = -idx";
  const statements: Readonly<Record<Harm, string>> = {
    flip: `UPDATE audit_entries SET entry = replace(entry, '"events":10', '"events":11') WHERE idx = 1`,
    drop: `DELETE FROM audit_entries WHERE idx = 1; ${BEHIND} - 1 WHERE idx < 0`,
    insert: `${BEHIND} + 1 WHERE idx < 0; INSERT INTO audit_entries (idx, entry, leaf_hash, root) SELECT 2, entry, leaf_hash, root FROM audit_entries WHERE idx = 1`,
    reorder: `UPDATE audit_entries SET idx = -1 WHERE idx = 1; UPDATE audit_entries SET idx = 1 WHERE idx = 2;
      UPDATE audit_entries SET idx = 2 WHERE idx = -1`,
  };
  test.each(HARMS)("%s: the entry is named, and so is the broken chain of segments", async (kind) => {
    for (const n of [0, 10, 20, 30]) {
      await store(n, n + 10);
      await seal();
    }
    await sealed.audit.seal();
    await harm(() => {
      const database = new DatabaseSync(join(sealed.dataDir, "records.sqlite"));
      database.exec("DROP TRIGGER audit_entries_fixed; DROP TRIGGER audit_entries_keep");
      database.exec(statements[kind]);
      database.close();
    });
    const index = kind === "insert" ? 2 : 1;
    expect((await verifyOffline(sealed.dataDir)).firstBad?.index).toBe(index);
    // By the index the entry itself states.
    expect(await findings()).toContainEqual(expect.objectContaining({ code: "chain_broken" }));
  });
});
