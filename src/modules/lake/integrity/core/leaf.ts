/**
 * What a leaf of a segment's tree covers: one stored event, every column of it, in one unambiguous text.
 *
 *   khien-event-1 LF  then for each column, in this order:  "-,"  when there is no value, else  LENGTH ":" VALUE ","
 *
 * LENGTH counts bytes of UTF-8; numbers are decimal, truth values `true` or `false`. No value can pass for another
 * column's, because every one states its length. The leaf hash is SHA-256(0x00 ‖ text), RFC 6962 §2.1.
 * The order is part of the format: a new column means `khien-event-2` beside this one.
 */
export const LEAF_COLUMNS = [
  "id",
  "time",
  "ingested_at",
  "time_missing",
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
  "src_port",
  "dst_ip",
  "dst_port",
  "domain",
  "url",
  "hash",
  "email",
  "file",
  "fields",
  "raw",
  "search",
] as const;
export type LeafColumn = (typeof LEAF_COLUMNS)[number];

export const LEAF_FORMAT = "khien-event-1";
export const LEAF_PREFIX = `${LEAF_FORMAT}\n`;

/** An event as its columns, as text; null where it has no value. */
export type LeafValues = Readonly<Record<LeafColumn, string | null>>;

/** `byteLength` of UTF-8 is passed in: this file touches nothing of the machine. */
export function leafText(values: LeafValues, byteLength: (text: string) => number): string {
  let text = LEAF_PREFIX;
  for (const column of LEAF_COLUMNS) {
    const value = values[column];
    text += value === null ? "-," : `${byteLength(value)}:${value},`;
  }
  return text;
}
