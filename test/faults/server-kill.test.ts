/** Three rounds as part of every test run; a hundred by hand: `node test/faults/server-kill.ts 100`. */
import { expect, test } from "vitest";
import { mayMount } from "./server-disk-full.ts";
import { killRounds } from "./server-kill.ts";

test("kill -9 under load from three doors, torn writes between, loses no acknowledged line and doubles none", async () => {
  const { reports, ...whole } = await killRounds({ rounds: 3, seed: 20_261_122, withFullDisk: mayMount() });
  for (const report of reports) {
    expect(report).toMatchObject({ lost: 0, duplicated: 0, altered: 0, alarmsOff: 0, changesLost: 0 });
    expect(report.acknowledged).toBeGreaterThan(0);
  }
  expect(whole).toMatchObject({ lost: 0, duplicated: 0, altered: 0, backupRestores: true });
  for (const { expected, found, once } of [whole.alarms, whole.hunted]) expect([found, once]).toEqual([expected, true]);
}, 420_000);
