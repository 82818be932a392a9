import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { entityKey, entityOfKey } from "./entity-key.ts";
import { drawGraph } from "./graph.ts";
import { rankLikeness, type Shared } from "./similarity.ts";
import { judgeStep, STAGES, type Stage } from "./stages.ts";

const SUMMARY = "Đã khôi phục, không còn dấu hiệu.";

describe("the way of a case", () => {
  test.each<[Stage, Stage, string, string]>([
    ["new", "triage", "", "ok"],
    ["triage", "investigating", "", "ok"],
    ["new", "contained", "", "incidents.stage.reason_needed"],
    ["new", "contained", "máy đã bị ngắt", "ok"],
    ["contained", "triage", "", "incidents.stage.reason_needed"],
    ["contained", "triage", "đánh giá lại", "ok"],
    ["triage", "triage", "x", "incidents.stage.same"],
    ["closed", "triage", "x", "incidents.stage.closed"],
    ["closed", "investigating", "", "incidents.stage.reason_needed"],
    ["closed", "investigating", "có dấu hiệu mới", "ok"],
  ])("%s → %s with reason «%s»: %s", (from, to, reason, expected) => {
    const verdict = judgeStep(from, { to, reason }, 20);
    expect(verdict.ok ? "ok" : verdict.code).toBe(expected);
  });

  test.each([
    [{}, "incidents.stage.resolution_needed"],
    [{ resolution: "incident" as const }, "incidents.stage.reason_needed"],
    [{ resolution: "incident" as const, reason: "xong" }, "incidents.stage.summary_needed"],
    [{ resolution: "incident" as const, reason: "xong", summary: SUMMARY }, "ok"],
  ])("closing with %j: %s", (said, expected) => {
    const verdict = judgeStep("recovering", { to: "closed", reason: "", ...said }, 20);
    expect(verdict.ok ? "ok" : verdict.code).toBe(expected);
  });

  test("no stage is a dead end", () => {
    for (const from of STAGES)
      expect(
        STAGES.some((to) => judgeStep(from, { to, reason: "vì", resolution: "incident", summary: SUMMARY }, 20).ok),
      ).toBe(true);
  });
});

describe("likeness", () => {
  const shared = fc.array(
    fc.record<Shared>({
      caseId: fc.constantFrom("a", "b", "c"),
      kind: fc.constantFrom("indicator", "entity", "rule"),
      value: fc.constantFrom("10.0.0.1", "evil.example", "host1", "host2"),
    }),
    { maxLength: 40 },
  );

  test("is a sum that can be checked, falls, and counts nothing twice", () => {
    fc.assert(
      fc.property(shared, (all) => {
        const ranked = rankLikeness(all, 10);
        for (const one of ranked) {
          expect(one.score).toBeCloseTo(
            one.shared.reduce((sum, { points }) => sum + points, 0),
            1,
          );
          expect(new Set(one.shared.map(({ kind, value }) => `${kind} ${value}`)).size).toBe(one.shared.length);
        }
        expect(ranked.map(({ score }) => score)).toEqual(ranked.map(({ score }) => score).toSorted((a, b) => b - a));
        expect(rankLikeness([...all, ...all], 10)).toEqual(ranked);
      }),
    );
  });

  test("what every case shares is worth less than what only two do", () => {
    const common = ["a", "b", "c"].map((caseId): Shared => ({ caseId, kind: "entity", value: "dc01" }));
    const [first] = rankLikeness([...common, { caseId: "b", kind: "entity", value: "rare" }], 1);
    expect(first?.caseId).toBe("b");
    expect(first?.shared[0]?.value).toBe("rare");
  });
});

test("an address is one entity whichever end of a connection it was", () => {
  expect(entityKey("srcIp", " 10.0.0.1 ")).toBe(entityKey("ip", "10.0.0.1"));
  expect(entityOfKey(entityKey("host", "DC01"))).toEqual({ kind: "host", value: "dc01" });
});

test("the graph keeps its bounds, says so, and no edge ends in nothing", () => {
  const alerts = Array.from({ length: 9 }, (_, n) => ({
    id: `a${n}`,
    title: "t",
    titleVi: null,
    level: "high" as const,
    entity: { kind: "host", value: `h${n}` },
  }));
  const drawn = drawGraph(
    {
      case: { id: "c", number: "HS-2026-0001", title: "x", severity: "high" },
      alerts,
      things: [{ source: "indicator", kind: "ip", value: "10.0.0.1" }],
      others: [{ id: "d", number: "HS-2026-0002", title: "y", severity: "low", shared: ["10.0.0.1"] }],
    },
    { alerts: 4, entities: 3, cases: 2 },
  );
  const ids = new Set(drawn.nodes.map(({ id }) => id));
  expect(drawn.truncated).toBe(true);
  expect(drawn.nodes.filter(({ kind }) => kind === "alert")).toHaveLength(4);
  expect(drawn.nodes.filter(({ kind }) => kind === "entity")).toHaveLength(3);
  expect(drawn.nodes.some(({ kind }) => kind === "other_case")).toBe(true);
  for (const { from, to } of drawn.edges) expect([from, to].every((end) => ids.has(end))).toBe(true);
});
