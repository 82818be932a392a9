import { picked } from "../../search-params.ts";

const STORAGE_KEYS = ["sort", "per"] as const;
export type StorageSearch = Partial<Record<(typeof STORAGE_KEYS)[number], string>>;

export function storageSearch(raw: Record<string, unknown>): StorageSearch {
  return picked(raw, STORAGE_KEYS);
}

const HOLD_KEYS = ["hold", "state"] as const;
export type HoldSearch = Partial<Record<(typeof HOLD_KEYS)[number], string>>;

export function holdSearch(raw: Record<string, unknown>): HoldSearch {
  return picked(raw, HOLD_KEYS);
}
