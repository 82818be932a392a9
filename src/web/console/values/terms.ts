/**
 * Writing terms of the search language (src/modules/lake/core/query/parse.ts): `field:"value"`, a quote inside quotes
 * written twice, a backslash ordinary, side by side means and.
 */
/** One value of one field, as shown on the page. */
export interface FieldValue {
  readonly field: string;
  readonly value: string;
}
export type Pivot = "include" | "exclude" | "only";

const PLAIN_NAME = /^[A-Za-z_@][A-Za-z0-9_.@/-]*$/u;
/** Such a name could be the first part of an IPv6 address. */
const HEXTET_NAME = /^[0-9a-f]{1,4}$/iu;

/** Names the lake reads as columns of every event (src/modules/lake/core/query/columns.ts), in lower case. */
const COLUMN_NAMES = new Set(
  (
    "id time ingested_at time_missing sensor product category service format parse_failure exercise_id host user process " +
    "command_line parent_process src_ip src_port dst_ip dst_port domain url hash email file commandline cmdline " +
    "parentprocess srcip source.ip dstip destination.ip ip srcport source.port dstport destination.port port hostname " +
    "host.name username user.name process.name exercise exerciseid parsefailure ingestedat timemissing"
  ).split(" "),
);

/** How a source's own field is addressed when its name is also a column's. */
export function nativeName(field: string): string {
  return COLUMN_NAMES.has(field.toLowerCase()) ? `fields.${field}` : field;
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

export function term(field: string, value: string): string {
  const name = PLAIN_NAME.test(field) && !HEXTET_NAME.test(field) ? field : quoted(field);
  return `${name}:${quoted(value)}`;
}

function hasOuterOr(query: string): boolean {
  const bare = query.replace(/"(?:[^"]|"")*"/gu, "").replace(/\([^()]*\)/gu, "");
  return /(?:^|\s)or(?=\s)/iu.test(bare);
}

/** Where the commands begin: the first bar outside quotes. */
function searchEnd(query: string): number {
  let isQuoted = false;
  for (let at = 0; at < query.length; at += 1) {
    if (query[at] === '"') isQuoted = !isQuoted;
    else if (query[at] === "|" && !isQuoted) return at;
  }
  return query.length;
}

/** Commands stay: what was counted is counted again, of fewer events. */
export function pivoted(whole: string, pivot: Pivot, { field, value }: FieldValue): string {
  const end = searchEnd(whole);
  if (end < whole.length && pivot !== "only") {
    return `${pivoted(whole.slice(0, end), pivot, { field, value })} ${whole.slice(end)}`;
  }
  const own = pivot === "exclude" ? `not ${term(field, value)}` : term(field, value);
  const rest = whole.trim();
  if (pivot === "only" || rest === "") return own;
  if (rest === own || rest.endsWith(` and ${own}`) || rest.startsWith(`${own} and `)) return rest;
  return `${hasOuterOr(rest) ? `(${rest})` : rest} and ${own}`;
}
