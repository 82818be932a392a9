/** Systems of one register. A whole ministry with its subordinate units has some thousands. */
export const MAX_SYSTEMS = 100_000;
export const MAX_IDENTIFIERS = 1_000_000;
/** Of one system: what one page can show and one request can carry. */
export const MAX_IDENTIFIERS_OF_SYSTEM = 5_000;
export const MAX_SERVICES_OF_SYSTEM = 200;
export const MAX_CHILDREN_SHOWN = 500;
/** Systems above a system; deeper is a mistake. */
export const MAX_DEPTH = 8;

export const MAX_NAME = 200;
export const MAX_CODE = 64;
export const MAX_PARTY = 300;
export const MAX_NOTES = 4_000;
export const MAX_REASON = 500;
/** A host name is at most 253, an account of a directory 256, a network 43. */
export const MAX_IDENTIFIER = 256;

export const PAGE_LIMIT = 200;
export const HISTORY_PAGE = 100;

/** One file: 50,000 rows of some 250 characters. */
export const MAX_IMPORT_BYTES = 32 * 1024 * 1024;
export const MAX_IMPORT_ROWS = 100_000;
export const MAX_IMPORT_COLUMNS = 64;
export const MAX_IMPORT_CELL = 8_192;
/** Told in a preview; the rest is counted. */
export const MAX_IMPORT_PROBLEMS = 200;
export const MAX_IMPORT_EXAMPLES = 200;

/** A merge can be taken back this long. */
export const MERGE_UNDO_MS = 10 * 60_000;

/** Seen but unregistered: what the lake is asked for, and what one action may take. */
export const MAX_SEEN_DAYS = 90;
export const MAX_SEEN_ROWS = 10_000;
export const MAX_SEEN_AT_ONCE = 500;
export const MAX_SEEN_SENSORS = 5;
export const MAX_IGNORED = 100_000;
/** The lake is asked again at most this often for the same question. */
export const SEEN_FRESH_MS = 60_000;
export const SEEN_TIMEOUT_MS = 60_000;

/** Content of one classification. */
export const MAX_QUESTIONS = 60;
export const MAX_OPTIONS = 80;
export const MAX_CRITERIA = 100;
export const MAX_CONDITION_DEPTH = 8;
export const MAX_ANSWER_NUMBER = 1e12;
export const MAX_ASSESSMENTS_SHOWN = 200;

/** Entities asked about at once. */
export const MAX_IMPORTANCE_ASKED = 1_000;
