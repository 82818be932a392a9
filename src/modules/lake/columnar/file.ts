/** Parquet files as bytes: one row group from columns in memory, and what a file says about itself. */
import { type ChunkWriter } from "./column-chunk.ts";
import { type ColumnShape, fileMetadata, MAGIC, rowGroup, TRAILER_BYTES, type WrittenChunk } from "./format.ts";
import { ByteSink } from "./sink.ts";
import { decodeStruct, encodeStruct, type ThriftStruct, type ThriftValue } from "./thrift.ts";

export interface FileOrder {
  readonly rows: number;
  readonly shapes: readonly ColumnShape[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Writes the columns in the order of `shapes`. */
  readonly columns: (writer: ChunkWriter) => readonly WrittenChunk[];
}

/** Keeps its buffers between files: memory is that of the largest batch so far. */
export class FileWriter {
  readonly #chunks: ChunkWriter;
  readonly #out = new ByteSink(512 * 1024);

  constructor(chunks: ChunkWriter) {
    this.#chunks = chunks;
  }

  write({ rows, shapes, metadata, columns }: FileOrder): Uint8Array<ArrayBuffer> {
    this.#out.clear();
    this.#out.put(MAGIC);
    this.#chunks.start(this.#out);
    const chunks = columns(this.#chunks);
    this.#out.put(footer(fileMetadata({ shapes, rows, rowGroups: [rowGroup(rows, chunks)], metadata })));
    // A copy of its own: this one leaves the thread.
    return new Uint8Array(this.#out.bytes);
  }
}

/** Metadata with its trailer, as it stands at the end of a file. */
export function footer(metadata: ThriftValue): Uint8Array {
  if (metadata.kind !== "struct") throw new Error("metadata is a struct");
  const body = encodeStruct(metadata.fields);
  const trailer = Buffer.alloc(TRAILER_BYTES);
  trailer.writeUInt32LE(body.length);
  MAGIC.copy(trailer, 4);
  return Buffer.concat([body, trailer]);
}

export interface OpenedFile {
  /** Everything between the magic and the metadata. */
  readonly body: Uint8Array;
  readonly metadata: ThriftStruct;
  /** Pairs the writer of the file left in it. */
  readonly pairs: ReadonlyMap<string, string>;
}

/** Throws when the bytes are not a whole Parquet file. */
export function openFile(bytes: Uint8Array): OpenedFile {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = buffer.length - TRAILER_BYTES;
  if (end < MAGIC.length || !buffer.subarray(-4).equals(MAGIC)) throw new Error("not a whole Parquet file");
  const from = end - buffer.readUInt32LE(end);
  if (from < MAGIC.length) throw new Error("metadata longer than the file");
  const metadata = decodeStruct(buffer.subarray(from, end));
  return { body: buffer.subarray(MAGIC.length, from), metadata, pairs: pairsOf(metadata) };
}

const KEY_VALUES = 5;

function pairsOf(metadata: ThriftStruct): ReadonlyMap<string, string> {
  const pairs = metadata.get(KEY_VALUES);
  if (pairs?.kind !== "list") return new Map();
  return new Map(
    pairs.items.map((pair): [string, string] => {
      const part = (id: number): string => {
        const value = pair.kind === "struct" ? pair.fields.get(id) : undefined;
        return value?.kind === "binary" ? Buffer.from(value.value).toString("utf8") : "";
      };
      return [part(1), part(2)];
    }),
  );
}
