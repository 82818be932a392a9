/** What storage holds, by source, and how long it lasts. */
import { stat, statfs } from "node:fs/promises";
import { toIso } from "../../../kernel/index.ts";
import type { Clock } from "../../../platform/clock/index.ts";
import type { Integrity } from "../integrity/integrity.ts";
import type { Journal } from "../journal/journal.ts";
import type { LakeStore } from "../store/lake-store.ts";
import type { Retention } from "./retention.ts";
import type { Storage } from "./schemas.ts";
import { daysOf, sourcesOf, TOLD_DAYS } from "./shares.ts";

export interface StorageDeps {
  readonly integrity: Integrity;
  readonly retention: Retention;
  readonly store: LakeStore;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly recordsFile: string;
}

const DAY_MS = 86_400_000;

export async function storageOf(deps: StorageDeps): Promise<Storage> {
  const { integrity, retention, store, journal, clock } = deps;
  const now = clock.now();
  const [seals, arrivals, stats, quota, terms, disk, records] = await Promise.all([
    integrity.seals(),
    integrity.arrivals(now - TOLD_DAYS * DAY_MS),
    store.stats(),
    retention.quota(),
    retention.applied(),
    statfs(integrity.segmentDir),
    stat(deps.recordsFile),
  ]);
  const sources = sourcesOf({ seals, arrivals, terms, now });
  const bytes = seals.reduce((sum, seal) => sum + seal.bytes, 0);
  const leavesBytes = seals.reduce((sum, seal) => sum + seal.leavesBytes, 0);
  const bytesPerDay = sources.reduce((sum, source) => sum + source.bytesPerDay, 0);
  const free = disk.bavail * disk.bsize;
  const room = quota === undefined ? free : Math.min(free, quota - bytes - leavesBytes);
  const { bytes: journalBytes, segments: journalSegments, problemCount, problems } = journal.stats();
  return {
    at: toIso(now),
    sources,
    days: daysOf(arrivals, now),
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
      ...stats.problems.map(({ code, detail, at }) => ({ part: "store" as const, code, params: { detail }, at })),
      ...problems.map(({ code, segment, position, resumes, bytes: lost, at }) => ({
        part: "journal" as const,
        code,
        params: { segment, position, resumes, bytes: lost },
        at: toIso(at),
      })),
    ],
  };
}
