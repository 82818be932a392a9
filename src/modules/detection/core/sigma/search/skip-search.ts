/**
 * Literals anywhere in a text, without looking at most of it (Wu and Manber, 1994). A window as long as the shortest
 * literal slides over the text; the three characters at its end tell how far it may jump. Of each literal the rarest
 * stretch of that length is looked for, wherever it stands in it, and only where the window holds one of these
 * stretches are literals compared.
 */
import type { Payload } from "./automaton.ts";
import { foldedUnits } from "../pattern.ts";
import { rarestStretch } from "./rarity.ts";

/** Bits of what three characters are hashed to; fewer for few literals, whose table then is nearly always at hand. */
const MOST_BITS = 15;
const LEAST_BITS = 9;
/** Cells of that table for each stretch of three characters. */
const SPARSENESS = 16;
const ASCII_END = 128;
const NONE = -1;
/** Of this module: what is imported is looked up anew for every character. */
const folded = foldedUnits;

/** Five bits of each character: of an ASCII letter these do not depend on its case. */
function slot(first: number, second: number, third: number): number {
  return ((first & 31) << 10) | ((second & 31) << 5) | (third & 31);
}

function foldedSlot(first: number, second: number, third: number): number {
  return slot(folded[first] as number, folded[second] as number, folded[third] as number);
}

function hashOf(text: string, start: number, length: number): number {
  let hash = 0;
  for (let at = start; at < start + length; at++)
    hash = (Math.imul(hash, 31) + (folded[text.charCodeAt(at)] as number)) | 0;
  return hash ^ (hash >>> 15);
}

/** One literal and where its rarest stretch begins. */
interface Needle {
  readonly literal: string;
  readonly offset: number;
  readonly payload: Payload;
}

export class SkipIndex {
  private readonly window: number;
  /** By hash of three folded characters: how far the window may move when it ends with them. */
  private readonly jumps: Uint8Array;
  private readonly needles: readonly Needle[];
  /** By hash of a stretch: the first needle with it, and for each needle the next one. */
  private readonly heads: Int32Array;
  private readonly nexts: Int32Array;
  /** By needle: its last unit, and above it how far that is behind the beginning of the stretch. */
  private readonly tails: Int32Array;

  /** All literals are case folded and no shorter than the window. */
  constructor(literals: ReadonlyMap<string, Payload>, window: number) {
    this.window = window;
    this.needles = [...literals].map(([literal, payload]) => ({
      literal,
      payload,
      offset: rarestStretch(literal, window),
    }));
    this.heads = new Int32Array(2 ** Math.ceil(Math.log2(2 * literals.size + 1))).fill(NONE);
    this.nexts = new Int32Array(literals.size).fill(NONE);
    this.tails = Int32Array.from(this.needles, tailOf);
    const bits = Math.ceil(Math.log2(SPARSENESS * literals.size * (window - 2)));
    this.jumps = new Uint8Array(2 ** Math.min(MOST_BITS, Math.max(LEAST_BITS, bits))).fill(window - 2);
    for (const [number, needle] of this.needles.entries()) this.enter(needle, number);
  }

  private enter({ literal, offset }: Needle, number: number): void {
    const { jumps, heads, window } = this;
    const mask = jumps.length - 1;
    for (let end = 2; end < window; end++) {
      const at = offset + end;
      const hash = slot(literal.charCodeAt(at - 2), literal.charCodeAt(at - 1), literal.charCodeAt(at)) & mask;
      jumps[hash] = Math.min(jumps[hash] as number, window - 1 - end);
    }
    const bucket = hashOf(literal, offset, window) & (heads.length - 1);
    this.nexts[number] = heads[bucket] as number;
    heads[bucket] = number;
  }

  search(text: string, report: (payload: Payload) => void): void {
    const { jumps, window } = this;
    const mask = jumps.length - 1;
    const length = text.length;
    let end = window - 1;
    while (end < length) {
      const first = text.charCodeAt(end - 2);
      const second = text.charCodeAt(end - 1);
      const third = text.charCodeAt(end);
      const hash = (first | second | third) < ASCII_END ? slot(first, second, third) : foldedSlot(first, second, third);
      const jump = jumps[hash & mask] as number;
      if (jump === 0) {
        this.compareAt(text, end - window + 1, report);
        end++;
      } else end += jump;
    }
  }

  private compareAt(text: string, start: number, report: (payload: Payload) => void): void {
    const { heads, nexts, needles, tails } = this;
    let number = heads[hashOf(text, start, this.window) & (heads.length - 1)] as number;
    for (; number !== NONE; number = nexts[number] as number) {
      // Many literals begin alike.
      const tail = tails[number] as number;
      const end = start + (tail >>> UNIT_BITS);
      if (end >= text.length || folded[text.charCodeAt(end)] !== (tail & LAST_UNIT)) continue;
      const { literal, offset, payload } = needles[number] as Needle;
      if (standsAt(literal, text, start - offset)) report(payload);
    }
  }
}

const UNIT_BITS = 16;
const LAST_UNIT = 0xffff;

/** A literal has few enough characters for the half that is left. */
function tailOf({ literal, offset }: Needle): number {
  const last = literal.length - 1;
  return ((last - offset) << UNIT_BITS) | literal.charCodeAt(last);
}

/** Whether a folded literal stands at a place of a text. */
export function standsAt(literal: string, text: string, start: number): boolean {
  if (start < 0 || start + literal.length > text.length) return false;
  for (let at = 0; at < literal.length; at++) {
    if (literal.charCodeAt(at) !== folded[text.charCodeAt(start + at)]) return false;
  }
  return true;
}
