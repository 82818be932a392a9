import { picked } from "../../search-params.ts";

const KEYS = ["range", "by", "exercise", "metric"] as const;
export type FiguresSearch = Partial<Record<(typeof KEYS)[number], string>>;

export const RANGES = { "7d": 7, "30d": 30, "90d": 90, "365d": 365 } as const;
export type RangeName = keyof typeof RANGES;

export function figuresSearch(raw: Record<string, unknown>): FiguresSearch {
  return picked(raw, KEYS);
}
