/**
 * Literals anywhere in a text, each by the search that suits it: those outside ASCII by one of their units
 * (foreign-search.ts), those too short for a window of some length by an automaton, which reads every character, and
 * all others by skipping (skip-search.ts).
 */
import type { Payload } from "./automaton.ts";
import { AutomatonIndex } from "./automaton.ts";
import { ForeignSearch } from "./foreign-search.ts";
import { SkipIndex } from "./skip-search.ts";

export interface InsideIndex {
  search(text: string, report: (payload: Payload) => void): void;
}

const SHORTEST_WINDOW = 5;
const LONGEST_WINDOW = 12;
const ASCII_END = 128;

/**
 * Literals outside ASCII are looked for in texts outside ASCII only: rules that list thousands of pictographs would make
 * the tables of all others large.
 */
export function insideIndex(literals: ReadonlyMap<string, Payload>): InsideIndex {
  const foreign = new Map([...literals].filter(([literal]) => !isAscii(literal)));
  if (foreign.size === 0) return searchOf(literals);
  const others = new ForeignSearch(foreign);
  const plain =
    foreign.size === literals.size
      ? undefined
      : searchOf(new Map([...literals].filter(([literal]) => !foreign.has(literal))));
  return {
    search: (text, report) => {
      plain?.search(text, report);
      if (!isAscii(text)) others.search(text, report);
    },
  };
}

function isAscii(text: string): boolean {
  let units = 0;
  for (let at = 0; at < text.length; at++) units |= text.charCodeAt(at);
  return units < ASCII_END;
}

/** Short literals go to an automaton, which stays small, and the others to the skipping search. */
function searchOf(literals: ReadonlyMap<string, Payload>): InsideIndex {
  const short = new Map<string, Payload>();
  const long = new Map<string, Payload>();
  let window = LONGEST_WINDOW;
  for (const [literal, payload] of literals) {
    (literal.length < SHORTEST_WINDOW ? short : long).set(literal, payload);
    if (literal.length >= SHORTEST_WINDOW) window = Math.min(window, literal.length);
  }
  if (long.size === 0) return new AutomatonIndex(short);
  const skipping = new SkipIndex(long, window);
  if (short.size === 0) return skipping;
  const reading = new AutomatonIndex(short);
  return {
    search: (text, report) => {
      reading.search(text, report);
      skipping.search(text, report);
    },
  };
}
