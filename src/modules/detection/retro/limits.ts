/** Bounds of drafts, retro-hunts and back-tests. */

/** Text of a draft, in characters: as much as one rule file may hold is never written by hand. */
export const MAX_DRAFT_CHARACTERS = 256 * 1024;
export const MAX_DRAFT_DOCUMENTS = 32;
/** Pasted log lines of a draft test. */
export const MAX_DRAFT_LINES_CHARACTERS = 1_000_000;
export const MAX_DRAFT_RECORDS = 500;
export const MAX_DRAFT_EVENT_IDS = 100;
/** Values an explanation shows, and characters of each. */
export const MAX_EXPLAINED_VALUE = 4_096;
/** Problems and remarks told about one text. */
export const MAX_TOLD_PROBLEMS = 500;

/** Hunts that wait beside the one that runs; more are refused as busy. */
export const MAX_WAITING_HUNTS = 20;
/** Hunts kept with their results; the oldest finished ones go first. */
export const MAX_KEPT_HUNTS = 200;
/** Matches of one hunt that are kept; those beyond are counted. */
export const MAX_KEPT_MATCHES = 10_000;
/** Events read with one question. */
export const HUNT_PAGE_EVENTS = 500;
/** Stored events one question of a hunt is about: a few seconds' work for the store. */
export const HUNT_WINDOW_EVENTS = 400_000;
/** Preselected events that are read page by page out of one slice. */
export const HUNT_SLICE_EVENTS = 20_000;
export const MAX_SLICE_DEPTH = 6;
/** One question to the store; hunting may wait longer than a person at a screen. */
export const HUNT_QUERY_TIMEOUT_MS = 120_000;
/** Events matched before other work of the server gets its turn. */
export const EVENTS_PER_TURN = 100;
/** Entities remembered for the expected number of alerts; beyond it every finding counts as its own alert. */
export const MAX_TRACKED_ALERTS = 200_000;
export const MAX_TRACKED_HOSTS = 50_000;
export const SHOWN_HOSTS = 10;
/** Days a per-day table may have. */
export const MAX_DAYS = 3_700;
/** How long an alert group is taken to stay open: findings of the same entity within it are one alert. */
export const ALERT_QUIET_MS = 24 * 3_600_000;
/** Two reports of progress are at least this far apart. */
export const PROGRESS_EVERY_MS = 500;
/** Characters of the store query that are shown. */
export const MAX_STORE_QUERY_SHOWN = 4_096;
/** Progress is kept this often: an interrupted hunt says how far it came. */
export const SAVE_EVERY_MS = 5_000;
/** Leaves of a store query made from a rule; beyond it a part becomes "all of this part". */
export const MAX_QUERY_LEAVES = 2_000;
