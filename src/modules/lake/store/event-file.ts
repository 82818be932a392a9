/** Events in columns as a Parquet file of one row group, with the columns the lake has everywhere. */
import { tableOf } from "../../../kernel/index.ts";
import { ChunkWriter, type TextValue } from "../columnar/column-chunk.ts";
import { FileWriter } from "../columnar/file.ts";
import type { ColumnShape, Physical, WrittenChunk } from "../columnar/format.ts";
import type { EventColumns, TextColumn } from "./event-columns.ts";
import { type PartSummary, partMetadata } from "./summary.ts";
import { EVENT_COLUMNS } from "./tables.ts";

const PHYSICAL_TYPES = tableOf<Physical>({
  VARCHAR: "text",
  BIGINT: "int64",
  INTEGER: "int32",
  BOOLEAN: "boolean",
});

export const EVENT_SHAPES: readonly ColumnShape[] = EVENT_COLUMNS.map(([name, type]) => {
  const physical = PHYSICAL_TYPES[type];
  if (physical === undefined) throw new Error(`no physical type for ${type}`);
  return { name, physical };
});

/** No two events have the same: a dictionary is not even tried. */
const UNIQUE: ReadonlySet<string> = new Set<TextColumn>(["id", "fields", "raw", "search"]);

export class EventFileWriter {
  readonly #writer = new FileWriter(new ChunkWriter());

  write(
    events: EventColumns<TextValue>,
    about: { summary: PartSummary; fieldNames: readonly string[] },
  ): Uint8Array<ArrayBuffer> {
    return this.#writer.write({
      rows: events.count,
      shapes: EVENT_SHAPES,
      metadata: partMetadata(about.summary, about.fieldNames),
      columns: (writer) => EVENT_SHAPES.map((shape) => writeColumn(writer, shape, events)),
    });
  }
}

function writeColumn(writer: ChunkWriter, shape: ColumnShape, events: EventColumns<TextValue>): WrittenChunk {
  switch (shape.name) {
    case "time":
      return writer.instants(shape, events.time);
    case "ingested_at":
      return writer.instants(shape, events.ingestedAt);
    case "time_missing":
      return writer.flags(shape, events.timeMissing);
    case "src_port":
      return writer.ports(shape, events.srcPort);
    case "dst_port":
      return writer.ports(shape, events.dstPort);
    default:
      return writer.texts(shape, events.texts[shape.name as TextColumn], !UNIQUE.has(shape.name));
  }
}
