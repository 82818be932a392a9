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
import { type PlacedBytes, textArea } from "./text-area.ts";
import { instantiate } from "./wasm.ts";

/** More literals than this, and the fingerprints are found everywhere. */
const MAX_LITERALS = 64;
const PAIR = 2;
const PAIRS_AT = 128;
const MARKS_AT = 4096;
const TABLES_END = MARKS_AT + 8_192;
/** What the kernel answers instead of a place when it has met an escape. */
const ESCAPE = -2;
const BACKSLASH = 92;
/** Longer texts are not screened. */
export const MAX_SCREENED_BYTES = 1 << 20;

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

type Find = (at: number, end: number) => number;

/** The kernel for texts in one memory. */
interface Kernel {
  readonly find: Find;
  readonly findThree: Find;
  readonly findFour: Find;
  /** Of a text that begins at 0: -2 as soon as an escape of JSON is met. */
  readonly findFourOfJson: Find;
}

/** What the tables are made for. */
type Way = "buckets" | "three" | "four";

/**
 * Looks at a whole record, and reports the literals that may stand in a text of it, as it is or as JSON writes it. False
 * when it cannot tell: then every text has to be searched. What is not reported is certain not to be there.
 */
export interface RecordScreen {
  /** UTF-8 that holds no Kelvin sign and, where it is JSON, no `\u` escape. */
  searchBytes(bytes: PlacedBytes, report: (literal: string) => void): boolean;
  searchRecord(record: string, report: (literal: string) => void): boolean;
}

const encoder = new TextEncoder();

export class LiteralScreen implements RecordScreen {
  private readonly runs: readonly Run[];
  /** By fingerprint. */
  private needles: ReadonlyMap<number, readonly Needle[]> = new Map();
  private readonly tables = new WebAssembly.Memory({ initial: 1 });
  private readonly kernels = new WeakMap<WebAssembly.Memory, Kernel>();
  /** The memory of the text before, and the kernel for it. */
  private memory: WebAssembly.Memory | undefined;
  private kernel: Kernel | undefined;
  private way: Way;
  /** Whether a Kelvin sign could stand in a literal. */
  private readonly hasKelvin: boolean;
  private readonly counter: PairCounter;
  private searches = 0;

  private constructor(runs: readonly Run[], pairs: readonly string[] | undefined) {
    this.runs = runs;
    this.way = this.enter(pairs);
    this.hasKelvin = runs.some(({ text }) => text.includes("k"));
    this.counter = new PairCounter(textsOf(runs));
  }

  /** Writes the kernels' tables; without pairs, those of the buckets. */
  private enter(pairs: readonly string[] | undefined): Way {
    const tables = new Uint8Array(this.tables.buffer);
    const needles = this.runs.map((run) => needleOf(run, pairs));
    this.needles = Map.groupBy(needles, ({ bytes, offset }) => fingerprintAt(bytes, offset));
    tables.fill(0, 0, TABLES_END);
    if (pairs === undefined)
      tables.set(bucketTables(needles.map(({ bytes, offset }) => [...bytes.subarray(offset, offset + FINGERPRINT)])));
    else tables.set(pairTable(pairs), PAIRS_AT);
    for (const fingerprint of this.needles.keys()) mark(tables, fingerprint);
    return pairs === undefined ? "buckets" : pairs.length < PAIRS ? "three" : "four";
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
    const place = textArea().write(text);
    this.look(place);
    return this.holds(place) || (this.hasKelvin && text.includes(KELVIN));
  }

  searchRecord(record: string, report: (literal: string) => void): boolean {
    if (record.length > MAX_SCREENED_BYTES) return false;
    // The kernel looks from the third character on.
    if (record.charCodeAt(0) === BACKSLASH || record.charCodeAt(1) === BACKSLASH) return false;
    const area = textArea();
    const place = area.write(record);
    this.look(place);
    // By buckets the text is looked through for escapes once, not again from every place where something was found.
    if (this.way === "buckets" && area.hasEscape(place)) return false;
    const find = this.way === "buckets" ? this.findIn(place) : this.kernelFor(place).findFourOfJson;
    return this.search(place, find, report) && !(this.hasKelvin && record.includes(KELVIN));
  }

  searchBytes(place: PlacedBytes, report: (literal: string) => void): boolean {
    if (place.end - place.start > MAX_SCREENED_BYTES) return false;
    this.look(place);
    return this.search(place, this.findIn(place), report);
  }

  private findIn(place: PlacedBytes): Find {
    const { find, findThree, findFour } = this.kernelFor(place);
    return this.way === "buckets" ? find : this.way === "three" ? findThree : findFour;
  }

  /** Nearly all texts lie where the one before lay. */
  private kernelFor({ memory }: PlacedBytes): Kernel {
    if (memory === this.memory) return this.kernel as Kernel;
    let kernel = this.kernels.get(memory);
    if (kernel === undefined) {
      kernel = instantiate<Kernel>(LITERAL_SCREEN_WASM, { text: { memory }, tables: { memory: this.tables } });
      this.kernels.set(memory, kernel);
    }
    this.memory = memory;
    this.kernel = kernel;
    return kernel;
  }

  private holds(place: PlacedBytes): boolean {
    const { bytes, start, end } = place;
    const find = this.findIn(place);
    for (let at = find(start, end); at !== -1; at = find(at + 1, end)) {
      const needles = this.needles.get(fingerprintAt(bytes, at));
      if (needles?.some((needle) => standsAt(needle, at, place)) === true) return true;
    }
    return false;
  }

  /** False as soon as an escape is met. */
  private search(place: PlacedBytes, find: Find, report: (literal: string) => void): boolean {
    const { bytes, start, end } = place;
    this.searches++;
    for (let at = find(start, end); at !== -1; at = find(at + 1, end)) {
      if (at === ESCAPE) return false;
      for (const needle of this.needles.get(fingerprintAt(bytes, at)) ?? []) {
        if (needle.foundIn === this.searches || !standsAt(needle, at, place)) continue;
        needle.foundIn = this.searches;
        report(needle.literal);
      }
    }
    return true;
  }

  /** Now and then the pairs are chosen anew, by what the texts are like. */
  private look({ bytes, start, end }: PlacedBytes): void {
    if (!this.counter.isDue()) return;
    const seen = this.counter.look(bytes.subarray(start, end), end - start);
    const pairs = seen && choosePairs(textsOf(this.runs), seen);
    if (pairs !== undefined) this.way = this.enter(pairs);
  }
}

/** Whether the run of a needle stands where its fingerprint was found. */
function standsAt({ bytes: run, offset }: Needle, at: number, { bytes, start, end }: PlacedBytes): boolean {
  const first = at - offset;
  if (first < start || first + run.length > end) return false;
  for (let place = 0; place < run.length; place++)
    if (lowerCase(bytes[first + place] as number) !== run[place]) return false;
  return true;
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
