/** Events as columns in memory: what is written to a file, and what live tails look at. */

export const TEXT_COLUMNS = [
  "id",
  "sensor",
  "product",
  "category",
  "service",
  "format",
  "parse_failure",
  "exercise_id",
  "host",
  "user",
  "process",
  "command_line",
  "parent_process",
  "src_ip",
  "dst_ip",
  "domain",
  "url",
  "hash",
  "email",
  "file",
  "fields",
  "raw",
  "search",
] as const;
export type TextColumn = (typeof TEXT_COLUMNS)[number];

/** One entry for each event in every column; `Text` is how texts are held. */
export interface EventColumns<Text = string> {
  readonly count: number;
  readonly time: Float64Array;
  readonly ingestedAt: Float64Array;
  readonly timeMissing: Uint8Array;
  /** -1 where there is none. */
  readonly srcPort: Int32Array;
  readonly dstPort: Int32Array;
  readonly texts: Readonly<Record<TextColumn, readonly (Text | undefined)[]>>;
}
