/** Keys of a tree with columns, as the ARIA pattern "treegrid" has them. */
import type { TreeRow } from "./rows.ts";

export type TreeMove =
  | { readonly to: string }
  | { readonly collapse: string }
  | { readonly expand: string }
  | { readonly open: string };

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1, PageDown: 10, PageUp: -10 };

function at(rows: readonly TreeRow[], index: number): TreeMove | undefined {
  const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
  return row === undefined ? undefined : { to: row.key };
}

/** What a key does on the row it is pressed on; nothing when the key is not ours. */
export function treeMove(rows: readonly TreeRow[], current: number, key: string): TreeMove | undefined {
  const row = rows[current];
  if (row === undefined) return undefined;
  const step = STEPS[key];
  if (step !== undefined) return at(rows, current + step);
  if (key === "Home") return at(rows, 0);
  if (key === "End") return at(rows, rows.length - 1);
  if (key === "Enter" || key === " ") return { open: row.key };
  if (key === "ArrowRight") {
    if (row.kind === "more" || row.children === 0) return undefined;
    return row.expanded ? at(rows, current + 1) : { expand: row.key };
  }
  if (key !== "ArrowLeft") return undefined;
  if (row.kind === "process" && row.expanded) return { collapse: row.key };
  const parent = rows.slice(0, current).findLast(({ level }) => level < row.level);
  return parent === undefined ? undefined : { to: parent.key };
}
