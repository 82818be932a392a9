import { OF_ALERTS } from "./of-alerts.ts";
import { OF_CASES } from "./of-cases.ts";
import { OF_RUNNING } from "./of-running.ts";
import { OF_WATCHING } from "./of-watching.ts";
import type { Window } from "./window.ts";

/** Every window that opens over a screen. */
export const WINDOWS: readonly Window[] = [...OF_ALERTS, ...OF_CASES, ...OF_WATCHING, ...OF_RUNNING];
