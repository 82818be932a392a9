/**
 * Literals a text must begin with, or end with. A hash of the text grows by one character at a time; at the lengths the
 * literals have it is looked up in a small table of bits. Every few characters stands a gate: where no literal that is
 * longer agrees so far, the search ends. A table of states would be read in one place or so per character, and is
 * large: for events of mixed kinds it is never where the processor has it at hand.
 */
import type { Payload } from "./automaton.ts";
import { foldedUnits } from "../pattern.ts";
import { standsAt } from "./skip-search.ts";

export type Edge = "start" | "end";

/** Characters from one gate to the next. */
const GATE = 8;
/** Bits of the table for each mark: one text in so many passes for nothing. */
const SPARSENESS = 32;
const FIRST_HASH = 0x811c9dc5;

interface Needle {
  readonly literal: string;
  readonly payload: Payload;
}

export class EdgeIndex {
  readonly size: number;
  private readonly isEnd: boolean;
  /** By length: whether anything is to be looked up there. */
  private readonly stops: Uint8Array;
  private readonly marks: Uint8Array;
  private readonly shift: number;
  /** By the hash of the literal. */
  private readonly needles = new Map<number, Needle[]>();

  /** All literals are case folded and not empty. */
  constructor(literals: ReadonlyMap<string, Payload>, edge: Edge) {
    this.size = literals.size;
    this.isEnd = edge === "end";
    const longest = [...literals.keys()].reduce((most, { length }) => Math.max(most, length), 0);
    this.stops = new Uint8Array(longest + 1);
    const hashes = new Set<number>();
    for (const [literal, payload] of literals) for (const hash of this.enter({ literal, payload })) hashes.add(hash);
    this.shift = 32 - Math.ceil(Math.log2(SPARSENESS * (hashes.size + 1)));
    this.marks = new Uint8Array(2 ** (32 - this.shift - 3));
    for (const hash of hashes) {
      const bit = spread(hash) >>> this.shift;
      this.marks[bit >>> 3] = (this.marks[bit >>> 3] as number) | (1 << (bit & 7));
    }
  }

  /** Answers the hashes at which the search must not end. */
  private enter(needle: Needle): number[] {
    const { literal } = needle;
    const hashes: number[] = [];
    let hash = FIRST_HASH;
    for (let length = 1; length <= literal.length; length++) {
      const at = this.isEnd ? literal.length - length : length - 1;
      hash = Math.imul(hash ^ literal.charCodeAt(at), 0x0100_0193);
      if (length % GATE !== 0 && length < literal.length) continue;
      this.stops[length] = 1;
      hashes.push(hash);
    }
    const known = this.needles.get(hash);
    if (known === undefined) this.needles.set(hash, [needle]);
    else known.push(needle);
    return hashes;
  }

  search(text: string, report: (payload: Payload) => void): void {
    const { isEnd, stops, marks, shift } = this;
    const folded = foldedUnits;
    const { length: size } = text;
    const last = Math.min(size, stops.length - 1);
    let hash = FIRST_HASH;
    for (let length = 1; length <= last; length++) {
      const unit = text.charCodeAt(isEnd ? size - length : length - 1);
      hash = Math.imul(hash ^ (folded[unit] as number), 0x0100_0193);
      if (stops[length] === 0) continue;
      const bit = spread(hash) >>> shift;
      if (((marks[bit >>> 3] as number) & (1 << (bit & 7))) !== 0) this.compare(text, length, hash, report);
      else if (length % GATE === 0) return;
    }
  }

  private compare(text: string, length: number, hash: number, report: (payload: Payload) => void): void {
    for (const { literal, payload } of this.needles.get(hash) ?? [])
      if (literal.length === length && standsAt(literal, text, this.isEnd ? text.length - length : 0)) report(payload);
  }
}

function spread(hash: number): number {
  return Math.imul(hash, 0x9e37_79b1);
}
