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
/** Alerts weighed in one transaction: others wait for it. */
export const REWEIGHED_AT_ONCE = 250;
/** Alerts counted for one list; more are told as "at least". The count walks an index. */
export const COUNTED_ALERTS = 100_000;
