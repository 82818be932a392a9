import { useCallback, useState } from "react";
import type { Alert } from "../../api/types.ts";
import type { AlertSearch } from "./search.ts";

/** Where the reader is in the list. With the panel open, the panel's address is the cursor, so that it follows j and k. */
export function useCursor(
  rows: readonly Alert[],
  opened: string | undefined,
  change: (part: AlertSearch, replace?: boolean) => void,
) {
  const [local, setLocal] = useState<string>();
  const current = opened ?? (rows.some((row) => row.id === local) ? local : undefined);
  const move = useCallback(
    (id: string | undefined) => {
      setLocal(id);
      if (opened !== undefined) change({ alert: id, finding: undefined }, true);
    },
    [opened, change],
  );
  const step = (by: 1 | -1) => {
    const at = rows.findIndex((row) => row.id === current);
    const next = rows[at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + by))];
    if (next !== undefined && next.id !== current) move(next.id);
  };
  /** Rows about to leave the list: the cursor goes to the row that takes their place. */
  const leave = (ids: ReadonlySet<string>) => {
    if (current === undefined || !ids.has(current)) return;
    const at = rows.findIndex((row) => row.id === current);
    const next =
      rows.slice(at + 1).find((row) => !ids.has(row.id)) ??
      rows.slice(0, Math.max(0, at)).findLast((row) => !ids.has(row.id));
    move(next?.id);
  };
  const closePanel = () => {
    setLocal(opened);
    change({ alert: undefined, finding: undefined, tab: undefined });
    const before = document.activeElement;
    requestAnimationFrame(() => {
      // Whoever went on to a field meanwhile stays there.
      const focused = document.activeElement;
      if (focused === before || focused === document.body)
        document.querySelector<HTMLElement>(".grid-row.current")?.focus();
    });
  };
  return { current, move, step, leave, closePanel };
}
