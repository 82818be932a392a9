import { picked } from "../../search-params.ts";

const KEYS = ["show", "request"] as const;
export type ApprovalSearch = Partial<Record<(typeof KEYS)[number], string>>;

export function approvalSearch(raw: Record<string, unknown>): ApprovalSearch {
  return picked(raw, KEYS);
}
