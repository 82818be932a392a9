/** What becomes of every file of SigmaHQ's archive: loaded, or rejected with a reason that is true. */
import { describe, expect, test } from "vitest";
import type { Placeholders } from "../../src/apps/sigma.ts";
import { EMPTY_LOG_SOURCE_MAP } from "../../src/modules/detection/core/sigma/index.ts";
import type { ImportReport } from "../../src/modules/detection/rule-import.ts";
import { loadRules } from "../../src/modules/detection/rule-import.ts";
import { sharedData } from "../shared-data.ts";

const archive = sharedData("detection/sigma-rules/sigma-rules.tar.gz");
const examples = sharedData("detection/sigma-rules/correlation-and-filter-examples.tar.gz");

function load(path: string | undefined, placeholders: Placeholders = {}): Promise<ImportReport> {
  return loadRules(path as string, { logSourceMap: EMPTY_LOG_SOURCE_MAP, placeholders });
}

const folderOf = (file: string): string => file.replace(/^\.\//, "").split("/")[0] ?? "";

function rejectedIn(report: ImportReport, ...folders: string[]): string[] {
  return report.rejected.filter(({ file }) => folders.includes(folderOf(file))).map(({ code }) => code);
}

function tally(codes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

/** Some value for every placeholder the rules name. */
async function withAllPlaceholders(): Promise<ImportReport> {
  const values: Record<string, string[]> = {};
  for (;;) {
    const report = await load(archive, values);
    const names = report.rejected.flatMap(({ message }) => /placeholder %(\w+)%/.exec(message)?.[1] ?? []);
    if (names.length === 0) return report;
    for (const name of names) values[name] = ["some-value"];
  }
}

describe.skipIf(archive === undefined)("SigmaHQ's archive (skipped without the shared data)", async () => {
  const report = archive === undefined ? undefined : await load(archive);
  const filled = archive === undefined ? undefined : await withAllPlaceholders();
  if (report === undefined || filled === undefined) return;

  test("active rules load; the two that wait for values of a placeholder say so", () => {
    const active = ["rules", "rules-threat-hunting", "rules-compliance", "rules-emerging-threats"];
    expect(tally(rejectedIn(report, ...active))).toEqual({ "sigma.modifier.placeholder": 2 });
    expect(rejectedIn(filled, ...active)).toEqual([]);
    const count = (read: ImportReport, folder: string): number =>
      [...read.rules, ...read.waiting.map(({ document }) => document)].filter(({ file }) => folderOf(file) === folder)
        .length;
    expect(active.map((folder) => count(report, folder))).toEqual([3141, 140, 3, 473]);
    expect(active.map((folder) => count(filled, folder))).toEqual([3141, 140, 3, 473]);
    expect(filled.waiting).toEqual([]);
  });

  test("placeholder rules wait for their values, and load with them", () => {
    expect(tally(rejectedIn(report, "rules-placeholder"))).toEqual({ "sigma.modifier.placeholder": 22 });
    expect(rejectedIn(filled, "rules-placeholder")).toEqual([]);
  });

  test("deprecated rules load", () => {
    expect(rejectedIn(filled, "deprecated")).toEqual([]);
  });

  test("of the aggregations of Sigma 1, 42 become correlations and 13 cannot", () => {
    expect(filled.correlations).toHaveLength(42);
    expect(tally(rejectedIn(filled, "unsupported"))).toEqual({
      // Counts over no stated time.
      "sigma.aggregation.timeframe": 11,
      // `near` with several selections, or with an exclusion.
      "sigma.aggregation.near": 2,
      // Prose in place of a condition.
      "sigma.condition.syntax": 4,
    });
    const types = tally(filled.correlations.map(({ type }) => type));
    expect(types).toEqual({ event_count: 21, value_count: 16, value_sum: 2, temporal: 3 });
  });

  test("what is left is not a rule", () => {
    const files = new Set(filled.rejected.map(({ file }) => file).filter((file) => folderOf(file) !== "unsupported"));
    expect([...files].every((file) => folderOf(file) === "tests")).toBe(true);
  });
});

describe.skipIf(examples === undefined)("the specification's examples (skipped without the shared data)", async () => {
  const report = examples === undefined ? undefined : await load(examples);
  if (report === undefined) return;

  test("load, but for the ids the examples share", () => {
    expect(report.rejected.map(({ code }) => code)).toEqual(["sigma.id.duplicate", "sigma.id.duplicate"]);
    expect(report.counts).toMatchObject({ loaded: 4, correlations: 10, filters: 2 });
  });
});
