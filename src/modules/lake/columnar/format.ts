/** Numbers and structures of the Parquet format (parquet.thrift) that this program writes. */
import { binary, i32, i64, list, struct, text, type ThriftValue } from "./thrift.ts";

export const MAGIC = Buffer.from("PAR1");
/** Behind the metadata: its length and the magic once more. */
export const TRAILER_BYTES = 8;

export const PHYSICAL = { boolean: 0, int32: 1, int64: 2, text: 6 } as const;
export type Physical = keyof typeof PHYSICAL;
/** ConvertedType; booleans have none. */
const CONVERTED: Readonly<Record<Physical, number | undefined>> = { boolean: undefined, int32: 17, int64: 18, text: 0 };
const OPTIONAL = 1;

export const ENCODING = { plain: 0, rle: 3, dictionary: 8 } as const;
export const CODEC = { none: 0, zstd: 6 } as const;
const PAGE = { data: 0, dictionary: 2 } as const;

export interface ColumnShape {
  readonly name: string;
  readonly physical: Physical;
}

/** What a column chunk is once it has been written. */
export interface WrittenChunk {
  readonly shape: ColumnShape;
  readonly values: number;
  readonly nulls: number;
  readonly codec: number;
  readonly uncompressed: number;
  readonly compressed: number;
  readonly offset: number;
  /** Where the data pages begin when a dictionary lies before them. */
  readonly dataOffset: number | undefined;
  readonly bounds: { readonly min: Uint8Array; readonly max: Uint8Array } | undefined;
}

export function schemaOf(shapes: readonly ColumnShape[]): ThriftValue {
  const root = struct([4, text("events")], [5, i32(shapes.length)]);
  const columns = shapes.map(({ name, physical }) => {
    const converted = CONVERTED[physical];
    return struct(
      [1, i32(PHYSICAL[physical])],
      [3, i32(OPTIONAL)],
      [4, text(name)],
      [6, converted === undefined ? undefined : i32(converted)],
    );
  });
  return list("struct", [root, ...columns]);
}

export interface PageShape {
  readonly values: number;
  readonly encoding: number;
  readonly uncompressed: number;
  readonly compressed: number;
}

export function dataPageHeader({ values, encoding, uncompressed, compressed }: PageShape): ThriftValue {
  const levels = i32(ENCODING.rle);
  const header = struct([1, i32(values)], [2, i32(encoding)], [3, levels], [4, levels]);
  return struct([1, i32(PAGE.data)], [2, i32(uncompressed)], [3, i32(compressed)], [5, header]);
}

export function dictionaryPageHeader({ values, encoding, uncompressed, compressed }: PageShape): ThriftValue {
  const header = struct([1, i32(values)], [2, i32(encoding)]);
  return struct([1, i32(PAGE.dictionary)], [2, i32(uncompressed)], [3, i32(compressed)], [7, header]);
}

export function rowGroup(rows: number, chunks: readonly WrittenChunk[]): ThriftValue {
  const sum = (of: (chunk: WrittenChunk) => number) => chunks.reduce((total, chunk) => total + of(chunk), 0);
  return struct(
    [1, list("struct", chunks.map(columnChunk))],
    [2, i64(sum((chunk) => chunk.uncompressed))],
    [3, i64(rows)],
    [5, i64(chunks[0]?.offset ?? MAGIC.length)],
    [6, i64(sum((chunk) => chunk.compressed))],
  );
}

function columnChunk(chunk: WrittenChunk): ThriftValue {
  const { shape, offset, dataOffset, bounds } = chunk;
  const encodings = dataOffset === undefined ? [ENCODING.rle, ENCODING.plain] : Object.values(ENCODING);
  const statistics = struct(
    [3, i64(chunk.nulls)],
    [5, bounds === undefined ? undefined : binary(bounds.max)],
    [6, bounds === undefined ? undefined : binary(bounds.min)],
  );
  const metadata = struct(
    [1, i32(PHYSICAL[shape.physical])],
    [2, list("i32", encodings.map(i32))],
    [3, list("binary", [text(shape.name)])],
    [4, i32(chunk.codec)],
    [5, i64(chunk.values)],
    [6, i64(chunk.uncompressed)],
    [7, i64(chunk.compressed)],
    [9, i64(dataOffset ?? offset)],
    [11, dataOffset === undefined ? undefined : i64(offset)],
    [12, statistics],
  );
  return struct([2, i64(offset)], [3, metadata]);
}

export interface FileShape {
  readonly shapes: readonly ColumnShape[];
  readonly rows: number;
  readonly rowGroups: readonly ThriftValue[];
  readonly metadata: Readonly<Record<string, string>>;
}

export function fileMetadata({ shapes, rows, rowGroups, metadata }: FileShape): ThriftValue {
  const pairs = Object.entries(metadata).map(([key, value]) => struct([1, text(key)], [2, text(value)]));
  // Bounds of texts are by their bytes, unsigned.
  const typeDefinedOrder = struct([1, struct()]);
  return struct(
    [1, i32(1)],
    [2, schemaOf(shapes)],
    [3, i64(rows)],
    [4, list("struct", rowGroups)],
    [5, list("struct", pairs)],
    [6, text("khien")],
    [
      7,
      list(
        "struct",
        shapes.map(() => typeDefinedOrder),
      ),
    ],
  );
}
