import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lineOf, randomOf, rulesText } from "../../../test/faults/correlation-content.ts";
import type { Severity } from "../../kernel/index.ts";
import { loadLogSources, loadRules } from "../../modules/detection/matching.ts";
import { EMPTY_LOG_SOURCE_MAP } from "../../modules/detection/core/sigma/index.ts";
import { LOG_SOURCES_DIR } from "../places.ts";
import { ScanCorrelations } from "./correlations.ts";
import { ScanPool } from "./pool.ts";
import type { ScanFinding } from "./protocol.ts";
import { planScan } from "./scan-plan.ts";
import { findingRecord } from "./summary.ts";

const LINES = 1_500;
let dir = "";
const files: string[] = [];
const lines: string[][] = [[], [], []];

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "khien-scan-"));
  const random = randomOf(9);
  const start = Date.UTC(2026, 10, 21, 8);
  // Neither sorted within a file nor between files: only the times say what came first.
  for (let n = 0; n < LINES; n += 1)
    lines[n % 3]?.push(lineOf(start + n * 400 - Math.floor(random() * 30_000), n, random));
  for (const [number, text] of lines.entries()) {
    const file = join(dir, `part-${number}.log`);
    writeFileSync(file, text.join("\n"));
    files.push(file);
  }
  writeFileSync(join(dir, "rules.yml"), rulesText(1));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function scan(threads: number, minLevel: Severity = "informational") {
  const report = await loadRules(join(dir, "rules.yml"), { logSourceMap: EMPTY_LOG_SOURCE_MAP });
  const { findable, rejected, ...plan } = planScan(report, { minLevel, withDeprecated: false });
  expect(rejected).toEqual([]);
  const correlations = new ScanCorrelations(plan.plan, findable);
  const single: ScanFinding[] = [];
  const { map: logSourceMap } = await loadLogSources(LOG_SOURCES_DIR);
  const pool = await ScanPool.open(files, threads);
  await pool.scan({
    setup: { ...plan, logSourceMap, since: null, until: null },
    listener: {
      onFindings: (told) => {
        correlations.add(told);
        single.push(...told.filter(({ quiet }) => quiet !== true));
      },
      onProgress: () => undefined,
      onProblems: (problems) => expect(problems).toEqual([]),
    },
  });
  await pool.close();
  const tell = (finding: ScanFinding) => findingRecord(finding, findable);
  return { single: single.map(tell), correlated: correlations.findings().map(tell), leftOut: correlations.leftOut };
}

describe("correlations of a scan", () => {
  test("are the same whatever thread was faster", async () => {
    const one = await scan(1);
    expect(one.correlated.length).toBeGreaterThan(50);
    expect(one.leftOut).toBe(0);
    expect(await scan(3)).toEqual(one);
  });

  test("name lines that are there, in the order of their times, inside the window", async () => {
    const { correlated } = await scan(2);
    for (const { correlation, rule, file, line } of correlated) {
      const events = correlation?.events ?? [];
      const times = events.map(({ time }) => Date.parse(time));
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(events.at(-1)).toMatchObject({ file, line });
      if (rule.title === "Failed And Then Accepted")
        expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeLessThanOrEqual(15_000);
      for (const event of events)
        expect(lines[files.indexOf(event.file)]?.[event.line - 1]).toContain(event.time.replace("Z", ""));
    }
  });

  test("speak for their base rules, which are matched even where their level is not asked for", async () => {
    const { single, correlated } = await scan(2, "high");
    expect(single).toEqual([]);
    expect(new Set(correlated.map(({ rule }) => rule.level))).toEqual(new Set(["high", "critical"]));
  });
});
