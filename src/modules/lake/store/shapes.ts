/** What the store's writing side takes and tells. */
import type { Instant, JournalPosition } from "../../../kernel/index.ts";
import type { HotFile } from "./hot-files.ts";
import type { Segment } from "./segment-files.ts";

export interface SealLimits {
  readonly events: number;
  readonly characters: number;
  readonly ageMs: number;
  /** Below this many events old files may wait `slowAgeMs`, so that quiet nights make no tiny files. */
  readonly fewEvents: number;
  readonly slowAgeMs: number;
}

export interface Appended {
  readonly stored: number;
  readonly duplicates: number;
  /** Places in the batch, ascending. */
  readonly duplicateIndexes: readonly number[];
  readonly position: JournalPosition;
  /** Everything before it is in sealed segments. */
  readonly trimmable: JournalPosition;
}

/** Of the journal. */
export interface Stretch {
  readonly from?: JournalPosition | undefined;
  readonly upTo: JournalPosition;
}

/** A consistent view of where events are. Its files stay for a while after they were sealed or merged. */
export interface Parts {
  readonly segments: readonly Segment[];
  /** Segments that cannot be read: their events are left out. */
  readonly isolated: readonly Segment[];
  readonly hot: readonly HotFile[];
  readonly segmentDir: string;
}

export interface StoreProblem {
  readonly code:
    | "database_rebuilt"
    | "segment_damaged"
    | "segment_missing"
    | "segment_unknown"
    | "segment_unreadable"
    | "hot_file_damaged"
    | "merge_failed"
    | "seal_failed";
  readonly detail: string;
  readonly at: Instant;
}
