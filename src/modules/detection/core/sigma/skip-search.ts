/**
 * Literals anywhere in a text, without looking at most of it (Wu and Manber, 1994). A window as long as the shortest
 * literal slides over the text; the three characters at its end tell how far it may jump. Only where no jump is
 * possible are literals compared. Literals too short for a window
 * of some length are left to the automaton, which reads every character.
 */
import type { Payload, Trie } from "./automaton.ts";
import { AutomatonIndex, buildTrie } from "./automaton.ts";
import { foldUnit } from "./pattern.ts";

export interface InsideIndex {
  search(text: string, report: (payload: Payload) => void): void;
}

const SHORTEST_WINDOW = 5;
const LONGEST_WINDOW = 12;
const TABLE_BITS = 15;
const TABLE_MASK = (1 << TABLE_BITS) - 1;

/** Short literals go to an automaton, which stays small, and the others to the skipping search. */
export function insideIndex(literals: ReadonlyMap<string, Payload>): InsideIndex {
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

/** Folded code units; a table of its own keeps the hot loop free of calls. */
const folded: Uint16Array = Uint16Array.from({ length: 0x1_0000 }, (_, unit) => foldUnit(unit));

function slot(first: number, second: number, third: number): number {
  return ((first << 10) ^ (second << 5) ^ third) & TABLE_MASK;
}

class SkipIndex implements InsideIndex {
  private readonly window: number;
  /** By hash of three folded characters: how far the window may move when it ends with them. */
  private readonly jumps = new Uint8Array(1 << TABLE_BITS);
  private readonly trie: Trie;

  constructor(literals: ReadonlyMap<string, Payload>, window: number) {
    this.window = window;
    this.trie = buildTrie(literals, "forward");
    this.jumps.fill(window - 2);
    for (const literal of literals.keys()) {
      for (let end = 2; end < window; end++) {
        const hash = slot(literal.charCodeAt(end - 2), literal.charCodeAt(end - 1), literal.charCodeAt(end));
        this.jumps[hash] = Math.min(this.jumps[hash] as number, window - 1 - end);
      }
    }
  }

  search(text: string, report: (payload: Payload) => void): void {
    const { jumps, window } = this;
    const length = text.length;
    let end = window - 1;
    while (end < length) {
      const first = folded[text.charCodeAt(end - 2)] as number;
      const second = folded[text.charCodeAt(end - 1)] as number;
      const jump = jumps[slot(first, second, folded[text.charCodeAt(end)] as number)] as number;
      if (jump === 0) {
        this.compareAt(text, end - window + 1, report);
        end++;
      } else end += jump;
    }
  }

  private compareAt(text: string, start: number, report: (payload: Payload) => void): void {
    const { alphabet, next, payloads } = this.trie;
    const width = alphabet.size;
    let state = 0;
    for (let at = start; at < text.length; at++) {
      state = next[state * width + alphabet.classOf(text.charCodeAt(at))] as number;
      if (state === -1) return;
      const payload = payloads[state];
      if (payload !== undefined) report(payload);
    }
  }
}
