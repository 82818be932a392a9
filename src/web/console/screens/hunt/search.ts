import { picked, rangeMs } from "../../search-params.ts";

const KEYS = ["q", "range", "from", "to", "order", "group"] as const;
export type HuntSearch = Partial<Record<(typeof KEYS)[number], string>>;
export interface Span {
  readonly from: string;
  readonly to: string;
}

export const HUNT_RANGES = ["15m", "1h", "4h", "24h", "7d", "30d"] as const;
export const DEFAULT_RANGE = "24h";
const DEFAULT_SPAN_MS = 86_400_000;

export function huntSearch(raw: Record<string, unknown>): HuntSearch {
  return picked(raw, KEYS);
}

/** The absolute span of a run: a relative range is resolved once, so that paging and charts agree. */
export function spanOf(search: HuntSearch, now: number): Span {
  if (search.from !== undefined && search.to !== undefined) return { from: search.from, to: search.to };
  const ms = rangeMs(search.range ?? DEFAULT_RANGE) ?? DEFAULT_SPAN_MS;
  return { from: new Date(now - ms).toISOString(), to: new Date(now).toISOString() };
}
