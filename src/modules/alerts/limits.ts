/** Findings kept one by one under an alert; beyond it they are only counted. */
export const FINDINGS_KEPT_PER_ALERT = 10_000;
/** How long an action can be undone. */
export const UNDO_WINDOW_MS = 10 * 60_000;
/** Longest entity value used as a grouping key, in characters. */
export const ENTITY_VALUE_LENGTH = 512;
/** Rows of one export. */
export const EXPORT_ROWS = 100_000;
/** Findings looked at for the marks of one view of a host. */
export const MARKED_FINDINGS = 2_000;
/** Values a group may be split by, the most frequent first. */
export const PARTS_OF_GROUP = 200;
/** Alerts merged in one go. */
export const MERGED_AT_ONCE = 100;
/** People one note may call. */
export const MENTIONED_AT_ONCE = 20;
/** Sleeping alerts woken in one turn of the job, and old ones folded in one. */
export const WOKEN_AT_ONCE = 500;
/** Slices of time figures are read in; others have their turn in between. */
export const METRIC_SLICES = 64;
/** Pieces a range is drawn in, and rules or people listed beside it. */
export const METRIC_BUCKETS = 30;
export const METRIC_GROUPS = 100;
/** Longest range figures are asked of. */
export const METRIC_RANGE_MS = 2 * 366 * 86_400_000;
/** Saved queues of one person, and alerts counted for each: the bar shows them all at once. */
export const QUEUES_OF_PERSON = 30;
/** With what colleagues share. */
export const QUEUES_SEEN = 60;
export const QUEUE_COUNTED = 1_000;
/** Alerts weighed in one transaction: others wait for it. */
export const REWEIGHED_AT_ONCE = 250;
/** Alerts counted for one list; more are told as "at least". The count walks an index. */
export const COUNTED_ALERTS = 100_000;
/** Entities of an alert that others are looked for by, and alerts drawn around it. */
export const RELATED_LANES = 12;
export const RELATED_ALERTS = 200;
/** Merged alerts that are looked at as part of the one they live in. */
export const FAMILY_LOOKED_AT = 500;
/** Alerts compared as possible duplicates of one, findings looked at of each, and how many are told. */
export const DUPLICATES_LOOKED_AT = 24;
export const DUPLICATE_FINDINGS = 100;
export const DUPLICATE_EVENTS = 300;
export const DUPLICATES_TOLD = 5;
/** Alerts that duplicate one another lie this deep at most. */
export const DUPLICATE_DEPTH = 32;
