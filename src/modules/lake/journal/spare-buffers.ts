/**
 * Large buffers that are used again. Memory outside the heap makes the engine collect the whole heap for every few dozen
 * megabytes of it, and all that is written to and read from the journal would be such memory.
 */

/** Smaller ones are not worth keeping. */
const LEAST_BYTES = 64 * 1024;

export class SpareBuffers {
  readonly #most: { readonly buffers: number; readonly bytes: number };
  #spare: Buffer<ArrayBuffer>[] = [];

  /** `bytes`: larger ones are not kept. */
  constructor(most: { readonly buffers: number; readonly bytes: number }) {
    this.#most = most;
  }

  /** At least so long; what is in it is of others. */
  take(bytes: number): Buffer<ArrayBuffer> {
    const at = this.#spare.findIndex(({ length }) => length >= bytes);
    const [spare] = at === -1 ? [] : this.#spare.splice(at, 1);
    return spare ?? Buffer.allocUnsafeSlow(bytes < LEAST_BYTES ? bytes : roomFor(bytes));
  }

  /** Nobody may look at it any more. */
  give(buffer: Buffer<ArrayBuffer>): void {
    if (buffer.length < LEAST_BYTES || buffer.length > this.#most.bytes) return;
    if (this.#spare.length < this.#most.buffers) this.#spare.push(buffer);
  }
}

/** In powers of two, so that buffers fit again. */
function roomFor(bytes: number): number {
  return 2 ** Math.ceil(Math.log2(bytes));
}
