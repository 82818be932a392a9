import type { TextEdit } from "../../../kernel/index.ts";

/** Bytes under construction in a buffer that grows and is used again. */
export class ByteSink {
  #buffer: Buffer;
  length = 0;

  constructor(capacity: number) {
    this.#buffer = Buffer.allocUnsafe(capacity);
  }

  clear(): void {
    this.length = 0;
  }

  /** Valid until the next write. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.length);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#buffer[this.length++] = value;
  }

  varint(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.byte((rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    this.byte(rest);
  }

  uint16(value: number): void {
    this.#reserve(2);
    this.length = this.#buffer.writeUInt16LE(value, this.length);
  }

  int32(value: number): void {
    this.#reserve(4);
    this.length = this.#buffer.writeInt32LE(value, this.length);
  }

  int64(value: number): void {
    this.#reserve(8);
    this.length = this.#buffer.writeBigInt64LE(BigInt(value), this.length);
  }

  put(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  lengthAndBytes(bytes: Uint8Array): void {
    this.int32(bytes.length);
    this.put(bytes);
  }

  lengthAndSpliced(bytes: Uint8Array, edits: readonly TextEdit[]): void {
    const start = this.length;
    this.int32(0);
    this.spliced(bytes, edits);
    this.#buffer.writeUInt32LE(this.length - start - 4, start);
  }

  spliced(bytes: Uint8Array, edits: readonly TextEdit[]): void {
    let most = bytes.length;
    for (const { text } of edits) most += text.length * 3;
    this.#reserve(most);
    let at = 0;
    for (const { from, to, text } of edits) {
      this.put(bytes.subarray(at, from));
      this.length += this.#buffer.write(text, this.length, "utf8");
      at = to;
    }
    if (at < bytes.length) this.put(bytes.subarray(at));
  }

  /** A text behind its length in four bytes. */
  lengthAndText(text: string): void {
    const start = this.length;
    this.int32(0);
    this.text(text);
    this.#buffer.writeUInt32LE(this.length - start - 4, start);
  }

  /** A text as UTF-8; lone surrogates become U+FFFD. */
  text(text: string): void {
    // A UTF-16 unit is three bytes at most.
    this.#reserve(text.length * 3);
    this.length += this.#buffer.write(text, this.length, "utf8");
  }

  #reserve(more: number): void {
    if (this.length + more <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.length + more));
    this.#buffer.copy(larger, 0, 0, this.length);
    this.#buffer = larger;
  }
}
