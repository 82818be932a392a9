import { expect, test } from "vitest";
import { diskFull, mayMount } from "./server-disk-full.ts";

const mounts = mayMount();

test.skipIf(!mounts)(
  `a full disk is told, loses nothing and is got over${mounts ? "" : " (needs the right to mount)"}`,
  async () => {
    const report = await diskFull();
    expect(report).toMatchObject({
      statusWhenFull: 503,
      codeWhenFull: "lake.journal.disk_full",
      aliveWhenFull: true,
      refusalWhenFull: "lake.journal.disk_full",
      refusalAfter: null,
      alert: { level: "critical", ceased: true },
      auditSound: true,
    });
    expect(Number(report.retryAfter)).toBeGreaterThan(0);
    expect(report.storedAfter).toBe(report.acknowledged);
  },
);
