/**
 * Reads lines of flat JSON without parsing them: where the keys and values are, and a value when somebody asks for it.
 * The work is done by flat-json.wat. It understands a line wholly or not at all; what it understands, JSON.parse reads
 * the same way.
 */
import { isUtf8 } from "node:buffer";
import type { FieldScalar, FieldValue } from "../../../kernel/index.ts";
import { MAX_FIELDS, MAX_NAME_CHARS, MAX_SHAPES, MAX_VALUES } from "../limits.ts";
import { FLAT_JSON_WASM } from "./flat-json-wasm.ts";

/** Kinds of value, as flat-json.wat numbers them. */
const PLAIN = 0;
const ESCAPED = 1;
const UNICODE = 2;
const NUMBER = 3;
const TRUE = 4;
const FALSE = 5;
const NULL = 6;
const KIND_SHIFT = 28;
/** Places in a line must fit beside the kind. */
const MAX_PLACE = 1 << KIND_SHIFT;

const PAGE = 65_536;
const MEMBERS_AT = 4_096;
const SHAPES_AT = MEMBERS_AT + MAX_FIELDS * 16;
const SHAPES_BYTES = 2 * 1024 * 1024;
const TEXT_AT = SHAPES_AT + SHAPES_BYTES;
/** The kernel reads whole blocks. */
const SLACK = 64;

/** The Kelvin sign folds into ASCII, as no other character outside of it does. */
const KELVIN = Buffer.from("\u212a");

/** The keys of a line. Lines with the same keys in the same order share one. */
export interface Shape {
  readonly names: readonly string[];
  /** Where the kernel finds the keys to compare with. */
  readonly address: number;
}

interface Kernel {
  read(start: number, end: number, mostMembers: number, mostValues: number): number;
  fits(address: number, count: number): number;
  unescape(start: number, end: number, to: number): number;
}

export class FlatJson {
  readonly #memory = new WebAssembly.Memory({ initial: Math.ceil((TEXT_AT + PAGE) / PAGE) });
  readonly #kernel: Kernel;
  readonly #shapes = new Map<number, Shape[]>();
  #shapesEnd = SHAPES_AT;
  #shapeCount = 0;
  #bytes: Buffer;
  #words: Uint32Array;
  /** Behind the text, where strings are copied to when their escapes are resolved. */
  #scratch = TEXT_AT;
  #start = 0;
  #end = 0;
  #shape: Shape = { names: [], address: 0 };

  constructor() {
    const module = new WebAssembly.Module(Buffer.from(FLAT_JSON_WASM, "base64"));
    const { exports } = new WebAssembly.Instance(module, { flat: { memory: this.#memory } });
    this.#kernel = exports as unknown as Kernel;
    this.#bytes = Buffer.from(this.#memory.buffer);
    this.#words = new Uint32Array(this.#memory.buffer);
  }

  /** Takes the bytes that `read` counts in. False when they are too many. */
  load(bytes: Uint8Array): boolean {
    const end = TEXT_AT + bytes.length;
    if (end >= MAX_PLACE / 4) return false;
    const missing = 2 * bytes.length + TEXT_AT + SLACK - this.#memory.buffer.byteLength;
    if (missing > 0) {
      this.#memory.grow(Math.ceil(missing / PAGE));
      this.#bytes = Buffer.from(this.#memory.buffer);
      this.#words = new Uint32Array(this.#memory.buffer);
    }
    this.#bytes.set(bytes, TEXT_AT);
    this.#scratch = end + SLACK / 2;
    return true;
  }

  /**
   * The keys of the line that starts at `start` and has its line feed at `end`. Undefined when it is not flat, holds a
   * value twice under one name, or is not UTF-8.
   */
  read(start: number, end: number): Shape | undefined {
    const count = this.#kernel.read(TEXT_AT + start, TEXT_AT + end, MAX_FIELDS, MAX_VALUES);
    if (count === 0) return undefined;
    this.#start = TEXT_AT + start;
    this.#end = TEXT_AT + end;
    if (!this.isAscii && !isUtf8(this.#bytes.subarray(this.#start, this.#end))) return undefined;
    const known = this.#shapes.get(this.#words[0] as number);
    const shape = known?.find(
      ({ names, address }) => names.length === count && this.#kernel.fits(address, count) === 1,
    );
    this.#shape = shape ?? this.#learn(count);
    return this.#shape.names.length === 0 ? undefined : this.#shape;
  }

  get isAscii(): boolean {
    return this.#words[1] === 0;
  }

  /** The line as bytes. */
  get bytes(): Buffer {
    return this.#bytes.subarray(this.#start, this.#end);
  }

  /** A copy of the value as it is written. */
  writtenAt(position: number): Uint8Array {
    const start = this.#words[(MEMBERS_AT >> 2) + position * 4 + 2] as number;
    return Uint8Array.prototype.slice.call(this.#bytes, start, this.#endOf(position));
  }

  isWritten(position: number, text: Uint8Array): boolean {
    const start = this.#words[(MEMBERS_AT >> 2) + position * 4 + 2] as number;
    if (this.#endOf(position) - start !== text.length) return false;
    for (let at = 0; at < text.length; at++) if (this.#bytes[start + at] !== text[at]) return false;
    return true;
  }

  /** Whether ASCII text of a value stands as it is in the line's bytes, apart from what JSON must escape. */
  get isVerbatim(): boolean {
    return this.#words[2] === 0 && (this.isAscii || !this.bytes.includes(KELVIN));
  }

  get text(): string {
    return this.#slice(this.#start, this.#end);
  }

  isText(position: number): boolean {
    return this.#kindOf(position) <= UNICODE;
  }

  isNull(position: number): boolean {
    return this.#kindOf(position) === NULL;
  }

  valueAt(position: number): FieldValue {
    const member = (MEMBERS_AT >> 2) + position * 4;
    const start = this.#words[member + 2] as number;
    const word = this.#words[member + 3] as number;
    const end = word & (MAX_PLACE - 1);
    switch (word >>> KIND_SHIFT) {
      case PLAIN:
        return this.#slice(start + 1, end - 1);
      case ESCAPED: {
        const length = this.#kernel.unescape(start + 1, end - 1, this.#scratch);
        return this.#slice(this.#scratch, this.#scratch + length);
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

  #endOf(position: number): number {
    return (this.#words[(MEMBERS_AT >> 2) + position * 4 + 3] as number) & (MAX_PLACE - 1);
  }

  #kindOf(position: number): number {
    return (this.#words[(MEMBERS_AT >> 2) + position * 4 + 3] as number) >>> KIND_SHIFT;
  }

  #slice(start: number, end: number): string {
    return this.#bytes.toString(this.isAscii ? "latin1" : "utf8", start, end);
  }

  /** Small whole numbers are most of all. */
  #numberAt(start: number, end: number): number {
    if (end - start > 9) return Number(this.#slice(start, end));
    let value = 0;
    for (let at = start; at < end; at++) {
      const digit = (this.#bytes[at] as number) - 48;
      if (digit < 0 || digit > 9) return Number(this.#slice(start, end));
      value = value * 10 + digit;
    }
    return value;
  }

  #learn(count: number): Shape {
    const members = Array.from({ length: count }, (_, position) =>
      this.#words.subarray((MEMBERS_AT >> 2) + position * 4),
    );
    const names = members.map(([start = 0, end = 0]) => this.#slice(start, end));
    // Names come from outside: forget rather than grow without end.
    const size = members.reduce((sum, [start = 0, end = 0]) => sum + 32 + ((end - start + 15) & ~15), 0);
    if (this.#shapeCount >= MAX_SHAPES || this.#shapesEnd + size > TEXT_AT) this.#forget();
    const usable = new Set(names).size === count && names.every((name) => name.length <= MAX_NAME_CHARS);
    const shape: Shape = { names: usable ? names : [], address: this.#shapesEnd };
    if (!usable) return shape;
    for (const [start = 0, end = 0] of members) {
      this.#words[this.#shapesEnd >> 2] = end - start;
      this.#bytes.copyWithin(this.#shapesEnd + 16, start, end);
      this.#shapesEnd += 16 + Math.max(16, (end - start + 15) & ~15);
    }
    this.#shapeCount++;
    const hash = this.#words[0] as number;
    this.#shapes.set(hash, [...(this.#shapes.get(hash) ?? []), shape]);
    return shape;
  }

  #forget(): void {
    this.#shapes.clear();
    this.#shapeCount = 0;
    this.#shapesEnd = SHAPES_AT;
  }
}
