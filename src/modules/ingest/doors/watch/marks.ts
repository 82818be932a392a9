/** Telling whether a file is the one we read before: by its first bytes and by the last ones that were read. */
import { hash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { WATCH_HEAD_BYTES } from "../../limits.ts";
import type { Mark, Position } from "./positions.ts";

export const NO_MARK: Mark = { bytes: 0, hash: "" };

export function markOf(bytes: Uint8Array): Mark {
  return bytes.length === 0 ? NO_MARK : { bytes: bytes.length, hash: hash("sha256", bytes, "hex") };
}

/** Up to `length` bytes from `at`; fewer at the end of the file. */
export async function readAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, at + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/** The file's first bytes, read once and compared with many. */
export class Head {
  readonly #bytes: Buffer;
  readonly #marks = new Map<number, string>();

  private constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  static async read(file: FileHandle): Promise<Head> {
    return new Head(await readAt(file, 0, WATCH_HEAD_BYTES));
  }

  get mark(): Mark {
    return markOf(this.#bytes);
  }

  begins(mark: Mark): boolean {
    if (mark.bytes > this.#bytes.length) return false;
    const known = this.#marks.get(mark.bytes) ?? markOf(this.#bytes.subarray(0, mark.bytes)).hash;
    this.#marks.set(mark.bytes, known);
    return known === mark.hash;
  }
}

/** True when the file begins as that one did and has, before the position, what was read there. */
export async function continues(
  file: FileHandle,
  is: { readonly size: number; readonly head: Head },
  position: Position,
): Promise<boolean> {
  const { head, tail, offset } = position;
  if (is.size < offset || !is.head.begins(head)) return false;
  return tail.bytes === 0 || markOf(await readAt(file, offset - tail.bytes, tail.bytes)).hash === tail.hash;
}
