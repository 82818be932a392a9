/**
 * Bytes to lines, without ever holding more than one line and one chunk. Splitting is by byte, so any chunking of the
 * same bytes gives the same lines. Handles LF and CRLF, a leading byte order mark, invalid UTF-8 (replaced and told).
 */
import { isUtf8 } from "node:buffer";
import { MAX_LINE_BYTES } from "../limits.ts";
import { HeldBytes } from "./held-bytes.ts";

export interface TextLine {
  /** 1-based in the uncompressed text. */
  readonly line: number;
  /** Where the line starts in the uncompressed text. */
  readonly byteOffset: number;
  readonly text: string;
  /** The bytes were no UTF-8; the offending ones read U+FFFD. */
  readonly replaced?: true;
  /** What the screen noted of a line that it did not settle. */
  readonly note?: object;
  /** The line itself, where the splitter keeps bytes and they are UTF-8. */
  readonly bytes?: Buffer;
}

/** Most lines are taken as they are: their text is made when somebody asks. */
class ByteLine implements TextLine {
  readonly line: number;
  readonly byteOffset: number;
  readonly bytes: Buffer;
  #text: string | undefined;

  constructor(line: number, byteOffset: number, bytes: Buffer) {
    this.line = line;
    this.byteOffset = byteOffset;
    this.bytes = bytes;
  }

  get text(): string {
    return (this.#text ??= this.bytes.toString("utf8"));
  }
}

export interface SkippedLine {
  readonly line: number;
  readonly byteOffset: number;
  readonly problem: "line.too_long" | "json.truncated";
  readonly bytes: number;
}

export type Line = TextLine | SkippedLine;

export function isSkipped(line: Line): line is SkippedLine {
  return "problem" in line;
}

/**
 * Looks at the bytes of lines before they become records, and may settle a line: then nobody needs it any more. A line
 * that lies in several chunks is offered as a chunk of its own; a last line without a line feed is not offered.
 */
export interface LineScreen {
  /** Takes the chunk that `settle` counts in; false when it will not look at it. */
  load(chunk: Uint8Array): boolean;
  /** Given the first byte of a line: where its line feed is, or -1 when it is not settled. No longer line is. */
  settle(start: number, mostBytes: number): number;
  /** Goes with the line that was just offered and not settled. */
  readonly note?: object | undefined;
}

/** A line-cutting machine: NDJSON and plain text by line feed, JSON arrays by element (json-elements.ts). */
export interface Splitter {
  push(chunk: Uint8Array): Line[];
  end(): Line[];
}

const LF = 10;
const LINE_FEED = Buffer.of(LF);
const CR = 13;
const HASH = 35;

export function asBuffer(chunk: Uint8Array): Buffer {
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

/** U+FFFD in the result is only then a replacement when the bytes were not valid. */
export function decodeUtf8(bytes: Buffer): { text: string; replaced: boolean } {
  const text = bytes.toString("utf8");
  return { text, replaced: text.includes("\ufffd") && !isUtf8(bytes) };
}

export interface LineOptions {
  readonly screen?: LineScreen | undefined;
  /** Lines keep their bytes: whoever gives the chunks must not write to them again. */
  readonly keepsBytes?: boolean;
}

export class LineSplitter implements Splitter {
  readonly #maxBytes: number;
  readonly #keepsBytes: boolean;
  /** What came of the current line so far; one byte more than the limit, for a carriage return. */
  readonly #held: HeldBytes;
  #screen: LineScreen | undefined;
  #line = 1;
  #offset = 0;

  constructor(maxBytes: number = MAX_LINE_BYTES, { screen, keepsBytes = false }: LineOptions = {}) {
    this.#maxBytes = maxBytes;
    this.#screen = screen;
    this.#keepsBytes = keepsBytes;
    this.#held = new HeldBytes(maxBytes + 1);
  }

  /** The number the next line will have: where a broken stream stopped. */
  get line(): number {
    return this.#line;
  }

  push(chunk: Uint8Array): Line[] {
    const bytes = asBuffer(chunk);
    const lines: Line[] = [];
    let start = this.#held.length === 0 ? 0 : this.#finish(bytes, lines);
    const screen = start < bytes.length && this.#screen?.load(bytes) === true ? this.#screen : undefined;
    while (start < bytes.length) {
      // A comment line may say how the lines below it are to be read (Zeek): then none is settled by itself.
      if (this.#screen !== undefined && bytes[start] === HASH) this.#screen = undefined;
      const asked = this.#screen === undefined ? undefined : screen;
      const settled = asked?.settle(start, this.#maxBytes) ?? -1;
      const end = settled === -1 ? bytes.indexOf(LF, start) : settled;
      if (end === -1) break;
      if (settled === -1) {
        this.#held.add(bytes.subarray(start, end));
        this.#emit(lines, 1, asked?.note);
      } else this.#pass(end - start);
      start = end + 1;
    }
    // The rest is copied: the caller may reuse its buffer, and one short tail must not keep a large chunk alive.
    if (start < bytes.length) this.#held.add(Buffer.from(bytes.subarray(start)));
    return lines;
  }

  /** The last line when the stream ends without a line feed. */
  end(): Line[] {
    const lines: Line[] = [];
    if (this.#held.length > 0) this.#emit(lines, 0);
    return lines;
  }

  /** Takes the rest of a line whose beginning came before. Answers where the next one starts. */
  #finish(bytes: Buffer, lines: Line[]): number {
    const end = bytes.indexOf(LF);
    // Copied, as in push.
    this.#held.add(Buffer.from(bytes.subarray(0, end === -1 ? bytes.length : end)));
    if (end === -1) return bytes.length;
    const screen = this.#held.overflown ? undefined : this.#screen;
    if (screen === undefined) this.#emit(lines, 1);
    else {
      const whole = this.#held.take();
      const isRead = screen.load(Buffer.concat([whole, LINE_FEED]));
      if (isRead && screen.settle(0, this.#maxBytes) !== -1) this.#pass(whole.length);
      else {
        this.#held.add(whole);
        this.#emit(lines, 1, isRead ? screen.note : undefined);
      }
    }
    return end + 1;
  }

  /** A line of so many bytes that nobody needs. */
  #pass(length: number): void {
    this.#line += 1;
    this.#offset += length + 1;
  }

  #emit(lines: Line[], terminator: number, note?: object): void {
    const line = this.#line++;
    const byteOffset = this.#offset;
    const bytes = this.#held.length;
    this.#offset += bytes + terminator;
    const overflown = this.#held.overflown;
    let whole = this.#held.take();
    if (whole.at(-1) === CR) whole = whole.subarray(0, -1);
    if (line === 1 && whole[0] === 0xef && whole[1] === 0xbb && whole[2] === 0xbf) whole = whole.subarray(3);
    if (overflown || whole.length > this.#maxBytes) {
      lines.push({ line, byteOffset, problem: "line.too_long", bytes });
      return;
    }
    if (this.#keepsBytes && isUtf8(whole)) {
      lines.push(new ByteLine(line, byteOffset, whole));
      return;
    }
    const { text, replaced } = decodeUtf8(whole);
    const read = { line, byteOffset, text, ...(note === undefined ? {} : { note }) };
    lines.push(replaced ? { ...read, replaced } : read);
  }
}

/** Lines of a byte stream, in groups as they arrive. Empty lines keep their number and come with empty text. */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array>,
  splitter: Splitter = new LineSplitter(),
): AsyncGenerator<readonly Line[]> {
  for await (const chunk of chunks) {
    const lines = splitter.push(chunk);
    if (lines.length > 0) yield lines;
  }
  const rest = splitter.end();
  if (rest.length > 0) yield rest;
}
