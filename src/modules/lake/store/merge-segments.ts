/**
 * Several small segments as one. The new file says which it stands for (`khien_merged`), so that a rebuild from the
 * folder never counts an event twice: files it names are ignored beside it.
 *
 * Order: new file durable → manifest (new in, old out) in one transaction → the log tells → the old files go.
 * After a crash before the manifest, opening removes the new file; after it, integrity goes on where it stopped.
 */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { Fault } from "../../../kernel/index.ts";
import type { Connection } from "./database.ts";
import type { EventStore } from "./event-store.ts";
import { type Segment, segmentFileName, writeSegmentFile } from "./segment-files.ts";
import { addSummary, emptySummary } from "./summary.ts";
import { COLUMN_LIST, sqlText } from "./tables.ts";

export async function mergeSegments(
  connection: Connection,
  store: EventStore,
  names: readonly string[],
): Promise<Segment> {
  const { segments, segmentDir } = store.parts();
  const sources = segments.filter(({ name }) => names.includes(name));
  if (sources.length !== names.length || sources.length < 2) {
    throw new Fault("conflict", "lake.segment.unknown", "a segment that was to be merged is not there any more");
  }
  const summary = emptySummary();
  for (const source of sources) addSummary(summary, source.summary);
  const sequence = segments.reduce((most, segment) => Math.max(most, segment.sequence), 0) + 1;
  const upTo = sources.reduce((most, segment) => Math.max(most, segment.upTo), 0);
  const name = segmentFileName(sequence, upTo);
  const files = sources.map((source) => sqlText(join(segmentDir, source.name))).join(", ");
  await writeSegmentFile(connection, {
    dir: segmentDir,
    name,
    select: `SELECT ${COLUMN_LIST} FROM read_parquet([${files}])`,
    summary,
    fieldNames: [...store.fieldNames()],
    merged: names,
  });
  const merged = { name, sequence, upTo, bytes: (await stat(join(segmentDir, name))).size, summary };
  await store.replaceSegments(new Set(names), merged);
  return merged;
}
