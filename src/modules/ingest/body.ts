/** The bytes of a request as they are meant: bounded on the wire and unpacked, whatever the sender claims. */
import { Fault } from "../../kernel/index.ts";
import { unpack } from "./reading/unpack.ts";

export interface BodyBounds {
  readonly contentEncoding: string | undefined;
  readonly maxBytes: number;
  readonly maxUnpackedBytes: number;
  readonly maxRatio: number;
}

async function* counted(body: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new Fault("too_large", "ingest.body.too_large", "the body is larger than allowed", { limit: maxBytes });
    }
    yield chunk;
  }
}

/** Throws Fault `unsupported` before anything is read; bounds are told while reading, after what lies before them. */
export function openBody(body: AsyncIterable<Uint8Array>, bounds: BodyBounds): AsyncIterable<Uint8Array> {
  const wire = counted(body, bounds.maxBytes);
  const encoding = bounds.contentEncoding?.trim().toLowerCase() ?? "identity";
  const limits = { maxBytes: bounds.maxUnpackedBytes, maxRatio: bounds.maxRatio };
  if (encoding === "identity" || encoding === "") return wire;
  if (encoding === "gzip" || encoding === "x-gzip") return unpack(wire, "gzip", limits);
  if (encoding === "zstd" || encoding === "deflate") return unpack(wire, encoding, limits);
  throw new Fault(
    "unsupported",
    "ingest.body.content_encoding",
    "the content encoding is not one this door takes: send gzip, zstd or deflate, or none",
    {
      contentEncoding: encoding.slice(0, 100),
    },
  );
}

/** The whole body at once, for formats that cannot be cut into records while they arrive. */
export async function wholeBody(body: AsyncIterable<Uint8Array>, bounds: BodyBounds): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of openBody(body, bounds)) pieces.push(piece);
  return Buffer.concat(pieces);
}
