import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ByteRecord, type EventId, type JournalRecord } from "../../../kernel/index.ts";
import { systemClock } from "../../../platform/clock/index.ts";
import { diskFiles, type JournalFiles } from "./files.ts";
import { encodeFrames, RecordDecoder, readFrame, stampFrames } from "./frame.ts";
import { type Journal, type JournalOptions, openJournal } from "./journal.ts";
import { eachRecord } from "./reader.ts";

const MANY = { records: 100_000, bytes: 1 << 30 };
let dir: string;
let open: Journal[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "khien-journal-"));
});
afterEach(async () => {
  for (const journal of open) await journal.close();
  open = [];
  rmSync(dir, { recursive: true, force: true });
});

async function start(options: Partial<JournalOptions> = {}): Promise<Journal> {
  const journal = await openJournal({ dir, clock: systemClock, ...options });
  open.push(journal);
  return journal;
}

function record(n: number, raw = `line ${n}`): JournalRecord {
  return {
    id: String(n).padStart(32, "0") as EventId,
    door: "http",
    sensor: "fw-1",
    receivedAt: 1_700_000_000_000 + n,
    raw,
  };
}

/** Without the bytes, and with the text: how two records are compared. */
function plain(one: JournalRecord): JournalRecord {
  const { rawBytes: _, ...rest } = one;
  return { ...rest, raw: one.raw };
}

const numbers = (records: readonly JournalRecord[]) => records.map((one) => Number(one.id));
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const segmentFiles = () =>
  readdirSync(dir)
    .sort()
    .map((name) => join(dir, name));

test("frames give back any record exactly", () => {
  const text = fc.string({ unit: "binary", maxLength: 200 });
  fc.assert(
    fc.property(text, fc.option(text, { nil: undefined }), fc.nat(), (raw, format, position) => {
      const lone = `${raw}\ud800`;
      const records = [record(1, raw), { ...record(2, lone), ...(format === undefined ? {} : { format }) }];
      const frames = encodeFrames(records);
      expect(stampFrames(frames, position)).toBe(2);
      const first = readFrame(frames, 0);
      if (first.kind !== "frame") throw new Error(first.kind);
      const second = readFrame(frames, first.end);
      if (second.kind !== "frame") throw new Error(second.kind);
      expect([first.position, second.position]).toEqual([position, position + 1]);
      const decoder = new RecordDecoder();
      const decoded = [first, second].map(({ payload }) => plain(decoder.decode(payload)));
      expect(decoded).toEqual(records);
    }),
  );
});

describe("append and read", () => {
  test("keeps order over segments, reopening and concurrent appends with shared syncs", async () => {
    const journal = await start({ segmentBytes: 2_000 });
    await Promise.all(range(0, 100).map((n) => journal.append([record(n)])));
    expect(journal.stats().syncs).toBeLessThan(20);
    for (const n of range(100, 150)) await journal.append([record(n)]);
    expect(journal.end()).toBe(150);
    expect(journal.stats().segments).toBeGreaterThan(3);
    await journal.close();
    const again = await start({ segmentBytes: 2_000 });
    expect(again.end()).toBe(150);
    expect(numbers((await again.read(0, MANY)).records)).toEqual(range(0, 150));
    expect(again.stats().problems).toEqual([]);
  });

  test("reads within limits and from any position", async () => {
    const journal = await start({ segmentBytes: 3_000 });
    await journal.append(range(0, 60).map((n) => record(n)));
    await journal.append(range(60, 120).map((n) => record(n)));
    const part = await journal.read(37, { records: 10, bytes: 1 << 20 });
    expect(numbers(part.records)).toEqual(range(37, 47));
    expect(part.next).toBe(47);
    expect(numbers((await journal.read(part.next, { records: 100, bytes: 1 })).records)).toEqual([47]);
    expect(await journal.read(120, MANY)).toEqual({ records: [], next: 120 });
  });

  test("frames go to another thread as they are, and decode to the same records", async () => {
    const journal = await start({ segmentBytes: 3_000 });
    const text = { ...record(0, "đ"), format: "evtx", peer: "192.0.2.1" };
    const bytes = new ByteRecord({ ...text, id: record(1).id }, Buffer.from('{"a":"ư"}'));
    const all = [text, bytes, record(2, "\ud800"), ...range(3, 60).map((n) => record(n))];
    await journal.append(all);
    const read = await journal.frames(0, MANY);
    expect(read).toMatchObject({ count: 60, next: 60 });
    const buffers = read.chunks.flatMap((chunk) => [chunk.bytes.buffer, chunk.ranges.buffer]);
    const moved = structuredClone(read.chunks, { transfer: buffers });
    expect(buffers.every(({ byteLength }) => byteLength === 0)).toBe(true);
    expect([...eachRecord(moved)].map(plain)).toEqual(all.map(plain));
    expect(await journal.frames(60, MANY)).toEqual({ chunks: [], count: 0, next: 60 });
  });

  test("a record larger than a read chunk comes back; one larger than the limit is refused", async () => {
    const journal = await start();
    const large = "đ".repeat(3_000_000);
    await journal.append([record(0), record(1, large), record(2)]);
    const { records } = await journal.read(0, MANY);
    expect(numbers(records)).toEqual([0, 1, 2]);
    expect(records[1]?.raw).toBe(large);
    await expect(journal.append([record(3, "x".repeat(9_000_000))])).rejects.toMatchObject({
      code: "lake.journal.record_too_large",
    });
    expect(await journal.append([record(3)])).toBe(4);
  });

  test("answers busy when too many bytes wait", async () => {
    const journal = await start();
    const big = range(0, 10).map((n) => record(n, "x".repeat(7_000_000)));
    const first = journal.append(big);
    await expect(journal.append(big)).rejects.toMatchObject({ kind: "busy", code: "lake.journal.busy" });
    await first;
    expect(await journal.append([record(1)])).toBe(11);
  });

  test("waitBeyond wakes on append, abort and close", async () => {
    const journal = await start();
    const stop = new AbortController();
    const woken = journal.waitBeyond(0, stop.signal);
    const aborted = journal.waitBeyond(5, stop.signal);
    const closed = journal.waitBeyond(5, new AbortController().signal);
    await journal.append([record(0)]);
    await woken;
    stop.abort();
    await aborted;
    await journal.close();
    await closed;
  });

  test("trims whole segments only and keeps the position when all is consumed", async () => {
    const journal = await start({ segmentBytes: 1_000 });
    for (const n of range(0, 50)) await journal.append([record(n)]);
    await journal.trim(25);
    const { first } = journal.stats();
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThanOrEqual(25);
    expect(numbers((await journal.read(25, MANY)).records)).toEqual(range(25, 50));
    await journal.trim(50);
    await journal.close();
    expect((await start()).end()).toBe(50);
  });

  test("continues at the consumers' position when the folder was lost", async () => {
    const journal = await start({ atLeast: 1_000 });
    expect(journal.end()).toBe(1_000);
    expect(await journal.append([record(1)])).toBe(1_001);
    expect(numbers((await journal.read(990, MANY)).records)).toEqual([1]);
  });
});

describe("damage", () => {
  async function filled(count: number, segmentBytes?: number): Promise<void> {
    const journal = await start(segmentBytes === undefined ? {} : { segmentBytes });
    for (const n of range(0, count)) await journal.append([record(n)]);
    await journal.close();
  }

  test("a torn tail is cut at the last valid record, wherever the cut falls", async () => {
    await filled(5);
    const [path = ""] = segmentFiles();
    const whole = readFileSync(path);
    const frame = (whole.length - 32) / 5;
    for (let cut = 0; cut < whole.length; cut += 7) {
      writeFileSync(path, whole.subarray(0, cut));
      const journal = await start();
      const expected = Math.max(0, Math.floor((cut - 32) / frame));
      expect(journal.end()).toBe(expected);
      expect(await journal.append([record(77)])).toBe(expected + 1);
      expect(numbers((await journal.read(0, MANY)).records)).toEqual([...range(0, expected), 77]);
      await journal.close();
    }
  });

  test("any flipped byte loses at most its own record; the rest opens and it is reported", async () => {
    await filled(6);
    const [path = ""] = segmentFiles();
    const whole = readFileSync(path);
    const frame = (whole.length - 32) / 6;
    for (let at = 32; at < whole.length; at += 3) {
      const copy = Buffer.from(whole);
      copy[at] = (copy[at] ?? 0) ^ 0xff;
      writeFileSync(path, copy);
      const hit = Math.floor((at - 32) / frame);
      const journal = await start();
      const { records } = await journal.read(0, MANY);
      expect(numbers(records)).toEqual(range(0, 6).filter((n) => n !== hit));
      expect(journal.stats().problemCount).toBeGreaterThan(0);
      await journal.close();
    }
  });

  test("files that were begun on a full disk hide nothing that was written on before them", async () => {
    await filled(12, 1_000);
    const [first = "", second = ""] = segmentFiles();
    const from = Number(/(\d{16})\.seg$/u.exec(second)?.[1]);
    const nameOf = (position: number) => join(dir, `journal-${String(position).padStart(16, "0")}.seg`);
    // Between the records of a file, and behind those of the last.
    writeFileSync(nameOf(2), "");
    writeFileSync(nameOf(from + 1), readFileSync(second).subarray(0, 32));
    expect(first).not.toBe(nameOf(2));
    for (let again = 0; again < 2; again += 1) {
      const journal = await start({ segmentBytes: 1_000 });
      expect(journal.end()).toBe(12 + again);
      expect(numbers((await journal.read(0, MANY)).records)).toEqual(range(0, 12 + again));
      await journal.append([record(12 + again)]);
      await journal.close();
    }
    expect(segmentFiles()).not.toContain(nameOf(2));
  });

  test("damage in an older segment is skipped when read; a destroyed segment does not stop the rest", async () => {
    await filled(60, 1_000);
    const files = segmentFiles();
    const second = files[1] ?? "";
    const third = files[2] ?? "";
    writeFileSync(second, Buffer.alloc(statSync(second).size, 7));
    truncateSync(third, 200);
    const journal = await start({ segmentBytes: 1_000 });
    const { records, next } = await journal.read(0, MANY);
    expect(next).toBe(60);
    const got = new Set(numbers(records));
    expect(got.has(0)).toBe(true);
    expect(got.has(59)).toBe(true);
    expect(got.size).toBe(records.length);
    expect(got.size).toBeLessThan(60);
    const problems = journal.stats().problems;
    const lost = problems.reduce((sum, problem) => sum + problem.resumes - problem.position, 0);
    expect(lost).toBe(60 - got.size);
  });
});

describe("a disk that fails", () => {
  /** The real disk with a budget of bytes and a switch for failing syncs. */
  function meteredFiles(budget: { bytes: number; failSync: boolean }): JournalFiles {
    return {
      ...diskFiles,
      create: async (path) => meter(await diskFiles.create(path)),
      openForWrite: async (path) => meter(await diskFiles.openForWrite(path)),
    };
    function meter(file: Awaited<ReturnType<JournalFiles["create"]>>) {
      return {
        ...file,
        write: async (buffer: Buffer, offset: number) => {
          if (buffer.length > budget.bytes) {
            await file.write(buffer.subarray(0, budget.bytes), offset);
            throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
          }
          budget.bytes -= buffer.length;
          await file.write(buffer, offset);
        },
        sync: async () => {
          if (budget.failSync) throw Object.assign(new Error("i/o error"), { code: "EIO" });
          await file.sync();
        },
      };
    }
  }

  test("full disk: nothing acknowledged, nothing kept, and it goes on when space returns", async () => {
    const budget = { bytes: 1_000, failSync: false };
    const journal = await start({ files: meteredFiles(budget) });
    let acknowledged = 0;
    for (;;) {
      try {
        await journal.append([record(acknowledged)]);
        acknowledged += 1;
      } catch (error) {
        expect(error).toMatchObject({ kind: "unavailable", code: "lake.journal.disk_full", retryAfterSeconds: 5 });
        break;
      }
    }
    expect(journal.end()).toBe(acknowledged);
    await expect(journal.append([record(99)])).rejects.toMatchObject({ code: "lake.journal.disk_full" });
    budget.bytes = 10_000;
    await journal.append([record(acknowledged)]);
    await journal.close();
    const again = await start();
    expect(numbers((await again.read(0, MANY)).records)).toEqual(range(0, acknowledged + 1));
    expect(again.stats().problems).toEqual([]);
  });

  test.each([0, 10])(
    "full when the next file is begun: what is then acknowledged is still there after a restart (%i bytes of it written)",
    async (room) => {
      const budget = { bytes: 1 << 20, failSync: false };
      const options = { files: meteredFiles(budget), segmentBytes: 1_000 };
      const journal = await start(options);
      const files = segmentFiles().length;
      // One frame more would fit in, a large one begins the next file.
      for (let n = 0; n < 5; n += 1) await journal.append([record(n)]);
      expect(segmentFiles().length).toBe(files);
      budget.bytes = room;
      await expect(journal.append([record(5, "x".repeat(800))])).rejects.toMatchObject({
        code: "lake.journal.disk_full",
      });
      budget.bytes = 1 << 20;
      await journal.append([record(5)]);
      await journal.append([record(6)]);
      await journal.close();
      const again = await start({ segmentBytes: 1_000 });
      expect(again.end()).toBe(7);
      expect(numbers((await again.read(0, MANY)).records)).toEqual(range(0, 7));
      expect(again.stats().problems).toEqual([]);
    },
  );

  test("full when the very first file is begun anew: no damage is told of", async () => {
    const budget = { bytes: 1 << 20, failSync: false };
    const journal = await start({ files: meteredFiles(budget) });
    budget.failSync = true;
    await expect(journal.append([record(0)])).rejects.toMatchObject({ code: "lake.journal.write_failed" });
    Object.assign(budget, { bytes: 10, failSync: false });
    await expect(journal.append([record(0)])).rejects.toMatchObject({ code: "lake.journal.disk_full" });
    await journal.close();
    const again = await start();
    expect([again.end(), again.stats().problems.map(({ code }) => code)]).toEqual([0, []]);
  });

  test("failed sync: rejected, the file is left behind and a new segment is begun", async () => {
    const budget = { bytes: 1 << 20, failSync: false };
    const journal = await start({ files: meteredFiles(budget) });
    await journal.append([record(0)]);
    budget.failSync = true;
    await expect(journal.append([record(1)])).rejects.toMatchObject({ code: "lake.journal.write_failed" });
    await expect(journal.append([record(1)])).rejects.toMatchObject({ code: "lake.journal.write_failed" });
    budget.failSync = false;
    expect(await journal.append([record(1)])).toBe(2);
    expect(journal.stats().segments).toBe(2);
    await journal.close();
    expect(numbers((await (await start()).read(0, MANY)).records)).toEqual([0, 1]);
  });
});
