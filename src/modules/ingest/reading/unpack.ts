/**
 * Bounded decompression of a stream. Everything that was whole before an error is handed on first, so a truncated
 * upload loses its tail and nothing else. A bomb ends at the ratio or the total, whichever comes first.
 */
import type { Transform } from "node:stream";
import { createGunzip, createInflate, createZstdDecompress } from "node:zlib";
import { Fault } from "../../../kernel/index.ts";
import { UNPACK_RATIO_GRACE_BYTES } from "../limits.ts";
import { asBuffer } from "./lines.ts";

export type Packing = "gzip" | "zstd" | "deflate";

export interface UnpackLimits {
  readonly maxBytes: number;
  readonly maxRatio: number;
}

/** Input is fed in pieces of this size, so that one piece of a bomb cannot unpack to more than some megabytes at once. */
const FEED_BYTES = 16 * 1024;

function machine(packing: Packing): Transform {
  if (packing === "gzip") return createGunzip();
  return packing === "zstd" ? createZstdDecompress() : createInflate();
}

/** zlib's codes for "the input ended too early"; all others mean it is not what it claims to be. */
function unpackFault(error: unknown, packing: Packing): Fault {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  const truncated = code === "Z_BUF_ERROR" || (error instanceof Error && /unexpected end/i.test(error.message));
  const what = truncated ? "ingest.unpack.truncated" : "ingest.unpack.corrupt";
  return new Fault("invalid", what, truncated ? "the compressed data ends early" : "the compressed data is damaged", {
    packing,
    code,
  });
}

class Unpacker {
  readonly #stream: Transform;
  readonly #packing: Packing;
  readonly #limits: UnpackLimits;
  #out: Buffer[] = [];
  #bytesIn = 0;
  #bytesOut = 0;
  #fault: Fault | undefined;
  #wake: () => void = () => {};

  constructor(packing: Packing, limits: UnpackLimits) {
    this.#packing = packing;
    this.#limits = limits;
    this.#stream = machine(packing);
    this.#stream.on("data", (piece: Buffer) => this.#take(piece));
    this.#stream.on("error", (error: unknown) => {
      this.#fault ??= unpackFault(error, packing);
      this.#wake();
    });
    this.#stream.on("end", () => this.#wake());
    this.#stream.on("close", () => this.#wake());
  }

  get fault(): Fault | undefined {
    return this.#fault;
  }

  async feed(piece: Buffer): Promise<void> {
    this.#bytesIn += piece.length;
    await new Promise<void>((resolve) => {
      // A write that meets damaged data is never called back: the error itself must wake us.
      this.#wake = resolve;
      this.#stream.write(piece, () => resolve());
    });
  }

  async finish(): Promise<void> {
    if (this.#fault !== undefined) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#stream.end();
    });
  }

  take(): Buffer[] {
    const out = this.#out;
    this.#out = [];
    return out;
  }

  close(): void {
    this.#stream.destroy();
  }

  #take(piece: Buffer): void {
    if (this.#fault !== undefined) return;
    this.#bytesOut += piece.length;
    const { maxBytes, maxRatio } = this.#limits;
    const bomb = this.#bytesOut > UNPACK_RATIO_GRACE_BYTES && this.#bytesOut > this.#bytesIn * maxRatio;
    if (bomb || this.#bytesOut > maxBytes) {
      const code = bomb ? "ingest.unpack.ratio" : "ingest.unpack.too_large";
      const limit = bomb ? maxRatio : maxBytes;
      this.#fault = new Fault("too_large", code, "the data unpacks to more than is allowed", {
        packing: this.#packing,
        limit,
      });
      this.#stream.destroy();
      return;
    }
    this.#out.push(piece);
  }
}

/** Throws a Fault (`ingest.unpack.*`) after everything before the fault has been handed on. */
export async function* unpack(
  chunks: AsyncIterable<Uint8Array>,
  packing: Packing,
  limits: UnpackLimits,
): AsyncGenerator<Buffer> {
  const unpacker = new Unpacker(packing, limits);
  try {
    for await (const chunk of chunks) {
      const bytes = asBuffer(chunk);
      for (let at = 0; at < bytes.length; at += FEED_BYTES) {
        await unpacker.feed(bytes.subarray(at, at + FEED_BYTES));
        yield* unpacker.take();
        if (unpacker.fault !== undefined) throw unpacker.fault;
      }
    }
    await unpacker.finish();
    yield* unpacker.take();
    if (unpacker.fault !== undefined) throw unpacker.fault;
  } finally {
    unpacker.close();
  }
}
