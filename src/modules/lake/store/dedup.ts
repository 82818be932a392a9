/**
 * Ids already stored, so that a shipper's retry is not a second event. Two generations: when the young one is full
 * it becomes the old one and the old one is dropped; between N and 2N latest ids are known.
 *
 * An id is kept as a 64-bit hash under a secret drawn at start (simple tabulation), not as its own prefix:
 * with a public prefix somebody could craft an event that collides with a stored one and so vanishes.
 */

export const ID_BYTES = 16;
const HEX = /^[0-9a-f]{32}$/;

/** An id of 32 hex digits as its 16 bytes; anything else as zeros. */
export function packId(id: string, into: Uint8Array, at: number): void {
  if (!HEX.test(id)) return;
  for (let byte = 0; byte < ID_BYTES; byte++) into[at + byte] = hexByte(id, byte * 2);
}

export class RecentIds {
  readonly #limit: number;
  readonly #tables: Uint32Array<ArrayBuffer>;
  readonly #packed = new Uint8Array(ID_BYTES);
  #young: Generation;
  #old: Generation;

  /** `random` fills the secret. */
  constructor(limit: number, random: (words: Uint32Array<ArrayBuffer>) => void) {
    this.#limit = limit;
    this.#tables = new Uint32Array(ID_BYTES * 256 * 2);
    for (let i = 0; i < this.#tables.length; i += 8_192) random(this.#tables.subarray(i, i + 8_192));
    this.#young = new Generation(limit);
    this.#old = new Generation(limit);
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** False when the id was there. */
  add(id: string): boolean {
    this.#packed.fill(0);
    packId(id, this.#packed, 0);
    return this.addPacked(this.#packed, 0);
  }

  /** The same for one of many packed ids. */
  addPacked(ids: Uint8Array, from: number): boolean {
    const [high, low] = this.#hash(ids, from);
    if (this.#old.has(high, low) || !this.#young.add(high, low)) return false;
    if (this.#young.size < this.#limit) return true;
    const reuse = this.#old;
    reuse.clear();
    this.#old = this.#young;
    this.#young = reuse;
    return true;
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }

  #hash(ids: Uint8Array, from: number): readonly [number, number] {
    let high = 0;
    let low = 0;
    for (let i = 0; i < ID_BYTES; i++) {
      const at = (i * 256 + (ids[from + i] ?? 0)) * 2;
      high ^= this.#tables[at] ?? 0;
      low ^= this.#tables[at + 1] ?? 0;
    }
    // (0, 0) marks an empty slot.
    return [high >>> 0, low === 0 ? 1 : low >>> 0];
  }
}

function hexByte(text: string, at: number): number {
  return (hexDigit(text.charCodeAt(at)) << 4) | hexDigit(text.charCodeAt(at + 1));
}

function hexDigit(code: number): number {
  return code < 58 ? code - 48 : code - 87;
}

/** Open addressing over pairs of 32-bit words, at most about 60 % full. */
class Generation {
  readonly #mask: number;
  readonly #slots: Uint32Array;
  size = 0;

  constructor(limit: number) {
    const slots = 2 ** Math.ceil(Math.log2(limit * 1.6));
    this.#mask = slots - 1;
    this.#slots = new Uint32Array(slots * 2);
  }

  has(high: number, low: number): boolean {
    const at = this.#find(high, low);
    return this.#slots[at + 1] !== 0;
  }

  add(high: number, low: number): boolean {
    const at = this.#find(high, low);
    if (this.#slots[at + 1] !== 0) return false;
    this.#slots[at] = high;
    this.#slots[at + 1] = low;
    this.size += 1;
    return true;
  }

  clear(): void {
    this.#slots.fill(0);
    this.size = 0;
  }

  #find(high: number, low: number): number {
    let slot = high & this.#mask;
    for (;;) {
      const at = slot * 2;
      const there = this.#slots[at + 1];
      if (there === 0 || (there === low && this.#slots[at] === high)) return at;
      slot = (slot + 1) & this.#mask;
    }
  }
}
