/**
 * Where texts are copied to be searched: one place for all searches of a thread, which the processor's cache then holds.
 * What is searched may as well lie in the memory of another module, and need not be copied.
 */
import { type EscapeCheck, escapeCheck } from "./unicode-escape.ts";
import { type UnitBytes, unitBytes } from "./unit-bytes.ts";

/** Bytes in the memory of a WebAssembly module. */
export interface PlacedBytes {
  readonly memory: WebAssembly.Memory;
  /** All of the memory. */
  readonly bytes: Uint8Array;
  readonly start: number;
  /** Two blocks of sixteen behind it can be read, too. */
  readonly end: number;
}

const PAGE = 65_536;
/** What kernels read beyond the end. */
const SLACK = 64;

class TextArea {
  private readonly memory = new WebAssembly.Memory({ initial: 1 });
  private text: UnitBytes = unitBytes(this.memory, 0);
  private readonly escapes: EscapeCheck = escapeCheck(this.memory);

  /** Valid until the next call. The text as `unitBytes` has it. */
  write(text: string): PlacedBytes {
    const missing = text.length + SLACK - this.text.bytes.length;
    if (missing > 0) {
      this.memory.grow(Math.ceil(missing / PAGE));
      this.text = unitBytes(this.memory, 0);
    }
    this.text.write(text);
    return { memory: this.memory, bytes: this.text.bytes, start: 0, end: text.length };
  }

  /** Whether the JSON text written last writes a character as `\u…`. */
  hasEscape({ end }: PlacedBytes): boolean {
    return this.escapes(0, end);
  }
}

let area: TextArea | undefined;

export function textArea(): TextArea {
  return (area ??= new TextArea());
}
