import { picked } from "../../search-params.ts";

const KEYS = ["hunt", "q", "show"] as const;
export type SavedHuntSearch = Partial<Record<(typeof KEYS)[number], string>>;

export function savedHuntSearch(raw: Record<string, unknown>): SavedHuntSearch {
  return picked(raw, KEYS);
}

/** Alerts of a scheduled hunt carry this before the hunt's id, where others carry the id of a rule. */
export const HUNT_RULE = "hunt:";

export function huntOfRule(ruleId: string): string | undefined {
  return ruleId.startsWith(HUNT_RULE) ? ruleId.slice(HUNT_RULE.length) : undefined;
}
