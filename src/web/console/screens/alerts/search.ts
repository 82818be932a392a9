import type { Query } from "../../api/client.ts";
import { picked, rangeMs } from "../../search-params.ts";

const KEYS = [
  "status",
  "level",
  "assignee",
  "range",
  "from",
  "to",
  "rule",
  "attack",
  "created",
  "closed",
  "entity",
  "q",
  "exercise",
  "snoozed",
  "confirmation",
  "tag",
  "sort",
  "alert",
  "tab",
  "finding",
  "window",
] as const;
export type AlertSearch = Partial<Record<(typeof KEYS)[number], string>>;
/** What decides which rows are shown; the rest of the address only says what is open beside them. */
export type AlertFilter = Omit<AlertSearch, "alert" | "tab" | "finding" | "window">;

export const NOT_CLOSED = "open,taken,escalated";
const MINUTE_MS = 60_000;

export function alertSearch(raw: Record<string, unknown>): AlertSearch {
  return picked(raw, KEYS);
}

export function filterOf({
  alert: _alert,
  tab: _tab,
  finding: _finding,
  window: _window,
  ...filter
}: AlertSearch): AlertFilter {
  return filter;
}

export function queryOf(filter: AlertFilter): Query {
  const { range, status, snoozed, ...rest } = filter;
  const span = range === undefined ? undefined : rangeMs(range);
  const from =
    span === undefined ? rest.from : new Date(Math.floor((Date.now() - span) / MINUTE_MS) * MINUTE_MS).toISOString();
  const asleep = snoozed ?? (status === "all" ? "include" : "exclude");
  return { ...rest, from, snoozed: asleep, status: status === "all" ? undefined : (status ?? NOT_CLOSED) };
}
