import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SEVERITIES, type Severity } from "../../../kernel/index.ts";
import { loadUrgencyTable } from "../content.ts";
import { bandOf, IMPORTANCES, type Importance, PLAIN_TABLE, weighUrgency } from "./urgency.ts";

const { value: table, problems } = await loadUrgencyTable(
  fileURLToPath(new URL("../../../../content/urgency/", import.meta.url)),
);
const none = { truePositives: 0, falsePositives: 0, unconfirmed: 0 };
const of = (severity: Severity, importance: Importance, track = none): number =>
  weighUrgency(table, { severity, importance, system: null, track }).urgency;

test("the table of content loads", () => {
  expect(problems).toEqual([]);
  expect(table).not.toEqual(PLAIN_TABLE);
});

describe("urgency", () => {
  // severity, importance, true and false alerts of the rule so far, urgency
  test.each<[Severity, Importance, number, number, number]>([
    ["critical", "unknown", 0, 0, 95],
    ["high", "unknown", 0, 0, 75],
    ["informational", "critical", 0, 0, 7],
    ["informational", "critical", 90, 0, 7],
    ["high", "critical", 0, 0, 98],
    ["high", "critical", 0, 500, 90],
    ["critical", "high", 0, 500, 90],
    ["medium", "low", 0, 0, 30],
    ["critical", "critical", 50, 0, 100],
    ["medium", "unknown", 0, 2, 42],
    ["medium", "unknown", 0, 1_000, 30],
    ["medium", "unknown", 1_000, 0, 58],
  ])("%s on an asset of %s importance, %d true and %d false before: %d", (severity, importance, tp, fp, expected) => {
    expect(of(severity, importance, { truePositives: tp, falsePositives: fp, unconfirmed: 9 })).toBe(expected);
  });

  test("never falls when severity, importance or the record rises; stays within 0 and 100", () => {
    const rank = fc.nat({ max: 4 });
    fc.assert(
      fc.property(rank, rank, fc.nat(500), fc.nat(500), (s, i, truePositives, falsePositives) => {
        const at = (severity: number, importance: number, more: number) =>
          of(SEVERITIES[severity] ?? "critical", IMPORTANCES[importance] ?? "critical", {
            truePositives: truePositives + more,
            falsePositives,
            unconfirmed: 0,
          });
        const here = at(s, i, 0);
        expect(here).toBeGreaterThanOrEqual(0);
        expect(here).toBeLessThanOrEqual(100);
        expect(at(Math.min(4, s + 1), i, 0)).toBeGreaterThanOrEqual(here);
        // Unknown lies beside the scale, not below it.
        if (i > 0) expect(at(s, Math.min(4, i + 1), 0)).toBeGreaterThanOrEqual(here);
        expect(at(s, i, 1)).toBeGreaterThanOrEqual(here);
      }),
    );
  });

  test("bands begin where the table says", () => {
    expect([100, 90, 89, 70, 40, 39, 15, 14, 0].map((urgency) => bandOf(table, urgency))).toEqual([
      "critical",
      "critical",
      "high",
      "high",
      "medium",
      "low",
      "low",
      "informational",
      "informational",
    ]);
  });
});
