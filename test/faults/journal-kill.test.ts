import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { killRounds } from "./kill-rounds.ts";

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
