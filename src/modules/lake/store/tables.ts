/** The lake's tables inside DuckDB, and the columns an event has in every Parquet file. */

export const EVENT_COLUMNS: readonly (readonly [name: string, type: string])[] = [
  ["id", "VARCHAR"],
  ["time", "BIGINT"],
  ["ingested_at", "BIGINT"],
  ["time_missing", "BOOLEAN"],
  ["sensor", "VARCHAR"],
  ["product", "VARCHAR"],
  ["category", "VARCHAR"],
  ["service", "VARCHAR"],
  ["format", "VARCHAR"],
  ["parse_failure", "VARCHAR"],
  ["exercise_id", "VARCHAR"],
  ["host", "VARCHAR"],
  ["user", "VARCHAR"],
  ["process", "VARCHAR"],
  ["command_line", "VARCHAR"],
  ["parent_process", "VARCHAR"],
  ["src_ip", "VARCHAR"],
  ["src_port", "INTEGER"],
  ["dst_ip", "VARCHAR"],
  ["dst_port", "INTEGER"],
  ["domain", "VARCHAR"],
  ["url", "VARCHAR"],
  ["hash", "VARCHAR"],
  ["email", "VARCHAR"],
  ["file", "VARCHAR"],
  ["fields", "VARCHAR"],
  ["raw", "VARCHAR"],
  ["search", "VARCHAR"],
];

export const FORMAT_VERSION = 1;

/** Every column quoted: `user` is a word of SQL. */
export const COLUMN_LIST = EVENT_COLUMNS.map(([name]) => `"${name}"`).join(", ");

/** Statements that make an empty lake. */
export function createLake(): readonly string[] {
  return [
    // The position is that of the segments; what came after is in the hot files.
    "CREATE TABLE lake_state (format_version INTEGER, position BIGINT)",
    `CREATE TABLE segments (name VARCHAR, sequence INTEGER, up_to BIGINT, bytes BIGINT, sealed_at BIGINT,
       summary VARCHAR)`,
    "CREATE TABLE field_names (name VARCHAR)",
  ];
}

/** A text as a literal; only for names this module makes itself (paths of its own files). */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name of a column in a file for people; inside the store columns have names of our own. */
export function sqlName(name: string): string {
  return `"${name.replaceAll("\0", "").replaceAll('"', '""')}"`;
}
