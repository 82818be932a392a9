import { addDuration } from "./term.ts";

interface KeptTerm {
  readonly sensor: string;
  readonly product: string;
  readonly category: string;
  readonly service: string;
  /** ISO 8601 duration; null keeps without end. */
  readonly keep: string | null;
}

/**
 * Whether a term made (no `before`), changed or removed (no `after`) may let anything go sooner. In doubt it does: a
 * new term bounds what was kept without end, one that is gone leaves its sources to others, one that fits other
 * sources lets go of those it left.
 */
export function mayShorten(before: KeptTerm | undefined, after: KeptTerm | undefined, now: number): boolean {
  if (after === undefined) return before !== undefined;
  if (after.keep === null && before === undefined) return false;
  if (before === undefined) return true;
  const sameSources = (["sensor", "product", "category", "service"] as const).every(
    (key) => before[key] === after[key],
  );
  if (!sameSources) return true;
  if (after.keep === null) return false;
  return before.keep === null || addDuration(now, after.keep) < addDuration(now, before.keep);
}
