/** Bounds of folders and archives from outside. */
export const MAX_ENTRIES = 100_000;
export const MAX_ENTRY_BYTES = 1024 * 1024 * 1024;
export const MAX_TOTAL_BYTES = 8 * 1024 * 1024 * 1024;
/** Unpacked to packed; deflate cannot honestly do better than about a thousand, log text does 10 to 50. */
export const MAX_RATIO = 300;
/** Below this size a high ratio is no threat. */
export const RATIO_FLOOR_BYTES = 16 * 1024 * 1024;
export const MAX_DEPTH = 32;
export const MAX_NAME_LENGTH = 1_024;
/** Archives up to here are unpacked and read at once, which takes a fraction of the time that streaming takes. */
export const MAX_PACKED_AT_ONCE = 16 * 1024 * 1024;
export const MAX_UNPACKED_AT_ONCE = 64 * 1024 * 1024;
