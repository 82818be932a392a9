import { picked } from "../../search-params.ts";

const KEYS = ["actor", "verb", "outcome", "range"] as const;
export type AuditSearch = Partial<Record<(typeof KEYS)[number], string>>;

export function auditSearch(raw: Record<string, unknown>): AuditSearch {
  return picked(raw, KEYS);
}
