/**
 * Reads lines of JSON without parsing them: where the members are, and a value when somebody asks for it. The work is
 * done by json-line.wat. It understands a line wholly or not at all; what it understands, JSON.parse reads the same way.
 */
import { isUtf8 } from "node:buffer";
import type { FieldScalar, FieldValue, TextEdit } from "../../../kernel/index.ts";
import { MAX_LINE_DEPTH, MAX_LINE_MEMBERS, MAX_SHAPES, MAX_TOKEN_BYTES, MAX_VALUES } from "../limits.ts";
import { JSON_LINE_WASM } from "./json-line-wasm.ts";

/** Kinds of value, as json-line.wat numbers them. */
const PLAIN = 0;
const ESCAPED = 1;
/** A string with \u escapes. */
const BY_NUMBER = 2;
const NUMBER = 3;
const TRUE = 4;
const FALSE = 5;
const NULL = 6;
const KIND_SHIFT = 28;
const LIST = 7;
/** Values remembered that JSON.stringify may write otherwise. */
const MAX_WRITTEN = 1_024;
const SLASH = 47;
const BACKSLASH = 92;
/** The lake's engine refuses them; whoever parses the line writes them otherwise. */
const ESCAPED_SURROGATE = /\\ud[89a-f]/;
/** Places in a line must fit beside the kind. */
const MAX_PLACE = 1 << KIND_SHIFT;
const PLACE = MAX_PLACE - 1;

/** Kinds that parsers tell apart; by number. */
const CLASSES = { 0: "text", 3: "number", 4: "truth", 6: "null", 7: "list", 8: "object" } as const;

const LF = 10;
const CARRIAGE_RETURN = 13;
const DIGIT_0 = 48;
const PAGE = 65_536;
const MEMBERS_AT = 512;
const NODES_AT = 8_192;
const TABLES_AT = 532_480;
const TOKEN_TABLE_AT = 843_776;
const SHAPES_AT = 1_040_384;
const KEPT_AT = 3_137_536;
const TEXT_AT = 7_331_840;
/** The kernel reads and writes whole blocks. */
const SLACK = 64;

/** Words of the header. */
const COUNT = 0;
const HIGH = 1;
const UNICODE = 2;
const NODE_COUNT = 3;
const SHAPE_COUNT = 4;
const SHAPES_END = 5;
const TOKEN_COUNT = 6;
const KEPT_END = 7;
const NO_ROOM = 9;
const LINE_FEED = 12;

const NEW_SHAPE = -1;
const TOO_MANY_NODES = -2;
const NOT_ASKED = -2;

/** The Kelvin sign folds into ASCII, as no other character outside of it does. */
const KELVIN = Buffer.from("\u212a");

/** A member of a line: the line itself has node 0. */
export interface Member {
  /** What its value is asked by. */
  readonly node: number;
  /** Node of the object it lies in. */
  readonly parent: number;
  readonly key: string;
  readonly kind: (typeof CLASSES)[keyof typeof CLASSES];
}

/** What lines with the same members of the same kinds share, in whatever order the members come. */
export interface Shape {
  readonly number: number;
}

/** A line where it was read from, valid until the next is taken; blocks behind it can be read, too. */
export interface LinePlace {
  readonly memory: WebAssembly.Memory;
  /** All of the memory. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

interface Kernel {
  read(start: number, limit: number, mostMembers: number, mostValues: number, mostDepth: number): number;
  learn(mostShapes: number): number;
  token(node: number, mostBytes: number): number;
  unescape(start: number, end: number, to: number): number;
}

/** Of all readers: whoever remembers tokens may read from several. */
let generations = 0;

export class JsonLine {
  readonly #memory = new WebAssembly.Memory({ initial: Math.ceil((TEXT_AT + PAGE) / PAGE) });
  readonly #kernel: Kernel;
  #bytes: Buffer;
  #words: Int32Array;
  /** By number. */
  #shapes: Shape[] = [];
  /** The strings that have tokens, once somebody asked for them. */
  #texts: (string | undefined)[] = [];
  #generation = ++generations;
  /** Values as they stand in lines, and as JSON.stringify writes them. */
  readonly #writtenBefore = new Map<string, string>();
  /** Behind the text, where strings are copied to when their escapes are resolved. */
  #scratch = TEXT_AT;
  #limit = TEXT_AT;
  #start = TEXT_AT;
  #end = TEXT_AT;

  constructor() {
    const module = new WebAssembly.Module(Buffer.from(JSON_LINE_WASM, "base64"));
    const { exports } = new WebAssembly.Instance(module, { line: { memory: this.#memory } });
    this.#kernel = exports as unknown as Kernel;
    this.#bytes = Buffer.from(this.#memory.buffer);
    this.#words = new Int32Array(this.#memory.buffer);
    this.#words[SHAPES_END] = SHAPES_AT;
    this.#words[KEPT_END] = KEPT_AT;
  }

  /** Takes the bytes that `read` counts in. False when they are too many. */
  load(bytes: Uint8Array): boolean {
    const end = TEXT_AT + bytes.length;
    if (end >= MAX_PLACE / 4) return false;
    const missing = 2 * bytes.length + TEXT_AT + 2 * SLACK - this.#memory.buffer.byteLength;
    if (missing > 0) {
      this.#memory.grow(Math.ceil(missing / PAGE));
      this.#bytes = Buffer.from(this.#memory.buffer);
      this.#words = new Int32Array(this.#memory.buffer);
    }
    this.#bytes.set(bytes, TEXT_AT);
    // What is behind is of another chunk.
    this.#bytes[end] = LF;
    this.#limit = end;
    this.#scratch = end + SLACK;
    return true;
  }

  /** Takes one line that has no line feed, and starts at 0. False when it is too long. */
  loadLine(bytes: Uint8Array): boolean {
    if (!this.load(bytes)) return false;
    // The one that is put behind all bytes is its own; blocks that reach beyond it must not find other lines' letters.
    this.#bytes.fill(LF, this.#limit, this.#limit + SLACK);
    this.#limit += 1;
    return true;
  }

  /**
   * The shape of the line that starts at `start`. Undefined when it is no object of scalars, lists of scalars and
   * objects, holds two values under one name, is not UTF-8, or has no line feed.
   */
  read(start: number): Shape | undefined {
    if (this.#words[NO_ROOM] !== 0) this.#forgetTokens();
    this.#start = TEXT_AT + start;
    let number = this.#scan();
    if (number === TOO_MANY_NODES) {
      this.#forgetShapes();
      number = this.#scan();
    }
    if (number === 0 || number === TOO_MANY_NODES) return undefined;
    this.#end = this.#words[LINE_FEED] as number;
    if (!this.isAscii && !isUtf8(this.#bytes.subarray(this.#start, this.#end))) return undefined;
    return number === NEW_SHAPE ? this.#learn() : this.#shapes[number];
  }

  /** The members of the line, in its order. */
  members(): Member[] {
    return Array.from({ length: this.#words[COUNT] as number }, (_, index) => {
      const node = this.#words[(MEMBERS_AT >> 2) + index] as number;
      const at = node >> 2;
      const parent = this.#words[at + 7] as number;
      const length = (this.#words[at + 6] as number) - 1;
      return {
        node,
        parent: parent === NODES_AT ? 0 : parent,
        key: this.#bytes.toString("utf8", node + 48, node + 48 + length),
        kind: CLASSES[this.#words[at + 3] as keyof typeof CLASSES],
      };
    });
  }

  /** Whether one member of the line stands before another. */
  isBefore(one: number, other: number): boolean {
    return (this.#words[(one >> 2) + 1] as number) < (this.#words[(other >> 2) + 1] as number);
  }

  /** Never of lines that are not; now and then not of lines that are. */
  get isAscii(): boolean {
    return this.#words[HIGH] === 0;
  }

  /** ASCII without escapes by number. */
  get isPlain(): boolean {
    return this.isAscii && this.#words[UNICODE] === 0;
  }

  /** Where the line feed is. */
  get end(): number {
    return this.#end - TEXT_AT;
  }

  /** The line as bytes. */
  get bytes(): Buffer {
    return this.#bytes.subarray(this.#start, this.#end);
  }

  /** The same where they lie: a view of bytes takes longer to make than many lines to read. */
  get place(): LinePlace {
    return { memory: this.#memory, bytes: this.#bytes, start: this.#start, end: this.#end };
  }

  /** Whether ASCII text of a value stands as it is in the line's bytes, apart from what JSON must escape. */
  get isVerbatim(): boolean {
    return this.#words[UNICODE] === 0 && (this.isAscii || !this.#hasKelvin());
  }

  /** Bytes above 0x7f are mostly of other characters: a search for one byte is many times that for three. */
  #hasKelvin(): boolean {
    const { bytes } = this;
    const first = bytes.indexOf(KELVIN[0] as number);
    return first !== -1 && bytes.includes(KELVIN, first);
  }

  /**
   * What has to be written otherwise for the line to be what JSON.stringify makes of its members in their order;
   * undefined when that is more than values. Only for lines without objects.
   */
  edits(): TextEdit[] | undefined {
    const edits: TextEdit[] = [];
    const count = this.#words[COUNT] as number;
    // Braces and commas.
    let length = count + 1;
    const hasNeedless = this.#mayHaveNeedlessEscape();
    for (let index = 0; index < count; index++) {
      const at = (this.#words[(MEMBERS_AT >> 2) + index] as number) >> 2;
      const start = this.#words[at + 1] as number;
      const word = this.#words[at + 2] as number;
      const end = word & PLACE;
      const kind = word >>> KIND_SHIFT;
      // The key's quotes and the colon; its length counts the second quote.
      length += 2 + (this.#words[at + 6] as number) + end - start;
      const isAsWritten = kind === NUMBER ? this.#isPlainNumber(start, end) : kind !== ESCAPED || !hasNeedless;
      if (isAsWritten && kind !== BY_NUMBER && kind !== LIST) continue;
      const written = this.#written(start, end);
      if (ESCAPED_SURROGATE.test(written)) return undefined;
      if (written.length !== end - start || written !== this.#slice(start, end))
        edits.push({ from: start - this.#start, to: end - this.#start, text: written });
    }
    if (length !== this.#end - this.#start) return undefined;
    return edits.length < 2 ? edits : edits.sort((one, other) => one.from - other.from);
  }

  /** Of the short escapes only that of the slash is not needed. A search for one byte is many times that for two. */
  #mayHaveNeedlessEscape(): boolean {
    const { bytes } = this;
    for (let at = bytes.indexOf(SLASH); at !== -1; at = bytes.indexOf(SLASH, at + 1))
      if (bytes[at - 1] === BACKSLASH) return true;
    return false;
  }

  /** Digits as they stand in a whole number that is exact. */
  #isPlainNumber(start: number, end: number): boolean {
    if (end - start > 15) return false;
    if (end - start > 1 && this.#bytes[start] === DIGIT_0) return false;
    for (let at = start; at < end; at++) {
      const digit = (this.#bytes[at] as number) - DIGIT_0;
      if (digit < 0 || digit > 9) return false;
    }
    return true;
  }

  /** A value as JSON.stringify writes it. Such values come again and again. */
  #written(start: number, end: number): string {
    const text = this.#slice(start, end);
    const known = this.#writtenBefore.get(text);
    if (known !== undefined) return known;
    const written = JSON.stringify(JSON.parse(text));
    if (this.#writtenBefore.size >= MAX_WRITTEN) this.#writtenBefore.clear();
    if (text.length <= MAX_TOKEN_BYTES) this.#writtenBefore.set(text, written);
    return written;
  }

  /** A member's value as it stands in the line. */
  jsonAt(node: number): string {
    const start = this.#words[(node >> 2) + 1] as number;
    return this.#slice(start, (this.#words[(node >> 2) + 2] as number) & PLACE);
  }

  get text(): string {
    return this.#slice(this.#start, this.#end - Number(this.#bytes[this.#end - 1] === CARRIAGE_RETURN));
  }

  /** Another number, and not that of any other reader, when the tokens so far have become worthless; only by `read`. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * A number for the string a member has: equal tokens, equal strings, until the generation changes. -1 when it has
   * none: it is no string, a long one, one with \u escapes, or was not seen before.
   */
  tokenAt(node: number): number {
    const token = this.#words[(node >> 2) + 4] as number;
    return token === NOT_ASKED ? this.#kernel.token(node, MAX_TOKEN_BYTES) : token;
  }

  /** The value of a member that is no object. */
  valueAt(node: number): FieldValue {
    const start = this.#words[(node >> 2) + 1] as number;
    const word = this.#words[(node >> 2) + 2] as number;
    const end = word & PLACE;
    switch (word >>> KIND_SHIFT) {
      case PLAIN:
      case ESCAPED: {
        const token = this.tokenAt(node);
        if (token === -1) return this.#string(start + 1, end - 1, word >>> KIND_SHIFT);
        return (this.#texts[token] ??= this.#string(start + 1, end - 1, word >>> KIND_SHIFT));
      }
      case NUMBER:
        return this.#numberAt(start, end);
      case TRUE:
        return true;
      case FALSE:
        return false;
      case NULL:
        return null;
      default:
        return JSON.parse(this.#slice(start, end)) as string | FieldScalar[];
    }
  }

  #scan(): number {
    return this.#kernel.read(this.#start, this.#limit, MAX_LINE_MEMBERS, MAX_VALUES, MAX_LINE_DEPTH);
  }

  #string(start: number, end: number, kind: number): string {
    if (kind === PLAIN) return this.#slice(start, end);
    const length = this.#kernel.unescape(start, end, this.#scratch);
    return this.#slice(this.#scratch, this.#scratch + length);
  }

  #slice(start: number, end: number): string {
    return this.#bytes.toString(this.isAscii ? "latin1" : "utf8", start, end);
  }

  /** Small whole numbers are most of all. */
  #numberAt(start: number, end: number): number {
    if (end - start > 9) return Number(this.#slice(start, end));
    let value = 0;
    for (let at = start; at < end; at++) {
      const digit = (this.#bytes[at] as number) - DIGIT_0;
      if (digit < 0 || digit > 9) return Number(this.#slice(start, end));
      value = value * 10 + digit;
    }
    return value;
  }

  /** Names come from outside: forget rather than grow without end. */
  #learn(): Shape | undefined {
    let number = this.#kernel.learn(MAX_SHAPES);
    if (number === 0) {
      this.#forgetShapes();
      if (this.#scan() !== NEW_SHAPE) return undefined;
      number = this.#kernel.learn(MAX_SHAPES);
    }
    const shape: Shape = { number };
    this.#shapes[number] = shape;
    return shape;
  }

  #forgetShapes(): void {
    this.#shapes = [];
    this.#words[NODE_COUNT] = 0;
    this.#words[SHAPE_COUNT] = 0;
    this.#words[SHAPES_END] = SHAPES_AT;
    this.#words.fill(0, NODES_AT >> 2, (NODES_AT + 128) >> 2);
    this.#words.fill(0, TABLES_AT >> 2, (TABLES_AT + 8_192 * 4 + 4_096 * 4) >> 2);
  }

  #forgetTokens(): void {
    this.#texts = [];
    this.#generation = ++generations;
    this.#words[NO_ROOM] = 0;
    this.#words[TOKEN_COUNT] = 0;
    this.#words[KEPT_END] = KEPT_AT;
    this.#words.fill(0, TOKEN_TABLE_AT >> 2, (TOKEN_TABLE_AT + 32_768 * 4) >> 2);
  }
}
