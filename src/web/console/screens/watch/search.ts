import { picked } from "../../search-params.ts";

const KEYS = ["hours", "figures"] as const;
export type WatchSearch = Partial<Record<(typeof KEYS)[number], string>>;
export const HOURS = ["6", "24", "168"] as const;
export const DEFAULT_HOURS = "24";
/** Queue figures of the real world or of exercises: never added up. */
export const FIGURES = ["real", "exercise"] as const;

export function watchSearch(raw: Record<string, unknown>): WatchSearch {
  return picked(raw, KEYS);
}

/** The alerts the figures of the span count, as the list takes it. */
export function listOfFloor(floor: { readonly from: string; readonly scope: string }) {
  return { status: "all", exercise: floor.scope, created: floor.from };
}
