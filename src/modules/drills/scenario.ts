/** Scenarios from content/scenarios, checked, and their log lines. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ContentProblem, Instant } from "../../kernel/index.ts";
import { parseYaml, plainValue, type YamlNode } from "../../platform/yaml/index.ts";
import { countLines, generateScenario as generate } from "./core/generate.ts";
import type { ScenarioLine } from "./core/line.ts";
import type { Scenario } from "./core/scenario.ts";
import { MAX_SCENARIO_BYTES } from "./limits.ts";
import { ScenarioShape } from "./scenario-schema.ts";

export type GeneratedLine = ScenarioLine;

export interface LoadedScenario extends Scenario {
  /** Lines `generateScenario` makes of it. */
  readonly expectedLines: number;
}

export interface LoadedScenarios {
  readonly scenarios: readonly LoadedScenario[];
  readonly problems: readonly ContentProblem[];
}

/** Every `<dir>/<slug>/scenario.yml`. A bad one is told and left out. */
export async function loadScenarios(dir: string): Promise<LoadedScenarios> {
  const entries = await readdir(dir, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const loaded = await Promise.all(folders.toSorted().map((name) => loadScenario(join(dir, name))));
  return {
    scenarios: loaded.flatMap(({ scenarios }) => scenarios),
    problems: loaded.flatMap(({ problems }) => problems),
  };
}

/** One scenario folder. */
export async function loadScenario(dir: string): Promise<LoadedScenarios> {
  const file = join(dir, "scenario.yml");
  const refuse = (message: string, hint?: string): LoadedScenarios => ({
    scenarios: [],
    problems: [{ file, line: 0, code: "drills.scenario.unreadable", message, ...(hint === undefined ? {} : { hint }) }],
  });
  const size = await stat(file).then(
    (found) => found.size,
    () => undefined,
  );
  if (size === undefined) return refuse("the folder has no scenario.yml");
  if (size > MAX_SCENARIO_BYTES)
    return refuse(`longer than ${MAX_SCENARIO_BYTES} bytes`, "lower volumes, not more steps");
  return parseScenario(await readFile(file, "utf8"), file);
}

export function parseScenario(text: string, file: string): LoadedScenarios {
  const [document, another] = parseYaml(text);
  const broken = document?.problems ?? [];
  if (broken.length > 0) return { scenarios: [], problems: broken.map((problem) => ({ file, ...problem })) };
  if (document?.root === undefined || another !== undefined) {
    const message = "a scenario is one YAML document";
    return { scenarios: [], problems: [{ file, line: 1, code: "drills.scenario.document", message }] };
  }
  const { root } = document;
  const checked = ScenarioShape.safeParse(plainValue(root));
  if (checked.success)
    return { scenarios: [{ ...checked.data, expectedLines: countLines(checked.data) }], problems: [] };
  const problems = checked.error.issues.map(({ path, message }) => ({
    file,
    line: lineOf(root, path),
    code: "drills.scenario.invalid",
    message: `${path.join(".")}: ${message}`,
  }));
  return { scenarios: [], problems };
}

/** Log lines of a scenario whose last minute is `endsAt`. */
export function generateScenario(
  scenario: Scenario,
  options: { readonly seed: number | string; readonly endsAt: Instant; readonly durationMs?: number },
): GeneratedLine[] {
  const durationMs = options.durationMs ?? scenario.durationMinutes * 60_000;
  return generate(scenario, { seed: String(options.seed), start: options.endsAt - durationMs, durationMs });
}

function lineOf(root: YamlNode, path: readonly PropertyKey[]): number {
  let node = root;
  let line = root.line;
  for (const key of path) {
    if (node.kind === "map") {
      const entry = node.entries.find((candidate) => candidate.key === key);
      if (entry === undefined) break;
      ({ line, value: node } = entry);
    } else if (node.kind === "list" && typeof key === "number") {
      const item = node.items[key];
      if (item === undefined) break;
      ({ line } = item);
      node = item;
    } else break;
  }
  return line;
}
