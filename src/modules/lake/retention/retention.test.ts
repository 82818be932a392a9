import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ManualClock } from "../../../platform/clock/index.ts";
import { silentLog } from "../../../platform/log/index.ts";
import { events, newDataDir, openSealedLake, type SealedLake, sealEvents } from "../integrity/testdata/sealed-lake.ts";
import { verifySegments } from "../integrity/verify.ts";
import { BASE_TIME, plainEvent } from "../store/testdata/events.ts";
import { Retention } from "./retention.ts";
import { HoldInput, type RetentionRule, TermInput } from "./schemas.ts";
import { storageOf } from "./storage.ts";

let clock = new ManualClock(BASE_TIME);
const asker = { actor: { kind: "user", id: "u-1", name: "lan" }, peer: "127.0.0.1" } as const;
const LAW: RetentionRule = {
  id: "law",
  instrument: "i",
  article: "1",
  what: { vi: "v", en: "e" },
  applies_to: { vi: "v", en: "e" },
  keep: "P12M",
  verification: "digest",
  confidence: "medium",
  as_of: "2026-11-21",
};
const term = (more: Partial<TermInput>) => TermInput.parse({ name: "t", ...more });
const hold = (scope: object) => HoldInput.parse({ name: "case 7", reason: "court order", scope });
const DAY_MS = 86_400_000;

// Every test opens an engine or two.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let sealed: SealedLake;
let retention: Retention;
beforeEach(async () => {
  clock = new ManualClock(BASE_TIME);
  sealed = await openSealedLake(newDataDir(), clock);
  retention = retentionOf(sealed);
  // Three segments: web, dc with one host of interest, both.
  await sealEvents(sealed, events(0, 10, { sensor: "web" }));
  await sealEvents(sealed, events(10, 20, { sensor: "dc" }));
  await sealEvents(sealed, [...events(20, 25, { sensor: "web" }), ...events(25, 30, { sensor: "dc" })]);
});
afterEach(async () => {
  await sealed.close();
  rmSync(sealed.dataDir, { recursive: true, force: true });
});

function retentionOf({ integrity, lake, records, audit }: SealedLake): Retention {
  const rules = new Map([["law", LAW]]);
  return new Retention({ integrity, store: lake.store, records, audit, clock, log: silentLog, rules });
}

const segments = () =>
  readdirSync(sealed.segmentDir)
    .filter((name) => name.endsWith(".parquet"))
    .sort();
const stored = async () => (await sealed.lake.store.stats()).events;

test("a preview names what apply then drops; the log says who, why and with which root; verify finds it lawful", async () => {
  await retention.setTerm(undefined, term({ sensor: "web", keep: "P30D" }), asker);
  await retention.setTerm(undefined, term({ sensor: "dc", rule: "law" }), asker);
  clock.advance(40 * DAY_MS);
  const [web = ""] = segments();
  const preview = await retention.preview();
  expect(preview.drops).toMatchObject([{ segment: web, events: 10, cause: "retention" }]);
  expect(segments()).toHaveLength(3);
  expect(await retention.apply(asker)).toMatchObject({ dropped: 1, events: 10 });
  expect(segments()).not.toContain(web);
  expect(await stored()).toBe(20);
  const [entry] = await sealed.audit.list({ before: 9_999, limit: 1, verb: "lake.segment.dropped" });
  expect(entry).toMatchObject({ actor: { name: "lan" }, object: { id: web }, details: { cause: "retention" } });
  expect(entry?.details["root"]).toMatch(/^[0-9a-f]{64}$/u);
  expect(await verifySegments(sealed)).toMatchObject({ ok: true, segments: 2, ended: 1 });
  clock.advance(400 * DAY_MS);
  expect(await retention.apply()).toMatchObject({ dropped: 2 });
  expect(await stored()).toBe(0);
});

test.each([
  ["events", { events: [plainEvent(3).id as string] }],
  ["a query", { query: "user:user-3 and sensor:web" }],
  ["hosts", { query: "", hosts: ["host-1"], sensors: ["web"] }],
  ["a time", { from: new Date(BASE_TIME).toISOString(), to: new Date(BASE_TIME + 5).toISOString() }],
])("a hold by %s keeps its segments, and only those, until it is released", async (_kind, scope) => {
  await retention.setTerm(undefined, term({ keep: "P1D" }), asker);
  const placed = await retention.placeHold(hold(scope), asker);
  clock.advance(3 * DAY_MS);
  const preview = await retention.preview();
  const [web = "", dc = ""] = segments();
  expect(preview.held).toContainEqual(expect.objectContaining({ segment: web, holds: [placed.id] }));
  expect(preview.drops.map(({ segment }) => segment)).toContain(dc);
  await retention.apply(asker);
  expect(segments()).toContain(web);
  // A restart forgets nothing.
  retention = retentionOf(sealed);
  await retention.apply(asker);
  expect(segments()).toContain(web);
  await retention.releaseHold(placed.id, "case closed", asker);
  await expect(retention.releaseHold(placed.id, "again", asker)).rejects.toMatchObject({ code: "lake.hold.missing" });
  await retention.apply(asker);
  expect(segments()).toEqual([]);
  const verbs = (await sealed.audit.list({ before: 9_999, limit: 100, verb: "lake.hold." })).map(({ verb }) => verb);
  expect(verbs).toEqual(["lake.hold.released", "lake.hold.placed"]);
});

test("a quota takes the oldest, never what law keeps, and says when it cannot be met", async () => {
  const sizes = segments().map((name) => statSync(join(sealed.segmentDir, name)).size);
  await retention.setTerm(undefined, term({ sensor: "dc", rule: "law" }), asker);
  await retention.setQuota(sizes[0] ?? 0, asker);
  expect(await retention.apply(asker)).toMatchObject({ dropped: 1 });
  expect(await stored()).toBe(20);
  expect(retention.overQuotaBytes).toBeGreaterThan(0);
  await retention.apply();
  expect(await sealed.audit.list({ before: 9_999, limit: 9, verb: "lake.retention.quota_passed" })).toHaveLength(1);
});

test("a rule that is gone from content keeps without end; unknown rules and unreadable holds are refused", async () => {
  await retention.setTerm(undefined, term({ rule: "law" }), asker);
  const { integrity, lake, records, audit } = sealed;
  const without = new Retention({
    integrity,
    store: lake.store,
    records,
    audit,
    clock,
    log: silentLog,
    rules: new Map(),
  });
  clock.advance(4_000 * DAY_MS);
  expect(await without.terms()).toMatchObject([{ rule: "law", keep: null, binding: true }]);
  expect((await without.preview()).drops).toEqual([]);
  await expect(retention.setTerm(undefined, term({ rule: "other" }), asker)).rejects.toMatchObject({
    code: "lake.retention.rule_unknown",
  });
  await expect(retention.placeHold(hold({ query: "host:(" }), asker)).rejects.toMatchObject({ name: "Fault" });
});

test("nothing goes while a backup reads", async () => {
  await retention.setTerm(undefined, term({ keep: "P1D" }), asker);
  clock.advance(3 * DAY_MS);
  const resume = await sealed.integrity.pause();
  expect(await retention.apply(asker)).toMatchObject({ dropped: 0 });
  expect(await sealed.integrity.mergeSmall()).toBe(false);
  resume();
  expect(await retention.apply(asker)).toMatchObject({ dropped: 3 });
});

test("storage is told by source", async () => {
  const { lake, integrity } = sealed;
  await retention.setQuota(50_000_000, asker);
  const storage = await storageOf({
    integrity,
    retention,
    store: lake.store,
    journal: lake.journal,
    clock,
    recordsFile: join(sealed.dataDir, "records.sqlite"),
  });
  expect(storage.sources.map(({ sensor, events: count }) => [sensor, count]).sort()).toEqual([
    ["dc", 15],
    ["web", 15],
  ]);
  const shared = storage.sources.reduce((sum, { storedBytes }) => sum + storedBytes, 0);
  expect(Math.abs(shared - storage.segments.bytes - storage.segments.leavesBytes)).toBeLessThanOrEqual(2);
  expect(storage).toMatchObject({ segments: { count: 3, events: 30, missing: [] }, quotaBytes: 50_000_000 });
  expect(storage.daysLeft).toBeGreaterThan(0);
  expect(storage.disk.free).toBeGreaterThan(0);
});

test("a hold says what it finds, before it is placed and after; whole segments are kept for it", async () => {
  const { signal } = new AbortController();
  const scope = hold({ query: "sensor:web", hosts: ["host-1"] }).scope;
  const foreseen = await retention.wouldHold(scope, signal);
  const { id } = await retention.placeHold({ name: "case 7", reason: "court order", scope }, asker);
  const extent = await retention.extentOf(id, signal);
  expect(extent).toMatchObject({ ...foreseen, tookMs: expect.any(Number) });
  expect(extent.events).toBeGreaterThan(0);
  expect(extent.segments).toBeGreaterThan(0);
  expect(extent.segmentEvents).toBeGreaterThan(extent.events);
  expect(extent.bytes).toBeGreaterThan(0);
  await retention.releaseHold(id, "case closed", asker);
  await expect(retention.extentOf(id, signal)).rejects.toMatchObject({ code: "lake.hold.missing" });
});

test("growth counts what arrived, also when it was merged or dropped since; a source says when it begins to go", async () => {
  const { lake, integrity } = sealed;
  const told = () =>
    storageOf({
      integrity,
      retention,
      store: lake.store,
      journal: lake.journal,
      clock,
      recordsFile: join(sealed.dataDir, "records.sqlite"),
    });
  const { id } = await retention.setTerm(undefined, term({ sensor: "web", keep: "P30D" }), asker);
  const longer = await retention.setTerm(undefined, term({ keep: "P60D" }), asker);
  await retention.setTerm(undefined, term({ sensor: "dc", keep: "P1D" }), asker);
  const before = await told();
  expect(before.days).toMatchObject([{ events: 30 }]);
  expect(before.sources.find(({ sensor }) => sensor === "web")).toMatchObject({ decidingTerm: longer.id });
  expect(before.sources[0]?.lapsesAt).not.toBeNull();
  await sealEvents(sealed, events(30, 35, { sensor: "web" }));
  expect(await integrity.mergeSmall()).toBe(true);
  const merged = await told();
  expect(merged.segments.count).toBe(1);
  expect(merged.days).toMatchObject([{ events: 35 }]);
  await retention.removeTerm(longer.id, asker);
  clock.advance(40 * DAY_MS);
  expect(await retention.apply(asker)).toMatchObject({ dropped: 1 });
  const after = await told();
  expect(after.sources).toEqual([]);
  expect(after.days[0]).toMatchObject({ events: 35 });
  expect(after.days).toHaveLength(41);
  expect((await retention.terms()).map((one) => one.id)).toContain(id);
});
