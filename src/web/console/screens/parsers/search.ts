import { picked } from "../../search-params.ts";

const LIST_KEYS = ["parser", "q", "show"] as const;
export type ParserSearch = Partial<Record<(typeof LIST_KEYS)[number], string>>;

export function parserSearch(raw: Record<string, unknown>): ParserSearch {
  return picked(raw, LIST_KEYS);
}

/** `from`: the parser whose samples or text the desk starts with; `as`: the format instead of recognition. */
const TRIAL_KEYS = ["from", "as", "draft"] as const;
export type TrialSearch = Partial<Record<(typeof TRIAL_KEYS)[number], string>>;

export function trialSearch(raw: Record<string, unknown>): TrialSearch {
  return picked(raw, TRIAL_KEYS);
}
