import { picked } from "../../search-params.ts";

const CONNECT_KEYS = ["way", "q"] as const;
export type ConnectSearch = Partial<Record<(typeof CONNECT_KEYS)[number], string>>;

export function connectSearch(raw: Record<string, unknown>): ConnectSearch {
  return picked(raw, CONNECT_KEYS);
}

const KEYS = ["sensor", "state", "q", "tab"] as const;
export type SensorSearch = Partial<Record<(typeof KEYS)[number], string>>;

export function sensorSearch(raw: Record<string, unknown>): SensorSearch {
  return picked(raw, KEYS);
}
