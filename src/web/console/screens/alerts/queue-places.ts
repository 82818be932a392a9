import type { AlertFilter } from "./search.ts";

/** The list with one of its members a place further up or down; the same list at its ends. */
export function moved<Item>(items: readonly Item[], item: Item, by: 1 | -1): readonly Item[] {
  const from = items.indexOf(item);
  const to = from + by;
  if (from < 0 || to < 0 || to >= items.length) return items;
  const rest = items.filter((each) => each !== item);
  return [...rest.slice(0, to), item, ...rest.slice(to)];
}

/** The same filter, in whatever order it was written. */
export function isSameFilter(a: AlertFilter, b: AlertFilter): boolean {
  const said = (filter: AlertFilter) =>
    JSON.stringify(
      Object.entries(filter)
        .filter(([, value]) => value !== undefined)
        .toSorted(),
    );
  return said(a) === said(b);
}
