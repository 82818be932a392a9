import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { layerOf } from "./layer.ts";
import { type CoveredRule, matrixOf } from "./matrix.ts";
import {
  ATTACK_ATTRIBUTION,
  type AttackDomainName,
  currentTechnique,
  loadAttackTables,
  NO_ATTACK_TABLES,
  parentOf,
  techniquesOf,
} from "./table.ts";

const dir = fileURLToPath(new URL("../../../../content/attack/", import.meta.url));
const { tables, problems } = await loadAttackTables(dir);

describe.each<[AttackDomainName, number, number]>([
  ["enterprise", 14, 691],
  ["ics", 12, 83],
])("the table of %s", (domain, tactics, techniques) => {
  const table = tables[domain];
  test("loads whole, carries MITRE's notice, and every technique has its place", () => {
    expect(problems).toEqual([]);
    expect(table.version).toBe("18.1");
    expect(table.tactics).toHaveLength(tactics);
    expect(table.techniques.size).toBe(techniques);
    expect(readFileSync(`${dir}${domain}.yml`, "utf8")).toContain(ATTACK_ATTRIBUTION);
    const shorts = new Set(table.tactics.map(({ short }) => short));
    for (const technique of table.techniques.values()) {
      const parent = parentOf(technique.id);
      expect(parent === undefined || table.techniques.has(parent), technique.id).toBe(true);
      expect(
        technique.tactics.every((short) => shorts.has(short)),
        technique.id,
      ).toBe(true);
    }
    for (const [id, by] of table.retired) {
      expect(table.techniques.has(id), id).toBe(false);
      if (by !== null) expect(currentTechnique(by, tables) ?? table.retired.get(by), `${id} ${by}`).not.toBe(undefined);
    }
  });
});

function rule(id: string, tags: readonly string[], more: Partial<CoveredRule> = {}): CoveredRule {
  return { rule: { id, title: id, tags }, enabled: true, dataSource: "live", fired30d: 0, ...more };
}

const rules = [
  rule("a", ["attack.execution", "attack.t1059.001"], { fired30d: 3 }),
  rule("b", ["attack.execution", "attack.T1059"], { dataSource: "none" }),
  rule("c", ["attack.t1086"], { enabled: false }),
  rule("d", ["attack.t9999", "attack.impact"]),
  rule("e", ["attack.t0836"], { dataSource: "quiet" }),
];

describe("the matrix", () => {
  const matrix = matrixOf(rules, tables, "enterprise");
  const technique = matrix.tactics
    .find(({ shortName }) => shortName === "execution")
    ?.techniques.find(({ id }) => id === "T1059");

  test("counts rules once for a technique, with its sub-techniques and what replaced older ids", () => {
    expect(technique).toMatchObject({ rules: 3, own: 1, enabled: 2, live: 1, quiet: 0, none: 1, fired30d: 3 });
    expect(technique?.subtechniques.find(({ id }) => id === "T1059.001")).toMatchObject({ rules: 2, enabled: 1 });
  });

  test("tells what it cannot place", () => {
    expect(matrix).toMatchObject({ unmapped: 2, unknown: ["T9999"], version: "18.1" });
    expect(matrixOf(rules, tables, "ics")).toMatchObject({ unmapped: 4, unknown: [] });
    expect(matrixOf(rules, NO_ATTACK_TABLES, "enterprise")).toMatchObject({ tactics: [], unmapped: 5 });
  });

  test("is a Navigator layer of format 4.5", () => {
    const layer = layerOf(matrix, "test") as {
      versions: object;
      domain: string;
      techniques: { techniqueID: string; tactic: string; score: number }[];
    };
    expect(layer).toMatchObject({ versions: { attack: "18", layer: "4.5" }, domain: "enterprise-attack" });
    expect(layer.techniques).toContainEqual(
      expect.objectContaining({ techniqueID: "T1059", tactic: "execution", score: 1 }),
    );
    const keys = layer.techniques.map(({ techniqueID, tactic }) => `${techniqueID} ${tactic}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(layerOf(matrixOf(rules, tables, "ics"), "test")).toMatchObject({ domain: "ics-attack" });
  });
});

test("techniques are read from tags in any case, and nothing else is", () => {
  expect(techniquesOf(["attack.t1059", "ATTACK.T1059.001", "attack.impact", "cve.2021.1", "attack.t105"])).toEqual([
    "T1059",
    "T1059.001",
  ]);
});
