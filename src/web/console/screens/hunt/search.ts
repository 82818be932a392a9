import { listed, picked, rangeMs } from "../../search-params.ts";

const KEYS = ["q", "range", "from", "to", "at", "order", "group", "cols", "live", "hunt", "link"] as const;
/** `at` is what `now` stands for; `hunt` the saved hunt that was opened; `link` a share link still to be followed. */
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

/** Columns of the address; undefined where it leaves them to the reader. */
export function columnsOf(search: HuntSearch): readonly string[] | undefined {
  return search.cols === undefined ? undefined : listed(search.cols);
}

/** Whether commands follow the search: a bar outside quotes. */
export function hasCommands(query: string): boolean {
  return query.replaceAll(/"[^"]*"/gu, "").includes("|");
}

/** Commands that only filter are still a search; the others count, and nothing can be counted as it comes. */
export function canFollow(query: string): boolean {
  const [, ...commands] = query.replaceAll(/"[^"]*"/gu, "").split("|");
  return commands.every((command) => /^\s*where\s/iu.test(command));
}
