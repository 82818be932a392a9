import type { Instant } from "../../../kernel/index.ts";
import type { ScenarioLine } from "./line.ts";
import type { SeededRandom } from "./random.ts";
import type { Scenario } from "./scenario.ts";
import type { Writers } from "./storyline.ts";

export interface NoiseContext {
  readonly scenario: Scenario;
  readonly writers: Writers;
  readonly random: SeededRandom;
  readonly start: Instant;
  readonly durationMs: number;
}

/** One line of one kind of noise, at the time it is given. */
export type NoiseWriter = (time: Instant, random: SeededRandom) => ScenarioLine;
