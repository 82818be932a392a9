import { existsSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { plainEvent } from "../store/testdata/events.ts";
import { flawOfProof, proveEvent } from "./proof.ts";
import type { EventProof } from "./schemas.ts";
import {
  events,
  newDataDir,
  openSealedLake,
  rewriteSegment,
  sealEvents,
  type SealedLake,
} from "./testdata/sealed-lake.ts";
import { verifySegments } from "./verify.ts";

// Every test opens an engine or two.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let sealed: SealedLake;

beforeEach(async () => {
  sealed = await openSealedLake(newDataDir());
});
afterEach(async () => {
  await sealed.close();
  rmSync(sealed.dataDir, { recursive: true, force: true });
});

const segments = () =>
  readdirSync(sealed.segmentDir)
    .filter((name) => name.endsWith(".parquet"))
    .sort();
const verify = (quick = false) => verifySegments(sealed, { quick });
const idOf = (n: number) => plainEvent(n).id as string;
const ALL_COLUMNS = "* EXCLUDE (file_row_number)";

describe("a segment whose", () => {
  beforeEach(async () => {
    await sealEvents(sealed, events(0, 300));
  });
  const name = () => segments()[0] ?? "";
  const changedTo = async (select: string) => {
    await rewriteSegment(sealed.segmentDir, name(), select);
    const { ok, findings } = await verify();
    expect(ok).toBe(false);
    expect((await verify(true)).ok).toBe(false);
    expect(findings).toHaveLength(1);
    return findings[0];
  };

  test("events are those that were sealed is sound, and the log tells its root", async () => {
    expect(await verify()).toMatchObject({ ok: true, segments: 1, events: 300, pending: [], findings: [] });
    const [entry] = await sealed.audit.list({ before: 1_000, limit: 1, verb: "lake.segment.sealed" });
    expect(entry).toMatchObject({ object: { kind: "segment", id: name() }, details: { events: 300, upTo: 300 } });
  });

  test.each([
    ["raw", `replace(raw, 'line', 'Line') AS raw`],
    ["time", `"time" + 1 AS "time"`],
    ["host", `NULL AS host`],
    ["search", `'x' AS search`],
    ["sensor", `'' AS sensor`],
  ])("%s was altered in one event: that row is named", async (column, changed) => {
    const value = changed.replace(/ AS .*$/u, "");
    const finding = await changedTo(
      `SELECT * EXCLUDE (file_row_number) FROM (SELECT * REPLACE (
         CASE WHEN file_row_number = 41 THEN (${value}) ELSE "${column}" END AS "${column}") FROM e)
       ORDER BY file_row_number`,
    );
    expect(finding).toMatchObject({ code: "events_changed", name: name() });
    expect(finding?.difference).toMatchObject({ altered: [{ row: 41, id: idOf(41) }], count: 1 });
  });

  test("events were dropped: row and id of each are named", async () => {
    const finding = await changedTo(`SELECT ${ALL_COLUMNS} FROM e WHERE file_row_number NOT IN (0, 7, 299)`);
    expect(finding?.difference).toEqual({
      altered: [],
      added: [],
      reordered: [],
      dropped: [0, 7, 299].map((row) => ({ row, id: idOf(row) })),
      count: 3,
    });
  });

  test("an event was added, or stands there twice", async () => {
    const finding = await changedTo(
      `SELECT * EXCLUDE (file_row_number, n) FROM (SELECT *, unnest(CASE file_row_number WHEN 5 THEN [1, 2] ELSE [1] END) AS n FROM e) ORDER BY file_row_number, n`,
    );
    expect(finding?.difference).toMatchObject({ added: [{ row: 6, id: idOf(5) }], dropped: [], altered: [], count: 1 });
  });

  test("an event was exchanged for another: one dropped, one added", async () => {
    const stranger = "f".repeat(32);
    const finding = await changedTo(
      `SELECT * EXCLUDE (file_row_number) FROM (SELECT * REPLACE (CASE WHEN file_row_number = 9 THEN '${stranger}' ELSE id END AS id) FROM e) ORDER BY file_row_number`,
    );
    expect(finding?.difference).toMatchObject({
      added: [{ row: 9, id: stranger }],
      dropped: [{ row: 9, id: idOf(9) }],
      count: 2,
    });
  });

  test("events changed places: the one that was moved is named", async () => {
    const finding = await changedTo(
      `SELECT ${ALL_COLUMNS} FROM e ORDER BY CASE WHEN file_row_number = 20 THEN 250.5 ELSE file_row_number END`,
    );
    expect(finding?.difference).toEqual({
      altered: [],
      added: [],
      dropped: [],
      reordered: [{ row: 250, id: idOf(20) }],
      count: 1,
    });
  });

  test("bytes were written again with the same events", async () => {
    expect(await changedTo(`SELECT ${ALL_COLUMNS} FROM e ORDER BY file_row_number`)).toEqual({
      code: "file_changed",
      name: name(),
    });
  });

  test("file is torn, gone, or not the only one", async () => {
    const [own = ""] = segments();
    const path = join(sealed.segmentDir, own);
    const bytes = readFileSync(path);
    writeFileSync(join(sealed.segmentDir, "events-00000001-0000000000000001.parquet"), bytes);
    expect((await verify()).findings).toEqual([
      { code: "segment_unknown", name: "events-00000001-0000000000000001.parquet" },
    ]);
    rmSync(join(sealed.segmentDir, "events-00000001-0000000000000001.parquet"));
    truncateSync(path, bytes.length - 1_000);
    expect((await verify()).findings).toMatchObject([{ code: "segment_unreadable", name: name() }]);
    rmSync(path);
    expect((await verify()).findings).toEqual([{ code: "segment_missing", name: own }]);
  });

  test("side file was changed or taken away: found, and never believed", async () => {
    const path = join(sealed.segmentDir, name().replace("parquet", "leaves"));
    const bytes = readFileSync(path);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    expect((await verify()).findings).toEqual([{ code: "leaves_changed", name: name() }]);
    rmSync(path);
    expect((await verify()).findings).toEqual([{ code: "leaves_missing", name: name() }]);
    await rewriteSegment(sealed.segmentDir, name(), `SELECT ${ALL_COLUMNS} FROM e WHERE file_row_number > 0`);
    expect((await verify()).findings).toMatchObject([{ code: "events_unplaced", name: name() }]);
  });

  test("seal was rewritten in the log: the chain says so", async () => {
    await sealEvents(sealed, events(300, 310));
    await sealed.audit.seal();
    const database = new DatabaseSync(join(sealed.dataDir, "records.sqlite"));
    database.exec("DROP TRIGGER audit_entries_fixed");
    database.exec(
      `UPDATE audit_entries SET entry = replace(entry, '"events":300', '"events":299')
       WHERE json_extract(entry, '$.verb') = 'lake.segment.sealed'`,
    );
    database.close();
    const { findings } = await verify();
    expect(findings).toContainEqual({ code: "chain_broken", name: "0", detail: "chain_mismatch" });
  });
});

describe("proofs", () => {
  test("hold for every event, and for nothing else", async () => {
    await sealEvents(sealed, events(0, 37));
    await sealEvents(sealed, events(37, 50));
    for (const n of [0, 1, 30, 36, 37, 49]) {
      const proof = await proveEvent(idOf(n), sealed_());
      expect(flawOfProof(proof)).toBeUndefined();
      expect(proof.event.raw).toBe(`line ${n}`);
      expect(flawOfProof({ ...proof, event: { ...proof.event, host: "other" } })).toBe("leaf_hash");
      expect(flawOfProof({ ...proof, segment: { ...proof.segment, row: proof.segment.row + 1 } })).toBe("segment_path");
      expect(flawOfProof(altered(proof, { root: "0".repeat(64) }))).toBe("entry_other");
      expect(flawOfProof(altered(proof, { more: 1 }))).toBe("entry_path");
      const head = { ...proof.log.head, at: "2026-01-01T00:00:00.000Z" };
      expect(flawOfProof({ ...proof, log: { ...proof.log, head } })).toBe("head_signature");
      expect(flawOfProof({ ...proof, log: { ...proof.log, keyId: "0".repeat(64) } })).toBe("key_id");
    }
  });

  test("wait for the seal, and are refused for what is not there or not as sealed", async () => {
    await sealed.lake.store.append({ events: events(0, 5), upTo: 5 });
    await expect(proveEvent(idOf(1), sealed_())).rejects.toMatchObject({ code: "lake.proof.pending" });
    await sealed.lake.store.seal();
    await expect(proveEvent(idOf(1), sealed_())).rejects.toMatchObject({ code: "lake.proof.pending" });
    await sealed.integrity.reconcile();
    expect(flawOfProof(await proveEvent(idOf(1), sealed_()))).toBeUndefined();
    await expect(proveEvent(idOf(99), sealed_())).rejects.toMatchObject({ code: "lake.event.missing" });
    await rewriteSegment(
      sealed.segmentDir,
      segments()[0] ?? "",
      `SELECT * EXCLUDE (file_row_number) FROM (SELECT * REPLACE ('forged' AS raw) FROM e) ORDER BY file_row_number`,
    );
    await expect(proveEvent(idOf(1), sealed_())).rejects.toMatchObject({ code: "lake.proof.altered" });
  });

  const sealed_ = () => ({ ...sealed, store: sealed.lake.store });
  const altered = (proof: EventProof, details: object): EventProof => ({
    ...proof,
    log: {
      ...proof.log,
      entry: { ...proof.log.entry, details: { ...(proof.log.entry["details"] as object), ...details } },
    },
  });
});

describe("what happens to segments", () => {
  const reason = {
    actor: { kind: "user", id: "u-1", name: "lan" },
    peer: null,
    cause: "retention",
    terms: ["t-1"],
  } as const;

  test("a lawful drop is sound, the same drop by hand is not", async () => {
    for (const n of [0, 1, 2]) await sealEvents(sealed, events(n * 10, n * 10 + 10));
    const [first = "", second = ""] = segments();
    expect(await sealed.integrity.drop(first, reason)).toBe(true);
    expect(segments()).not.toContain(first);
    expect(readdirSync(sealed.segmentDir)).not.toContain(first.replace("parquet", "leaves"));
    expect(await verify()).toMatchObject({ ok: true, segments: 2, ended: 1 });
    expect((await sealed.lake.store.stats()).events).toBe(20);
    expect(await sealed.integrity.drop(first, reason)).toBe(false);
    rmSync(join(sealed.segmentDir, second));
    expect((await verify()).findings).toEqual([{ code: "segment_missing", name: second }]);
  });

  test("a crash between the log and the disk is finished at the next start", async () => {
    for (const n of [0, 1]) await sealEvents(sealed, events(n * 10, n * 10 + 10));
    const [first = ""] = segments();
    // As if it had died after the log's entry: manifest and file are still there.
    const failing = { ...sealed.lake.store, upkeep: () => Promise.reject(new Error("died")) };
    await expect(dropThrough(failing as never, first)).rejects.toThrow("died");
    expect(segments()).toContain(first);
    expect((await verify()).ok).toBe(true);
    await sealed.close();
    sealed = await openSealedLake(sealed.dataDir);
    await sealed.integrity.reconcile();
    expect(segments()).not.toContain(first);
    expect(await verify()).toMatchObject({ ok: true, segments: 1, ended: 1 });
  });

  test("a segment sealed before a crash is told to the log after it, and the log says that it was found", async () => {
    await sealed.lake.store.append({ events: events(0, 10), upTo: 10 });
    await sealed.lake.store.seal();
    expect(await verify()).toMatchObject({ ok: true, segments: 0, pending: segments() });
    await sealed.close();
    sealed = await openSealedLake(sealed.dataDir);
    await sealed.integrity.reconcile();
    const [entry] = await sealed.audit.list({ before: 1_000, limit: 1, verb: "lake.segment.sealed" });
    expect(entry?.details).toMatchObject({ foundAtStart: true, events: 10 });
    expect(await verify()).toMatchObject({ ok: true, segments: 1, pending: [] });
  });

  test("small neighbours become one; proofs, counts and verification go on, old roots stay in the log", async () => {
    for (const n of [0, 1, 2, 3, 4]) await sealEvents(sealed, events(n * 10, n * 10 + 10));
    const before = segments();
    expect(await sealed.integrity.mergeSmall()).toBe(true);
    expect(segments()).toHaveLength(1);
    expect(segments()[0]).not.toBe(before[0]);
    expect(await verify()).toMatchObject({ ok: true, segments: 1, ended: 5, events: 50 });
    expect((await sealed.lake.store.stats()).events).toBe(50);
    expect(flawOfProof(await proveEvent(idOf(33), { ...sealed, store: sealed.lake.store }))).toBeUndefined();
    expect(await sealed.audit.list({ before: 1_000, limit: 100, verb: "lake.segment.merged" })).toHaveLength(5);
    expect(await sealed.integrity.mergeSmall()).toBe(false);
    expect(await sealed.lake.store.append({ events: events(0, 50), upTo: 100 })).toMatchObject({ stored: 0 });
  });

  test.each(["in the log", "on the disk"])(
    "a merge that dies before its end %s is finished without loss",
    async (where) => {
      for (const n of [0, 1, 2, 3]) await sealEvents(sealed, events(n * 10, n * 10 + 10));
      const before = segments();
      await sealed.lake.store.upkeep("mergeSegments", { names: before });
      expect(segments()).toHaveLength(5);
      if (where === "on the disk") {
        // The database is lost as well: the folder alone must not count an event twice.
        await sealed.close();
        rmSync(join(sealed.dataDir, "lake", "events", "lake.duckdb"));
      } else await sealed.close();
      sealed = await openSealedLake(sealed.dataDir);
      expect((await sealed.lake.store.stats()).events).toBe(40);
      expect((await sealed.lake.store.stats()).problems).toEqual([]);
      await sealed.integrity.reconcile();
      expect(segments()).toHaveLength(1);
      expect(await verify()).toMatchObject({ ok: true, segments: 1, ended: 4, events: 40 });
    },
  );

  test("a merge and what was sealed after it, none of it in the log yet, are no finding", async () => {
    for (const n of [0, 1, 2, 3]) await sealEvents(sealed, events(n * 10, n * 10 + 10));
    const told = segments();
    await sealed.lake.store.upkeep("mergeSegments", { names: told.slice(0, 3) });
    for (const n of [4, 5]) {
      await sealed.lake.store.append({ events: events(n * 10, n * 10 + 10), upTo: n * 10 + 10 });
      await sealed.lake.store.seal();
    }
    const pending = segments().filter((name) => !told.includes(name));
    expect(pending).toHaveLength(3);
    await sealed.close();
    expect(await verify()).toMatchObject({ ok: true, segments: 4, pending, findings: [] });
    sealed = await openSealedLake(sealed.dataDir);
    await sealed.integrity.reconcile();
    expect(await verify()).toMatchObject({ ok: true, segments: 4, ended: 3, events: 60, pending: [], findings: [] });
  });

  test("a merge that dies before its manifest is finished from its file, which is whole", async () => {
    for (const n of [0, 1, 2, 3]) await sealEvents(sealed, events(n * 10, n * 10 + 10));
    const before = segments();
    const old = await manifestOf();
    await sealed.lake.store.upkeep("mergeSegments", { names: before });
    await sealed.close();
    old.putBack();
    expect(await verify()).toMatchObject({ ok: true, segments: 4, pending: [segments().at(-1)] });
    sealed = await openSealedLake(sealed.dataDir);
    expect((await sealed.lake.store.stats()).events).toBe(40);
    await sealed.integrity.reconcile();
    expect(segments()).toHaveLength(1);
    expect(await verify()).toMatchObject({ ok: true, segments: 1, ended: 4, events: 40 });
  });

  test("a manifest that forgot a merge, a seal and a drop has them again from folder and log", async () => {
    for (const n of [0, 1, 2, 3, 4]) await sealEvents(sealed, events(n * 10, n * 10 + 10));
    const [first = "", ...rest] = segments();
    const old = await manifestOf();
    expect(await sealed.integrity.drop(first, reason)).toBe(true);
    await sealed.lake.store.upkeep("mergeSegments", { names: rest });
    await sealed.integrity.reconcile();
    await sealEvents(sealed, events(50, 60));
    const after = segments();
    await sealed.close();
    old.putBack();
    sealed = await openSealedLake(sealed.dataDir);
    expect((await sealed.lake.store.stats()).events).toBe(50);
    await sealed.integrity.reconcile();
    expect(segments()).toEqual(after);
    expect((await sealed.lake.store.stats()).problems).toEqual([]);
    expect(await sealed.audit.list({ before: 1_000, limit: 9, verb: "lake.store." })).toEqual([]);
    expect(await verify()).toMatchObject({ ok: true, segments: 2, ended: 5, events: 50 });
  });

  test("a seal that dies before its manifest is taken, though a merge beside it took its number", async () => {
    for (const n of [0, 1, 2, 3]) await sealEvents(sealed, events(n * 10, n * 10 + 10));
    const old = await manifestOf();
    const before = segments();
    await sealed.lake.store.append({ events: events(40, 50), upTo: 50 });
    await sealed.lake.store.seal();
    await sealed.close();
    const late = segments().at(-1) ?? "";
    const aside = join(sealed.dataDir, late);
    renameSync(join(sealed.segmentDir, late), aside);
    old.putBack();
    sealed = await openSealedLake(sealed.dataDir);
    const { sequence } = await sealed.lake.store.upkeep("mergeSegments", { names: before });
    await sealed.close();
    expect(Number(late.slice(7, 15))).toBe(sequence);
    renameSync(aside, join(sealed.segmentDir, late));
    sealed = await openSealedLake(sealed.dataDir);
    expect(await sealed.lake.store.stats()).toMatchObject({ events: 50, problems: [] });
    expect(sealed.lake.store.position()).toBe(50);
    await sealed.integrity.reconcile();
    expect(await verify()).toMatchObject({ ok: true, segments: 2, ended: 4, events: 50, pending: [], findings: [] });
  });

  test("a file that says it stands for others and does not hold their events ends none of their seals", async () => {
    for (const n of [0, 1, 2, 3]) await sealEvents(sealed, events(n * 10, n * 10 + 10));
    const before = segments();
    const old = await manifestOf();
    await sealed.lake.store.upkeep("mergeSegments", { names: before });
    const forged = segments().at(-1) ?? "";
    await sealed.close();
    old.putBack();
    await rewriteSegment(
      sealed.segmentDir,
      forged,
      `SELECT * EXCLUDE (file_row_number) FROM (SELECT * REPLACE (replace(raw, 'line 7', 'line x') AS raw) FROM e)`,
      true,
    );
    expect((await verify()).findings).toEqual([{ code: "segment_unknown", name: forged }]);
    sealed = await openSealedLake(sealed.dataDir);
    await sealed.integrity.reconcile();
    expect(segments()).toEqual([...before, forged]);
    expect(await sealed.audit.list({ before: 1_000, limit: 9, verb: "lake.segment.merged" })).toEqual([]);
    expect(await sealed.audit.list({ before: 1_000, limit: 9, verb: "lake.segment.merge_differs" })).toHaveLength(1);
    expect((await verify()).findings).toEqual([{ code: "segment_unknown", name: forged }]);
  });

  test("a torn segment is isolated and told to the log, the rest is searched; put right, it is back", async () => {
    for (const n of [0, 1]) await sealEvents(sealed, events(n * 10, n * 10 + 10));
    const path = join(sealed.segmentDir, segments()[0] ?? "");
    const whole = readFileSync(path);
    await sealed.close();
    truncateSync(path, whole.length - 100);
    sealed = await openSealedLake(sealed.dataDir);
    await sealed.integrity.reconcile();
    const count = () => sealed.lake.store.count({ query: "line", from: 0, to: 1e13 });
    expect((await count()).count).toBe(10);
    expect(await sealed.audit.list({ before: 1_000, limit: 9, verb: "lake.store.segment_damaged" })).toHaveLength(1);
    expect((await verify()).findings).toMatchObject([{ code: "segment_unreadable" }]);
    await sealed.close();
    writeFileSync(path, whole);
    sealed = await openSealedLake(sealed.dataDir);
    expect((await count()).count).toBe(20);
    expect((await verify()).ok).toBe(true);
  });

  test("a missing segment is told to the log once", async () => {
    await sealEvents(sealed, events(0, 10));
    await sealed.close();
    renameSync(join(sealed.segmentDir, segments()[0] ?? ""), join(sealed.dataDir, "stolen"));
    sealed = await openSealedLake(sealed.dataDir);
    await sealed.integrity.reconcile();
    await sealed.integrity.reconcile();
    expect(sealed.integrity.state.missing).toHaveLength(1);
    expect(await sealed.audit.list({ before: 1_000, limit: 9, verb: "lake.segment.missing" })).toHaveLength(1);
  });

  /** The manifest as it is now, to be put back under a later folder. */
  async function manifestOf(): Promise<{ putBack: () => void }> {
    const files = ["lake.duckdb", "lake.duckdb.wal"].map((name) => join(sealed.dataDir, "lake", "events", name));
    await sealed.close();
    const kept = files.map((file) => (existsSync(file) ? readFileSync(file) : undefined));
    sealed = await openSealedLake(sealed.dataDir);
    return {
      putBack: () => {
        for (const [at, file] of files.entries()) {
          const bytes = kept[at];
          if (bytes === undefined) rmSync(file, { force: true });
          else writeFileSync(file, bytes);
        }
      },
    };
  }

  async function dropThrough(store: SealedLake["lake"]["store"], name: string): Promise<void> {
    const { Integrity } = await import("./integrity.ts");
    const { records, audit, segmentDir } = sealed;
    const { systemClock } = await import("../../../platform/clock/index.ts");
    const { silentLog } = await import("../../../platform/log/index.ts");
    await new Integrity({ store, records, audit, segmentDir, clock: systemClock, log: silentLog }).drop(name, reason);
  }
});
