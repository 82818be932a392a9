import { describe, expect, test } from "vitest";
import type { AttackMatrix, AttackTechnique } from "../../../api/rule-types.ts";
import { cellState, filteredTactics, stateCounts } from "./matrix-model.ts";

const NOTHING = { rules: 0, enabled: 0, live: 0, quiet: 0, none: 0, fired30d: 0 };
const technique = (id: string, counts: Partial<AttackTechnique> = {}): AttackTechnique => ({
  id,
  name: `Technique ${id}`,
  ...NOTHING,
  own: 0,
  subtechniques: [],
  ...counts,
});
const SHELL = technique("T1059", {
  rules: 3,
  enabled: 3,
  live: 2,
  none: 1,
  fired30d: 1,
  subtechniques: [
    { id: "T1059.001", name: "PowerShell", ...NOTHING, rules: 2, enabled: 2, live: 2, fired30d: 1 },
    { id: "T1059.004", name: "Unix Shell", ...NOTHING },
  ],
});
const MATRIX = {
  tactics: [
    { id: "TA0002", name: "Execution", shortName: "execution", techniques: [SHELL, technique("T1204")] },
    { id: "TA0003", name: "Persistence", shortName: "persistence", techniques: [SHELL] },
  ],
} as unknown as AttackMatrix;
const ids = (filter: Parameters<typeof filteredTactics>[1]) =>
  filteredTactics(MATRIX, filter).map((tactic) => tactic.techniques.map(({ id }) => id));

describe("what watches for a technique", () => {
  test.each([
    ["live", { rules: 3, enabled: 2, live: 1, quiet: 1, none: 0 }],
    ["quiet", { rules: 3, enabled: 2, live: 0, quiet: 1, none: 1 }],
    ["none", { rules: 1, enabled: 1, live: 0, quiet: 0, none: 1 }],
    ["off", { rules: 1, enabled: 0, live: 0, quiet: 0, none: 0 }],
    ["bare", { rules: 0, enabled: 0, live: 0, quiet: 0, none: 0 }],
  ] as const)("%s", (state, counts) => expect(cellState(counts)).toBe(state));

  test("a technique of two tactics counts once", () => {
    expect(stateCounts(MATRIX)).toEqual({ live: 1, quiet: 0, none: 0, off: 0, bare: 1 });
  });
});

describe("the filter", () => {
  test("by what there is", () => {
    expect(ids({ shown: "data", q: "" })).toEqual([["T1059"], ["T1059"]]);
    expect(ids({ shown: "gaps", q: "" })).toEqual([["T1204"], []]);
    expect(ids({ shown: undefined, q: "" })).toEqual([["T1059", "T1204"], ["T1059"]]);
  });

  test("by a sub-technique's name finds its technique, with that one alone", () => {
    const [execution] = filteredTactics(MATRIX, { shown: undefined, q: "powershell" });
    expect(execution?.techniques[0]?.subtechniques.map(({ id }) => id)).toEqual(["T1059.001"]);
  });

  test("by the technique's own name keeps all of its sub-techniques", () => {
    const [execution] = filteredTactics(MATRIX, { shown: undefined, q: "t1059" });
    expect(execution?.techniques[0]?.subtechniques).toHaveLength(2);
  });
});
