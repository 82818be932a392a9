import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { killRounds, oneRound, verify } from "./kill-rounds.ts";

test(
  "three kills at random moments: nothing acknowledged is lost, nothing is doubled",
  { timeout: 60_000 },
  async () => {
    const dir = mkdtempSync(join(tmpdir(), "khien-kill-"));
    try {
      const result = await killRounds(dir, 3, Math.random);
      expect(result.acknowledged).toBeGreaterThan(0);
      expect(result).toMatchObject({ lost: 0, duplicated: 0 });
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  },
);

/** Whether the database had to be rebuilt. Damage that hits an entry's length makes the log end there instead. */
async function afterDamagedLog(): Promise<boolean> {
  const dir = mkdtempSync(join(tmpdir(), "khien-wal-"));
  try {
    const log = join(dir, "events", "lake.duckdb.wal");
    let acknowledged = 0;
    do ({ acknowledged } = await oneRound(dir, acknowledged, 600));
    while ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) < 10_000);
    const file = openSync(log, "r+");
    writeSync(file, Buffer.alloc(16, 0xa5), 0, 16, Math.floor(statSync(log).size / 2));
    closeSync(file);
    const result = await verify(dir, acknowledged);
    expect(result).toMatchObject({ lost: 0, duplicated: 0 });
    return result.problems.some((problem) => problem.startsWith("database_rebuilt"));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

test(
  "a write-ahead log damaged in the middle: rebuilt from segments and journal, nothing lost",
  { timeout: 60_000 },
  async () => {
    let rebuilt = false;
    for (let attempt = 0; attempt < 4 && !rebuilt; attempt++) rebuilt = await afterDamagedLog();
    expect(rebuilt).toBe(true);
  },
);
