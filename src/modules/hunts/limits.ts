/** Every bound of hunts in one place. */

export const MAX_SAVED_HUNTS = 2_000;
export const MAX_NAME_CHARACTERS = 200;
export const MAX_DESCRIPTION_CHARACTERS = 4_000;
export const MAX_COLUMNS = 40;

/** Schedules. */
export const SCHEDULE_CHECK_MS = 15_000;
export const MIN_EVERY_MINUTES = 1;
export const MAX_EVERY_MINUTES = 7 * 24 * 60;
export const MAX_LOOKBACK_MS = 31 * 86_400_000;
/** Rows of one run that can become findings; a hunt that finds more is too wide to alert on. */
export const MAX_RAISED_ROWS = 1_000;
export const SCHEDULED_TIMEOUT_MS = 120_000;
/** What a hunt has told is forgotten after this: far beyond any lookback. */
export const FORGET_TOLD_MS = 180 * 86_400_000;

/** Runs of a schedule that are shown, and how long they are kept: a month of one every minute. */
export const MAX_SHOWN_RUNS = 50;
export const KEEP_RUNS_MS = 31 * 86_400_000;
/** Rows shown of what a run would raise now. */
export const MAX_PREVIEW_EXAMPLES = 5;

/** Conditions of a search shown as met by an event, and characters of each value. */
export const MAX_MATCHED_PARTS = 50;
export const MAX_MATCHED_VALUE = 2_000;

export const MAX_LINKS = 20_000;

/** Notebooks. */
export const MAX_NOTEBOOKS = 2_000;
export const MAX_CELLS = 200;
export const MAX_ENTRIES = 5_000;
export const MAX_CELL_CHARACTERS = 65_536;
/** A frozen result: rows and characters of JSON. */
export const MAX_FROZEN_ROWS = 500;
export const MAX_FROZEN_CHARACTERS = 1_000_000;

/** Process trees: levels up, levels and children down, and how far a parent may lie back. */
export const MAX_ANCESTORS = 20;
export const MAX_TREE_LEVELS = 8;
export const MAX_TREE_NODES = 500;
export const TREE_LOOKBACK_MS = 7 * 86_400_000;
export const TREE_LOOKAHEAD_MS = 86_400_000;
export const MAX_TREE_EVENTS = 1_000;

/** Sessions and entity pages. */
export const MAX_SESSION_EVENTS = 1_000;
export const MAX_NEIGHBOURS = 10;
/** The store answers a few searches at once for everybody; one page may not take them all. */
export const QUESTIONS_AT_ONCE = 3;
export const MAX_RECENT_EVENTS = 50;
export const MAX_ENTITY_DAYS = 400;
/** Log-ons of one list, and how many of them are asked after in one question for their ends. */
export const MAX_LOG_ONS = 200;
export const CLOSINGS_PER_QUESTION = 40;
