import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { generateScenario, loadScenarios } from "../../src/modules/drills/index.ts";
import { correlate, engine, plan } from "./correlating.ts";
import { contentDir, eventOf, readOwnRules } from "./own-rules.ts";

const { files } = readOwnRules();
const titleOf = new Map(files.map(({ rule, name }) => [rule.id, name]));
const { scenarios } = await loadScenarios(join(contentDir, "scenarios"));
const ENDS_AT = Date.UTC(2026, 10, 18, 9, 0, 0);

describe.each(scenarios.map((scenario) => [scenario.slug, scenario] as const))("scenario %s", (_, scenario) => {
  const lines = generateScenario(scenario, { seed: 2026, endsAt: ENDS_AT });
  const matched = lines.map((line) => {
    const event = eventOf(line.raw, line.sensor);
    const rules = engine.match(event).map(({ id }) => id);
    return { line, event, rules: rules.filter((id) => !plan.silenced.has(id)) };
  });

  test("every line is understood, with the time it was given", () => {
    for (const { line, event } of matched) {
      expect(event.format, line.raw).not.toBe("raw");
      expect(Math.abs(event.time - line.time), line.raw).toBeLessThan(1_000);
    }
  });

  test.each(scenario.phases.map((phase) => [phase.id, phase] as const))("phase %s fires what it says", (id, phase) => {
    const fired = new Set(matched.filter(({ line }) => line.phase === id).flatMap(({ rules }) => rules));
    const missing = phase.expects.filter((rule) => !fired.has(rule)).map((rule) => titleOf.get(rule) ?? rule);
    expect(missing).toEqual([]);
  });

  test("the attack shows in at least twenty rules", () => {
    const fired = new Set(matched.filter(({ line }) => line.phase !== undefined).flatMap(({ rules }) => rules));
    expect(fired.size).toBeGreaterThanOrEqual(20);
  });

  test("the attack shows in five correlations, the ordinary day in none", () => {
    const found = (part: typeof matched): Set<string> => {
      const arrivals = part.map(({ line, event }) => ({ event, receivedAt: line.time }));
      const { findings } = correlate(arrivals.toSorted((one, two) => one.receivedAt - two.receivedAt));
      return new Set(findings.map(({ correlationId }) => correlationId));
    };
    expect(found(matched).size).toBeGreaterThanOrEqual(5);
    expect(found(matched.filter(({ line }) => line.phase === undefined)).size).toBe(0);
  });

  test("the ordinary day raises three alerts at most", () => {
    const noise = matched.filter(({ line, rules }) => line.phase === undefined && rules.length > 0);
    const told = noise.map(({ line, rules }) => `${rules.map((rule) => titleOf.get(rule)).join(", ")}: ${line.raw}`);
    expect(told.length, told.join("\n")).toBeLessThanOrEqual(3);
  });
});
