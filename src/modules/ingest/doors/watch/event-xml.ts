/**
 * Windows events out of an XML export (wevtutil, Event Viewer, subscription exports): `<Event …>…</Event>` wherever they
 * stand, in a list or one after another, on one line or many. Only cuts; reading an event is the parser's business.
 */
import { MAX_LINE_BYTES } from "../../limits.ts";
import type { Line, Splitter } from "../../reading/lines.ts";
import { asBuffer, decodeUtf8 } from "../../reading/lines.ts";

const START = Buffer.from("<Event");
const END = Buffer.from("</Event>");
/** What may follow `<Event`: `<Events>` and `<EventData>` begin like it. */
const AFTER_START: ReadonlySet<number> = new Set([0x20, 0x3e, 0x09, 0x0a, 0x0d]);

export function looksLikeEventXml(head: string): boolean {
  return /^\uFEFF?\s*(?:<\?xml[^>]*\?>\s*)?<Events?[\s>]/u.test(head);
}

export class EventXmlSplitter implements Splitter {
  readonly #maxBytes: number;
  #held: Buffer = Buffer.alloc(0);
  /** Where `held` begins in the whole. */
  #offset = 0;
  #count = 0;
  /** Up to here there is no end of the event that was begun. */
  #scanned = 0;
  /** An event beyond the limit is being passed over. */
  #tooLong = false;

  constructor(maxBytes: number = MAX_LINE_BYTES) {
    this.#maxBytes = maxBytes;
  }

  push(chunk: Uint8Array): Line[] {
    this.#held = Buffer.concat([this.#held, asBuffer(chunk)]);
    const lines: Line[] = [];
    let at = 0;
    for (;;) {
      const start = this.#startFrom(at);
      if (start === undefined) {
        at = Math.max(at, this.#held.length - START.length);
        break;
      }
      const end = this.#held.indexOf(END, Math.max(start, this.#scanned - END.length));
      if (end < 0) {
        at = this.#openFrom(start);
        break;
      }
      at = end + END.length;
      this.#emit(lines, start, at);
      this.#scanned = 0;
    }
    this.#drop(at);
    return lines;
  }

  end(): Line[] {
    if (this.#startFrom(0) === undefined) return [];
    return [{ line: ++this.#count, byteOffset: this.#offset, problem: "json.truncated", bytes: this.#held.length }];
  }

  #startFrom(from: number): number | undefined {
    if (this.#tooLong) return from;
    for (let at = this.#held.indexOf(START, from); at >= 0; at = this.#held.indexOf(START, at + 1)) {
      const after = this.#held[at + START.length];
      if (after === undefined) return undefined;
      if (AFTER_START.has(after)) return at;
    }
    return undefined;
  }

  /** The event goes on in the next chunk: keeps it, or only the little that its end may have begun in. */
  #openFrom(start: number): number {
    this.#scanned = this.#held.length - start;
    if (this.#scanned <= this.#maxBytes) return start;
    this.#tooLong = true;
    this.#scanned = 0;
    return this.#held.length - END.length;
  }

  #emit(lines: Line[], start: number, end: number): void {
    const line = ++this.#count;
    const byteOffset = this.#offset + start;
    if (this.#tooLong || end - start > this.#maxBytes)
      lines.push({ line, byteOffset, problem: "line.too_long", bytes: end - start });
    else lines.push({ line, byteOffset, text: decodeUtf8(this.#held.subarray(start, end)).text });
    this.#tooLong = false;
  }

  #drop(count: number): void {
    this.#held = Buffer.from(this.#held.subarray(count));
    this.#offset += count;
  }
}
