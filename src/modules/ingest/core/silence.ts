import type { Instant } from "../../../kernel/index.ts";

export interface Heard {
  /** How its events came in; imports and exercises have an end and cannot fall silent. */
  readonly door: string;
  readonly firstSeen: Instant;
  readonly lastSeen: Instant;
  readonly events: number;
  /** Set by the operator; null = judge by the sensor's own rhythm. */
  readonly expectedEveryMs: number | null;
  readonly now: Instant;
}

export interface Silence {
  readonly state: "live" | "silent" | "new" | "once";
  /** When it should have been heard again. */
  readonly silentSince: Instant | null;
}

/** A sensor is judged by rhythm only after this many events. */
const EVENTS_TO_KNOW = 20;
/** Without a stated rhythm: silent after this many mean gaps, within the bounds below. */
const GAPS_ALLOWED = 10;
const SHORTEST_ALLOWANCE_MS = 5 * 60_000;
const LONGEST_ALLOWANCE_MS = 24 * 3_600_000;

/**
 * Whether a sensor has fallen silent. A stated rhythm is taken at its word; otherwise the mean gap between its
 * events so far is, with room for ten of them. A sensor that has said too little to have a rhythm is `new`.
 */
export function judgeSilence(heard: Heard): Silence {
  const hasAnEnd = heard.door === "file" || heard.door === "exercise";
  if (hasAnEnd && heard.expectedEveryMs === null) return { state: "once", silentSince: null };
  const allowanceMs = heard.expectedEveryMs ?? learnedAllowance(heard);
  if (allowanceMs === null) return { state: "new", silentSince: null };
  const due = heard.lastSeen + allowanceMs;
  return heard.now <= due ? { state: "live", silentSince: null } : { state: "silent", silentSince: due };
}

function learnedAllowance(heard: Heard): number | null {
  if (heard.events < EVENTS_TO_KNOW) return null;
  const meanGapMs = (heard.lastSeen - heard.firstSeen) / (heard.events - 1);
  return Math.min(LONGEST_ALLOWANCE_MS, Math.max(SHORTEST_ALLOWANCE_MS, meanGapMs * GAPS_ALLOWED));
}
