/** Plain bytes of one object. Fixed, so that unchanged stretches of growing files are found again. */
export const BLOCK_BYTES = 8 * 1024 * 1024;
/** A snapshot's list, plain. Half a million files. */
export const MAX_SNAPSHOT_BYTES = 256 * 1024 * 1024;
export const MAX_HEADER_BYTES = 16 * 1024;
/** scrypt: 128 MiB and about half a second per guess. */
export const SCRYPT = { N: 2 ** 17, r: 8, p: 1 } as const;
export const MIN_PASSPHRASE_CHARACTERS = 12;
export const ZSTD_LEVEL = 1;
/** A lock is refreshed this often, and taken over when it has not been for so long. */
export const LOCK_REFRESH_MS = 30_000;
export const LOCK_STALE_MS = 900_000;
