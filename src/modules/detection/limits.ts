/** Bounds of rule imports. SigmaHQ's whole set has 4,000 files and 7 MB. */
export const MAX_RULE_FILES = 50_000;
export const MAX_RULE_FILE_BYTES = 4 * 1024 * 1024;
export const MAX_RULE_ARCHIVE_BYTES = 512 * 1024 * 1024;
/** Characters of rule files held before they are read, by one thread or several. */
export const MAX_RULE_TEXT_HELD = 16 * 1024 * 1024;
/** Largest archive taken in one upload. SigmaHQ's whole set is 2 MB. */
export const MAX_UPLOAD_BYTES = 64 * 1024 * 1024;

/** Own rules, written by hand. */
export const MAX_RULE_TEXT = 256 * 1024;
export const MAX_OWN_RULES = 5_000;
/** Texts kept of one rule; older ones are forgotten, the history keeps that they were. */
export const MAX_VERSIONS_KEPT = 50;

/** Exceptions. */
export const MAX_EXCEPTION_TEXT = 16 * 1024;
export const MAX_EXCEPTION_REASON = 2_000;
export const MAX_EXCEPTION_TESTS = 20;
export const MAX_EXCEPTION_VALUES = 200;
export const MAX_FIELD_NAME = 256;
export const MAX_FIELD_VALUE = 4_096;
/** Not ended ones, of one rule: each is asked at every match of the rule. */
export const MAX_EXCEPTIONS_PER_RULE = 200;
/** An exception that is over is still handed to matching this long: records that arrived before its end may be read again. */
export const EXPIRED_EXCEPTION_KEPT_MS = 7 * 86_400_000;

/** Preview of an exception: findings judged, newest first, and confirmed true positives looked at. */
export const PREVIEW_DAYS = 30;
export const PREVIEW_FINDINGS = 5_000;
export const PREVIEW_TRUE_POSITIVES = 1_000;
/** Events looked at of one finding of a correlation. */
export const PREVIEW_PARTS = 20;
export const PREVIEW_SAMPLE = 20;
/** Events fetched from the lake with one question. */
export const PREVIEW_EVENTS_AT_ONCE = 100;

export const MAX_SUPPRESSION_FIELDS = 8;
export const MAX_SUPPRESSION_MS = 30 * 86_400_000;

/** Documents of one export. */
export const MAX_EXPORTED_RULES = 20_000;

/** A file of values for placeholders. */
export const MAX_PLACEHOLDER_FILE_BYTES = 16 * 1024 * 1024;

/** Documents followed from one correlation through what it names; a hostile import may chain all of its own. */
export const MAX_WALKED = 2_000;
