/** What a stream is, told from its first bytes, never from its name alone. */
import { SNIFF_BYTES } from "../limits.ts";
import type { ElementDepth } from "./json-elements.ts";
import { asBuffer } from "./lines.ts";

type SimpleKind = "gzip" | "zstd" | "zip" | "evtx" | "utf-16le" | "utf-16be" | "empty" | "lines";

export type Shape =
  | { readonly kind: SimpleKind }
  | { readonly kind: "elements"; readonly depth: ElementDepth }
  | { readonly kind: "unsupported"; readonly what: string };

function startsWith(head: Buffer, ...bytes: readonly number[]): boolean {
  return bytes.every((byte, i) => head[i] === byte);
}

/** One object around the array, as CloudTrail, Azure and Graph deliver it. */
const WRAPPED = /^\s*\{\s*"(?:Records|records|value|events|Events|items|logs|data)"\s*:\s*\[/;

function jsonShape(text: string): Shape {
  if (WRAPPED.test(text)) return { kind: "elements", depth: 2 };
  const visible = text.trimStart();
  if (visible.startsWith("[")) {
    // "[2026-01-02 …] text" is a plain log; an array's first element can only start like this.
    return /^\[\s*(?:[{["\]]|$)/.test(visible) ? { kind: "elements", depth: 1 } : { kind: "lines" };
  }
  if (!visible.startsWith("{")) return { kind: "lines" };
  const newline = visible.indexOf("\n");
  if (newline < 0) return { kind: "lines" };
  try {
    JSON.parse(visible.slice(0, newline));
    return { kind: "lines" };
  } catch {
    // A first line that is only the start of an object ("{" alone, or `{ "a": 1,`) is pretty-printed JSON.
    return /[{,[]\s*$/.test(visible.slice(0, newline)) ? { kind: "elements", depth: 0 } : { kind: "lines" };
  }
}

export function shapeOf(head: Buffer): Shape {
  if (head.length === 0) return { kind: "empty" };
  if (startsWith(head, 0x1f, 0x8b)) return { kind: "gzip" };
  if (startsWith(head, 0x28, 0xb5, 0x2f, 0xfd)) return { kind: "zstd" };
  if (startsWith(head, 0x50, 0x4b, 0x03, 0x04) || startsWith(head, 0x50, 0x4b, 0x05, 0x06)) return { kind: "zip" };
  if (head.subarray(0, 8).toString("latin1") === "ElfFile\0") return { kind: "evtx" };
  if (startsWith(head, 0xff, 0xfe)) return { kind: "utf-16le" };
  if (startsWith(head, 0xfe, 0xff)) return { kind: "utf-16be" };
  if (startsWith(head, 0xfd, 0x37, 0x7a, 0x58, 0x5a)) return { kind: "unsupported", what: "xz" };
  if (startsWith(head, 0x37, 0x7a, 0xbc, 0xaf)) return { kind: "unsupported", what: "7z" };
  if (startsWith(head, 0x42, 0x5a, 0x68)) return { kind: "unsupported", what: "bzip2" };
  if (startsWith(head, 0xd4, 0xc3, 0xb2, 0xa1) || startsWith(head, 0x0a, 0x0d, 0x0d, 0x0a)) {
    return { kind: "unsupported", what: "pcap" };
  }
  const bom = startsWith(head, 0xef, 0xbb, 0xbf) ? 3 : 0;
  return jsonShape(head.subarray(bom).toString("utf8"));
}

export interface Sniffed {
  readonly shape: Shape;
  /** The whole stream again. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Whoever has read enough, or nothing, lets go of the source. */
  close(): Promise<void>;
}

/** Reads enough of a stream to tell its shape. */
export async function sniff(chunks: AsyncIterable<Uint8Array>): Promise<Sniffed> {
  const iterator = chunks[Symbol.asyncIterator]();
  const held: Buffer[] = [];
  let size = 0;
  let next = await iterator.next();
  while (next.done !== true) {
    // Copied: the stream may reuse its buffer before we hand it on.
    const piece = Buffer.from(next.value);
    held.push(piece);
    size += piece.length;
    if (size >= SNIFF_BYTES) break;
    next = await iterator.next();
  }
  const done = next.done === true;
  const shape = shapeOf(
    asBuffer(held.length === 1 ? (held[0] as Buffer) : Buffer.concat(held)).subarray(0, SNIFF_BYTES),
  );
  async function* again(): AsyncGenerator<Uint8Array> {
    yield* held;
    held.length = 0;
    if (done) return;
    for (let more = await iterator.next(); more.done !== true; more = await iterator.next()) yield more.value;
  }
  const close = async (): Promise<void> => void (await iterator.return?.());
  return { shape, chunks: again(), close };
}
