import type { ContentProblem, FieldScalar, Instant, JournalPosition, LogSource } from "../../kernel/index.ts";
import type {
  ActiveDetection,
  CorrelationFinding,
  CorrelationInput,
  CorrelationPlan,
  CorrelationStats,
  EventOfFinding,
} from "../../modules/detection/matching.ts";
import type { SensorTally } from "../../modules/ingest/parsing.ts";
import type { EncodedEvents, FrameChunk } from "../../modules/lake/encoding.ts";

/** What runs, with the plan that was made of it once for all threads. */
export interface Planned {
  readonly active: ActiveDetection;
  readonly plan: CorrelationPlan;
}

// ── a matching thread ───────────────────────────────────────────────────────────────────────────────────────────────

export type MatchOrder =
  | { readonly kind: "rules"; readonly planned: Planned }
  /** Something after this thread failed: encode the next batch as if it were the first. */
  | { readonly kind: "restart" }
  /** Columns travel beside the encoded events only while somebody looks at events as they come. */
  | { readonly kind: "batch"; readonly chunks: readonly FrameChunk[]; readonly withColumns: boolean }
  /** Only what correlations and suppressions look at: their state is being brought up to date. */
  | { readonly kind: "replay"; readonly chunks: readonly FrameChunk[] };

/** One rule match that raises a finding; `rule` is an index into the rules of the last `rules` order. */
export interface Match {
  readonly event: EventOfFinding;
  readonly rule: number;
  /** Value of the field the rule groups its alerts by, when the event has it. */
  readonly groupBy?: { readonly field: string; readonly value: FieldScalar };
}

export interface SourceTally {
  readonly logsource: LogSource;
  readonly events: number;
  readonly lastAt: Instant;
}

/** Matches hidden by filters; both are ids. */
export interface HiddenTally {
  readonly ruleId: string;
  readonly filterId: string;
  readonly count: number;
  readonly lastAt: Instant;
}

/** What the correlator must see of a batch, in journal order. Batch borders mean nothing to it. */
export type StreamItem =
  /** The first record of a second that was not there before (in this batch; the correlator knows the rest). */
  | { readonly kind: "clock"; readonly at: Instant }
  | { readonly kind: "input"; readonly input: CorrelationInput }
  /** A finding that a suppression may withhold; `match` is its place in the batch's matches, -1 in a replay. */
  | {
      readonly kind: "candidate";
      readonly match: number;
      readonly ruleId: string;
      readonly values: readonly (string | number | null)[];
      readonly receivedAt: Instant;
      readonly exerciseId?: string;
    };

export interface BatchMatched {
  readonly kind: "batch";
  /** What the batch was read from, to be used again. */
  readonly spent: readonly ArrayBuffer[];
  /** The parsed events as the lake takes them: only what matched travels as objects. */
  readonly events: EncodedEvents;
  readonly matches: readonly Match[];
  readonly stream: readonly StreamItem[];
  readonly hidden: readonly HiddenTally[];
  readonly sensors: readonly SensorTally[];
  readonly sources: readonly SourceTally[];
}

export interface RulesTaken {
  readonly kind: "rules";
  readonly count: number;
  readonly rejected: readonly ContentProblem[];
  readonly tookMs: number;
}

export type MatchAnswer =
  | BatchMatched
  | RulesTaken
  | { readonly kind: "restart" }
  | { readonly kind: "replay"; readonly stream: readonly StreamItem[] };

/** What of the journal is still there, and how far its findings are stored. */
export interface JournalExtent {
  readonly oldest: JournalPosition;
  readonly stored: JournalPosition;
}

// ── the correlator thread ───────────────────────────────────────────────────────────────────────────────────────────

export type CorrelatorOrder =
  /**
   * Load the newest good snapshot that is not ahead of `upTo`. When there is none: begin with nothing at `oldest`,
   * with the rules of that place or, when nobody knows them, `fallback`.
   */
  | {
      readonly kind: "restore";
      readonly upTo: JournalPosition;
      readonly oldest: JournalPosition;
      readonly fallback: Planned;
    }
  /** Go on with these rules from here; what is unchanged keeps its state. Not new: on the way of a replay. */
  | { readonly kind: "adopt"; readonly planned: Planned; readonly isNew: boolean }
  | { readonly kind: "run"; readonly stream: readonly StreamItem[]; readonly upTo: JournalPosition }
  /** Make what has been taken so far durable. */
  | { readonly kind: "snapshot"; readonly extent: JournalExtent };

/** Rules that came into force at a position. */
export interface RuleChange {
  readonly position: JournalPosition;
  readonly planned: Planned;
}

export interface Restored {
  readonly kind: "restore";
  /** Where the replay begins; undefined: nothing to go on from. */
  readonly position: JournalPosition | undefined;
  /** The rules the snapshot was made with: the replay must use them. */
  readonly planned: Planned;
  /** And what changed in them on the way. */
  readonly changes: readonly RuleChange[];
  /** Damaged files, by name and what is wrong. */
  readonly damaged: readonly { readonly file: string; readonly reason: string }[];
}

export interface Correlated {
  readonly kind: "run";
  readonly findings: readonly CorrelationFinding[];
  /** Places in the batch's matches that a suppression withholds. */
  readonly withheld: readonly number[];
  readonly suppressed: readonly { readonly ruleId: string; readonly count: number; readonly lastAt: Instant }[];
  readonly load: CorrelatorLoad;
}

/** How much the correlator carries. */
export interface CorrelatorLoad {
  /** Above zero: something waits for time to pass. */
  readonly held: number;
  readonly stats: readonly CorrelationStats[];
}

export interface Snapshotted {
  readonly kind: "snapshot";
  /** Positions of the snapshots on disk, oldest first. */
  readonly positions: readonly JournalPosition[];
  readonly bytes: number;
  readonly tookMs: number;
  /** Why nothing was written. */
  readonly failure?: string;
}

export interface Adopted {
  readonly kind: "adopt";
  readonly load: CorrelatorLoad;
}

export type CorrelatorAnswer = Restored | Adopted | Correlated | Snapshotted;
