/**
 * A few kills as part of every test run; a hundred by hand: `node test/faults/correlation-kill.ts --rounds 100`, and with
 * the whole server and its ticks `node test/faults/correlation-server.ts 20`.
 */
import { expect, test } from "vitest";
import { killUntilDone } from "./correlation-kill.ts";

// A seed that gives the killed run three matching threads and small batches; the undisturbed one has one thread.
const SEED = 11;

test("kill -9 while correlations run: findings as if nothing had happened", { timeout: 120_000 }, async () => {
  const report = await killUntilDone(SEED, { records: 2_500, kills: 3 });
  expect(report.differences).toEqual([]);
  expect(report.kills).toBeGreaterThan(0);
  expect(report.correlated).toBeGreaterThan(50);
  expect(report.suppressed).toBeGreaterThan(50);
  expect(report.hidden).toBeGreaterThan(50);
});

test("three matching threads find what one finds, in whatever batches", { timeout: 120_000 }, async () => {
  const report = await killUntilDone(SEED + 3, { records: 1_500, kills: 0 });
  expect(report.differences).toEqual([]);
  expect(report.correlated).toBeGreaterThan(20);
});
