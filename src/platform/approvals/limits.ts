const HOUR_MS = 3_600_000;

/** A request nobody decides on is void after this. */
export const REQUEST_LIFE_MS = 24 * HOUR_MS;
export const MAX_WAITING = 200;
export const MAX_WAITING_PER_PERSON = 20;
export const MAX_REASON_CHARS = 1_000;
export const MAX_LISTED = 200;
export const MAX_DETAILS_CHARS = 8_000;
/** Who can decide besides the one who asks. */
export const DECIDERS_NEEDED = 2;
export const EXPIRE_EVERY_MS = 60_000;
