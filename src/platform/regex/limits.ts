/** Bounds of imported patterns and of what they are run on. */
export const MAX_PATTERN_LENGTH = 4 * 1024;
/** Instructions of a compiled pattern; counted repetitions are written out by the engine and make it large. */
export const MAX_PROGRAM_SIZE = 2_500;
/** Longer texts are searched up to here; a log field this long holds a dump, not a command. */
export const MAX_SEARCHED_LENGTH = 1024 * 1024;
/** Characters × instructions one search may take: a large pattern searches the beginning of a long text only. */
export const MAX_SEARCH_STEPS = 16 * 1024 * 1024;
/** Compiled patterns kept for reuse. */
export const MAX_COMPILED_PATTERNS = 5_000;
/** Steps per character a backtracking search may need at most; beyond it the linear-time engine is the faster one. */
export const MAX_STEPS_PER_CHARACTER = 256;
/** Parts of a pattern that may run natively, repeated groups written out. */
export const MAX_NATIVE_NODES = 400;
