/**
 * Writing terms of the search language (src/modules/lake/core/query/parse.ts): `field:"value"`, a quote inside quotes
 * written twice, a backslash ordinary, side by side means and.
 */
export type Pivot = "include" | "exclude" | "only";

const PLAIN_NAME = /^[A-Za-z_@][A-Za-z0-9_.@/-]*$/u;
/** Such a name could be the first part of an IPv6 address. */
const HEXTET_NAME = /^[0-9a-f]{1,4}$/iu;

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

export function pivoted(query: string, pivot: Pivot, field: string, value: string): string {
  const own = pivot === "exclude" ? `not ${term(field, value)}` : term(field, value);
  const rest = query.trim();
  if (pivot === "only" || rest === "") return own;
  if (rest === own || rest.endsWith(` and ${own}`) || rest.startsWith(`${own} and `)) return rest;
  return `${hasOuterOr(rest) ? `(${rest})` : rest} and ${own}`;
}
