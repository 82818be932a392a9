/** The lake's tables inside DuckDB, and the columns an event has in the hot tables and in Parquet alike. */

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

export function hotTableName(number: number): string {
  return `hot_${number}`;
}

export function createHotTable(number: number): string {
  const columns = EVENT_COLUMNS.map(([name, type]) => `"${name}" ${type}`).join(", ");
  return `CREATE TABLE ${hotTableName(number)} (${columns})`;
}

/** Statements that make an empty lake whose consumer position is `position`. */
export function createLake(): readonly string[] {
  return [
    "CREATE TABLE lake_state (format_version INTEGER, position BIGINT, hot INTEGER)",
    // Rotated hot tables that wait for sealing, with the consumer position they are complete up to.
    "CREATE TABLE rotated (hot INTEGER, up_to BIGINT)",
    `CREATE TABLE segments (name VARCHAR, sequence INTEGER, up_to BIGINT, bytes BIGINT, sealed_at BIGINT,
       summary VARCHAR)`,
    "CREATE TABLE field_names (name VARCHAR)",
  ];
}

/** A text as a literal; only for names this module makes itself (paths of its own files). */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
