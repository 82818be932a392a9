import { DEDUP_GENERATION_IDS } from "../limits.ts";
import type { Parts } from "./shapes.ts";
import { sqlText } from "./tables.ts";

/** Files with the latest events, oldest first, as many as repetitions are known among. */
export function recentSources({ segments, hot, segmentDir }: Parts): readonly string[] {
  let events = hot.reduce((sum, file) => sum + file.summary.events, 0);
  const sources = hot.map((file) => `read_parquet(${sqlText(file.path)})`);
  for (const segment of segments.toReversed()) {
    if (events >= DEDUP_GENERATION_IDS) break;
    sources.unshift(`read_parquet(${sqlText(`${segmentDir}/${segment.name}`)})`);
    events += segment.summary.events;
  }
  return sources;
}
