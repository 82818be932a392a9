import { picked } from "../../search-params.ts";

const LIST_KEYS = ["q", "show"] as const;
export type NotebookListSearch = Partial<Record<(typeof LIST_KEYS)[number], string>>;
/** `entry`: the page as it was when that entry was the last. */
const PAGE_KEYS = ["tab", "entry"] as const;
export type NotebookSearch = Partial<Record<(typeof PAGE_KEYS)[number], string>>;

export function notebookListSearch(raw: Record<string, unknown>): NotebookListSearch {
  return picked(raw, LIST_KEYS);
}

export function notebookSearch(raw: Record<string, unknown>): NotebookSearch {
  return picked(raw, PAGE_KEYS);
}
