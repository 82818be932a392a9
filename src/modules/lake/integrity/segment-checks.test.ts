import { readdirSync, rmSync } from "node:fs";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { systemClock } from "../../../platform/clock/index.ts";
import { silentLog } from "../../../platform/log/index.ts";
import { SegmentChecks } from "./segment-checks.ts";
import {
  events,
  newDataDir,
  openSealedLake,
  rewriteSegment,
  type SealedLake,
  sealEvents,
} from "./testdata/sealed-lake.ts";

const asker = { actor: { kind: "user", id: "u-1", name: "lan" }, peer: "127.0.0.1" } as const;

// Every test opens an engine or two.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let sealed: SealedLake;
let checks: SegmentChecks;
beforeEach(async () => {
  sealed = await openSealedLake(newDataDir());
  checks = new SegmentChecks({ ...sealed, clock: systemClock, log: silentLog });
  await sealEvents(sealed, events(0, 20));
  await sealEvents(sealed, events(20, 30));
});
afterEach(async () => {
  await checks.close();
  await sealed.close();
  rmSync(sealed.dataDir, { recursive: true, force: true });
});

test("a check tells the log who asked and what it found; meanwhile nothing goes and no second one begins", async () => {
  expect(await checks.last()).toBeNull();
  const running = await checks.start({ deep: true }, asker);
  expect(running).toMatchObject({ by: "lan", deep: true, of: 2 });
  await expect(checks.start({ deep: false }, asker)).rejects.toMatchObject({ code: "lake.check.running" });
  expect(await sealed.integrity.mergeSmall()).toBe(false);
  await checks.settled();
  expect(checks.running()).toBeNull();
  expect(await checks.last()).toMatchObject({
    by: "lan",
    deep: true,
    ok: true,
    segments: 2,
    events: 30,
    findings: 0,
    auditFlaw: null,
    error: null,
  });
});

test("an altered event is found, and stays told after a restart", async () => {
  const [name = ""] = readdirSync(sealed.segmentDir).filter((file) => file.endsWith(".parquet"));
  await rewriteSegment(
    sealed.segmentDir,
    name,
    "SELECT * REPLACE (CASE WHEN file_row_number = 3 THEN 'other' ELSE host END AS host) FROM e",
  );
  await checks.start({ deep: false }, asker);
  await checks.settled();
  const again = new SegmentChecks({ ...sealed, clock: systemClock, log: silentLog });
  expect(await again.last()).toMatchObject({ ok: false, findings: 1, found: [{ code: "events_changed", name }] });
});

test("one that is cut short says so and leaves the way free for the next", async () => {
  await checks.start({ deep: true }, asker);
  await checks.close();
  expect(await checks.last()).toMatchObject({ ok: null, error: expect.stringContaining("thread") });
  await checks.start({ deep: false }, asker);
  await checks.settled();
  expect(await checks.last()).toMatchObject({ ok: true });
});
