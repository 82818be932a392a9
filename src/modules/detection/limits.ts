/** Bounds of rule imports. SigmaHQ's whole set has 4,000 files and 7 MB. */
export const MAX_RULE_FILES = 50_000;
export const MAX_RULE_FILE_BYTES = 4 * 1024 * 1024;
export const MAX_RULE_ARCHIVE_BYTES = 512 * 1024 * 1024;
