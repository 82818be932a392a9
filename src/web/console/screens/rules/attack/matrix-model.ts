import type { AttackCounts, AttackMatrix, AttackTechnique } from "../../../api/rule-types.ts";

/** The best that watches for a technique: a rule with data, one whose source is silent, one nothing feeds, one that is off, none. */
export type CellState = "live" | "quiet" | "none" | "off" | "bare";
export const CELL_STATES = ["live", "quiet", "none", "off", "bare"] as const satisfies readonly CellState[];

export const SHOWN = ["enabled", "data", "fired", "gaps"] as const;
export type Shown = (typeof SHOWN)[number];

type Counts = Pick<AttackCounts, "rules" | "live" | "quiet" | "none" | "enabled">;

export function cellState({ rules, enabled, live, quiet }: Counts): CellState {
  if (rules === 0) return "bare";
  if (live > 0) return "live";
  if (quiet > 0) return "quiet";
  return enabled > 0 ? "none" : "off";
}

function shows(counts: AttackCounts, shown: Shown | undefined): boolean {
  if (shown === "enabled") return counts.enabled > 0;
  if (shown === "data") return counts.live > 0;
  if (shown === "fired") return counts.fired30d > 0;
  if (shown === "gaps") return counts.live === 0;
  return true;
}

function named({ id, name }: { readonly id: string; readonly name: string }, wanted: string): boolean {
  return wanted === "" || id.toLowerCase().includes(wanted) || name.toLowerCase().includes(wanted);
}

export interface Filter {
  readonly shown: Shown | undefined;
  readonly q: string;
}
export type Tactic = AttackMatrix["tactics"][number];

/** A technique stays when it or one of its sub-techniques is meant; then all of its sub-techniques that are. */
export function filteredTactics(matrix: AttackMatrix, { shown, q }: Filter): Tactic[] {
  const wanted = q.trim().toLowerCase();
  const keep = (technique: AttackTechnique): AttackTechnique[] => {
    const own = named(technique, wanted);
    const subtechniques = technique.subtechniques.filter((sub) => shows(sub, shown) && (own || named(sub, wanted)));
    const stays = (own && shows(technique, shown)) || (wanted !== "" && subtechniques.length > 0);
    return stays ? [{ ...technique, subtechniques }] : [];
  };
  return matrix.tactics.map((tactic) => ({ ...tactic, techniques: tactic.techniques.flatMap(keep) }));
}

/** Techniques by state, each counted once however many tactics it serves. */
export function stateCounts(matrix: AttackMatrix): Readonly<Record<CellState, number>> {
  const counts = { live: 0, quiet: 0, none: 0, off: 0, bare: 0 };
  const seen = new Set<string>();
  for (const technique of matrix.tactics.flatMap((tactic) => tactic.techniques)) {
    if (seen.has(technique.id)) continue;
    seen.add(technique.id);
    counts[cellState(technique)] += 1;
  }
  return counts;
}

export function step(at: number, key: string, count: number): number | undefined {
  if (key === "ArrowDown") return Math.min(count - 1, at + 1);
  if (key === "ArrowUp") return Math.max(0, at - 1);
  if (key === "Home") return 0;
  return key === "End" ? count - 1 : undefined;
}
