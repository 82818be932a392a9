import { picked } from "../../search-params.ts";

/** `event` asks for one process's family; `host` for all that ran there. `open` is the process shown beside. */
const KEYS = ["event", "host", "range", "from", "to", "open"] as const;
export type TreeSearch = Partial<Record<(typeof KEYS)[number], string>>;

export const TREE_RANGE = "24h";

export function treeSearch(raw: Record<string, unknown>): TreeSearch {
  return picked(raw, KEYS);
}
