import { picked } from "../../search-params.ts";

const KEYS = [
  "system",
  "tab",
  "q",
  "criticality",
  "level",
  "nis2",
  "zone",
  "owner",
  "state",
  "sort",
  "parent",
] as const;
export type AssetSearch = Partial<Record<(typeof KEYS)[number], string>>;

export function assetSearch(raw: Record<string, unknown>): AssetSearch {
  return picked(raw, KEYS);
}

const SEEN_KEYS = ["kind", "days", "reach", "q", "show"] as const;
export type SeenSearch = Partial<Record<(typeof SEEN_KEYS)[number], string>>;

export function seenSearch(raw: Record<string, unknown>): SeenSearch {
  return picked(raw, SEEN_KEYS);
}

const ASSESS_KEYS = ["scheme"] as const;
export type AssessSearch = Partial<Record<(typeof ASSESS_KEYS)[number], string>>;

export function assessSearch(raw: Record<string, unknown>): AssessSearch {
  return picked(raw, ASSESS_KEYS);
}
