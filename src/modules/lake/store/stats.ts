import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { CostResponse, LakeStats } from "../schemas.ts";
import type { EventStore } from "./event-store.ts";
import type { Parts } from "./shapes.ts";
import { eventsIn, partsWithin, segmentSource, type TimeRange } from "./read-sql.ts";
import { addSummary, emptySummary } from "./summary.ts";

export async function storeStats(store: EventStore): Promise<LakeStats> {
  const parts = store.parts();
  const total = totalSummary(parts);
  const dir = dirname(parts.segmentDir);
  const [database, log] = await Promise.all(
    ["lake.duckdb", "lake.duckdb.wal"].map((name) => fileBytes(join(dir, name))),
  );
  return {
    events: total.events,
    hotEvents: parts.hot.reduce((sum, file) => sum + file.summary.events, 0),
    segments: parts.segments.length,
    segmentBytes: parts.segments.reduce((sum, segment) => sum + segment.bytes, 0),
    hotBytes: parts.hot.reduce((sum, file) => sum + file.bytes, (database ?? 0) + (log ?? 0)),
    ...(total.events === 0 ? {} : { oldest: iso(total.minTime), newest: iso(total.maxTime) }),
    bySensor: Object.entries(total.sensors)
      .map(([sensor, one]) => ({ sensor, events: one.events, newestIngest: iso(one.newestIngest) }))
      .sort((a, b) => b.events - a.events),
    problems: store.problems.map((problem) => ({ ...problem, at: iso(problem.at) })),
  };
}

/** What a search of this range reads at most, known without reading anything. */
export function storeCost(store: EventStore, range: TimeRange): CostResponse {
  const parts = store.parts();
  const touched = partsWithin(parts, range);
  const sources = new Set(touched.map(({ source }) => source));
  const bytes = parts.segments
    .filter(({ name }) => sources.has(segmentSource(parts, name)))
    .reduce((sum, segment) => sum + segment.bytes, 0);
  const all = totalSummary(parts).events;
  return { events: eventsIn(touched), segments: touched.length, segmentBytes: bytes, ofEvents: all };
}

async function fileBytes(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

export function totalSummary(parts: Parts) {
  const total = emptySummary();
  for (const part of [...parts.segments, ...parts.hot]) addSummary(total, part.summary);
  return total;
}
