/** Where a value stands in the line it was read from. */
import type { TextRange } from "../../../kit/raw-text.tsx";

const MOST_PLACES = 50;
const WORD = /[\p{L}\p{N}]/u;

/** Part of a longer word or number is somebody else's: port 22 is not in 2026-11-22T. */
function standsAlone(line: string, from: number, to: number): boolean {
  const before = line[from - 1] ?? "";
  const after = line[to] ?? "";
  const first = line[from] ?? "";
  const last = line[to - 1] ?? "";
  return !(WORD.test(first) && WORD.test(before)) && !(WORD.test(last) && WORD.test(after));
}

/**
 * Parsers answer values, not places. A value is shown wherever it stands on its own in the line; one that was put
 * together (a time, a name without its escapes) stands nowhere.
 */
export function placesOfValue(line: string, value: string): TextRange[] {
  if (value === "") return [];
  const ranges: TextRange[] = [];
  for (let at = line.indexOf(value); at >= 0 && ranges.length < MOST_PLACES; at = line.indexOf(value, at + 1)) {
    if (standsAlone(line, at, at + value.length)) ranges.push({ from: at, to: at + value.length });
  }
  return ranges;
}
