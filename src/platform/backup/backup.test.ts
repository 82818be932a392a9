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
  writeFileSync,
} from "node:fs";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { copyRecords, createKeyFile, type OwnerSecret, readKeyFile, Repository, secretOfPassphrase } from "./index.ts";
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

async function take(path: string, files: Record<string, string>, owner = secret) {
  const repository = await Repository.forWriting(path, owner);
  const listed = [];
  for (const [name, source] of Object.entries(files)) listed.push(await repository.add({ path: name, source }));
  const name = await repository.finish({ ...NOTES, at: new Date().toISOString(), files: listed });
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
