/**
 * A whole scenario as log lines in time order. Pure: the same scenario, seed, start and duration give the same lines,
 * byte for byte.
 */
import type { Instant } from "../../../kernel/index.ts";
import type { ScenarioLine } from "./line.ts";
import { noise } from "./noise.ts";
import { SeededRandom } from "./random.ts";
import type { Scenario, Step } from "./scenario.ts";
import { stepLines, writersOf } from "./storyline.ts";

export interface GenerateOptions {
  readonly seed: string;
  /** When the scenario's first minute is; for "ends now", `now - durationMs`. */
  readonly start: Instant;
  /** Default: what the scenario states. Anything else stretches or shortens it as a whole. */
  readonly durationMs?: number;
  /** `"noise"`: only the ordinary day. */
  readonly only?: "noise";
}

export function generateScenario(scenario: Scenario, options: GenerateOptions): ScenarioLine[] {
  const durationMs = options.durationMs ?? scenario.durationMinutes * 60_000;
  const scale = durationMs / (scenario.durationMinutes * 60_000);
  const random = new SeededRandom(options.seed);
  const { start } = options;
  const lines = [
    ...noise({
      scenario,
      writers: writersOf(scenario, random.stream("noise")),
      random: random.stream("times"),
      start,
      durationMs,
    }),
  ];
  // Storylines have writers of their own: a change of volume must not change what the attack looks like.
  const context = {
    scenario,
    writers: writersOf(scenario, random.stream("story")),
    random: random.stream("fill"),
    scale,
  };
  const add = (step: Step, minute: number, phase?: string): void => {
    for (const line of stepLines(step, start + minute * 60_000 * scale, context)) {
      lines.push(phase === undefined ? line : { ...line, phase });
    }
  };
  for (const step of scenario.harmless) add(step, step.at);
  if (options.only !== "noise") {
    for (const { id, minute, steps } of scenario.phases) for (const step of steps) add(step, minute + step.at, id);
  }
  // Array sort is stable, so lines of one millisecond keep the order they were written in.
  return lines.sort((a, b) => a.time - b.time);
}

/** How many lines the scenario makes, without making them. */
export function countLines({ noise: { volumes }, harmless, phases }: Scenario): number {
  const steps = [...harmless, ...phases.flatMap((phase) => phase.steps)];
  const told = steps.reduce((sum, { repeat }) => sum + (repeat?.count ?? 1), 0);
  return Object.values(volumes).reduce((sum, count) => sum + count, told);
}
