import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ManualClock } from "../clock/index.ts";
import { openRecords, type Records } from "../db/index.ts";
import { canonical, type Json } from "./core/canonical.ts";
import { append, EMPTY, leafHash, rootOf } from "./core/merkle.ts";
import { auditPaths, sha256 } from "./head.ts";
import { type Audit, auditMigrations, openAudit, RECORDS_FILE, verifyOffline } from "./index.ts";

const clock = new ManualClock(Date.UTC(2026, 10, 21));
const actor = { kind: "user", id: "u-1", name: "lan" } as const;
let dataDir: string;
let records: Records;
let audit: Audit;

async function open(): Promise<void> {
  records = openRecords({ file: join(dataDir, RECORDS_FILE), migrations: auditMigrations });
  audit = await openAudit({ records, clock, dataDir });
}
async function close(): Promise<void> {
  await audit.close();
  await records.close();
}
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "khien-audit-"));
  await open();
});
afterEach(async () => {
  await close().catch(() => undefined);
  rmSync(dataDir, { recursive: true, force: true });
});

const write = (count: number) =>
  Promise.all(
    Array.from({ length: count }, (_, n) => audit.record({ actor, verb: "test.entry.written", details: { n } })),
  );

describe("the log", () => {
  test("keeps what is told, newest first, found by actor, verb, outcome and time", async () => {
    await audit.record({ actor, verb: "alert.status.closed", object: { kind: "alert", id: "a-1" }, peer: "127.0.0.1" });
    clock.advance(60_000);
    await audit.record({ actor: { ...actor, id: "u-2", name: "minh" }, verb: "auth.user.created", outcome: "denied" });
    const all = { before: Number.MAX_SAFE_INTEGER, limit: 10 };
    expect((await audit.list(all)).map((entry) => entry.verb)).toEqual(["auth.user.created", "alert.status.closed"]);
    expect((await audit.list({ ...all, actor: "minh" })).map((entry) => entry.index)).toEqual([1]);
    expect((await audit.list({ ...all, actor: "u-1" })).map((entry) => entry.index)).toEqual([0]);
    expect((await audit.list({ ...all, verb: "alert." })).map((entry) => entry.index)).toEqual([0]);
    expect((await audit.list({ ...all, verb: "alert" })).map((entry) => entry.index)).toEqual([]);
    expect((await audit.list({ ...all, outcome: ["denied", "failed"] })).map((entry) => entry.index)).toEqual([1]);
    expect((await audit.list({ ...all, from: "2026-11-21T00:01:00.000Z" })).map((entry) => entry.index)).toEqual([1]);
    expect((await audit.list({ ...all, before: 1 })).map((entry) => entry.index)).toEqual([0]);
  });

  test("has no gap and no double index when many write at once, alone and inside transactions", async () => {
    const alone = Array.from({ length: 200 }, () => audit.record({ actor, verb: "test.alone.written" }));
    const inside = Array.from({ length: 20 }, () =>
      records.transaction(async (tx) => {
        // Without waiting between the two, on purpose.
        const both = [
          audit.record({ actor, verb: "test.inside.one" }, tx),
          audit.record({ actor, verb: "test.inside.two" }, tx),
        ];
        return Promise.all(both);
      }),
    );
    const indexes = [...(await Promise.all(alone)), ...(await Promise.all(inside)).flat()].map(({ index }) => index);
    expect(indexes.sort((a, b) => a - b)).toEqual(Array.from({ length: 240 }, (_, index) => index));
    expect(await audit.verify()).toMatchObject({ ok: true, size: 240 });
  });

  test("forgets an entry whose transaction was rolled back, and goes on without a gap", async () => {
    await write(3);
    const failing = records.transaction(async (tx) => {
      await audit.record({ actor, verb: "test.never.happened" }, tx);
      throw new Error("rolled back");
    });
    await expect(failing).rejects.toThrow("rolled back");
    expect(await audit.record({ actor, verb: "test.entry.written" })).toEqual({ index: 3 });
    expect(await audit.verify()).toMatchObject({ ok: true, size: 4, firstBad: null });
  });

  test("refuses to change or delete entries through the program's own connection", async () => {
    await write(1);
    const raw = new DatabaseSync(join(dataDir, RECORDS_FILE));
    expect(() => raw.exec("UPDATE audit_entries SET entry = '{}'")).toThrow(/append-only/u);
    expect(() => raw.exec("DELETE FROM audit_entries")).toThrow(/append-only/u);
    raw.close();
  });

  test("goes on over restarts, and offline verification needs no server", async () => {
    for (let round = 0; round < 3; round++) {
      await write(7);
      await close();
      await open();
    }
    expect(await verifyOffline(dataDir)).toMatchObject({ ok: true, size: 21, firstBad: null });
    expect((await audit.head()).size).toBe(21);
  });

  test("ten thousand entries are appended and verified", async () => {
    await write(10_000);
    const verification = await audit.verify();
    expect(verification).toMatchObject({ ok: true, size: 10_000 });
  });
});

/** Someone with the file in hand and no respect for triggers. */
function tamper(sql: string): void {
  const raw = new DatabaseSync(join(dataDir, RECORDS_FILE));
  raw.exec("DROP TRIGGER audit_entries_keep; DROP TRIGGER audit_entries_fixed;");
  raw.exec(sql);
  raw.close();
}

describe("verification names the first bad entry after", () => {
  beforeEach(async () => {
    await write(12);
    await close();
  });
  const verdict = async () => (await verifyOffline(dataDir)).firstBad;

  test("nothing happened: none", async () => {
    expect(await verdict()).toBeNull();
  });
  test("an entry was changed", async () => {
    tamper(`UPDATE audit_entries SET entry = replace(entry, '"n":5', '"n":6') WHERE idx = 5`);
    expect(await verdict()).toEqual({ index: 5, reason: "changed" });
  });
  test("any one character of any one entry was changed", async () => {
    const pristine = readFileSync(join(dataDir, RECORDS_FILE));
    await fc.assert(
      fc.asyncProperty(fc.nat(11), fc.nat(150), async (index, offset) => {
        writeFileSync(join(dataDir, RECORDS_FILE), pristine);
        tamper(
          `UPDATE audit_entries SET entry = substr(entry, 1, ${offset}) || CASE substr(entry, ${offset} + 1, 1) WHEN 'x' THEN 'y' ELSE 'x' END || substr(entry, ${offset} + 2) WHERE idx = ${index} AND json_valid(substr(entry, 1, ${offset}) || 'x' || substr(entry, ${offset} + 2))`,
        );
        const firstBad = await verdict();
        if (firstBad !== null) expect(firstBad.index).toBe(index);
      }),
      { numRuns: 40 },
    );
  });
  test("a byte was changed in the file itself, past SQLite", async () => {
    const file = join(dataDir, RECORDS_FILE);
    const bytes = readFileSync(file);
    const at = bytes.indexOf('"details":{"n":7}');
    expect(at).toBeGreaterThan(0);
    bytes[at + 14] = "8".charCodeAt(0);
    writeFileSync(file, bytes);
    expect(await verdict()).toEqual({ index: 7, reason: "changed" });
  });
  test("any byte of an entry's text was changed in the file itself", async () => {
    const file = join(dataDir, RECORDS_FILE);
    const pristine = readFileSync(file);
    await fc.assert(
      fc.asyncProperty(fc.nat(11), fc.nat(120), fc.integer({ min: 1, max: 255 }), async (index, offset, flip) => {
        const bytes = Buffer.from(pristine);
        const at = bytes.indexOf(`"details":{"n":${index}}`) + offset - 60;
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        writeFileSync(file, bytes);
        const { ok, firstBad } = await verifyOffline(dataDir);
        expect(ok).toBe(false);
        // The text runs over the row's end into its neighbour at most.
        expect(Math.abs((firstBad?.index ?? 99) - index)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 60 },
    );
  });
  test("an entry was changed together with its leaf hash", async () => {
    const entry = canonical({ ...(entryOf(4) as { [key: string]: Json }), verb: "test.nothing.bad" });
    const leaf = Buffer.from(leafHash(sha256, Buffer.from(entry))).toString("hex");
    tamper(`UPDATE audit_entries SET entry = '${entry}', leaf_hash = x'${leaf}' WHERE idx = 4`);
    expect(await verdict()).toEqual({ index: 4, reason: "rewritten" });
  });
  test("an entry was removed", async () => {
    tamper("DELETE FROM audit_entries WHERE idx = 6");
    expect(await verdict()).toEqual({ index: 6, reason: "missing" });
  });
  test("an entry was removed and the rest moved up", async () => {
    tamper("DELETE FROM audit_entries WHERE idx = 6; UPDATE audit_entries SET idx = idx - 1 WHERE idx > 6");
    expect(await verdict()).toEqual({ index: 6, reason: "reordered" });
  });
  test("an entry was inserted", async () => {
    tamper(
      "UPDATE audit_entries SET idx = -idx - 1 WHERE idx > 2; UPDATE audit_entries SET idx = -idx WHERE idx < 0;" +
        "INSERT INTO audit_entries (idx, entry, leaf_hash, root) SELECT 3, entry, leaf_hash, root FROM audit_entries WHERE idx = 0",
    );
    expect(await verdict()).toEqual({ index: 3, reason: "reordered" });
  });
  test("an entry was added behind the end", async () => {
    tamper(
      "INSERT INTO audit_entries (idx, entry, leaf_hash, root) SELECT 12, entry, leaf_hash, root FROM audit_entries WHERE idx = 0",
    );
    expect(await verdict()).toEqual({ index: 12, reason: "inserted" });
  });
  test("two entries were exchanged", async () => {
    tamper(
      "UPDATE audit_entries SET idx = 99 WHERE idx = 3; UPDATE audit_entries SET idx = 3 WHERE idx = 8; UPDATE audit_entries SET idx = 8 WHERE idx = 99",
    );
    expect(await verdict()).toEqual({ index: 3, reason: "reordered" });
  });
  test("the tail was cut off", async () => {
    tamper("DELETE FROM audit_entries WHERE idx >= 9");
    expect(await verdict()).toEqual({ index: 9, reason: "truncated" });
  });
  test("the log was emptied, its head with it", async () => {
    tamper("DELETE FROM audit_entries; DELETE FROM audit_head");
    expect(await verdict()).toEqual({ index: 0, reason: "truncated" });
  });
  test("the records file was removed", async () => {
    rmSync(join(dataDir, RECORDS_FILE));
    expect(await verdict()).toEqual({ index: 0, reason: "unreadable" });
  });
  test("an older copy of the records was put back: the heads file remembers", async () => {
    const file = join(dataDir, RECORDS_FILE);
    copyFileSync(file, `${file}.old`);
    await open();
    await write(5);
    await close();
    copyFileSync(`${file}.old`, file);
    expect(await verdict()).toEqual({ index: 12, reason: "truncated" });
    // A restart on the old copy does not hide it: the log itself says what was found.
    await open();
    expect((await audit.list({ before: 99, limit: 1 }))[0]).toMatchObject({
      verb: "audit.heads.unfit",
      details: { size: 12, promised: 17 },
    });
  });
  test("everything was rewritten without the signing key", async () => {
    rewriteFrom(8);
    const bad = await verdict();
    expect(bad).toEqual({ index: 0, reason: "head_mismatch" });
  });
  test("heads file or public key were taken away, or a head was altered", async () => {
    const { heads, publicKey } = auditPaths(dataDir);
    const kept = readFileSync(heads, "utf8");
    writeFileSync(
      heads,
      kept.replace(/(?<="signature":")./u, (first) => (first === "_" ? "A" : "_")),
    );
    expect((await verdict())?.reason).toBe("head_signature");
    writeFileSync(heads, kept.replace('"size"', '"Size"'));
    expect((await verdict())?.reason).toBe("head_damaged");
    rmSync(heads);
    expect((await verdict())?.reason).toBe("heads_missing");
    writeFileSync(heads, kept);
    rmSync(publicKey);
    expect((await verdict())?.reason).toBe("heads_missing");
  });
  test("a crash cut the last head short: nothing is wrong", async () => {
    appendFileSync(auditPaths(dataDir).heads, '{"at":"2026-11-21T00:0');
    expect(await verdict()).toBeNull();
    await open();
    await write(1);
    await close();
    expect(await verdict()).toBeNull();
  });
  test("everything was rewritten by the holder of the key: only a head kept outside shows it", async () => {
    const outside = { size: 12, rootHash: (await verifyOffline(dataDir)).rootHash };
    rmSync(join(dataDir, RECORDS_FILE));
    rmSync(auditPaths(dataDir).folder, { recursive: true });
    await open();
    await write(11);
    await audit.record({ actor, verb: "test.other.past" });
    await close();
    expect((await verifyOffline(dataDir)).ok).toBe(true);
    expect((await verifyOffline(dataDir, { outside })).firstBad).toEqual({ index: 0, reason: "head_mismatch" });
  });
});

test("a lost signing key beside heads is refused with a reason", async () => {
  await write(1);
  await close();
  rmSync(auditPaths(dataDir).key);
  await expect(open()).rejects.toMatchObject({ code: "audit.key.missing" });
});

function entryOf(index: number): Json {
  const raw = new DatabaseSync(join(dataDir, RECORDS_FILE), { readOnly: true });
  const row = raw.prepare("SELECT entry FROM audit_entries WHERE idx = ?").get(index);
  raw.close();
  return JSON.parse(String(row?.entry)) as Json;
}

/** Recomputes every hash of the log after changing entry `from`, as an intruder without the key would. */
function rewriteFrom(from: number): void {
  const raw = new DatabaseSync(join(dataDir, RECORDS_FILE));
  raw.exec("DROP TRIGGER audit_entries_keep; DROP TRIGGER audit_entries_fixed;");
  let frontier = EMPTY;
  for (const row of raw.prepare("SELECT idx, entry FROM audit_entries ORDER BY idx").all()) {
    const content = JSON.parse(String(row.entry)) as { [key: string]: Json };
    const entry = Number(row.idx) === from ? canonical({ ...content, verb: "test.nothing.bad" }) : String(row.entry);
    const leaf = leafHash(sha256, Buffer.from(entry));
    frontier = append(sha256, frontier, leaf);
    raw
      .prepare("UPDATE audit_entries SET entry = ?, leaf_hash = ?, root = ? WHERE idx = ?")
      .run(entry, leaf, rootOf(sha256, frontier), row.idx as number);
  }
  const root = Buffer.from(rootOf(sha256, frontier)).toString("hex");
  raw.prepare("UPDATE audit_head SET peaks = ?, root = ?").run(Buffer.concat(frontier.peaks), root);
  raw.close();
}
