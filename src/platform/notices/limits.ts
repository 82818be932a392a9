/** Every bound of notices in one place. */

/** What a person was told is kept as long as a quarter of a year's work may look back on. */
export const KEEP_NOTICES_MS = 90 * 86_400_000;
/** Messages that left are shown this long; dead ones as long as notices. */
export const KEEP_SENT_MS = 30 * 86_400_000;
export const MAX_NOTICES_OF_PERSON = 5_000;
export const MAX_TOLD_AT_ONCE = 500;
/** The same news about the same object within this time is one notice, counted. */
export const SAME_NOTICE_MS = 10 * 60_000;

/** Messages waiting to leave: beyond this people still find them in the program. */
export const MAX_WAITING = 20_000;
export const MAX_DESTINATIONS = 50;
export const MAX_NAME_CHARACTERS = 120;
export const MAX_TITLE_CHARACTERS = 200;
export const MAX_TEMPLATE_CHARACTERS = 2_000;
export const MAX_URL_CHARACTERS = 2_000;
export const MAX_CHOICES = 500;

/** Messages of an hour to one person by one way; the rest is told in one message when the hour is over. */
export const PER_HOUR = { mail: 20, sms: 6, hook: 60 } as const;
export const HOUR_MS = 3_600_000;

/** A turn of the courier. */
export const COURIER_MS = 2_000;
export const TAKEN_AT_ONCE = 200;
export const SENT_AT_ONCE = 4;
export const SEND_TIMEOUT_MS = 15_000;
export const MAX_ANSWER_BYTES = 4_096;

/** Tries: after 30 s, 1 min, 2 min … at most an hour apart; about three hours in all. */
export const MAX_ATTEMPTS = 9;
export const FIRST_RETRY_MS = 30_000;
export const MAX_RETRY_MS = HOUR_MS;

/** One text message of the GSM alphabet. */
export const SMS_CHARACTERS = 160;
export const MAX_SHOWN_LETTERS = 200;
