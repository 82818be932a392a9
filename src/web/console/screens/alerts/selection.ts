import { useRef, useState } from "react";
import type { Alert } from "../../api/types.ts";

/** Rows picked for one action; Shift picks everything between the last two. */
export function useSelection(rows: readonly Alert[]) {
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const last = useRef<string>(undefined);
  const checked = new Set(rows.filter((row) => picked.has(row.id)).map((row) => row.id));
  const toggle = (id: string, range: boolean) => {
    const next = new Set(checked);
    const from = rows.findIndex((row) => row.id === last.current);
    const to = rows.findIndex((row) => row.id === id);
    if (range && from >= 0 && to >= 0) {
      for (const row of rows.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(row.id);
    } else if (!next.delete(id)) next.add(id);
    last.current = id;
    setPicked(next);
  };
  return { checked: checked as ReadonlySet<string>, toggle, clear: () => setPicked(new Set()) };
}
