import { type RefObject, useState } from "react";
import { useKeys } from "./keys/use-keys.ts";

interface PanelCursor {
  /** Keys of the rows in the order shown. */
  readonly keys: readonly string[];
  /** The row whose panel is open, from the address. */
  readonly opened: string | undefined;
  readonly open: (key: string | undefined, replace: boolean) => void;
  readonly filterInput: RefObject<HTMLInputElement | null>;
}

/** Cursor of a list with a panel beside it: while the panel is open, the panel's address is the cursor. */
export function usePanelCursor({ keys, opened, open, filterInput }: PanelCursor) {
  const [local, setLocal] = useState<string>();
  const current = opened ?? local;
  const move = (key: string) => (opened === undefined ? setLocal(key) : open(key, true));
  const step = (by: 1 | -1) => {
    const at = current === undefined ? -1 : keys.indexOf(current);
    const next = keys[at < 0 ? 0 : Math.max(0, Math.min(keys.length - 1, at + by))];
    if (next !== undefined) move(next);
  };
  const close = () => {
    setLocal(opened);
    open(undefined, false);
    requestAnimationFrame(() => document.querySelector<HTMLElement>(".grid-row.current")?.focus());
  };
  useKeys({
    next: () => step(1),
    previous: () => step(-1),
    open: () => current !== undefined && open(current, false),
    filter: () => filterInput.current?.focus(),
    ...(opened === undefined ? {} : { close }),
  });
  return { current, move, close };
}
