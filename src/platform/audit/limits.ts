/** Bounds of one entry: what an actor can make the log grow by with one action. */
export const MAX_DETAILS_CHARS = 8_192;
export const MAX_TEXT_CHARS = 1_000;
export const MAX_ITEMS = 50;
export const MAX_DEPTH = 5;
export const MAX_LABEL_CHARS = 200;
/** Entries written in one transaction when many wait. */
export const MAX_GROUP = 500;
/** A signed tree head is put into the heads file at most this long after an entry. */
export const SEAL_AFTER_MS = 1_000;
/** The tree head is told to the operator's log at start, at the end, and at most this often in between. */
export const TELL_HEAD_EVERY_MS = 3_600_000;
/** Rows read at a time while verifying. */
export const VERIFY_BATCH = 500;
