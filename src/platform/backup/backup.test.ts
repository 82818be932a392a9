import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { randomBytes } from "node:crypto";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  check,
  copyRecords,
  createKeyFile,
  type OwnerSecret,
  parseKeep,
  prune,
  readKeyFile,
  Repository,
  secretOfPassphrase,
} from "./index.ts";
import { keptSnapshots } from "./keep.ts";
import { BLOCK_BYTES } from "./limits.ts";

let dir: string;
let secret: OwnerSecret;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "khien-backup-"));
  createKeyFile(join(dir, "key"));
  secret = readKeyFile(join(dir, "key"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const NOTES = { format: "khien-snapshot-1", version: "test", notes: {} } as const;

async function take(path: string, files: Record<string, string>, owner = secret, at = new Date()) {
  const repository = await Repository.forWriting(path, owner);
  const listed = [];
  for (const [name, source] of Object.entries(files)) listed.push(await repository.add({ path: name, source }));
  const name = await repository.finish({ ...NOTES, at: at.toISOString(), files: listed });
  await repository.close();
  return { name, progress: repository.progress };
}

async function putBack(path: string, target: string, owner = secret) {
  const repository = await Repository.forReading(path, owner);
  try {
    const name = (await repository.snapshots()).at(-1) ?? "";
    await repository.restore(await repository.snapshot(name), target);
  } finally {
    await repository.close();
  }
}

const everyFile = (root: string): string[] =>
  readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((name) => join(root, name))
    .filter((path) => statSync(path).isFile());

describe.each(["folder", "one.khienbackup"])("a backup in a %s", (place) => {
  test("comes back byte for byte, with modes, and shows nothing without the key", async () => {
    const secretText = "đây là bí mật ".repeat(2_000);
    const sources = { "a/b.txt": secretText, empty: "", "big.bin": randomBytes(BLOCK_BYTES + 5).toString("latin1") };
    mkdirSync(join(dir, "in"));
    const files: Record<string, string> = {};
    for (const [name, text] of Object.entries(sources)) {
      files[name] = join(dir, "in", name.replaceAll("/", "-"));
      writeFileSync(files[name], text, { mode: 0o640 });
    }
    const path = join(dir, place);
    await take(path, files);
    for (const file of place === "folder" ? everyFile(path) : [path]) {
      expect(readFileSync(file).includes(Buffer.from("bí mật"))).toBe(false);
      expect(readFileSync(file).includes(Buffer.from("b.txt"))).toBe(false);
    }
    await putBack(path, join(dir, "out"));
    for (const [name, source] of Object.entries(files)) {
      expect(readFileSync(join(dir, "out", name)).equals(readFileSync(source))).toBe(true);
      expect(statSync(join(dir, "out", name)).mode & 0o777).toBe(0o640);
    }
    await expect(putBack(path, join(dir, "out"))).rejects.toMatchObject({ code: "backup.target.not_empty" });
  });

  test("opens with its own key or passphrase only", async () => {
    writeFileSync(join(dir, "file"), "x");
    const path = join(dir, place);
    const phrase = secretOfPassphrase("một câu dài khó đoán");
    await take(path, { file: join(dir, "file") }, phrase);
    await putBack(path, join(dir, "out"), secretOfPassphrase("một câu dài khó đoán".normalize("NFD")));
    for (const other of [secretOfPassphrase("một câu dài khó đoán!"), secret]) {
      await expect(putBack(path, join(dir, "out2"), other)).rejects.toMatchObject({ code: "backup.key.wrong" });
    }
    expect(existsSync(join(dir, "out2"))).toBe(false);
  });
});

test("a second backup writes only the blocks that changed", async () => {
  const file = join(dir, "grows");
  writeFileSync(file, randomBytes(2 * BLOCK_BYTES));
  const first = await take(join(dir, "repo"), { grows: file });
  expect(first.progress.newObjects).toBe(2);
  appendFileSync(file, "more");
  const second = await take(join(dir, "repo"), { grows: file, twin: file });
  expect(second.progress).toMatchObject({ newObjects: 1, files: 2 });
  expect(second.progress.newBytes).toBeLessThan(1_000);
});

test("every flipped byte and every cut of an object, a snapshot or the header is found", async () => {
  const file = join(dir, "file");
  writeFileSync(file, "evidence ".repeat(100));
  const path = join(dir, "repo");
  await take(path, { file });
  for (const stored of everyFile(path)) {
    const whole = readFileSync(stored);
    for (let at = 0; at < whole.length; at += Math.max(1, Math.floor(whole.length / 40))) {
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] ?? 0) ^ 4;
      writeFileSync(stored, flipped);
      await expect(putBack(path, join(dir, `out-${at}`)), `${stored} at ${at}`).rejects.toMatchObject({
        name: "Fault",
      });
      rmSync(join(dir, `out-${at}`), { recursive: true, force: true });
    }
    writeFileSync(stored, whole);
    truncateSync(stored, whole.length - 1);
    const isHeader = stored.endsWith("header");
    if (!isHeader) await expect(putBack(path, join(dir, "cut"))).rejects.toMatchObject({ name: "Fault" });
    rmSync(join(dir, "cut"), { recursive: true, force: true });
    writeFileSync(stored, whole);
  }
  await putBack(path, join(dir, "out"));
});

test("a backup cut short is no backup, and does not hinder the next", async () => {
  writeFileSync(join(dir, "file"), "x".repeat(1_000));
  for (const place of ["repo", "one.khienbackup"]) {
    const path = join(dir, place);
    const cut = await Repository.forWriting(path, secret);
    await cut.add({ path: "file", source: join(dir, "file") });
    await cut.close();
    if (place === "repo") {
      const reading = await Repository.forReading(path, secret);
      expect(await reading.snapshots()).toEqual([]);
      await reading.close();
    } else expect(existsSync(path)).toBe(false);
    await take(path, { file: join(dir, "file") });
    await putBack(path, join(dir, `out-${place}`));
  }
});

test("refuses a folder with other things in it, a short passphrase, a key file that is none or is there already", async () => {
  mkdirSync(join(dir, "mine"));
  writeFileSync(join(dir, "mine", "photo"), "");
  await expect(Repository.forWriting(join(dir, "mine"), secret)).rejects.toMatchObject({
    code: "backup.place.foreign",
  });
  await expect(Repository.forReading(join(dir, "nowhere"), secret)).rejects.toMatchObject({
    code: "backup.place.missing",
  });
  expect(() => secretOfPassphrase("short")).toThrow(expect.objectContaining({ code: "backup.passphrase.short" }));
  expect(() => readKeyFile(join(dir, "mine", "photo"))).toThrow(
    expect.objectContaining({ code: "backup.key.malformed" }),
  );
  expect(() => createKeyFile(join(dir, "key"))).toThrow(expect.objectContaining({ code: "backup.key.not_made" }));
});

describe("which snapshots stay", () => {
  const at = (text: string) => ({ name: text, at: Date.parse(`${text}:00Z`) });
  const kept = (keep: string, ...times: string[]) => [...keptSnapshots(times.map(at), parseKeep(keep))].sort();

  test("the newest of each of the last days, weeks and months that have any", () => {
    const days = ["2026-11-18T01:00", "2026-11-18T23:00", "2026-11-20T05:00", "2026-11-22T05:00", "2026-11-22T06:00"];
    expect(kept("2d", ...days)).toEqual(["2026-11-20T05:00", "2026-11-22T06:00"]);
    expect(kept("9d", ...days)).toEqual(["2026-11-18T23:00", "2026-11-20T05:00", "2026-11-22T06:00"]);
    // 2026-11-22 is a Sunday, the last day of its week.
    expect(kept("2w", "2026-11-15T05:00", "2026-11-16T05:00", "2026-11-22T05:00")).toEqual([
      "2026-11-15T05:00",
      "2026-11-22T05:00",
    ]);
    expect(kept("2m", "2026-09-30T05:00", "2026-10-01T05:00", "2026-10-31T05:00", "2026-11-01T05:00")).toEqual([
      "2026-10-31T05:00",
      "2026-11-01T05:00",
    ]);
    expect(kept("1d/1m", "2026-11-21T05:00", "2026-11-22T05:00")).toEqual(["2026-11-22T05:00"]);
    expect(kept("1d", "2020-01-01T00:00")).toEqual(["2020-01-01T00:00"]);
  });

  test.each(["", "7", "0d", "7x", "7d,7d", "99999d", "-1d"])("%j is no policy", (text) => {
    expect(() => parseKeep(text)).toThrow(expect.objectContaining({ code: "backup.keep.malformed" }));
  });
});

describe("pruning", () => {
  const DAY_MS = 86_400_000;
  const NOW = Date.UTC(2026, 10, 22, 5);
  const path = () => join(dir, "repo");
  const objects = () => everyFile(join(path(), "objects"));
  const onRepository = async <T>(work: (repository: Repository) => Promise<T>): Promise<T> => {
    const repository = await Repository.forWriting(path(), secret);
    return await work(repository).finally(() => repository.close());
  };

  /** Ten days: each has a file of its own beside one that stays. */
  beforeEach(async () => {
    writeFileSync(join(dir, "stays"), "the same every day");
    for (let day = 9; day >= 0; day--) {
      writeFileSync(join(dir, "daily"), `day ${day}`);
      const files = { stays: join(dir, "stays"), daily: join(dir, "daily") };
      await take(path(), files, secret, new Date(NOW - day * DAY_MS));
    }
  });

  test("removes old snapshots and what only they needed, and nothing else", async () => {
    expect(objects()).toHaveLength(11);
    const pruned = await onRepository((repository) => prune(repository, parseKeep("3d")));
    expect(pruned).toMatchObject({ objectsRemoved: 7, kept: { length: 3 }, removed: { length: 7 } });
    expect(objects()).toHaveLength(4);
    expect(await onRepository(check)).toMatchObject({ ok: true, objects: 4, unreferenced: 0 });
    await putBack(path(), join(dir, "out"));
    expect(readFileSync(join(dir, "out", "daily"), "utf8")).toBe("day 0");
    expect(await onRepository((repository) => prune(repository, parseKeep("3d")))).toMatchObject({ objectsRemoved: 0 });
  });

  test.each([1, 4, 7, 9, 13])(
    "cut short after %i removals nothing that stays is missing, and the next run ends it",
    async (most) => {
      await onRepository(async (repository) => {
        const remove = repository.remove.bind(repository);
        let left = most;
        vi.spyOn(repository, "remove").mockImplementation(async (name) => {
          if (left-- === 0) throw new Error("killed");
          return await remove(name);
        });
        await expect(prune(repository, parseKeep("3d"))).rejects.toThrow("killed");
      });
      expect(await onRepository(check)).toMatchObject({ ok: true });
      await onRepository((repository) => prune(repository, parseKeep("3d")));
      expect(objects()).toHaveLength(4);
      expect(await onRepository(check)).toMatchObject({ ok: true, snapshots: { length: 3 } });
    },
  );

  test("never takes the newest complete one, and nothing at all while one cannot be read", async () => {
    // The newest lacks a block: a disk lost it.
    const newest = await onRepository(async (repository) => {
      const name = (await repository.snapshots()).at(-1) ?? "";
      const block = (await repository.snapshot(name)).files.find((file) => file.path === "daily")?.blocks[0] ?? "";
      await repository.remove(`objects/${block}`);
      return name;
    });
    const checked = await onRepository(check);
    expect(checked).toMatchObject({ ok: false, damagedObjects: { length: 1 } });
    expect(checked.snapshots.filter(({ ok }) => !ok)).toMatchObject([{ name: newest, damaged: ["daily"] }]);
    const { kept } = await onRepository((repository) => prune(repository, parseKeep("1d")));
    expect(kept).toHaveLength(2);
    const older = join(path(), "snapshots", kept[0] ?? "");
    writeFileSync(older, readFileSync(older).fill(0, 30, 40));
    const before = objects();
    await expect(onRepository((repository) => prune(repository, parseKeep("1d")))).rejects.toMatchObject({
      code: "backup.object.damaged",
    });
    expect(objects()).toEqual(before);
  });

  test("is alone with the folder; of a writer that died the lock is taken over", async () => {
    await onRepository(async () => {
      await expect(Repository.forWriting(path(), secret)).rejects.toMatchObject({ code: "backup.place.busy" });
      // Whoever only reads is not in the way.
      await (await Repository.forReading(path(), secret)).close();
    });
    expect(existsSync(join(path(), "lock"))).toBe(false);
    writeFileSync(join(path(), "lock"), JSON.stringify({ host: hostname(), pid: 2 ** 22 + 1, nonce: "x" }));
    await onRepository(async () => {});
    writeFileSync(join(path(), "lock"), JSON.stringify({ host: "elsewhere", pid: 1, nonce: "x" }));
    await expect(Repository.forWriting(path(), secret)).rejects.toMatchObject({ code: "backup.place.busy" });
    const longAgo = new Date(Date.now() - 3_600_000);
    utimesSync(join(path(), "lock"), longAgo, longAgo);
    await onRepository(async () => {});
  });
});

test("records are copied consistently while somebody writes", async () => {
  const file = join(dir, "records.sqlite");
  const database = new DatabaseSync(file);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; CREATE TABLE pairs (n INTEGER, twin INTEGER)");
  const insert = database.prepare("INSERT INTO pairs VALUES (?, ?), (?, ?)");
  for (let n = 0; n < 5_000; n++) insert.run(n, 0, n, 1);
  const over = new AbortController();
  const copying = copyRecords(file, join(dir, "copy.sqlite")).finally(() => over.abort());
  for (let n = 5_000; !over.signal.aborted && n < 20_000; n++) {
    insert.run(n, 0, n, 1);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await copying;
  database.close();
  const copy = new DatabaseSync(join(dir, "copy.sqlite"), { readOnly: true });
  const row = copy.prepare("SELECT count(*) AS n, sum(twin) AS twins FROM pairs").get() as { n: number; twins: number };
  expect(row.n).toBeGreaterThanOrEqual(10_000);
  expect(row.twins * 2).toBe(row.n);
  copy.close();
});
