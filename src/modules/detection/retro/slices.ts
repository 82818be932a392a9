/**
 * A range cut into slices of about the same number of events, oldest first. Every question of a hunt is then about
 * one slice: none takes long however much is stored, and reading a million events does not scan the store a thousand
 * times.
 */
import type { Instant } from "../../../kernel/index.ts";
import type { LakeStore, Query } from "../../lake/index.ts";
import { HUNT_QUERY_TIMEOUT_MS, HUNT_SLICE_EVENTS, MAX_SLICE_DEPTH } from "./limits.ts";

export interface Slice {
  readonly from: Instant;
  readonly to: Instant;
  readonly events: number;
}

const BUCKETS = 200;

export interface SliceAsk {
  readonly query: Query;
  readonly from: Instant;
  readonly to: Instant;
  readonly signal: AbortSignal;
}

export async function slicesOf(
  store: Pick<LakeStore, "histogram">,
  ask: SliceAsk & { readonly most?: number },
  depth = 0,
): Promise<Slice[]> {
  const { most = HUNT_SLICE_EVENTS } = ask;
  if (ask.from >= ask.to) return [];
  const { series, bucketMs } = await store.histogram({ ...ask, buckets: BUCKETS, timeoutMs: HUNT_QUERY_TIMEOUT_MS });
  const slices: Slice[] = [];
  for (const { start, count } of series) {
    if (count === 0) continue;
    const from = Math.max(ask.from, Date.parse(start));
    const to = Math.min(ask.to, Date.parse(start) + bucketMs);
    if (count > 2 * most && depth < MAX_SLICE_DEPTH && to - from > 1 && to - from < ask.to - ask.from) {
      slices.push(...(await slicesOf(store, { ...ask, from, to }, depth + 1)));
    } else slices.push({ from, to, events: count });
  }
  return merged(slices, most);
}

function merged(slices: readonly Slice[], most: number): Slice[] {
  const result: Slice[] = [];
  for (const slice of slices) {
    const last = result.at(-1);
    if (last !== undefined && last.events + slice.events <= most) {
      result[result.length - 1] = { from: last.from, to: slice.to, events: last.events + slice.events };
    } else result.push(slice);
  }
  return result;
}
