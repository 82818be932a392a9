import type { Query } from "../../api/client.ts";
import { picked } from "../../search-params.ts";

const LIST_KEYS = ["case", "q", "stage", "severity", "kind", "tag", "whose", "exercise", "sort"] as const;
export type CaseListSearch = Partial<Record<(typeof LIST_KEYS)[number], string>>;
/** `part`: the one a link leads to. */
const PAGE_KEYS = ["tab", "part"] as const;
export type CasePageSearch = Partial<Record<(typeof PAGE_KEYS)[number], string>>;

export const NOT_CLOSED = "new,triage,investigating,contained,eradicated,recovering";

export function caseListSearch(raw: Record<string, unknown>): CaseListSearch {
  return picked(raw, LIST_KEYS);
}

export function casePageSearch(raw: Record<string, unknown>): CasePageSearch {
  return picked(raw, PAGE_KEYS);
}

/** What decides which rows are shown. Open ones unless the address says otherwise. */
export function caseQuery({ case: _case, stage, ...rest }: CaseListSearch): Query {
  return { ...rest, stage: stage === "all" ? undefined : (stage ?? NOT_CLOSED) };
}
