/** Bounds on one content folder. Foreign rule collections hold a few thousand small files. */
export const CONTENT_LIMITS = {
  files: 20_000,
  fileBytes: 1024 * 1024,
  totalBytes: 256 * 1024 * 1024,
  depth: 16,
} as const;

export type ContentLimits = { readonly [Name in keyof typeof CONTENT_LIMITS]: number };
