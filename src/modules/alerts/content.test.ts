import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadUrgencyTable } from "./content.ts";
import { PLAIN_TABLE } from "./core/urgency.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "khien-urgency-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test("a wrong weight is told with its line, and the plain table serves", async () => {
  const text = [
    "severity: { informational: 5, low: 25, medium: 50, high: 75, critical: 95 }",
    "importance: { unknown: 1, low: 1, medium: 1, high: 1, critical: 1 }",
    "track_record: { expected: 0.5, weight: 10, least: 1, most: 1 }",
    "bounds: []",
    "bands:",
    "  critical: 900",
    "  high: 70",
    "  medium: 40",
    "  low: 15",
  ].join("\n");
  writeFileSync(join(dir, "urgency.yml"), text);
  const { value, problems } = await loadUrgencyTable(dir);
  expect(value).toBe(PLAIN_TABLE);
  expect(problems).toMatchObject([{ file: "urgency.yml", line: 6, code: "alerts.urgency.invalid" }]);
});

test("a word nobody knows is no silent wish", async () => {
  writeFileSync(join(dir, "urgency.yml"), "severty: {}\n");
  const { problems } = await loadUrgencyTable(dir);
  expect(problems.length).toBeGreaterThan(0);
});
