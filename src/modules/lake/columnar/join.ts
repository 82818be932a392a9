/**
 * Files joined end to end: the row groups of each are taken over byte for byte, only the places in the metadata move.
 * Nothing is decompressed, so that sealing costs what copying costs.
 */
import { fileMetadata, MAGIC, type ColumnShape } from "./format.ts";
import { footer, openFile } from "./file.ts";
import type { ThriftStruct, ThriftValue } from "./thrift.ts";

const NUM_ROWS = 3;
const ROW_GROUPS = 4;

/** Places in a file, by the number of the field that holds them. */
const ROW_GROUP_PLACES = [5];
const CHUNK_PLACES = [2, 4, 6];
const CHUNK_METADATA = 3;
const CHUNK_METADATA_PLACES = [9, 10, 11, 14];
/** Of a row group in its first file; absent is allowed and always true. */
const ROW_GROUP_ORDINAL = 7;

export class FileJoin {
  readonly #shapes: readonly ColumnShape[];
  readonly #rowGroups: ThriftValue[] = [];
  #rows = 0;
  #length = MAGIC.length;

  constructor(shapes: readonly ColumnShape[]) {
    this.#shapes = shapes;
  }

  /** What a joined file begins with. */
  get head(): Uint8Array {
    return MAGIC;
  }

  /** The part of this file that goes into the joined one, behind what was given before. */
  add(bytes: Uint8Array): Uint8Array {
    const { body, metadata } = openFile(bytes);
    const groups = metadata.get(ROW_GROUPS);
    const rows = metadata.get(NUM_ROWS);
    if (groups?.kind !== "list" || rows?.kind !== "i64") throw new Error("a Parquet file without row groups");
    const moveBy = this.#length - MAGIC.length;
    for (const group of groups.items) this.#rowGroups.push(movedGroup(group, moveBy, this.#shapes.length));
    this.#rows += rows.value;
    this.#length += body.length;
    return body;
  }

  /** What it ends with. */
  end(metadata: Readonly<Record<string, string>>): Uint8Array {
    return footer(fileMetadata({ shapes: this.#shapes, rows: this.#rows, rowGroups: this.#rowGroups, metadata }));
  }
}

function movedGroup(group: ThriftValue, moveBy: number, columns: number): ThriftValue {
  if (group.kind !== "struct") throw new Error("a row group that is none");
  const chunks = group.fields.get(1);
  if (chunks?.kind !== "list" || chunks.items.length !== columns) throw new Error("a row group of other columns");
  const fields = new Map(moved(group.fields, ROW_GROUP_PLACES, moveBy));
  fields.delete(ROW_GROUP_ORDINAL);
  fields.set(1, { ...chunks, items: chunks.items.map((chunk) => movedChunk(chunk, moveBy)) });
  return { kind: "struct", fields };
}

function movedChunk(chunk: ThriftValue, moveBy: number): ThriftValue {
  if (chunk.kind !== "struct") throw new Error("a column chunk that is none");
  const fields = new Map(moved(chunk.fields, CHUNK_PLACES, moveBy));
  const metadata = fields.get(CHUNK_METADATA);
  if (metadata?.kind !== "struct") throw new Error("a column chunk without metadata");
  fields.set(CHUNK_METADATA, { kind: "struct", fields: moved(metadata.fields, CHUNK_METADATA_PLACES, moveBy) });
  return { kind: "struct", fields };
}

function moved(fields: ThriftStruct, places: readonly number[], moveBy: number): ThriftStruct {
  return new Map(
    [...fields].map(([id, value]): [number, ThriftValue] =>
      value.kind === "i64" && places.includes(id) ? [id, { ...value, value: value.value + moveBy }] : [id, value],
    ),
  );
}
