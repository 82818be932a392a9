import { Link } from "@tanstack/react-router";
import { memo, useState } from "react";
import { Icon, type IconName } from "../../../../kit/icon.tsx";
import { useText } from "../../../../kit/i18n/text.tsx";
import type { AttackCounts, AttackTechnique } from "../../../api/rule-types.ts";
import { type CellState, cellState } from "./matrix-model.ts";

const SIGNS: Readonly<Record<CellState, IconName | undefined>> = {
  live: "check",
  quiet: "minus",
  none: "close",
  off: "stop",
  bare: undefined,
};

export function StateSign({ state }: { state: CellState }) {
  const icon = SIGNS[state];
  return (
    <span className={`cell-sign ${state}`} aria-hidden="true">
      {icon !== undefined && <Icon name={icon} />}
    </span>
  );
}

function CellLink({ counts, roving }: { counts: AttackCounts; roving: boolean }) {
  const t = useText();
  const state = cellState(counts);
  const { id, name, rules, live, fired30d } = counts;
  const told = [
    `${id} ${name}`,
    t(`attack.state.${state}`),
    t("attack.rules", { n: rules }),
    live > 0 ? t("attack.live", { n: live }) : "",
    fired30d > 0 ? t("attack.fired", { n: fired30d }) : "",
  ].filter((part) => part !== "");
  return (
    <Link
      to="/rules"
      search={{ technique: id }}
      preload={false}
      className={`cell ${state}`}
      title={told.join("\n")}
      aria-label={told.join(", ")}
      tabIndex={roving ? -1 : undefined}
      data-cell={id}
      data-testid="attack-cell"
      data-state={state}
    >
      <span className="cell-top">
        <StateSign state={state} />
        <span className="cell-id">{id}</span>
        <span className="cell-count">{rules > 0 && rules}</span>
        {fired30d > 0 && <span className="cell-fired" />}
      </span>
      <span className="cell-name">{name}</span>
    </Link>
  );
}

interface CellProps {
  readonly technique: AttackTechnique;
  readonly open: boolean;
  /** In the matrix one cell is in the tab order and arrows move; in a list each is. */
  readonly roving: boolean;
}

/** One technique; its sub-techniques unfold under it. */
export const Cell = memo(function Cell({ technique, open: asked, roving }: CellProps) {
  const t = useText();
  const [open, setOpen] = useState(asked);
  const { subtechniques, id } = technique;
  return (
    <li className="cell-box">
      <div className="cell-line">
        <CellLink counts={technique} roving={roving} />
        {subtechniques.length > 0 && (
          <button
            type="button"
            className="cell-more"
            aria-expanded={open}
            aria-label={t("attack.subtechniques", { id, n: subtechniques.length })}
            tabIndex={roving ? -1 : undefined}
            onClick={() => setOpen(!open)}
          >
            <Icon name={open ? "down" : "right"} />
          </button>
        )}
      </div>
      {open && subtechniques.length > 0 && (
        <ul className="cell-subs">
          {subtechniques.map((sub) => (
            <li key={sub.id}>
              <CellLink counts={sub} roving={roving} />
            </li>
          ))}
        </ul>
      )}
    </li>
  );
});
