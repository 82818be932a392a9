/** Bounds of parsing. One hostile record may cost at most this; the bounds of doors and files are in ../limits.ts. */

/** Longest record parsed, in UTF-16 units. A longer one is kept as raw. Above the line limit, so joined audit records fit. */
export const MAX_RECORD_CHARS = 4 * 1024 * 1024;
/** Fields of one event. The rest of the record stays searchable in `raw`. */
export const MAX_FIELDS = 2_000;
/** Nesting of JSON that becomes dotted names. */
export const MAX_DEPTH = 16;
/** Values kept under one name (lists, repeated audit keys). */
export const MAX_VALUES = 512;
/** Longest field name. */
export const MAX_NAME_CHARS = 512;
/** Lines of one joined audit event; a larger event is handed on in parts. */
export const MAX_AUDIT_LINES = 128;
/** Audit events waiting for their last line at once. */
export const MAX_AUDIT_OPEN = 64;
/** Elements of one event XML. */
export const MAX_XML_ELEMENTS = 4_000;
/** Log-source objects remembered, so that events share them. Hostile channel names beyond this are not remembered. */
export const MAX_LOGSOURCES = 4_096;
/** Field names remembered as needing no rewriting. */
export const MAX_PLAIN_NAMES = 16_384;
