/** What would be dropped now, and why everything else is not. Deciding only: nothing here touches a disk. */
import type { Instant } from "../../../../kernel/index.ts";
import { type AppliedTerm, lapseOf, type SegmentSources } from "./term.ts";

export interface PlannedDrop {
  readonly name: string;
  readonly bytes: number;
  readonly cause: "retention" | "quota";
  readonly terms: readonly string[];
}

export interface RetentionPlan {
  readonly drops: readonly PlannedDrop[];
  /** Due, but held. */
  readonly held: readonly { readonly name: string; readonly holds: readonly string[] }[];
  /** Bytes above the quota that law or holds forbid to drop. */
  readonly overQuotaBytes: number;
}

export interface PlanInput {
  /** Oldest arrival first. */
  readonly segments: readonly SegmentSources[];
  readonly terms: readonly AppliedTerm[];
  readonly quotaBytes: number | undefined;
  readonly now: Instant;
  /** Holds on a segment, by its name. */
  readonly holds: ReadonlyMap<string, readonly string[]>;
}

export function planRetention({ segments, terms, quotaBytes, now, holds }: PlanInput): RetentionPlan {
  const drops: PlannedDrop[] = [];
  const held: { name: string; holds: readonly string[] }[] = [];
  const kept: { segment: SegmentSources; boundUntil: Instant }[] = [];
  for (const segment of segments) {
    const lapse = lapseOf(segment, terms);
    const isDue = lapse.at !== undefined && lapse.at <= now;
    const holding = holds.get(segment.name) ?? [];
    if (isDue && holding.length === 0) {
      drops.push({ name: segment.name, bytes: segment.bytes, cause: "retention", terms: lapse.terms });
      continue;
    }
    if (isDue) held.push({ name: segment.name, holds: holding });
    kept.push({ segment, boundUntil: holding.length > 0 ? Number.POSITIVE_INFINITY : lapse.boundUntil });
  }
  let over = quotaBytes === undefined ? 0 : kept.reduce((sum, { segment }) => sum + segment.bytes, -quotaBytes);
  for (const { segment, boundUntil } of kept) {
    if (over <= 0) break;
    if (boundUntil > now) continue;
    drops.push({ name: segment.name, bytes: segment.bytes, cause: "quota", terms: [] });
    over -= segment.bytes;
  }
  return { drops, held, overQuotaBytes: Math.max(0, over) };
}
