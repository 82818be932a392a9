/** Bounds of the live pipeline. */

/** Records and bytes of one batch: what one thread works on at a time. */
export const BATCH_RECORDS = 4_000;
export const BATCH_BYTES = 8 * 1024 * 1024;
/** Batches read but not yet stored, beyond one for each thread; together they bound the memory between threads. */
export const BATCHES_AHEAD = 1;
/** After a failed step the same records are tried again, a little later each time. */
export const RETRY_MS = [200, 1_000, 5_000, 15_000] as const;
/** How much journal a restart replays at most: a snapshot is written after this time or this many records. */
export const SNAPSHOT_EVERY_MS = 30_000;
export const SNAPSHOT_EVERY_RECORDS = 200_000;
/**
 * Snapshots kept beside those that are still ahead of the stored findings: a restart begins with the newest, and the
 * one before it stands in when that is damaged.
 */
export const SNAPSHOTS_KEPT = 2;
/** Changes of rules remembered for replays; somebody who changes them more often between two snapshots loses the oldest. */
export const MAX_RULE_CHANGES = 1_000;
/** While nothing arrives and a correlation waits for time to pass, the journal gets a tick this often. */
export const TICK_MS = 1_000;
/** Figures of correlations are written this often while they move. */
export const STATS_EVERY_MS = 2_000;
/** Problems of rules told in the log at one time. */
export const PROBLEMS_TOLD = 20;
/** Matching threads when the settings name no number: more than the stores can take in is no use. */
export const MAX_DEFAULT_THREADS = 8;
