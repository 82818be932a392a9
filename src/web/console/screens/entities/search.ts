import { picked } from "../../search-params.ts";

const KEYS = ["range", "from", "to"] as const;
export type EntitySearch = Partial<Record<(typeof KEYS)[number], string>>;

export const ENTITY_RANGE = "7d";

export function entitySearch(raw: Record<string, unknown>): EntitySearch {
  return picked(raw, KEYS);
}
