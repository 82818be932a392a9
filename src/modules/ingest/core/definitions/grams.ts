/**
 * Which pairs of characters a text has, looked at once. A pattern knows the pairs of its literals: a text that lacks
 * one of them cannot fit, and saying so costs a few look-ups instead of a reading.
 */
import { MAX_PATTERN_READ } from "./limits.ts";
import type { PatternNode } from "./pattern-syntax.ts";

const SLOTS = 4_096;
/** Pairs looked at for one pattern: the longest literals come first, and more pairs hardly refuse more texts. */
const MOST_PAIRS = 12;

function slotOf(first: number, second: number): number {
  return (first * 37 + second) & (SLOTS - 1);
}

/** The pairs of one text at a time. */
export class TextPairs {
  /** The number of the text in which a pair was seen last: nothing has to be cleared between two texts. */
  readonly #seen = new Uint32Array(SLOTS);
  #text = 0;

  load(text: string): void {
    this.#text++;
    const end = Math.min(text.length, MAX_PATTERN_READ);
    let before = text.charCodeAt(0);
    for (let i = 1; i < end; i++) {
      const code = text.charCodeAt(i);
      this.#seen[slotOf(before, code)] = this.#text;
      before = code;
    }
  }

  /** False when the last text lacks one of these pairs. */
  hasAll(pairs: readonly number[]): boolean {
    for (const pair of pairs) if (this.#seen[pair] !== this.#text) return false;
    return true;
  }
}

export function pairsOf(literals: readonly string[]): readonly number[] {
  const pairs = new Set<number>();
  for (const literal of [...literals].sort((a, b) => b.length - a.length)) {
    for (let i = 1; i < literal.length; i++) pairs.add(slotOf(literal.charCodeAt(i - 1), literal.charCodeAt(i)));
  }
  return [...pairs].slice(0, MOST_PAIRS);
}

/** The literals that every text of a pattern has. */
export function requiredLiterals(nodes: readonly PatternNode[]): readonly string[] {
  return nodes.flatMap((node) => (node.kind === "literal" ? [node.text] : []));
}
