/** Bounds of a scenario: far above what an exercise needs, so that a file from outside cannot flood the pipeline. */
export const MAX_SCENARIO_BYTES = 512 * 1024;
export const MAX_HOSTS = 200;
export const MAX_PHASES = 50;
export const MAX_STEPS_PER_PHASE = 500;
export const MAX_REPEATS = 1_000;
export const MAX_NOISE_PER_KIND = 50_000;
export const MAX_DURATION_MINUTES = 7 * 24 * 60;
