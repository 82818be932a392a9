/**
 * The way of a case. Every step is a transition of its own, with who, when and why.
 *
 * Invariants
 *  - Forward to the next stage needs no reason; a leap and every step back do.
 *  - A closed case is left only by being opened again, into `investigating`.
 *  - Closing states what it was and what was learned; the other stages carry neither.
 */
export const STAGES = ["new", "triage", "investigating", "contained", "eradicated", "recovering", "closed"] as const;
export type Stage = (typeof STAGES)[number];

export const RESOLUTIONS = ["incident", "near_miss", "false_alarm", "duplicate", "exercise", "merged"] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

export interface StageStep {
  readonly to: Stage;
  readonly reason: string;
  readonly resolution?: Resolution | undefined;
  readonly summary?: string | undefined;
}

export type StageVerdict = { readonly ok: true } | { readonly ok: false; readonly code: string };

export function judgeStep(from: Stage, step: StageStep, minSummary: number): StageVerdict {
  const { to, reason, resolution, summary = "" } = step;
  if (from === to) return refuse("same");
  if (from === "closed") {
    if (to !== "investigating") return refuse("closed");
    return reason === "" ? refuse("reason_needed") : { ok: true };
  }
  if (to === "closed") {
    if (resolution === undefined) return refuse("resolution_needed");
    if (reason === "") return refuse("reason_needed");
    return summary.length < minSummary ? refuse("summary_needed") : { ok: true };
  }
  const isNext = STAGES.indexOf(to) === STAGES.indexOf(from) + 1;
  return isNext || reason !== "" ? { ok: true } : refuse("reason_needed");
}

function refuse(what: string): StageVerdict {
  return { ok: false, code: `incidents.stage.${what}` };
}
