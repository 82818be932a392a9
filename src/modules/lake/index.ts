/** The lake: journal, event store, search. The only door of this module. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Fault, Instant } from "../../kernel/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import { type Migration, readMigrations } from "../../platform/db/index.ts";
import { type Journal, openJournal } from "./journal/journal.ts";
import type { JournalProblem } from "./journal/segments.ts";
import { DEFAULT_SEAL_LIMITS, SEAL_CHECK_MS } from "./limits.ts";
import type { SealLimits } from "./store/shapes.ts";
import { type LakeStore, openLakeStore } from "./store/lake-store.ts";

export {
  ALL,
  type Cell,
  evaluatePipeline,
  fieldEquals,
  parsePipeline,
  type ParsedPipeline,
  type Pipeline,
  printPipeline,
  relativeInstant,
  spanMs,
  type TableColumn,
  type FieldTest,
  matches,
  parseQuery,
  type ParseResult,
  type Pattern,
  type PatternPiece,
  printQuery,
  type Query,
  type QueryError,
  resolveField,
  valuesOf,
} from "./core/query/index.ts";
export { rangeOf } from "./asked-range.ts";
export { eventRoutes } from "./http.ts";
export { Integrity, segmentDirOf } from "./integrity/integrity.ts";
export { leafText } from "./integrity/core/leaf.ts";
export { flawOfProof, type ProofFlaw, proveEvent } from "./integrity/proof.ts";
export { EventProof } from "./integrity/schemas.ts";
export { SegmentChecks } from "./integrity/segment-checks.ts";
export { LEDGER_VERBS, type LedgerVerb, readLedger } from "./integrity/core/ledger.ts";
export { chainOf } from "./integrity/integrity.ts";
export { type SegmentVerification, verifySegments } from "./integrity/verify.ts";
export { checkSegment as checkJournalSegment, firstPositionOf } from "./journal/segment.ts";
export { MERGE_EVERY_MS, RECONCILE_EVERY_MS, RETENTION_EVERY_MS } from "./limits.ts";
export { RELEASE_HOLD, retentionKinds } from "./retention/governed.ts";
export { Retention } from "./retention/retention.ts";
export { storageRoutes } from "./retention/routes.ts";
export { loadRetentionRules } from "./retention/rules.ts";
export { storageOf } from "./retention/storage.ts";
export { type LakeProbe, probeLake } from "./store/lock-probe.ts";
export { type Journal, type JournalOptions, type JournalStats, openJournal } from "./journal/journal.ts";
export type { FrameChunk, JournalBatch, JournalFrames, ReadLimits } from "./journal/reader.ts";
export type { JournalProblem } from "./journal/segments.ts";
export * from "./schemas.ts";
export { type EncodedEvents, EventEncoder } from "./store/encoded-events.ts";
export type { Appended, SealLimits } from "./store/shapes.ts";
export type { AskOptions, LakeStore, RangeAsk } from "./store/lake-store.ts";
export { sqlCondition } from "./store/sql-condition.ts";

export const lakeMigrations: Migration[] = readMigrations("lake", new URL("./integrity/migrations/", import.meta.url));

export interface LakeOptions {
  /** Holds `events/` (database and segments) and, unless given, `journal/`. */
  readonly dir: string;
  readonly journalDir?: string;
  readonly clock: Clock;
  readonly memoryLimitMb?: number;
  readonly seal?: Partial<SealLimits>;
  readonly journalSegmentBytes?: number;
  /** Damage found in the journal: reported, never fatal. */
  readonly onJournalProblem?: (problem: JournalProblem, at: Instant) => void;
  /** The store's worker ended by itself; nothing can be stored or searched until the process restarts. */
  readonly onStoreEnd?: (fault: Fault) => void;
}

export interface Lake {
  readonly journal: Journal;
  readonly store: LakeStore;
  /** Drops journal segments whose records all lie in sealed event segments. */
  trimJournal(): Promise<void>;
  close(): Promise<void>;
}

/** The store first: its lock keeps a second process away from the journal too, and it knows the position. */
export async function openLake(options: LakeOptions): Promise<Lake> {
  const { clock, onJournalProblem } = options;
  await mkdir(options.dir, { recursive: true, mode: 0o700 });
  const store = await openLakeStore({
    dir: join(options.dir, "events"),
    ...(options.memoryLimitMb === undefined ? {} : { memoryLimitMb: options.memoryLimitMb }),
    limits: { ...DEFAULT_SEAL_LIMITS, ...options.seal },
    sealCheckMs: SEAL_CHECK_MS,
    onEnd: (fault) => options.onStoreEnd?.(fault),
  });
  try {
    const journal = await openJournal({
      dir: options.journalDir ?? join(options.dir, "journal"),
      clock,
      atLeast: store.position(),
      ...(options.journalSegmentBytes === undefined ? {} : { segmentBytes: options.journalSegmentBytes }),
      ...(onJournalProblem === undefined ? {} : { onProblem: (problem) => onJournalProblem(problem, clock.now()) }),
    });
    return {
      journal,
      store,
      trimJournal: () => journal.trim(store.trimmablePosition()),
      close: async () => {
        await journal.close();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}
