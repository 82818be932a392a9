/**
 * A notebook is the sum of its changes: nothing written is ever lost, and a page can be shown as it was at any entry.
 * A frozen result keeps the rows with the question, the moment and a hash of both, so it can be shown as evidence.
 */

/** As the lake answers. */
export type Cell = string | number | null;
export interface ResultColumn {
  readonly name: string;
  readonly type: "text" | "number" | "time";
}

export interface FrozenResult {
  readonly query: string;
  readonly from: string;
  readonly to: string;
  /** What `now` stood for. */
  readonly at: string;
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly (readonly Cell[])[];
  /** Ids of the events, when the answer was events. */
  readonly eventIds: readonly string[];
  /** Events that matched the search, and whether the rows are all there were. */
  readonly total: number;
  readonly truncated: boolean;
  /** SHA-256 of everything above, as JSON in this order. */
  readonly hash: string;
}

export type CellContent =
  | { readonly kind: "text"; readonly markdown: string }
  | { readonly kind: "query"; readonly query: string; readonly from: string; readonly to: string }
  | { readonly kind: "result"; readonly result: FrozenResult };

export type NotebookChange =
  /** `after`: the cell it follows; null is the beginning. */
  | { readonly op: "add"; readonly cell: string; readonly after: string | null; readonly content: CellContent }
  | { readonly op: "edit"; readonly cell: string; readonly content: CellContent }
  | { readonly op: "move"; readonly cell: string; readonly after: string | null }
  | { readonly op: "remove"; readonly cell: string }
  | { readonly op: "title"; readonly title: string };

export interface NotebookCell {
  readonly id: string;
  readonly content: CellContent;
  /** Entry that wrote it last. */
  readonly entry: number;
}

export type ChangeProblem = "cell_missing" | "cell_known" | "result_fixed" | "too_many_cells";

/** Why a change cannot follow what is there, or undefined. A frozen result is never edited, only removed. */
export function problemOf(
  cells: readonly NotebookCell[],
  change: NotebookChange,
  most: number,
): ChangeProblem | undefined {
  if (change.op === "title") return undefined;
  const known = cells.find(({ id }) => id === change.cell);
  if (change.op === "add") {
    if (known !== undefined) return "cell_known";
    if (cells.length >= most) return "too_many_cells";
  } else if (known === undefined) return "cell_missing";
  if (change.op === "edit" && (known?.content.kind === "result" || change.content.kind === "result")) {
    return "result_fixed";
  }
  const after = change.op === "add" || change.op === "move" ? change.after : null;
  return after !== null && !cells.some(({ id }) => id === after) ? "cell_missing" : undefined;
}

export function cellsAfter(
  entries: readonly { readonly seq: number; readonly change: NotebookChange }[],
): readonly NotebookCell[] {
  return entries.reduce<readonly NotebookCell[]>((cells, { seq, change }) => applied(cells, change, seq), []);
}

function applied(cells: readonly NotebookCell[], change: NotebookChange, entry: number): readonly NotebookCell[] {
  switch (change.op) {
    case "title":
      return cells;
    case "add":
      return placed(cells, { id: change.cell, content: change.content, entry }, change.after);
    case "edit":
      return cells.map((cell) => (cell.id === change.cell ? { ...cell, content: change.content, entry } : cell));
    case "remove":
      return cells.filter(({ id }) => id !== change.cell);
    case "move": {
      const moved = cells.find(({ id }) => id === change.cell);
      const others = cells.filter(({ id }) => id !== change.cell);
      return moved === undefined ? cells : placed(others, moved, change.after);
    }
  }
}

function placed(cells: readonly NotebookCell[], cell: NotebookCell, after: string | null): readonly NotebookCell[] {
  const at = after === null ? 0 : cells.findIndex(({ id }) => id === after) + 1;
  return [...cells.slice(0, at), cell, ...cells.slice(at)];
}
