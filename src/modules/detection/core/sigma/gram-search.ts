/**
 * Many literals anywhere in a long text. Skipping (skip-search.ts) gains nothing when there are hundreds of
 * literals, because something may begin nearly everywhere; here every place is looked at, at about a nanosecond each,
 * and closely only where one of the literals' fingerprints stands (gram-search.wat).
 */
import type { Payload } from "./automaton.ts";
import { GRAM_SEARCH_WASM } from "./gram-search-wasm.ts";
import { KELVIN, rarestStretch } from "./rarity.ts";
import { insideIndex } from "./skip-search.ts";
import type { InsideIndex } from "./skip-search.ts";
import { instantiate } from "./wasm.ts";

const TABLE_AT = 65_536;
const TEXT_AT = 262_144;
const PAGE = 65_536;
/** What follows a text: no letter, so that nothing is found across its end. */
const MARGIN = 16;
const LONG = 4;
const SHORT = 2;
const MAX_TABLE_BITS = 20;
/** Bits of the table for each literal: about one place in this many is looked at closely for nothing. */
const SPARSENESS = 64;
const ASCII = /^[\x01-\x7e]+$/;
const anyByte = Array.from({ length: 256 }, (_, byte) => byte);
const BYTES_PER_UNIT = 3;
/** Longer texts are left to others: memory once grown is kept. */
const MAX_TEXT = 16 * PAGE;

interface Kernel {
  readonly memory: WebAssembly.Memory;
  readonly find: (at: number, end: number, shift: number) => number;
  readonly findShort: Kernel["find"];
}

interface Needle {
  readonly bytes: Uint8Array;
  /** Where the fingerprint begins. */
  readonly offset: number;
  readonly payload: Payload;
}

const encoder = new TextEncoder();

export class GramSearch {
  private readonly kernel: Kernel;
  private readonly find: Kernel["find"];
  /** By fingerprint, bit 5 set in each byte. */
  private readonly long = new Map<number, Needle[]>();
  private readonly short = new Map<number, Needle[]>();
  private readonly shift: number;
  /** For literals outside ASCII, which only texts outside ASCII can hold. */
  private readonly foreign: InsideIndex | undefined;
  private text: Uint8Array;

  /** All literals are case folded. */
  constructor(literals: ReadonlyMap<string, Payload>) {
    this.kernel = instantiate<Kernel>(GRAM_SEARCH_WASM);
    this.text = new Uint8Array(this.kernel.memory.buffer, TEXT_AT);
    const foreign = new Map<string, Payload>();
    for (const [literal, payload] of literals) {
      if (ASCII.test(literal)) this.enter(literal, payload);
      else foreign.set(literal, payload);
    }
    this.foreign = foreign.size === 0 ? undefined : insideIndex(foreign);
    const bits = Math.min(MAX_TABLE_BITS, Math.ceil(Math.log2(SPARSENESS * (this.long.size + 1))));
    this.shift = 32 - bits;
    this.find = this.short.size === 0 ? this.kernel.find : this.kernel.findShort;
    const memory = new Uint8Array(this.kernel.memory.buffer);
    for (const gram of this.long.keys()) mark(memory, TABLE_AT, Math.imul(gram, 0x9e3779b1) >>> this.shift);
    for (const pair of this.short.keys()) mark(memory, 0, pair);
  }

  private enter(literal: string, payload: Payload): void {
    const bytes = encoder.encode(literal);
    const length = bytes.length >= LONG - 1 ? LONG : SHORT;
    const offset = bytes.length < length ? 0 : rarestStretch(literal, length);
    // A literal one byte too short has a fingerprint for each byte that may follow it.
    const grams =
      bytes.length < length
        ? anyByte.map((last) => gramAt([...bytes, last], 0, length))
        : [gramAt(bytes, offset, length)];
    const table = length === LONG ? this.long : this.short;
    for (const gram of new Set(grams)) table.set(gram, [...(table.get(gram) ?? []), { bytes, offset, payload }]);
  }

  /** False when the text is not for this search: then nothing was reported. */
  search(text: string, report: (payload: Payload) => void): boolean {
    if (text.length > MAX_TEXT) return false;
    this.makeRoom(text.length * BYTES_PER_UNIT);
    const { written } = encoder.encodeInto(text, this.text);
    if (written !== text.length) {
      if (text.includes(KELVIN)) return false;
      this.foreign?.search(text, report);
    }
    this.text.fill(0, written, written + MARGIN);
    const { find, shift } = this;
    const end = TEXT_AT + written;
    for (let at = find(TEXT_AT, end, shift); at !== -1; at = find(at + 1, end, shift)) {
      const place = at - TEXT_AT;
      const long = this.long.get(gramAt(this.text, place, LONG));
      if (long !== undefined) this.compare(long, place, report);
      const short = this.short.get(gramAt(this.text, place, SHORT));
      if (short !== undefined) this.compare(short, place, report);
    }
    return true;
  }

  private compare(needles: readonly Needle[], place: number, report: (payload: Payload) => void): void {
    for (const { bytes, offset, payload } of needles) if (this.standsAt(bytes, place - offset)) report(payload);
  }

  private standsAt(bytes: Uint8Array, start: number): boolean {
    if (start < 0) return false;
    for (let at = 0; at < bytes.length; at++)
      if (lowerCase(this.text[start + at] as number) !== bytes[at]) return false;
    return true;
  }

  private makeRoom(length: number): void {
    if (length + MARGIN <= this.text.length) return;
    this.kernel.memory.grow(Math.ceil((length + MARGIN - this.text.length) / PAGE));
    this.text = new Uint8Array(this.kernel.memory.buffer, TEXT_AT);
  }
}

function gramAt(bytes: ArrayLike<number>, at: number, length: number): number {
  let gram = 0;
  for (let place = length - 1; place >= 0; place--) gram = (gram << 8) | (bytes[at + place] as number) | 32;
  return gram;
}

function mark(memory: Uint8Array, table: number, number: number): void {
  const cell = table + (number >>> 3);
  memory[cell] = (memory[cell] as number) | (1 << (number & 7));
}

function lowerCase(byte: number): number {
  return byte >= 65 && byte <= 90 ? byte + 32 : byte;
}
