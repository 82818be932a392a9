import { type KeyboardEvent, useEffect, useRef } from "react";
import { useText } from "../../../../kit/i18n/text.tsx";
import { Cell } from "./cell.tsx";
import { cellState, step, type Tactic } from "./matrix-model.ts";

interface MatrixProps {
  readonly tactics: readonly Tactic[];
  readonly open: boolean;
}

function TacticHead({ tactic }: { tactic: Tactic }) {
  const t = useText();
  const live = tactic.techniques.filter((technique) => cellState(technique) === "live").length;
  return (
    <h2>
      <span>{tactic.name}</span>
      <span className="quiet small num">{t("attack.covered", { n: live, of: tactic.techniques.length })}</span>
    </h2>
  );
}

const cellsOf = (column: Element | undefined | null) => [
  ...(column?.querySelectorAll<HTMLAnchorElement>("a.cell") ?? []),
];

/** The cell the key leads to: up and down in a column, left and right to the same height of the next that has cells. */
function target(root: HTMLElement, from: Element, key: string): HTMLElement | undefined {
  const columns = [...root.children];
  const column = from.closest(".matrix-column");
  const cells = cellsOf(column);
  const at = cells.findIndex((cell) => cell === from);
  const within = step(at, key, cells.length);
  if (within !== undefined) return cells[within];
  if (column === null || (key !== "ArrowLeft" && key !== "ArrowRight")) return undefined;
  const here = columns.indexOf(column);
  const others = key === "ArrowRight" ? columns.slice(here + 1) : columns.slice(0, here).toReversed();
  const next = others.map(cellsOf).find((found) => found.length > 0);
  return next?.[Math.min(at, next.length - 1)];
}

/**
 * Tactics side by side. Hundreds of cells and one tab stop: focus is moved in the document itself, because a state of
 * it would lay out everything again with every key.
 */
export function Matrix({ tactics, open }: MatrixProps) {
  const t = useText();
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const first = root.current?.querySelector<HTMLElement>("a.cell");
    if (first !== undefined && first !== null && root.current?.querySelector('a.cell[tabindex="0"]') === null)
      first.tabIndex = 0;
  });
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const cell = event.target instanceof Element ? event.target.closest<HTMLElement>("a.cell") : null;
    if (cell === null || root.current === null || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === " ") {
      event.preventDefault();
      cell.parentElement?.querySelector<HTMLElement>(".cell-more")?.click();
      return;
    }
    const next = target(root.current, cell, event.key);
    if (next === undefined) return;
    event.preventDefault();
    cell.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  };
  return (
    // Arrows are handled here for all cells
    <div className="matrix-scroll">
      <div className="matrix" ref={root} onKeyDown={onKeyDown} role="group" aria-label={t("attack.matrix")}>
        {tactics.map((tactic) => (
          <section key={tactic.id} className="matrix-column" aria-label={tactic.name}>
            <TacticHead tactic={tactic} />
            <ul>
              {tactic.techniques.map((technique) => (
                <Cell key={`${technique.id}-${open}`} technique={technique} open={open} roving />
              ))}
            </ul>
          </section>
        ))}
      </div>
    </div>
  );
}

/** On a phone: one tactic after the other, each folded until asked for. */
export function TacticList({ tactics, open }: MatrixProps) {
  return (
    <div className="tactic-list" data-testid="tactic-list">
      {tactics.map((tactic) => (
        <details key={`${tactic.id}-${open}`} open={open}>
          <summary>
            <TacticHead tactic={tactic} />
          </summary>
          <ul>
            {tactic.techniques.map((technique) => (
              <Cell key={technique.id} technique={technique} open={false} roving={false} />
            ))}
          </ul>
        </details>
      ))}
    </div>
  );
}
