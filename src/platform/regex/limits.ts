/** Bounds of imported patterns and of what they are run on. */
export const MAX_PATTERN_LENGTH = 4 * 1024;
/** Longer texts are searched up to here; a log field this long holds a dump, not a command. */
export const MAX_SEARCHED_LENGTH = 1024 * 1024;
/** Compiled patterns kept for reuse. */
export const MAX_COMPILED_PATTERNS = 5_000;
