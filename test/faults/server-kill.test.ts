/** Two rounds as part of every test run; twenty by hand: `node test/faults/server-kill.ts 20`. */
import { expect, test } from "vitest";
import { killRounds } from "./server-kill.ts";

test("kill -9 under load loses no acknowledged line and doubles none", async () => {
  const { reports, findings, findingsOnce } = await killRounds(2);
  for (const report of reports) {
    expect(report).toMatchObject({ lost: 0, duplicated: 0, changesLost: 0 });
    expect(report.acknowledged).toBeGreaterThan(0);
    expect(report.counted).toBe(report.storedSoFar);
  }
  expect(findings).toBe(reports.at(-1)?.storedSoFar);
  expect(findingsOnce).toBe(true);
});
