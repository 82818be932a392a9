import { picked } from "../../search-params.ts";

const KEYS = ["sensor", "state", "q"] as const;
export type SensorSearch = Partial<Record<(typeof KEYS)[number], string>>;

export function sensorSearch(raw: Record<string, unknown>): SensorSearch {
  return picked(raw, KEYS);
}
