/**
 * Many literals anywhere in a long text. Skipping (skip-search.ts) gains nothing when there are hundreds of
 * literals, because something may begin nearly everywhere. Here places are looked at by a table of fingerprints, and
 * closely only where one of them stands (gram-search.wat).
 *
 * Of literals that are long enough, the fingerprints at several neighbouring places are entered, so that only every
 * so many-th place of the text must be looked at, wherever the literal stands: cost goes with the text, hardly with
 * the number of literals. Shorter ones take a pass of their own over every place.
 */
import type { Payload } from "./automaton.ts";
import { ForeignSearch } from "./foreign-search.ts";
import { GRAM_SEARCH_WASM } from "./gram-search-wasm.ts";
import { type RecordScreen, verbatimPart } from "./literal-screen.ts";
import { KELVIN, rarestStretch } from "./rarity.ts";
import { standsAt } from "./skip-search.ts";
import { bucketTables, passingShare } from "./teddy.ts";
import type { PlacedBytes } from "./text-area.ts";
import { type EscapeCheck, escapeCheck } from "./unicode-escape.ts";
import { type UnitBytes, unitBytes } from "./unit-bytes.ts";
import { instantiate } from "./wasm.ts";

const BUCKETS_AT = 8_192;
const TABLE_AT = 65_536;
const STEPPED_AT = 196_608;
const EIGHTS_AT = 327_680;
const TEXT_AT = 458_752;
const PAGE = 65_536;
/** What follows a text: no letter, so that nothing is found across its end. */
const MARGIN = 32;
const LONG = 4;
const SHORT = 2;
const MAX_TABLE_BITS = 20;
/** Bits of the table for each literal: about one place in this many is looked at closely for nothing. */
const SPARSENESS = 64;
/** Literals of four bytes and less are looked for everywhere: a stop for nothing costs more than a larger table. */
const SHORT_SPARSENESS = 8;
/** The same for eight bytes, which are looked for at five places. */
const EIGHTS_SPARSENESS = 8;
const ASCII = /^[\x01-\x7e]+$/;
/** Literals from this length on are found by looking at every fifth place or fewer. */
const STEPPED_FROM = 8;
const LONGEST_STRETCH = 16;
const anyByte = Array.from({ length: 256 }, (_, byte) => byte);
/** Longer texts are left to others: memory once grown is kept. */
const MAX_TEXT = 16 * PAGE;

interface Kernel {
  readonly memory: WebAssembly.Memory;
  readonly find: (at: number, end: number, shift: number) => number;
  readonly findShort: Kernel["find"];
  readonly findFew: Kernel["find"];
  /** `eights`: the shift of the table for eight bytes. */
  readonly findStepped: (at: number, end: number, step: number, shift: number, eights: number) => number;
}

interface Needle {
  /** The search that found it last: many of a script's words come again and again. */
  foundIn: number;
  readonly literal: string;
  readonly bytes: Uint8Array;
  /** Where the fingerprint begins. */
  readonly offset: number;
  readonly payload: Payload;
}

/**
 * Needles of one fingerprint. Most have it for themselves; where many share one they are told apart by the four bytes
 * after it, the four after these and so on, or, at the end of a literal, by those before it.
 */
interface Bucket {
  needles: Needle[];
  byNext: Map<number, Bucket> | undefined;
  byPrevious: Map<number, Bucket> | undefined;
}

const FEW_NEEDLES = 3;
/** Of more short literals the buckets pass everywhere. */
const MAX_BUCKETED = 256;
/** Of so many places looking at each by itself takes less. */
const MOST_PASSING = 1 / 16;

const encoder = new TextEncoder();

export class GramSearch {
  private readonly kernel: Kernel;
  /** For the shorter literals. */
  private readonly find: Kernel["find"];
  /** By fingerprint, bit 5 set in each byte. */
  private readonly long = new Map<number, Needle[]>();
  private readonly short = new Map<number, Needle[]>();
  private readonly stepped = new Map<number, Bucket>();
  private readonly shift: number;
  private readonly steppedShift: number;
  /** Of the literals of `stepped`: eight bytes of which a fingerprint is part. */
  private readonly eights = new Set<number>();
  private readonly eightsShift: number;
  /** Every literal of `stepped` has fingerprints at this many places in a row. */
  private readonly step: number;
  /** For literals outside ASCII, which only texts outside ASCII can hold. */
  private readonly foreign: ForeignSearch | undefined;
  private text: UnitBytes;
  private hasEscape: EscapeCheck | undefined;
  private searches = 0;
  /** The text searched, unless bytes are. */
  private source: string | undefined;

  /** All literals are case folded. */
  constructor(literals: ReadonlyMap<string, Payload>) {
    this.kernel = instantiate<Kernel>(GRAM_SEARCH_WASM);
    this.text = unitBytes(this.kernel.memory, TEXT_AT);
    const plain = [...literals].filter(([literal]) => ASCII.test(literal));
    const foreign = new Map([...literals].filter(([literal]) => !ASCII.test(literal)));
    this.foreign = foreign.size === 0 ? undefined : new ForeignSearch(foreign);
    const long = plain.filter(([literal]) => literal.length >= STEPPED_FROM);
    const stretch = long.reduce((least, [literal]) => Math.min(least, literal.length), LONGEST_STRETCH);
    this.step = stretch - LONG + 1;
    for (const [literal, payload] of long) this.enterStepped(literal, payload, stretch);
    for (const bucket of this.stepped.values()) tellApart(bucket, LONG, LONG);
    for (const [literal, payload] of plain) if (literal.length < STEPPED_FROM) this.enter(literal, payload);
    this.shift = shiftFor(SHORT_SPARSENESS * this.long.size);
    this.steppedShift = shiftFor(this.stepped.size);
    this.eightsShift = shiftFor(EIGHTS_SPARSENESS * this.eights.size);
    const memory = new Uint8Array(this.kernel.memory.buffer);
    this.find = this.chooseFind(memory);
    for (const gram of this.long.keys()) mark(memory, TABLE_AT, hashOf(gram, this.shift));
    for (const gram of this.stepped.keys()) mark(memory, STEPPED_AT, hashOf(gram, this.steppedShift));
    for (const eight of this.eights) mark(memory, EIGHTS_AT, hashOf(eight, this.eightsShift));
    for (const pair of this.short.keys()) mark(memory, 0, pair);
  }

  private enterStepped(literal: string, payload: Payload, stretch: number): void {
    const bytes = encoder.encode(literal);
    const start = rarestStretch(literal, stretch);
    for (let offset = start; offset < start + this.step; offset++) {
      const gram = gramAt(bytes, offset, LONG);
      const bucket = this.stepped.get(gram);
      const needle: Needle = { literal, bytes, offset, payload, foundIn: 0 };
      this.eights.add(eightAt(bytes, Math.min(offset, bytes.length - 2 * LONG)));
      if (bucket !== undefined) bucket.needles.push(needle);
      else this.stepped.set(gram, bucketOf(needle));
    }
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
    const needle: Needle = { literal, bytes, offset, payload, foundIn: 0 };
    for (const gram of new Set(grams)) push(table, gram, needle);
  }

  /** Sixteen places at a time when few of these have to be looked at closely. */
  private chooseFind(memory: Uint8Array): Kernel["find"] {
    const { find, findShort, findFew } = this.kernel;
    const everywhere = this.short.size === 0 ? find : findShort;
    const needles = new Set([...this.long.values(), ...this.short.values()].flat());
    if (needles.size > MAX_BUCKETED) return everywhere;
    const tables = bucketTables(
      [...needles].map(({ bytes, offset }) => Array.from({ length: LONG }, (_, place) => bytes[offset + place])),
    );
    if (passingShare(tables) > MOST_PASSING) return everywhere;
    memory.set(tables, BUCKETS_AT);
    return findFew;
  }

  /** False when the text is not for this search: then nothing was reported. */
  search(text: string, report: (payload: Payload) => void): boolean {
    if (text.length > MAX_TEXT) return false;
    this.makeRoom(text.length);
    if (this.foreign === undefined || !this.takesAscii(text)) {
      if (text.includes(KELVIN)) return false;
      this.text.write(text);
      this.foreign?.search(text, report);
    }
    this.source = text;
    this.searchWritten(text.length, report);
    return true;
  }

  /** Copies the text and tells whether it is ASCII. */
  private takesAscii(text: string): boolean {
    const { read, written } = encoder.encodeInto(text, this.text.bytes);
    return written === read && read === text.length;
  }

  /** The same for UTF-8 without Kelvin signs; literals outside ASCII are not looked for. */
  searchBytes(bytes: Uint8Array, report: (payload: Payload) => void): boolean {
    if (bytes.length > MAX_TEXT) return false;
    this.makeRoom(bytes.length);
    this.text.bytes.set(bytes);
    this.source = undefined;
    this.searchWritten(bytes.length, report);
    return true;
  }

  /** Of the text searched last, should it be JSON. */
  hasUnicodeEscape(length: number): boolean {
    this.hasEscape ??= escapeCheck(this.kernel.memory);
    return this.hasEscape(TEXT_AT, TEXT_AT + length);
  }

  private searchWritten(written: number, report: (payload: Payload) => void): void {
    this.searches++;
    this.text.bytes.fill(0, written, written + MARGIN);
    if (this.stepped.size > 0) this.searchStepped(written, report);
    if (this.long.size + this.short.size > 0) this.searchEverywhere(written, report);
  }

  private searchStepped(length: number, report: (payload: Payload) => void): void {
    const { stepped, step, steppedShift, eightsShift } = this;
    const { findStepped } = this.kernel;
    const end = TEXT_AT + length;
    let at = findStepped(TEXT_AT, end, step, steppedShift, eightsShift);
    for (; at !== -1; at = findStepped(at + step, end, step, steppedShift, eightsShift)) {
      const bucket = stepped.get(gramAt(this.text.bytes, at - TEXT_AT, LONG));
      if (bucket !== undefined) this.lookInto(bucket, at - TEXT_AT, report);
    }
  }

  /** From `ahead` bytes after the place on, and from `behind` before it, the needles are still to be told apart. */
  private lookInto(
    bucket: Bucket,
    place: number,
    report: (payload: Payload) => void,
    ahead = LONG,
    behind = LONG,
  ): void {
    const { needles, byNext, byPrevious } = bucket;
    if (byNext !== undefined) {
      const fitting = byNext.get(gramAt(this.text.bytes, place + ahead, LONG));
      if (fitting !== undefined) this.lookInto(fitting, place, report, ahead + LONG, behind);
    }
    if (byPrevious !== undefined && place >= behind) {
      const fitting = byPrevious.get(gramAt(this.text.bytes, place - behind, LONG));
      if (fitting !== undefined) this.lookInto(fitting, place, report, ahead, behind + LONG);
    }
    this.compare(needles, place, report);
  }

  private searchEverywhere(length: number, report: (payload: Payload) => void): void {
    const { find, shift } = this;
    const end = TEXT_AT + length;
    for (let at = find(TEXT_AT, end, shift); at !== -1; at = find(at + 1, end, shift)) {
      const place = at - TEXT_AT;
      const long = this.long.get(gramAt(this.text.bytes, place, LONG));
      if (long !== undefined) this.compare(long, place, report);
      const short = this.short.get(gramAt(this.text.bytes, place, SHORT));
      if (short !== undefined) this.compare(short, place, report);
    }
  }

  private compare(needles: readonly Needle[], place: number, report: (payload: Payload) => void): void {
    for (const needle of needles) {
      if (needle.foundIn === this.searches || !this.standsAt(needle, place - needle.offset)) continue;
      needle.foundIn = this.searches;
      report(needle.payload);
    }
  }

  private standsAt({ literal, bytes }: Needle, start: number): boolean {
    if (start < 0) return false;
    const { bytes: text } = this.text;
    const last = bytes.length - 1;
    // Many literals begin alike.
    if (lowerCase(text[start + last] as number) !== bytes[last]) return false;
    for (let at = 0; at < last; at++) if (lowerCase(text[start + at] as number) !== bytes[at]) return false;
    return this.source === undefined || standsAt(literal, this.source, start);
  }

  private makeRoom(length: number): void {
    const missing = length + MARGIN - this.text.bytes.length;
    if (missing <= 0) return;
    this.kernel.memory.grow(Math.ceil(missing / PAGE));
    this.text = unitBytes(this.kernel.memory, TEXT_AT);
  }
}

/** What LiteralScreen is for few literals, for many. */
export class GramScreen implements RecordScreen {
  private readonly search: GramSearch;
  private report: (literal: string) => void = () => undefined;
  private readonly note: (payload: Payload) => void;

  private constructor(literals: readonly string[], parts: readonly string[]) {
    const byPart = Map.groupBy(literals.keys(), (number) => parts[number] as string);
    this.search = new GramSearch(byPart);
    this.note = (payload) => {
      for (const number of payload) this.report(literals[number] as string);
    };
  }

  /** Undefined when the literals cannot be screened. All of them are case folded. */
  static of(literals: readonly string[]): GramScreen | undefined {
    if (literals.length === 0) return undefined;
    const parts = literals.flatMap((literal) => verbatimPart(literal) ?? []);
    return parts.length < literals.length ? undefined : new GramScreen(literals, parts);
  }

  searchBytes({ bytes, start, end }: PlacedBytes, report: (literal: string) => void): boolean {
    this.report = report;
    return this.search.searchBytes(bytes.subarray(start, end), this.note);
  }

  searchRecord(record: string, report: (literal: string) => void): boolean {
    this.report = report;
    return this.search.search(record, this.note) && !this.search.hasUnicodeEscape(record.length);
  }
}

function gramAt(bytes: ArrayLike<number>, at: number, length: number): number {
  let gram = 0;
  for (let place = length - 1; place >= 0; place--) gram = (gram << 8) | (bytes[at + place] as number) | 32;
  return gram;
}

/** Eight bytes as the kernel joins them before it hashes. */
function eightAt(bytes: ArrayLike<number>, at: number): number {
  return (Math.imul(gramAt(bytes, at, LONG), 0x85ebca6b) + gramAt(bytes, at + LONG, LONG)) | 0;
}

function bucketOf(needle: Needle): Bucket {
  return { needles: [needle], byNext: undefined, byPrevious: undefined };
}

function tellApart(bucket: Bucket, ahead: number, behind: number): void {
  if (bucket.needles.length <= FEW_NEEDLES) return;
  const { needles } = bucket;
  bucket.needles = [];
  for (const needle of needles) {
    const { bytes, offset } = needle;
    if (offset + ahead + LONG <= bytes.length)
      deal((bucket.byNext ??= new Map()), gramAt(bytes, offset + ahead, LONG), needle);
    else if (offset >= behind) deal((bucket.byPrevious ??= new Map()), gramAt(bytes, offset - behind, LONG), needle);
    else bucket.needles.push(needle);
  }
  for (const fitting of bucket.byNext?.values() ?? []) tellApart(fitting, ahead + LONG, behind);
  for (const fitting of bucket.byPrevious?.values() ?? []) tellApart(fitting, ahead, behind + LONG);
}

function deal(table: Map<number, Bucket>, gram: number, needle: Needle): void {
  const known = table.get(gram);
  if (known === undefined) table.set(gram, bucketOf(needle));
  else known.needles.push(needle);
}

function push(table: Map<number, Needle[]>, gram: number, needle: Needle): void {
  const known = table.get(gram);
  if (known === undefined) table.set(gram, [needle]);
  else known.push(needle);
}

/** Leaves as many bits of a hash as the table for so many fingerprints has. */
function shiftFor(fingerprints: number): number {
  return 32 - Math.min(MAX_TABLE_BITS, Math.ceil(Math.log2(SPARSENESS * (fingerprints + 1))));
}

function hashOf(gram: number, shift: number): number {
  return Math.imul(gram, 0x9e3779b1) >>> shift;
}

function mark(memory: Uint8Array, table: number, number: number): void {
  const cell = table + (number >>> 3);
  memory[cell] = (memory[cell] as number) | (1 << (number & 7));
}

function lowerCase(byte: number): number {
  return byte >= 65 && byte <= 90 ? byte + 32 : byte;
}
