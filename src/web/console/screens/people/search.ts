import { picked } from "../../search-params.ts";

export type RosterSearch = { readonly q?: string };
export function rosterSearch(raw: Record<string, unknown>): RosterSearch {
  return picked(raw, ["q"] as const);
}

export type ShiftSearch = { readonly from?: string };
export function shiftSearch(raw: Record<string, unknown>): ShiftSearch {
  return picked(raw, ["from"] as const);
}

/** `note=new` is the note being written. */
export type HandoverSearch = { readonly note?: string };
export function handoverSearch(raw: Record<string, unknown>): HandoverSearch {
  return picked(raw, ["note"] as const);
}
