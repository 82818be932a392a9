import { picked } from "../../search-params.ts";

const KEYS = ["show"] as const;
export type NoticeSearch = Partial<Record<(typeof KEYS)[number], string>>;

export function noticeSearch(raw: Record<string, unknown>): NoticeSearch {
  return picked(raw, KEYS);
}

const LETTER_KEYS = ["letters"] as const;
export type DestinationSearch = Partial<Record<(typeof LETTER_KEYS)[number], string>>;

export function destinationSearch(raw: Record<string, unknown>): DestinationSearch {
  return picked(raw, LETTER_KEYS);
}
