/**
 * One column of a batch as a Parquet column chunk: levels, values or a dictionary with indexes, zstd.
 *
 * Few different values are written once and referred to; long texts go plain in pages of a few megabytes, so that
 * the working memory stays small however large the batch is.
 */
import { constants, zstdCompressSync } from "node:zlib";
import type { TextEdit } from "../../../kernel/index.ts";
import {
  CODEC,
  type ColumnShape,
  dataPageHeader,
  dictionaryPageHeader,
  ENCODING,
  type PageShape,
  type WrittenChunk,
} from "./format.ts";
import { ByteSink } from "./sink.ts";
import { encodeStruct, type ThriftValue } from "./thrift.ts";

/** UTF-8 of which some parts are written otherwise. */
export interface SplicedText {
  readonly bytes: Uint8Array;
  /** In order and without overlaps. */
  readonly edits: readonly TextEdit[];
}

/** A text as a string or as its UTF-8. Only in columns that do not repeat are texts other than strings. */
export type TextValue = string | Uint8Array | SplicedText;
export type TextValues = readonly (TextValue | undefined)[];
export type NumberValues = ArrayLike<number>;

/** Data pages are cut when they pass this. */
const PAGE_BYTES = 4 * 1024 * 1024;
/** Below this a frame of its own costs more than it saves. */
const LEAST_COMPRESSED_BYTES = 96;
/** Indexes are of one or two bytes. */
const MAX_DICTIONARY = 65_536;
/** A dictionary is given up when after this many values more than half were new. */
const DICTIONARY_TRIAL = 128;
/** Longer texts make no bounds. */
const MAX_BOUND_BYTES = 64;
/** Log lines repeat what stands megabytes before: a window of 4 MB gives what level 3 gives, at the price of level 1. */
const ZSTD = { params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_windowLog]: 22 } };

interface Dictionary {
  readonly entries: readonly string[];
  /** Of present values, in order. */
  readonly indexes: Uint16Array;
}

/** Writes column chunks one after the other behind what `out` holds already. */
export class ChunkWriter {
  readonly #page = new ByteSink(PAGE_BYTES + PAGE_BYTES / 4);
  #out = new ByteSink(PAGE_BYTES / 4);

  start(out: ByteSink): void {
    this.#out = out;
  }

  texts(shape: ColumnShape, values: TextValues, mayRepeat: boolean): WrittenChunk {
    let nulls = 0;
    for (const value of values) if (value === undefined) nulls += 1;
    const dictionary = mayRepeat && nulls < values.length ? dictionaryOf(values, values.length - nulls) : undefined;
    const chunk = this.#begin(shape, values.length, nulls);
    if (dictionary !== undefined) return this.#dictionaryChunk(chunk, values, dictionary);
    for (let from = 0; from < values.length; ) from = this.#textPage(chunk, values, { from, hasNulls: nulls > 0 });
    return chunk.end(undefined);
  }

  /** Negative numbers stand for nothing. */
  ports(shape: ColumnShape, values: NumberValues): WrittenChunk {
    const present = (index: number) => (values[index] ?? -1) >= 0;
    let nulls = 0;
    for (let index = 0; index < values.length; index++) if (!present(index)) nulls += 1;
    const chunk = this.#begin(shape, values.length, nulls);
    this.#page.clear();
    this.#levels({ from: 0, to: values.length }, nulls === 0 ? undefined : present);
    for (let index = 0; index < values.length; index++) if (present(index)) this.#page.int32(values[index] ?? 0);
    this.#endPage(chunk, values.length, ENCODING.plain);
    return chunk.end(undefined);
  }

  instants(shape: ColumnShape, values: NumberValues): WrittenChunk {
    const chunk = this.#begin(shape, values.length, 0);
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    this.#page.clear();
    this.#levels({ from: 0, to: values.length }, undefined);
    for (let index = 0; index < values.length; index++) {
      const value = values[index] ?? 0;
      min = Math.min(min, value);
      max = Math.max(max, value);
      this.#page.int64(value);
    }
    this.#endPage(chunk, values.length, ENCODING.plain);
    return chunk.end(values.length === 0 ? undefined : { min: int64Bytes(min), max: int64Bytes(max) });
  }

  flags(shape: ColumnShape, values: NumberValues): WrittenChunk {
    const chunk = this.#begin(shape, values.length, 0);
    this.#page.clear();
    this.#levels({ from: 0, to: values.length }, undefined);
    this.#bits({ from: 0, to: values.length }, (index) => values[index] === 1);
    this.#endPage(chunk, values.length, ENCODING.plain);
    return chunk.end(undefined);
  }

  /** One page from `from` on; gives where the next one begins. */
  #textPage(chunk: OpenChunk, values: TextValues, { from, hasNulls }: { from: number; hasNulls: boolean }): number {
    let to = from;
    for (let units = 0; to < values.length && units < PAGE_BYTES; to++) units += 4 + unitsOf(values[to]);
    this.#page.clear();
    this.#levels({ from, to }, hasNulls ? (index) => values[index] !== undefined : undefined);
    for (let index = from; index < to; index++) {
      const value = values[index];
      if (value !== undefined) this.#putText(value);
    }
    this.#endPage(chunk, to - from, ENCODING.plain);
    return to;
  }

  #putText(value: TextValue): void {
    if (typeof value === "string") this.#page.lengthAndText(value);
    else if (value instanceof Uint8Array) this.#page.lengthAndBytes(value);
    else this.#page.lengthAndSpliced(value.bytes, value.edits);
  }

  #dictionaryChunk(chunk: OpenChunk, values: TextValues, { entries, indexes }: Dictionary): WrittenChunk {
    this.#page.clear();
    for (const entry of entries) this.#page.lengthAndText(entry);
    const bounds = boundsOf(entries);
    const stored = this.#stored(chunk);
    const shape = { values: entries.length, encoding: ENCODING.plain, ...stored.sizes };
    this.#putPage(chunk, dictionaryPageHeader(shape), { shape, bytes: stored.bytes });
    chunk.dataOffset = this.#out.length;
    this.#page.clear();
    const hasNulls = indexes.length < values.length;
    this.#levels({ from: 0, to: values.length }, hasNulls ? (index) => values[index] !== undefined : undefined);
    this.#indexes(indexes, entries.length);
    this.#endPage(chunk, values.length, ENCODING.dictionary);
    return chunk.end(bounds);
  }

  /** Bytes or pairs of bytes are bit-packed numbers already; a single value is one run. */
  #indexes(indexes: Uint16Array, entries: number): void {
    const isWide = entries > 256;
    this.#page.byte(isWide ? 16 : 8);
    if (entries === 1) {
      this.#page.varint(indexes.length * 2);
      this.#page.byte(0);
      return;
    }
    const groups = Math.ceil(indexes.length / 8);
    this.#page.varint(groups * 2 + 1);
    for (let index = 0; index < groups * 8; index++) {
      if (isWide) this.#page.uint16(indexes[index] ?? 0);
      else this.#page.byte(indexes[index] ?? 0);
    }
  }

  /** Definition levels of one bit behind their length; without `present` everything is there. */
  #levels({ from, to }: { from: number; to: number }, present: ((index: number) => boolean) | undefined): void {
    if (present === undefined) {
      const run = new ByteSink(8);
      run.varint((to - from) * 2);
      run.byte(1);
      this.#page.int32(run.length);
      this.#page.put(run.bytes);
      return;
    }
    const groups = Math.ceil((to - from) / 8);
    const header = new ByteSink(8);
    header.varint(groups * 2 + 1);
    this.#page.int32(header.length + groups);
    this.#page.put(header.bytes);
    this.#bits({ from, to }, present);
  }

  #bits({ from, to }: { from: number; to: number }, isSet: (index: number) => boolean): void {
    for (let start = from; start < to; start += 8) {
      let byte = 0;
      for (let index = start; index < Math.min(start + 8, to); index++) if (isSet(index)) byte |= 1 << (index - start);
      this.#page.byte(byte);
    }
  }

  #begin(shape: ColumnShape, values: number, nulls: number): OpenChunk {
    return new OpenChunk(shape, { values, nulls }, this.#out);
  }

  /** A codec is chosen by the first page of a chunk and holds for all of it. */
  #stored(chunk: OpenChunk): { bytes: Uint8Array; sizes: { uncompressed: number; compressed: number } } {
    const plain = this.#page.bytes;
    chunk.codec ??= plain.length < LEAST_COMPRESSED_BYTES ? CODEC.none : CODEC.zstd;
    const bytes = chunk.codec === CODEC.none ? plain : zstdCompressSync(plain, ZSTD);
    return { bytes, sizes: { uncompressed: plain.length, compressed: bytes.length } };
  }

  #endPage(chunk: OpenChunk, values: number, encoding: number): void {
    const { bytes, sizes } = this.#stored(chunk);
    const shape = { values, encoding, ...sizes };
    this.#putPage(chunk, dataPageHeader(shape), { shape, bytes });
  }

  #putPage(chunk: OpenChunk, header: ThriftValue, page: { shape: PageShape; bytes: Uint8Array }): void {
    const head = header.kind === "struct" ? encodeStruct(header.fields) : new Uint8Array();
    this.#out.put(head);
    this.#out.put(page.bytes);
    chunk.uncompressed += head.length + page.shape.uncompressed;
  }
}

class OpenChunk {
  readonly #shape: ColumnShape;
  readonly #counts: { readonly values: number; readonly nulls: number };
  readonly #out: ByteSink;
  readonly #offset: number;
  codec: number | undefined;
  dataOffset: number | undefined;
  uncompressed = 0;

  constructor(shape: ColumnShape, counts: { values: number; nulls: number }, out: ByteSink) {
    this.#shape = shape;
    this.#counts = counts;
    this.#out = out;
    this.#offset = out.length;
  }

  end(bounds: WrittenChunk["bounds"]): WrittenChunk {
    return {
      shape: this.#shape,
      ...this.#counts,
      codec: this.codec ?? CODEC.none,
      uncompressed: this.uncompressed,
      compressed: this.#out.length - this.#offset,
      offset: this.#offset,
      dataOffset: this.dataOffset,
      bounds,
    };
  }
}

function unitsOf(value: TextValue | undefined): number {
  if (value === undefined) return 0;
  return typeof value === "string" || value instanceof Uint8Array ? value.length : value.bytes.length;
}

/** Nothing when the values hardly repeat, or are no strings. */
function dictionaryOf(values: TextValues, present: number): Dictionary | undefined {
  const known = new Map<string, number>();
  const indexes = new Uint16Array(present);
  let at = 0;
  for (const value of values) {
    if (value === undefined) continue;
    if (typeof value !== "string") return undefined;
    let index = known.get(value);
    if (index === undefined) {
      index = known.size;
      if (index >= MAX_DICTIONARY || (at >= DICTIONARY_TRIAL && index > at / 2)) return undefined;
      known.set(value, index);
    }
    indexes[at++] = index;
  }
  return { entries: [...known.keys()], indexes };
}

function boundsOf(entries: readonly string[]): WrittenChunk["bounds"] {
  let min: Buffer | undefined;
  let max: Buffer | undefined;
  for (const entry of entries) {
    if (entry.length > MAX_BOUND_BYTES) return undefined;
    const bytes = Buffer.from(entry);
    if (min === undefined || bytes.compare(min) < 0) min = bytes;
    if (max === undefined || bytes.compare(max) > 0) max = bytes;
  }
  return min === undefined || max === undefined ? undefined : { min, max };
}

function int64Bytes(value: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigInt64LE(BigInt(value));
  return bytes;
}
