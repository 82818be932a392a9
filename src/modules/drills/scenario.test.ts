import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { generateScenario as generate } from "./core/generate.ts";
import { SeededRandom } from "./core/random.ts";
import { generateScenario, type LoadedScenario, loadScenario, loadScenarios, parseScenario } from "./scenario.ts";

const scenarios = fileURLToPath(new URL("../../../content/scenarios/", import.meta.url));
const loaded = await loadScenarios(scenarios);
const sample = loaded.scenarios.find(({ slug }) => slug === "sample-intrusion") as LoadedScenario;
const ENDS_AT = Date.UTC(2026, 10, 21, 9, 0, 0);
const lines = generateScenario(sample, { seed: 7, endsAt: ENDS_AT });

const scratch = mkdtempSync(join(tmpdir(), "khien-scenario-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("loading", () => {
  test("every scenario of the project loads", () => {
    expect(loaded.problems).toEqual([]);
    expect(loaded.scenarios.length).toBeGreaterThan(0);
  });

  test("a folder without a scenario is told, not thrown", async () => {
    const { scenarios: none, problems } = await loadScenario(scratch);
    expect(none).toEqual([]);
    expect(problems).toMatchObject([{ code: "drills.scenario.unreadable" }]);
  });

  test("a wrong value is told with its line", async () => {
    writeFileSync(join(scratch, "scenario.yml"), "slug: Not A Slug\ntitle: { vi: a, en: b }\nprises: 3\n");
    const { problems } = await loadScenario(scratch);
    expect(problems.find(({ message }) => message.startsWith("slug:"))).toMatchObject({ line: 1 });
    expect(problems.every(({ file }) => file.endsWith("scenario.yml"))).toBe(true);
  });

  test("broken YAML and several documents are refused", () => {
    expect(parseScenario("a: [1", "x.yml").problems).toHaveLength(1);
    expect(parseScenario("a: 1\n---\nb: 2\n", "x.yml").problems).toMatchObject([{ code: "drills.scenario.document" }]);
    expect(parseScenario("", "x.yml").problems).toHaveLength(1);
  });
});

describe("generating", () => {
  test("the same seed gives the same lines, another seed others", () => {
    expect(generateScenario(sample, { seed: 7, endsAt: ENDS_AT })).toEqual(lines);
    expect(generateScenario(sample, { seed: 8, endsAt: ENDS_AT })).not.toEqual(lines);
  });

  test("lines are in time order and end where they should", () => {
    for (let i = 1; i < lines.length; i++) expect(lines[i]?.time).toBeGreaterThanOrEqual(lines[i - 1]?.time ?? 0);
    expect(lines[0]?.time).toBeGreaterThanOrEqual(ENDS_AT - sample.durationMinutes * 60_000);
    expect(lines.at(-1)?.time).toBeLessThanOrEqual(ENDS_AT + 1_000);
  });

  test("as many lines as announced, a day's worth of noise and a visible attack", () => {
    expect(lines).toHaveLength(sample.expectedLines);
    const attack = lines.filter(({ phase }) => phase !== undefined);
    expect(lines.length - attack.length).toBeGreaterThanOrEqual(4_000);
    expect(lines.length - attack.length).toBeLessThanOrEqual(8_000);
    expect(attack.length).toBeGreaterThanOrEqual(60);
    expect(attack.length).toBeLessThanOrEqual(150);
    expect(new Set(attack.map(({ phase }) => phase)).size).toBe(sample.phases.length);
  });

  test("the attack is the same under any volume of noise", () => {
    const attackOf = (all: readonly { phase?: string; raw: string }[]) =>
      all.filter(({ phase }) => phase !== undefined).map(({ raw }) => raw);
    const quiet = { ...sample, noise: { ...sample.noise, volumes: { ...sample.noise.volumes, dns: 1, process: 0 } } };
    expect(attackOf(generateScenario(quiet, { seed: 7, endsAt: ENDS_AT }))).toEqual(attackOf(lines));
  });

  test("a shorter run keeps every line and the order of phases", () => {
    const minute = generateScenario(sample, { seed: 7, endsAt: ENDS_AT, durationMs: 60_000 });
    expect(minute).toHaveLength(lines.length);
    expect(minute[0]?.time).toBeGreaterThanOrEqual(ENDS_AT - 60_000);
    const order = (all: readonly { phase?: string }[]) => [...new Set(all.flatMap(({ phase }) => phase ?? []))];
    expect(order(minute)).toEqual(order(lines));
  });

  test("noise alone has no phase", () => {
    const day = generate(sample, { seed: "7", start: ENDS_AT, only: "noise" });
    expect(day.every(({ phase }) => phase === undefined)).toBe(true);
  });

  test("JSON lines are JSON; only audit events hold line feeds", () => {
    for (const { format, raw } of lines) {
      if (format !== "syslog" && format !== "auditd") expect(() => JSON.parse(raw)).not.toThrow();
      if (format !== "auditd") expect(raw).not.toContain("\n");
    }
  });
});

describe("seeded chance", () => {
  test("streams do not disturb each other", () => {
    const one = new SeededRandom("seed");
    const first = one.stream("a").next();
    one.next();
    expect(one.stream("a").next()).toBe(first);
    expect(one.stream("b").next()).not.toBe(first);
  });

  test("values spread over the whole range", () => {
    const random = new SeededRandom("spread");
    const seen = new Set(Array.from({ length: 1_000 }, () => random.between(1, 10)));
    expect([...seen].toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});
