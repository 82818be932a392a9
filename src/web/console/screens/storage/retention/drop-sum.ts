import type { Preview } from "../../../api/storage-types.ts";

/** Sum of what would go. */
export function sumOf(drops: Preview["drops"]) {
  return {
    segments: drops.length,
    events: drops.reduce((sum, drop) => sum + drop.events, 0),
    bytes: drops.reduce((sum, drop) => sum + drop.bytes, 0),
    oldest: drops.reduce<string | undefined>(
      (least, { oldest }) => (least === undefined || oldest < least ? oldest : least),
      undefined,
    ),
    newest: drops.reduce<string | undefined>(
      (most, { newest }) => (most === undefined || newest > most ? newest : most),
      undefined,
    ),
  };
}
