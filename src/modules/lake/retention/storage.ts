/** What storage holds, by source, and how long it lasts. */
import { stat, statfs } from "node:fs/promises";
import { toIso } from "../../../kernel/index.ts";
import type { Clock } from "../../../platform/clock/index.ts";
import type { Integrity } from "../integrity/integrity.ts";
import type { StoredSeal } from "../integrity/store.ts";
import type { Journal } from "../journal/journal.ts";
import type { LakeStore } from "../store/lake-store.ts";
import type { SourceShare } from "../store/witness.ts";
import { fits } from "./core/term.ts";
import type { Retention } from "./retention.ts";
import type { Storage } from "./schemas.ts";

export interface StorageDeps {
  readonly integrity: Integrity;
  readonly retention: Retention;
  readonly store: LakeStore;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly recordsFile: string;
}

const DAY_MS = 86_400_000;
/** Growth is what the last days brought; a shorter history is taken as it is, but never as less than a day. */
const GROWTH_DAYS = 7;

export async function storageOf(deps: StorageDeps): Promise<Storage> {
  const { integrity, retention, store, journal, clock } = deps;
  const now = clock.now();
  const [seals, stats, quota, terms, disk, records] = await Promise.all([
    integrity.seals(),
    store.stats(),
    retention.quota(),
    retention.applied(),
    statfs(integrity.segmentDir),
    stat(deps.recordsFile),
  ]);
  const sources = sharesOf(seals, now).map(({ source, ...share }) => ({
    sensor: source.sensor,
    product: source.product,
    category: source.category,
    service: source.service,
    ...share,
    terms: terms.filter((term) => fits(term.sources, source)).map(({ id }) => id),
  }));
  const bytes = seals.reduce((sum, seal) => sum + seal.bytes, 0);
  const leavesBytes = seals.reduce((sum, seal) => sum + seal.leavesBytes, 0);
  const bytesPerDay = sources.reduce((sum, source) => sum + source.bytesPerDay, 0);
  const free = disk.bavail * disk.bsize;
  const room = quota === undefined ? free : Math.min(free, quota - bytes - leavesBytes);
  const { bytes: journalBytes, segments: journalSegments, problemCount, problems } = journal.stats();
  return {
    at: toIso(now),
    sources,
    segments: {
      count: seals.length,
      events: seals.reduce((sum, seal) => sum + seal.events, 0),
      bytes,
      leavesBytes,
      missing: [...integrity.state.missing],
    },
    hot: { events: stats.hotEvents, bytes: stats.hotBytes },
    journal: { bytes: journalBytes, segments: journalSegments, problems: problemCount },
    records: { bytes: records.size },
    disk: { total: disk.blocks * disk.bsize, free },
    bytesPerDay,
    quotaBytes: quota ?? null,
    daysLeft: bytesPerDay === 0 ? null : Math.max(0, Math.round((room / bytesPerDay) * 10) / 10),
    overQuotaBytes: retention.overQuotaBytes,
    lastError: integrity.state.lastError ?? null,
    problems: [
      ...stats.problems.map((problem) => ({ part: "store" as const, ...problem })),
      ...problems.map(({ code, segment, position, resumes, at }) => ({
        part: "journal" as const,
        code,
        detail: `${segment}: ${position}–${resumes}`,
        at: toIso(at),
      })),
    ],
  };
}

function sharesOf(seals: readonly StoredSeal[], now: number) {
  const byKey = new Map<string, { source: SourceShare; stored: number; recent: number; since: number }>();
  for (const seal of seals) {
    const raw = Math.max(
      1,
      seal.sources.reduce((sum, source) => sum + source.rawBytes, 0),
    );
    for (const source of seal.sources) {
      const stored = ((seal.bytes + seal.leavesBytes) * source.rawBytes) / raw;
      const isRecent = source.newestIngest > now - GROWTH_DAYS * DAY_MS;
      const key = JSON.stringify([source.sensor, source.product, source.category, source.service]);
      const known = byKey.get(key);
      byKey.set(key, {
        source: known === undefined ? source : joined(known.source, source),
        stored: (known?.stored ?? 0) + stored,
        recent: (known?.recent ?? 0) + (isRecent ? stored : 0),
        since: Math.min(known?.since ?? now, isRecent ? source.newestIngest : now),
      });
    }
  }
  return [...byKey.values()]
    .map(({ source, stored, recent, since }) => ({
      source,
      events: source.events,
      rawBytes: source.rawBytes,
      storedBytes: Math.round(stored),
      compression: stored === 0 ? 1 : Math.round((source.rawBytes / stored) * 100) / 100,
      oldest: toIso(source.oldest),
      newest: toIso(source.newest),
      bytesPerDay: Math.round(recent / Math.max(1, Math.min(GROWTH_DAYS, (now - since) / DAY_MS))),
    }))
    .sort((one, other) => other.storedBytes - one.storedBytes);
}

function joined(one: SourceShare, other: SourceShare): SourceShare {
  return {
    ...one,
    events: one.events + other.events,
    rawBytes: one.rawBytes + other.rawBytes,
    oldest: Math.min(one.oldest, other.oldest),
    newest: Math.max(one.newest, other.newest),
    newestIngest: Math.max(one.newestIngest, other.newestIngest),
  };
}
