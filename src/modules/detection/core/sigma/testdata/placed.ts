/** Bytes as a reader of lines has them: somewhere in its memory, between others that a search must not look at. */
import type { PlacedBytes } from "../search/text-area.ts";

const PAGE = 65_536;
const SLACK = 64;
const memory = new WebAssembly.Memory({ initial: 1 });

/** Valid until the next call. `around` stands before and behind. */
export function placed(bytes: Uint8Array, around = ""): PlacedBytes {
  const other = new TextEncoder().encode(around);
  const start = other.length;
  const end = start + bytes.length;
  const missing = end + other.length + SLACK - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
  const all = new Uint8Array(memory.buffer);
  all.set(other);
  all.set(bytes, start);
  all.set(other, end);
  return { memory, bytes: all, start, end };
}
