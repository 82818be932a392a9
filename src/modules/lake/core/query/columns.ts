/**
 * The names a query can use besides the source's own fields, and what they stand for.
 * Matching is case-insensitive. A name not listed here is a native field ("EventID", "TargetUserName");
 * `fields.NAME` forces a native field whose name is taken here.
 */
import { tableOf } from "../../../../kernel/index.ts";

export type ColumnType = "text" | "number" | "flag" | "instant" | "address";

export interface Column {
  /** Name in the store and in field summaries. */
  readonly name: string;
  readonly type: ColumnType;
  readonly kind: "attribute" | "entity";
}

function column<Name extends string>(name: Name, kind: Column["kind"], type: ColumnType = "text") {
  return { name, type, kind };
}

export const COLUMNS = [
  column("id", "attribute"),
  column("time", "attribute", "instant"),
  column("ingested_at", "attribute", "instant"),
  column("time_missing", "attribute", "flag"),
  column("sensor", "attribute"),
  column("product", "attribute"),
  column("category", "attribute"),
  column("service", "attribute"),
  column("format", "attribute"),
  column("parse_failure", "attribute"),
  column("exercise_id", "attribute"),
  column("host", "entity"),
  column("user", "entity"),
  column("process", "entity"),
  column("command_line", "entity"),
  column("parent_process", "entity"),
  column("src_ip", "entity", "address"),
  column("src_port", "entity", "number"),
  column("dst_ip", "entity", "address"),
  column("dst_port", "entity", "number"),
  column("domain", "entity"),
  column("url", "entity"),
  column("hash", "entity"),
  column("email", "entity"),
  column("file", "entity"),
] as const satisfies readonly Column[];

export type ColumnName = (typeof COLUMNS)[number]["name"];

const ALIASES = tableOf<readonly ColumnName[]>({
  commandline: ["command_line"],
  cmdline: ["command_line"],
  parentprocess: ["parent_process"],
  srcip: ["src_ip"],
  "source.ip": ["src_ip"],
  dstip: ["dst_ip"],
  "destination.ip": ["dst_ip"],
  ip: ["src_ip", "dst_ip"],
  srcport: ["src_port"],
  "source.port": ["src_port"],
  dstport: ["dst_port"],
  "destination.port": ["dst_port"],
  port: ["src_port", "dst_port"],
  hostname: ["host"],
  "host.name": ["host"],
  username: ["user"],
  "user.name": ["user"],
  "process.name": ["process"],
  exercise: ["exercise_id"],
  exerciseid: ["exercise_id"],
  parsefailure: ["parse_failure"],
  ingestedat: ["ingested_at"],
  timemissing: ["time_missing"],
});

const BY_NAME: ReadonlyMap<string, readonly Column[]> = new Map<string, readonly Column[]>([
  ...COLUMNS.map((one): [string, readonly Column[]] => [one.name, [one]]),
  ...Object.entries(ALIASES).map(([alias, names]): [string, readonly Column[]] => [
    alias,
    COLUMNS.filter((one) => names.includes(one.name)),
  ]),
]);

export const NATIVE_PREFIX = "fields.";

/** Native names are the same when only case and blanks differ: "Source Name" is `SourceName`, as in Sigma. */
export function looseFieldName(name: string): string {
  return name.replaceAll(" ", "").toLowerCase();
}

export type FieldTarget =
  | { readonly kind: "columns"; readonly columns: readonly Column[] }
  | { readonly kind: "native"; readonly name: string };

export function resolveField(name: string): FieldTarget {
  const key = name.toLowerCase();
  const columns = BY_NAME.get(key);
  if (columns !== undefined) return { kind: "columns", columns };
  return { kind: "native", name: key.startsWith(NATIVE_PREFIX) ? name.slice(NATIVE_PREFIX.length) : name };
}
