import type { Virtualizer } from "@tanstack/react-virtual";
import { type RefObject, useEffect, useRef } from "react";

interface GridCursor {
  readonly virtual: Virtualizer<HTMLDivElement, Element>;
  readonly scroll: RefObject<HTMLDivElement | null>;
  readonly current: string | undefined;
  readonly index: number;
}

/** Keeps the current row in sight and, when the list has the focus, focused. */
export function useGridCursor({ virtual, scroll, current, index }: GridCursor): void {
  // A cursor that stays on its row while rows come and go above it must not scroll the list: only `current` counts.
  const latest = useRef(index);
  latest.current = index;
  useEffect(() => {
    if (current === undefined || latest.current < 0) return;
    virtual.scrollToIndex(latest.current, { align: "auto" });
    requestAnimationFrame(() => {
      // Focus follows the cursor only when it is in the list or nowhere by then: never out of a panel or a field.
      const focused = document.activeElement;
      if (focused !== null && focused !== document.body && !scroll.current?.contains(focused)) return;
      scroll.current?.querySelector<HTMLElement>(".grid-row.current")?.focus({ preventScroll: true });
    });
  }, [current, virtual, scroll]);
}
