/**
 * Cuts JSON that is not one object a line: a top-level array, pretty-printed objects one after another, or an array
 * inside one wrapping object (`{"Records":[…]}`). A scanner over bytes that knows only strings and brackets; whether an
 * element is valid JSON is the parser's business. Holds one element at most.
 */
import { MAX_LINE_BYTES } from "../limits.ts";
import { HeldBytes } from "./held-bytes.ts";
import type { Line, Splitter } from "./lines.ts";
import { asBuffer, decodeUtf8 } from "./lines.ts";

const LF = 10;
const QUOTE = 34;
const COMMA = 44;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/** How many brackets enclose the elements: 0 for objects in a row, 1 for an array, 2 for an array in an object. */
export type ElementDepth = 0 | 1 | 2;

export class JsonElementSplitter implements Splitter {
  readonly #elementDepth: ElementDepth;
  readonly #held: HeldBytes;
  #line = 1;
  #offset = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #inElement = false;
  /** Depth 2 only: brackets that are not the wrapped array hold no elements. */
  #inArray = false;
  #startLine = 0;
  #startOffset = 0;

  constructor(elementDepth: ElementDepth, maxBytes: number = MAX_LINE_BYTES) {
    this.#elementDepth = elementDepth;
    this.#held = new HeldBytes(maxBytes);
  }

  get line(): number {
    return this.#line;
  }

  push(chunk: Uint8Array): Line[] {
    const bytes = asBuffer(chunk);
    const lines: Line[] = [];
    let from = 0;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] as number;
      if (byte === LF) this.#line++;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) this.#inString = false;
        continue;
      }
      if (this.#inElement && this.#depth === this.#elementDepth && (byte === COMMA || byte === CLOSE_BRACKET)) {
        this.#finish(bytes.subarray(from, i), lines);
      }
      if (this.#startsElement(byte)) {
        this.#inElement = true;
        this.#startLine = this.#line;
        this.#startOffset = this.#offset + i;
        from = i;
      }
      if (byte === QUOTE) this.#inString = true;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.#open(byte);
      else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && this.#close()) {
        this.#finish(bytes.subarray(from, i + 1), lines);
      }
    }
    if (this.#inElement) this.#held.add(Buffer.from(bytes.subarray(from)));
    this.#offset += bytes.length;
    return lines;
  }

  end(): Line[] {
    if (!this.#inElement) return [];
    this.#inElement = false;
    return [
      { line: this.#startLine, byteOffset: this.#startOffset, problem: "json.truncated", bytes: this.#held.length },
    ];
  }

  #startsElement(byte: number): boolean {
    if (this.#inElement || this.#depth !== this.#elementDepth) return false;
    if (this.#elementDepth === 2 && !this.#inArray) return false;
    // JSON outside strings is ASCII, so a byte order mark starts nothing.
    return byte > 32 && byte < 128 && byte !== COMMA && byte !== CLOSE_BRACKET && byte !== CLOSE_BRACE;
  }

  #open(byte: number): void {
    if (this.#depth === 1 && this.#elementDepth === 2) this.#inArray = byte === OPEN_BRACKET;
    this.#depth++;
  }

  /** True when the bracket ends the current element. */
  #close(): boolean {
    if (this.#depth > 0) this.#depth--;
    return this.#inElement && this.#depth <= this.#elementDepth;
  }

  #finish(last: Buffer, lines: Line[]): void {
    this.#held.add(last);
    const line = this.#startLine;
    const byteOffset = this.#startOffset;
    const bytes = this.#held.length;
    const overflown = this.#held.overflown;
    const whole = this.#held.take();
    this.#inElement = false;
    if (overflown) {
      lines.push({ line, byteOffset, problem: "line.too_long", bytes });
      return;
    }
    const { text, replaced } = decodeUtf8(whole);
    const element = text.trimEnd();
    lines.push(replaced ? { line, byteOffset, text: element, replaced } : { line, byteOffset, text: element });
  }
}
