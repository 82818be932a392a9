/** Bounds of parser definitions: of the files, and of what one line may cost whatever the definitions say. */

export const MAX_DEFINITIONS = 2_000;
export const MAX_PATTERNS = 256;
export const MAX_PATTERN_CHARS = 2_000;
/** Groups within groups of one pattern. */
export const MAX_PATTERN_DEPTH = 8;
export const MAX_PROGRAMS = 64;
export const MAX_COLUMNS = 512;
export const MAX_STEPS = 64;
export const MAX_SAMPLES = 256;
/** Longest text a pattern reads; what lies behind stays in the record. */
export const MAX_PATTERN_READ = 16_384;
/** Longest text read as pairs, columns or an extension. */
export const MAX_LIST_READ = 262_144;
/** Second choices (a later place for a literal, the next branch) one pattern may try on one line. */
export const MAX_RETRIES = 128;
/** A parser that hands on to another, that hands on … */
export const MAX_NESTING = 4;
/** Pairs or columns of one record. */
export const MAX_PAIRS = 1_024;
/** Shapes of line starts for which the candidates are remembered. */
export const MAX_SHAPES = 4_096;
/** Characters of a line's start that choose the candidates. */
export const SHAPE_CHARS = 8;
