/** Every bound of the lake in one place. Numbers are per call unless they say otherwise. */

/** Journal: one record on disk, header excluded. A 100 MB line is refused at the door long before. */
export const MAX_RECORD_BYTES = 8 * 1024 * 1024;
/** Journal: bytes waiting for their fsync; beyond it `append` answers "busy". */
export const MAX_BYTES_IN_FLIGHT = 64 * 1024 * 1024;
/** Journal: bytes written before one fsync; bounds how long a single group can take. */
export const MAX_GROUP_BYTES = 16 * 1024 * 1024;
export const JOURNAL_SEGMENT_BYTES = 128 * 1024 * 1024;
/** Journal: problems remembered for `stats`; older ones are only counted. */
export const MAX_JOURNAL_PROBLEMS = 100;

/** Query language. */
export const MAX_QUERY_CHARACTERS = 4_096;
export const MAX_QUERY_TERMS = 200;
export const MAX_QUERY_DEPTH = 40;

/** Commands after a search. */
export const MAX_PIPE_STAGES = 12;
/** Names in one list: measures and keys together. */
export const MAX_PIPE_FIELDS = 20;
/** Rows a table gives; `truncated` says when there are more. */
export const MAX_PIPE_ROWS = 10_000;
export const DEFAULT_HEAD_ROWS = 10;
export const DEFAULT_TOP_ROWS = 10;
export const MAX_RANKED_VALUES = 1_000;
export const MAX_SEQUENCE_STEPS = 5;
/** Events of all steps together that a sequence is looked for in; more are refused, because a part would lie. */
export const MAX_SEQUENCE_EVENTS = 1_000_000;
/** Longest text of a cell. */
export const MAX_CELL_CHARACTERS = 1_024;
/** Different values `values()` shows. */
export const MAX_LISTED_VALUES = 20;
/** Buckets of a timeline. */
export const MAX_TIMELINE_BUCKETS = 2_000;
export const DEFAULT_TIMELINE_BUCKETS = 60;

/** Answers. */
/** Damaged segments an answer names; it counts the events of all. */
export const MAX_LEFT_OUT_NAMED = 20;
export const MAX_SEARCH_ROWS = 1_000;
export const DEFAULT_SEARCH_ROWS = 100;
export const MAX_HISTOGRAM_BUCKETS = 500;
export const MAX_TOP_VALUES = 200;
export const MAX_AROUND_ROWS = 500;
export const MAX_AROUND_WINDOW_MS = 24 * 3_600_000;
/** Events looked at for the field summary; the answer says when it is a sample. */
export const FIELD_SUMMARY_SAMPLE = 5_000;
export const FIELD_SUMMARY_FIELDS = 200;
export const FIELD_SUMMARY_VALUES = 10;
/** Suggestions while typing, and the events their values are counted in. */
export const MAX_SUGGESTIONS = 30;
export const SUGGEST_SAMPLE = 20_000;
/** Longest value shown in summaries and top lists; longer ones are cut and end in "…". */
export const MAX_VALUE_CHARACTERS = 256;

export const DEFAULT_QUERY_TIMEOUT_MS = 30_000;
/** Queries that may wait or run at once; more are refused as busy. */
export const MAX_OPEN_QUERIES = 16;

/** Store: events in one `append`. */
export const MAX_APPEND_EVENTS = 50_000;
/**
 * When a hot table becomes a segment. Characters of raw text bound the memory of sorting and compressing it;
 * an hour bounds how much journal a rebuild has to replay, a day does when the hour brought next to nothing.
 */
export const DEFAULT_SEAL_LIMITS = {
  events: 500_000,
  characters: 192 * 1024 * 1024,
  ageMs: 3_600_000,
  fewEvents: 10_000,
  slowAgeMs: 24 * 3_600_000,
} as const;
export const SEAL_CHECK_MS = 60_000;
/** Segments whose leaves wait in memory, 48 bytes an event, for the log to be told; others are read for them. */
export const MAX_INVENTORIES = 4;
/** Native field names the lake remembers for case-insensitive lookup; a name beyond is found as written. */
export const MAX_FIELD_NAMES = 20_000;
/** Spellings of one field name looked at by a query. */
export const MAX_FIELD_SPELLINGS = 16;
/** Ids remembered against retries: the latest this many to twice this many events. 2^22 slots of 8 bytes, twice. */
export const DEDUP_GENERATION_IDS = 2_500_000;
export const MAX_STORE_PROBLEMS = 100;
/** Hot files below this many events are put together when so many have gathered that searches would notice. */
export const SMALL_HOT_FILE_EVENTS = 1_000;
export const MIN_MERGED_FILES = 16;
/** Files that were sealed or merged stay this long for the searches that were planned with them. */
export const RETIRED_FILE_MS = 60_000;
/** Queries that run at once. Each occupies a thread of the process-wide pool that file operations need too. */
export const MAX_RUNNING_QUERIES = 2;

/** Exports: rows of text formats, and of Parquet, which the engine writes by itself. */
export const MAX_EXPORT_ROWS = 100_000;
export const MAX_PARQUET_ROWS = 1_000_000;
export const EXPORT_TIMEOUT_MS = 300_000;

/** Live tail: readers at once, events handed to one in a second, and the time one batch may take to be looked through. */
export const MAX_TAILS = 20;
export const TAIL_EVENTS_PER_SECOND = 50;
export const TAIL_BATCH_MS = 20;

/** Retention terms, and legal holds in force: each is looked for in every segment that is due. */
export const MAX_TERMS = 500;
export const MAX_HOLDS = 200;
/** How often the log is told of new segments, and terms are looked at. */
export const RECONCILE_EVERY_MS = 5_000;
export const RETENTION_EVERY_MS = 600_000;
export const MERGE_EVERY_MS = 300_000;
