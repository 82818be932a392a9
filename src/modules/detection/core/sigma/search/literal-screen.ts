/**
 * Says of a text, faster than reading it, that it holds none of some literals. Rare literals are what guards are made
 * of, so nearly always that is the answer. Works on bytes, so that a record need not be decoded to be passed over.
 *
 * Only literals with a run of plain characters can be screened: ASCII, and nothing JSON may write as an escape that is
 * no `\u`. Such a run stands as it is in UTF-8 text and, unless the writer used `\u`, in JSON.
 */
import { LITERAL_SCREEN_WASM } from "./literal-screen-wasm.ts";
import { choosePairs, PAIRS, PairCounter } from "./pair-choice.ts";
import { KELVIN, rarestStretch } from "./rarity.ts";
import { bucketTables, FINGERPRINT } from "./teddy.ts";
import { type EscapeCheck, escapeCheck } from "./unicode-escape.ts";
import { type UnitBytes, unitBytes } from "./unit-bytes.ts";
import { instantiate } from "./wasm.ts";

/** More literals than this, and the fingerprints are found everywhere. */
const MAX_LITERALS = 64;
const PAIR = 2;
const PAIRS_AT = 128;
const MARKS_AT = 4096;
/** What the kernel answers instead of a place when it has met an escape. */
const ESCAPE = -2;
const LETTER_U = 117;
const BACKSLASH = 92;
const TEXT_AT = 16_384;
const PAGE = 65_536;
/** Longer texts are not screened; the tables and what a block reads beyond the end need room too. */
export const MAX_SCREENED_BYTES = 16 * PAGE;

const unescapedRuns = /[\x20\x21\x23-\x2e\x30-\x5b\x5d-\x7e]+/g;

/** The part of a literal that is looked for. */
interface Run {
  readonly literal: string;
  readonly text: string;
}

interface Needle {
  readonly literal: string;
  readonly bytes: Uint8Array;
  /** Where the fingerprint begins. */
  readonly offset: number;
  /** The search that found it last: some stand in a record again and again. */
  foundIn: number;
}

interface Kernel {
  readonly memory: WebAssembly.Memory;
  readonly find: (at: number, end: number) => number;
  /** For three pairs, and nothing else. */
  readonly findThree: Kernel["find"];
  /** `escape`: a `u` to look for escapes of JSON as well, -2 tells of one; 0 not to. */
  readonly findPairs: (at: number, end: number, escape: number) => number;
}

/**
 * Looks at a whole record, and reports the literals that may stand in a text of it, as it is or as JSON writes it. False
 * when it cannot tell: then every text has to be searched. What is not reported is certain not to be there.
 */
export interface RecordScreen {
  /** UTF-8 that holds no Kelvin sign and, where it is JSON, no `\u` escape. */
  searchBytes(bytes: Uint8Array, report: (literal: string) => void): boolean;
  searchRecord(record: string, report: (literal: string) => void): boolean;
}

const encoder = new TextEncoder();

export class LiteralScreen implements RecordScreen {
  private readonly runs: readonly Run[];
  /** By fingerprint. */
  private needles: ReadonlyMap<number, readonly Needle[]> = new Map();
  private readonly kernel: Kernel;
  private find: Kernel["findPairs"];
  /** Whether a Kelvin sign could stand in a literal. */
  private readonly hasKelvin: boolean;
  private text: UnitBytes;
  private readonly hasEscape: EscapeCheck;
  private readonly counter: PairCounter;
  private searches = 0;

  private constructor(runs: readonly Run[], pairs: readonly string[] | undefined) {
    this.runs = runs;
    this.kernel = instantiate<Kernel>(LITERAL_SCREEN_WASM);
    this.find = this.enter(pairs);
    this.hasKelvin = runs.some(({ text }) => text.includes("k"));
    this.hasEscape = escapeCheck(this.kernel.memory);
    this.text = unitBytes(this.kernel.memory, TEXT_AT);
    this.counter = new PairCounter(textsOf(runs));
  }

  /** Writes the kernel's tables; without pairs, those of the buckets. */
  private enter(pairs: readonly string[] | undefined): Kernel["findPairs"] {
    const { memory, find, findThree, findPairs } = this.kernel;
    const tables = new Uint8Array(memory.buffer);
    const needles = this.runs.map((run) => needleOf(run, pairs));
    this.needles = Map.groupBy(needles, ({ bytes, offset }) => fingerprintAt(bytes, offset));
    tables.fill(0, 0, TEXT_AT);
    if (pairs === undefined)
      tables.set(bucketTables(needles.map(({ bytes, offset }) => [...bytes.subarray(offset, offset + FINGERPRINT)])));
    else tables.set(pairTable(pairs), PAIRS_AT);
    for (const fingerprint of this.needles.keys()) mark(tables, fingerprint);
    if (pairs !== undefined && pairs.length < PAIRS)
      return (at, end, escape) => (escape === 0 ? findThree(at, end) : findPairs(at, end, escape));
    if (pairs !== undefined) return findPairs;
    // The text is looked through for escapes once, not again from every place where something was found.
    return (at, end, escape) => (escape !== 0 && at === TEXT_AT && this.hasEscape(at, end) ? ESCAPE : find(at, end));
  }

  /**
   * Undefined when the literals cannot be screened. All of them are case folded. More than `MAX_LITERALS`, up to `most`,
   * can be when a few pairs tell them all.
   */
  static of(literals: readonly string[], most = MAX_LITERALS): LiteralScreen | undefined {
    if (literals.length === 0 || literals.length > most) return undefined;
    const runs = literals.flatMap((literal): Run[] => {
      const text = verbatimPart(literal);
      return text === undefined ? [] : [{ literal, text }];
    });
    if (runs.length < literals.length) return undefined;
    const pairs = choosePairs(textsOf(runs));
    return pairs === undefined && runs.length > MAX_LITERALS ? undefined : new LiteralScreen(runs, pairs);
  }

  /** False is certain. */
  mayHold(text: string): boolean {
    if (text.length > MAX_SCREENED_BYTES) return true;
    this.makeRoom(text.length);
    this.text.write(text);
    return this.holds(text.length) || (this.hasKelvin && text.includes(KELVIN));
  }

  searchRecord(record: string, report: (literal: string) => void): boolean {
    if (record.length > MAX_SCREENED_BYTES) return false;
    this.makeRoom(record.length);
    this.text.write(record);
    // The kernel looks from the third character on.
    if (record.charCodeAt(0) === BACKSLASH || record.charCodeAt(1) === BACKSLASH) return false;
    return this.search(record.length, LETTER_U, report) && !(this.hasKelvin && record.includes(KELVIN));
  }

  searchBytes(bytes: Uint8Array, report: (literal: string) => void): boolean {
    if (bytes.length > MAX_SCREENED_BYTES) return false;
    this.makeRoom(bytes.length);
    this.text.bytes.set(bytes);
    return this.search(bytes.length, 0, report);
  }

  private makeRoom(length: number): void {
    const missing = length + FINGERPRINT + 16 - this.text.bytes.length;
    if (missing <= 0) return;
    this.kernel.memory.grow(Math.ceil(missing / PAGE));
    this.text = unitBytes(this.kernel.memory, TEXT_AT);
  }

  private holds(length: number): boolean {
    if (this.counter.isDue()) this.look(length);
    const end = TEXT_AT + length;
    for (let at = this.find(TEXT_AT, end, 0); at !== -1; at = this.find(at + 1, end, 0)) {
      const needles = this.needles.get(fingerprintAt(this.text.bytes, at - TEXT_AT));
      if (needles?.some((needle) => this.standsAt(needle, at - TEXT_AT, length)) === true) return true;
    }
    return false;
  }

  /** False as soon as an escape is met. */
  private search(length: number, escape: number, report: (literal: string) => void): boolean {
    if (this.counter.isDue()) this.look(length);
    this.searches++;
    const end = TEXT_AT + length;
    for (let at = this.find(TEXT_AT, end, escape); at !== -1; at = this.find(at + 1, end, escape)) {
      if (at === ESCAPE) return false;
      for (const needle of this.needles.get(fingerprintAt(this.text.bytes, at - TEXT_AT)) ?? []) {
        if (needle.foundIn === this.searches || !this.standsAt(needle, at - TEXT_AT, length)) continue;
        needle.foundIn = this.searches;
        report(needle.literal);
      }
    }
    return true;
  }

  private look(length: number): void {
    const seen = this.counter.look(this.text.bytes, length);
    const pairs = seen && choosePairs(textsOf(this.runs), seen);
    if (pairs !== undefined) this.find = this.enter(pairs);
  }

  private standsAt({ bytes, offset }: Needle, place: number, length: number): boolean {
    const start = place - offset;
    if (start < 0 || start + bytes.length > length) return false;
    for (let at = 0; at < bytes.length; at++)
      if (lowerCase(this.text.bytes[start + at] as number) !== bytes[at]) return false;
    return true;
  }
}

/** Bit 5 set in each byte, the first byte lowest: as the kernel reads four bytes. */
function fingerprintAt(bytes: Uint8Array, at: number): number {
  let key = 0;
  for (let place = at + FINGERPRINT - 1; place >= at; place--) key = (key << 8) | (bytes[place] as number) | 32;
  return key;
}

/** The longest part of a literal that stands as it is in the bytes of a record; undefined when none is long enough. */
export function verbatimPart(literal: string): string | undefined {
  const runs = (literal.match(unescapedRuns) ?? []).filter(({ length }) => length >= FINGERPRINT);
  if (runs.length === 0 || literal.includes(KELVIN)) return undefined;
  return runs.reduce((best, one) => (one.length > best.length ? one : best));
}

function needleOf({ literal, text }: Run, pairs: readonly string[] | undefined): Needle {
  const pair = pairs?.find((one) => text.includes(one, PAIR));
  return {
    literal,
    bytes: encoder.encode(text),
    offset: pair === undefined ? rarestStretch(text, FINGERPRINT) : text.indexOf(pair, PAIR) - PAIR,
    foundIn: 0,
  };
}

function textsOf(runs: readonly Run[]): string[] {
  return runs.map(({ text }) => text);
}

function pairTable(pairs: readonly string[]): Uint8Array {
  const filled = Array.from({ length: PAIRS }, (_, number) => pairs[number] ?? (pairs[0] as string));
  return encoder.encode(filled.join("")).map((byte) => byte | 32);
}

function mark(tables: Uint8Array, fingerprint: number): void {
  const hash = Math.imul(fingerprint, 0x9e3779b1) >>> 16;
  const cell = MARKS_AT + (hash >>> 3);
  tables[cell] = (tables[cell] as number) | (1 << (hash & 7));
}

function lowerCase(byte: number): number {
  return byte >= 65 && byte <= 90 ? byte + 32 : byte;
}
