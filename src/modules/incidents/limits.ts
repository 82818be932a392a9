/** Every bound of cases in one place. */

export const MAX_TITLE = 200;
export const MAX_SUMMARY = 20_000;
export const MAX_REASON = 2_000;
/** A closing summary shorter than this says nothing to who reads it next year. */
export const MIN_CLOSING_SUMMARY = 20;
export const MAX_TAGS = 30;
export const MAX_TAG = 60;
/** People of a case: deputies, watchers, named people of a restricted one. */
export const MAX_PEOPLE = 100;
export const MAX_TEXT = 20_000;
export const MAX_SHORT_TEXT = 500;
export const MAX_MARKDOWN = 65_536;
export const MAX_MENTIONS = 50;
export const MAX_CITED_FACTS = 100;

/** Cases read through as one; who merges more has another tool in mind. */
export const MAX_MERGED_CASES = 100;

/** Alerts put into a case at once, and in all. */
export const MAX_ALERTS_AT_ONCE = 200;
export const MAX_ALERTS_PER_CASE = 2_000;
/** Parts of a case: a year of a large intrusion is some thousands of facts. */
export const MAX_PARTS_PER_CASE = 10_000;
/** Facts that an alert brings by itself: its newest matches; the rest stays in the alert. */
export const FACTS_PER_ALERT = 5;
export const MAX_HISTORY_SHOWN = 1_000;

export const EXPORT_ROWS = 20_000;
export const EXPORT_PAGE = 500;

/** Similar cases: candidates that share something, and how many are told. */
export const MAX_SHARED_ROWS = 2_000;
export const MAX_SIMILAR = 10;
export const MAX_COMPARED_ENTITIES = 200;

/** The link graph: what can be read at once. */
export const MAX_GRAPH_ALERTS = 40;
export const MAX_GRAPH_ENTITIES = 40;
export const MAX_GRAPH_CASES = 12;

/** Cases asked after by alert ids in one call. */
export const MAX_ALERT_LINKS = 500;

export const MAX_TEMPLATE_TASKS = 40;

/** Evidence: one file, all of a case, entries of its custody. */
export const MAX_FILE_BYTES = 512 * 1024 * 1024;
export const MAX_EVIDENCE_PER_CASE = 2_000;
export const MAX_CUSTODY_SHOWN = 2_000;
export const MAX_EVENTS_AT_ONCE = 100;
/** As many as one hold can name. */
export const MAX_HELD_EVENTS = 1_000;
export const MAX_FILE_NAME = 200;
/** Enough of a file to tell what it is; a tar says so only in its 258th byte, an ISO image at 32,769. */
export const SNIFFED_BYTES = 33_000;
/** The bag is made while it is sent; this many at once are read from disk. */
export const BAGS_PER_MINUTE = 6;
