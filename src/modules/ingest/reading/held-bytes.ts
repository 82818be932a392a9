/**
 * The bytes of a line still being read. Senders choose the chunk size: pieces are glued as they pile up, so that a line
 * sent byte by byte costs its bytes and not an object per byte.
 */
const MAX_PIECES = 512;

export class HeldBytes {
  readonly #maxBytes: number;
  #pieces: Buffer[] = [];
  #length = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** All bytes of the line, kept or not. */
  get length(): number {
    return this.#length;
  }

  /** Over the limit the bytes are counted, not kept. */
  get overflown(): boolean {
    return this.#length > this.#maxBytes;
  }

  add(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#length += piece.length;
    if (this.overflown) {
      this.#pieces = [];
      return;
    }
    this.#pieces.push(piece);
    if (this.#pieces.length >= MAX_PIECES) this.#pieces = [Buffer.concat(this.#pieces)];
  }

  /** Hands the bytes over and starts anew. */
  take(): Buffer {
    const whole = this.#pieces.length === 1 ? (this.#pieces[0] as Buffer) : Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#length = 0;
    return whole;
  }
}
