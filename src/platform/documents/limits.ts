/** A report beyond this is no longer read but searched: JSON and CSV are for that. */
export const MAX_BLOCKS = 5_000;
export const MAX_TABLE_CELLS = 12_000;
/** One text: longer ones are cut and say so by an ellipsis. */
export const MAX_TEXT_CHARS = 20_000;
/** Title, marking and foot: what stands on every page must leave room for the page. */
export const MAX_LINE_CHARS = 200;
/** All texts together: some 500 pages. */
export const MAX_PAPER_CHARS = 1_000_000;
/** A run without a space that is longer than this may be broken anywhere: hashes, addresses, hostile text. */
export const MAX_WORD_CHARS = 24;
/** Papers asked for while others are laid out. */
export const MAX_WAITING = 8;
/** A paper at its bounds takes about ten seconds on a slow machine. */
export const MAX_PRINT_MS = 60_000;
export const MAX_HEAP_MB = 512;
