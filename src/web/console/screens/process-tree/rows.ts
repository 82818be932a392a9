/** Lays a forest of processes out as rows of text: who is under whom, what is folded away and how much of it. */
import type { ProcessNode } from "../../api/investigation-types.ts";

/** Children shown under one parent before the rest is folded; a service host has hundreds. */
export const SIBLINGS_SHOWN = 15;

interface RowPlace {
  readonly key: string;
  /** 1 for a root. */
  readonly level: number;
  /** Of each level above: whether a line goes on below it. */
  readonly lines: readonly boolean[];
  readonly isLast: boolean;
  readonly position: number;
  readonly siblings: number;
}
export interface ProcessRow extends RowPlace {
  readonly kind: "process";
  readonly node: ProcessNode;
  readonly children: number;
  /** All below it. */
  readonly descendants: number;
  readonly expanded: boolean;
}
export interface MoreRow extends RowPlace {
  readonly kind: "more";
  /** Whose children are folded; "" for the roots. */
  readonly parent: string;
  readonly hidden: number;
}
export type TreeRow = ProcessRow | MoreRow;

export interface TreeView {
  readonly collapsed: ReadonlySet<string>;
  /** Parents whose every child is shown. */
  readonly unfolded: ReadonlySet<string>;
  /** Processes that are never folded away: the one asked for and those a rule matched. */
  readonly kept: ReadonlySet<string>;
}

type Children = ReadonlyMap<string, readonly ProcessNode[]>;

export function childrenOf(processes: readonly ProcessNode[]): Children {
  const known = new Set(processes.map(({ eventId }) => eventId));
  const ordered = processes.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt));
  return Map.groupBy(ordered, ({ parent }) => (parent !== null && known.has(parent) ? parent : ""));
}

function descendants(children: Children, of: string): number {
  let count = 0;
  const waiting = [of];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const own = children.get(at) ?? [];
    count += own.length;
    waiting.push(...own.map(({ eventId }) => eventId));
  }
  return count;
}

/** Ancestors of what is kept are kept too, or it would hang in the air. */
function withAncestors(processes: readonly ProcessNode[], kept: ReadonlySet<string>): ReadonlySet<string> {
  const parentOf = new Map(processes.map(({ eventId, parent }) => [eventId, parent]));
  const all = new Set<string>();
  for (const one of kept) {
    for (
      let at: string | null | undefined = one;
      at !== null && at !== undefined && !all.has(at);
      at = parentOf.get(at)
    )
      all.add(at);
  }
  return all;
}

export function treeRows(processes: readonly ProcessNode[], view: TreeView): TreeRow[] {
  const children = childrenOf(processes);
  const kept = withAncestors(processes, view.kept);
  const rows: TreeRow[] = [];
  const lay = (parent: string, level: number, lines: readonly boolean[]) => {
    const all = children.get(parent) ?? [];
    const folds = all.length > SIBLINGS_SHOWN + 1 && !view.unfolded.has(parent);
    const shown = folds ? all.filter(({ eventId }, at) => at < SIBLINGS_SHOWN || kept.has(eventId)) : all;
    const hidden = all.length - shown.length;
    for (const [at, node] of shown.entries()) {
      const isLast = at === shown.length - 1 && hidden === 0;
      const own = children.get(node.eventId)?.length ?? 0;
      const expanded = own > 0 && !view.collapsed.has(node.eventId);
      rows.push({
        kind: "process",
        key: node.eventId,
        node,
        level,
        lines,
        isLast,
        position: at + 1,
        siblings: all.length,
        children: own,
        descendants: own === 0 ? 0 : descendants(children, node.eventId),
        expanded,
      });
      if (expanded) lay(node.eventId, level + 1, [...lines, !isLast]);
    }
    if (hidden > 0) {
      const key = `more:${parent}`;
      const place = { level, lines, isLast: true, position: shown.length + 1, siblings: all.length };
      rows.push({ kind: "more", key, parent, hidden, ...place });
    }
  };
  lay("", 1, []);
  return rows;
}

/** The last part of a path, of either kind of system. */
export function programName(image: string | null): string {
  return image?.split(/[\\/]/u).findLast((part) => part !== "") ?? "";
}
