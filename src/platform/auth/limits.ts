const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export const SESSION_IDLE_MS = 2 * HOUR_MS;
/** How stale "last seen" and "last used" may be: at most one write a minute for each. */
export const TOUCH_EVERY_MS = MINUTE_MS;
export const MAX_SESSIONS_PER_USER = 20;
export const MAX_DEVICES_PER_USER = 10;
export const DEVICE_DAYS = 180;
export const DEVICE_MS = DEVICE_DAYS * DAY_MS;

/** How long a step of signing in waits for the next one. */
export const PENDING_MS = 5 * MINUTE_MS;
export const CEREMONY_MS = 5 * MINUTE_MS;
export const ENROLMENT_MS = 15 * MINUTE_MS;
/** How long a proof of presence opens dangerous acts. */
export const PROOF_MS = 10 * MINUTE_MS;
export const MAX_TICKETS = 5_000;
export const MAX_TICKETS_PER_PEER = 50;
export const MAX_PASSKEYS_PER_USER = 20;
/** A break-glass session is for getting the ordinary ways in to work again. */
export const BREAK_GLASS_MS = HOUR_MS;
export const MAX_ALARMS_TOLD = 20;
export const MAX_AGENT_CHARS = 200;

export const MAX_USERS = 1_000;
export const MAX_NAME_CHARS = 120;
/** A file of people: rows, its text, and what is told of it at a time. */
export const MAX_IMPORT_ROWS = 5_000;
export const MAX_IMPORT_CHARS = 500_000;
export const MAX_IMPORT_COLUMNS = 32;
export const MAX_IMPORT_CELL = 1_000;
export const MAX_IMPORT_LISTED = 200;
/** Each first password is hashed like any other, which is meant to be slow. */
export const MAX_IMPORTED_NEW = 500;
export const IMPORTS_PER_MINUTE = 20;
export const MAX_TOKENS = 1_000;
export const MAX_SERVICE_ACCOUNTS = 500;
/** A secret and the one that takes over from it. */
export const MAX_OPEN_SECRETS = 2;
/** Own roles and changed built-in ones. */
export const MAX_ROLES = 100;
export const TOKEN_DAY_MS = DAY_MS;

/** Password hashes computed at one time, and callers who may wait for their turn. */
export const MAX_HASHING = 2;
export const MAX_HASHING_WAITING = 32;

/** A person mistypes; a list of passwords does not stop at five. */
export const ACCOUNT_POLICY = {
  freeFailures: 5,
  firstDelayMs: 1_000,
  maxDelayMs: 15 * MINUTE_MS,
  forgetAfterMs: 12 * HOUR_MS,
};
/** Many people may share one address behind a translator or a proxy. */
export const PEER_POLICY = {
  freeFailures: 20,
  firstDelayMs: 1_000,
  maxDelayMs: 15 * MINUTE_MS,
  forgetAfterMs: 12 * HOUR_MS,
};
export const MAX_THROTTLE_ROWS = 20_000;

/** The same refusal of the same caller is written into the audit log once in this time; the next one states how many were not. */
export const DENIAL_REPEAT_MS = MINUTE_MS;
export const MAX_DENIALS_REMEMBERED = 10_000;
