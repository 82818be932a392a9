import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openRecords, type Records, sql } from "./index.ts";

type Tables = { things: { id: string; size: number } };
const FIRST = {
  id: "test/0001-things",
  sql: "CREATE TABLE things (id TEXT PRIMARY KEY, size INTEGER NOT NULL) STRICT",
};
const SECOND = { id: "test/0002-colour", sql: "ALTER TABLE things ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'" };

let dir = "";
let open: Records[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "khien-db-"));
  open = [];
});
afterEach(async () => {
  for (const opened of open) await opened.close();
  rmSync(dir, { recursive: true });
});

function records(migrations = [FIRST]): Records {
  const opened = openRecords({ file: join(dir, "records.sqlite"), migrations });
  open.push(opened);
  return opened;
}

const put = (to: Records, id: string, size: unknown) =>
  to.query
    .withTables<Tables>()
    .insertInto("things")
    .values({ id, size: size as number })
    .execute();
const ids = async (of: Records) =>
  (await of.query.withTables<Tables>().selectFrom("things").select("id").orderBy("id").execute()).map((row) => row.id);

describe("records", () => {
  test("are durable by configuration: WAL, synchronous FULL, foreign keys", async () => {
    const { query } = records();
    const pragma = async (name: string) =>
      Object.values((await sql.raw(`PRAGMA ${name}`).execute(query)).rows[0] as object)[0];
    expect([await pragma("journal_mode"), await pragma("synchronous"), await pragma("foreign_keys")]).toEqual([
      "wal",
      2,
      1,
    ]);
  });

  test("a statement that is asked again gives what is there now, also after the table changed", async () => {
    const of = records();
    const all = of.query.withTables<Tables>().selectFrom("things").selectAll().orderBy("id");
    expect(await all.execute()).toEqual([]);
    await put(of, "a", 1);
    expect(await all.execute()).toEqual([{ id: "a", size: 1 }]);
    await put(of, "b", 2);
    await sql.raw("ALTER TABLE things ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'").execute(of.query);
    expect(await all.execute()).toEqual([
      { id: "a", size: 1, colour: "red" },
      { id: "b", size: 2, colour: "red" },
    ]);
  });

  test("a later migration runs once, on a filled database", async () => {
    const before = records();
    await put(before, "a", 1);
    await before.close();
    open = [];
    for (let time = 0; time < 2; time += 1) {
      const after = records([FIRST, SECOND]);
      const rows = await sql<{ colour: string }>`SELECT colour FROM things`.execute(after.query);
      expect(rows.rows).toEqual([{ colour: "red" }]);
    }
  });

  test("a migration that fails leaves nothing of itself, and the next start tries again", () => {
    const broken = { id: "test/0002-broken", sql: "CREATE TABLE half (id TEXT); SELECT nonsense FROM nowhere" };
    expect(() => records([FIRST, broken])).toThrow("migration test/0002-broken failed");
    const mended = { id: "test/0002-broken", sql: "CREATE TABLE half (id TEXT)" };
    expect(() => records([FIRST, mended])).not.toThrow();
  });

  test("records of a newer version are refused, not guessed at", async () => {
    await records([FIRST, SECOND]).close();
    open = [];
    expect(() => records([FIRST])).toThrow("newer version");
  });

  test("a transaction that throws changes nothing", async () => {
    const kept = records();
    await put(kept, "a", 1);
    const failing = kept.transaction(async (tx) => {
      await tx.withTables<Tables>().deleteFrom("things").execute();
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await ids(kept)).toEqual(["a"]);
  });

  test.each([
    ["a date, which the engine would store as NULL", new Date(0)],
    ["an object", {}],
    ["a boolean", true],
  ])("refuses to bind %s", async (_what, value) => {
    await expect(put(records(), "x", value)).rejects.toThrow(TypeError);
  });

  test("two processes write at the same time and wait for each other", async () => {
    const kept = records();
    const writer = fileURLToPath(new URL("./testdata/writer.ts", import.meta.url));
    const write = (name: string) =>
      promisify(execFile)(process.execPath, [writer, join(dir, "records.sqlite"), name, "100"]);
    await Promise.all([write("a"), write("b")]);
    expect(await ids(kept)).toHaveLength(200);
  });
});
