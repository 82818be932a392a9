/**
 * A query tree as a SQL condition over one event row. Values are parameters, always; the only texts that become SQL
 * are column names from our own list. NULL counts as false: `not` says so itself, and elsewhere a plain leaf lets the
 * reader rule out parts by their statistics.
 * The rules are those of core/query/evaluate.ts; a property test holds the two together.
 */
import { IPV4_PATTERN, parseNetwork } from "../core/query/address.ts";
import { type Column, resolveField } from "../core/query/columns.ts";
import { lower } from "../core/query/fold.ts";
import { freeTextPatterns } from "../core/query/free-text.ts";
import { inJson } from "../core/query/evaluate.ts";
import { type Period, testedPeriod } from "../core/query/time-words.ts";
import type { CompareOp, FieldTest, Pattern, Query } from "../core/query/tree.ts";
import { isNumeric, mapLiterals, NUMBER_PATTERN } from "../core/query/value.ts";

export type SqlValue = string | number | bigint;

/** Collects parameters of one statement; `$p1`, `$p2` … */
export class Parameters {
  readonly values: Record<string, SqlValue> = {};
  #count = 0;

  add(value: SqlValue): string {
    this.#count += 1;
    this.values[`p${this.#count}`] = value;
    return `$p${this.#count}`;
  }
}

/** Spellings of a native field name that occur in the lake. */
export type Spellings = (name: string) => readonly string[];

export interface PredicateContext {
  readonly parameters: Parameters;
  readonly spellings: Spellings;
}

export const FIELDS_TEXT = 'coalesce("fields", "raw")';

export function predicate(query: Query, context: PredicateContext): string {
  switch (query.kind) {
    case "all":
      return "true";
    case "and":
    case "or":
      return `(${query.items.map((item) => predicate(item, context)).join(query.kind === "and" ? " AND " : " OR ")})`;
    case "not":
      return `(NOT coalesce(${predicate(query.item, context)}, false))`;
    case "text":
      return freeText(query.pattern, context.parameters);
    case "content":
      return contentHolds(query, context.parameters);
    case "field":
      return fieldPredicate(query.field, query.test, context);
  }
}

/** `search` is stored only where it is not simply the lower-cased raw text. */
function freeText(pattern: Pattern, parameters: Parameters): string {
  const alternatives = freeTextPatterns(pattern).map((one) =>
    textMatches(`coalesce("search", lower("raw"))`, ["many", ...one, "many"], parameters),
  );
  return `(${alternatives.join(" OR ")})`;
}

/** Beyond this many texts one regular expression reads the record once instead of once for each. */
const MAX_SEPARATE_TEXTS = 3;

function contentHolds({ anyOf, fieldsOnly }: Query & { kind: "content" }, parameters: Parameters): string {
  const within = (value: string, texts: readonly string[]): string => {
    if (texts.length <= MAX_SEPARATE_TEXTS) {
      return texts.map((text) => `contains(lower(${value}), ${parameters.add(lower(text))})`).join(" OR ");
    }
    const alternatives = texts.map((text) => lower(text).replace(REGEX_SYNTAX, "\\$&")).join("|");
    return `regexp_matches(lower(${value}), ${parameters.add(alternatives)}, 's')`;
  };
  if (anyOf.length === 0) return "false";
  const fields = within(FIELDS_TEXT, anyOf.map(inJson));
  if (fieldsOnly) return `(${fields})`;
  // Where the fields are the raw record itself, a text that JSON writes as it is need not be looked for twice.
  const sameInJson = anyOf.every((text) => inJson(text) === text);
  const raw = sameInJson ? `("fields" IS NOT NULL AND (${within('"raw"', anyOf)}))` : within('"raw"', anyOf);
  return `(${fields} OR ${raw})`;
}

function fieldPredicate(field: string, test: FieldTest, context: PredicateContext): string {
  const target = resolveField(field);
  const leaves =
    target.kind === "columns"
      ? target.columns.map((column) => columnPredicate(column, test, context.parameters))
      : context.spellings(target.name).map((name) => nativePredicate(name, test, context.parameters));
  return leaves.length === 0 ? "false" : `(${leaves.join(" OR ")})`;
}

function columnPredicate(column: Column, test: FieldTest, parameters: Parameters): string {
  const name = `"${column.name}"`;
  if (test.kind === "exists") return `(${name} IS NOT NULL)`;
  if (column.type === "number" && test.kind === "compare" && isNumeric(test.value)) {
    return `(${name} ${test.op} ${parameters.add(Number(test.value))}::DOUBLE)`;
  }
  const period = column.type === "instant" ? testedPeriod(test) : undefined;
  if (period !== undefined) return periodTest(name, period, parameters);
  return valuePredicate(columnText(column), test, parameters);
}

/** On the milliseconds themselves, so that the reader can rule out row groups by it. */
export function periodTest(name: string, period: Partial<Period>, parameters: Parameters): string {
  const ends: string[] = [];
  if (period.from !== undefined) ends.push(`${name} >= ${parameters.add(BigInt(period.from))}`);
  if (period.to !== undefined) ends.push(`${name} < ${parameters.add(BigInt(period.to))}`);
  return ends.length === 0 ? `(${name} IS NOT NULL)` : `(${ends.join(" AND ")})`;
}

export function instantText(ms: string): string {
  return `strftime(make_timestamp_ms(${ms}), '%Y-%m-%dT%H:%M:%S.%gZ')`;
}

/** Column value as the text people see. */
export function columnText(column: Column): string {
  const name = `"${column.name}"`;
  switch (column.type) {
    case "instant":
      return instantText(name);
    case "number":
    case "flag":
      return `CAST(${name} AS VARCHAR)`;
    case "text":
    case "address":
      return name;
  }
}

function nativePredicate(name: string, test: FieldTest, parameters: Parameters): string {
  const path = parameters.add(jsonPointer(name));
  const scalar = `json_extract_string(${FIELDS_TEXT}, ${path})`;
  const list = `json_extract_string(json_extract(${FIELDS_TEXT}, ${path}), '$[*]')`;
  const one = test.kind === "exists" ? `(${scalar} IS NOT NULL)` : valuePredicate(scalar, test, parameters);
  const item = test.kind === "exists" ? "(x IS NOT NULL)" : valuePredicate("x", test, parameters);
  const any = `list_bool_or(list_transform(${list}, lambda x: ${item}))`;
  // A substring test spares most rows the reading of their JSON.
  const guards = nativeGuards(name, test).map((text) => `contains(${FIELDS_TEXT}, ${parameters.add(text)})`);
  // JSON is stored as `JSON.stringify` writes it, so a list begins right after the colon.
  const mayBeList = `contains(${FIELDS_TEXT}, ${parameters.add(`${JSON.stringify(name)}:[`)})`;
  return (
    `(CASE WHEN ${guards.join(" AND ")} THEN CASE WHEN CASE WHEN ${mayBeList} ` +
    `THEN json_type(${FIELDS_TEXT}, ${path}) = 'ARRAY' ELSE false END THEN ${any} ELSE ${one} END ELSE false END)`
  );
}

/** RFC 6901. */
export function jsonPointer(name: string): string {
  return `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

const CASELESS_RUN = /[0-9._:-]{2,}/g;

/** Texts that must stand in the JSON for the test to hold: the name, and the longest caseless run of the value. */
function nativeGuards(name: string, test: FieldTest): readonly string[] {
  const guards = [`${JSON.stringify(name)}:`];
  if (test.kind !== "match") return guards;
  const runs = test.pattern.flatMap((piece) =>
    typeof piece === "string" ? [] : (piece.literal.match(CASELESS_RUN) ?? []),
  );
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), "");
  return longest === "" ? guards : [longest, ...guards];
}

export function valuePredicate(
  value: string,
  test: Exclude<FieldTest, { kind: "exists" }>,
  parameters: Parameters,
): string {
  switch (test.kind) {
    case "match":
      // Nothing in lower case turns into a text without letters: it is compared as stored, and statistics rule out parts.
      return isCaseless(test.pattern)
        ? textMatches(value, test.pattern, parameters)
        : textMatches(`lower(${value})`, mapLiterals(test.pattern, lower), parameters, value);
    case "compare":
      return comparison(value, test.op, { bound: test.value, parameters });
    case "range": {
      const { low, high } = test;
      const ends: string[] = [];
      if (low !== undefined) ends.push(comparison(value, low.inclusive ? ">=" : ">", { bound: low.value, parameters }));
      if (high !== undefined) {
        ends.push(comparison(value, high.inclusive ? "<=" : "<", { bound: high.value, parameters }));
      }
      return ends.length === 0 ? `(${value} IS NOT NULL)` : `(${ends.join(" AND ")})`;
    }
    case "cidr":
      return cidr(value, test.text, parameters);
  }
}

const WITHOUT_LETTERS = /^[\x20-\x40[-`{-~]*$/;

function isCaseless(pattern: Pattern): boolean {
  return pattern.every((piece) => typeof piece === "string" || WITHOUT_LETTERS.test(piece.literal));
}

/** `written`: the value before it was lowered, when it was. */
function textMatches(value: string, pattern: Pattern, parameters: Parameters, written?: string): string {
  const pieces = pattern.filter((piece) => typeof piece === "string" || piece.literal !== "");
  const middle = pieces.filter((piece, index) => piece !== "many" || (index > 0 && index < pieces.length - 1));
  const [only] = middle;
  const startsOpen = pieces[0] === "many";
  const endsOpen = pieces.length > 0 && pieces.at(-1) === "many";
  if (middle.length === 0) return startsOpen ? `(${value} IS NOT NULL)` : `(${value} = '')`;
  if (middle.length === 1 && typeof only === "object") {
    const text = parameters.add(only.literal);
    if (startsOpen && endsOpen) return `contains(${value}, ${text})`;
    if (startsOpen) return `suffix(${value}, ${text})`;
    return endsOpen ? `prefix(${value}, ${text})` : `(${value} = ${text})`;
  }
  // Not LIKE: the engine's takes time that grows with a power of the text for several wildcards. RE2 is linear.
  const body = middle
    .map((piece) => (piece === "many" ? ".*" : piece === "one" ? "." : piece.literal.replace(REGEX_SYNTAX, "\\$&")))
    .join("");
  const regex = `${startsOpen ? "" : "\\A"}${body}${endsOpen ? "" : "\\z"}`;
  const matches = `regexp_matches(${value}, ${parameters.add(regex)}, 's')`;
  if (written === undefined) return matches;
  // Ignoring case in the expression is quicker than lowering every row, but lets a few more letters be the same.
  const loose = parameters.add(regex.replaceAll("i", "[i\u0130]"));
  return `CASE WHEN regexp_matches(${written}, ${loose}, 'is') THEN ${matches} ELSE false END`;
}

const REGEX_SYNTAX = /[\\^$.*+?()[\]{}|]/g;

function comparison(value: string, op: CompareOp, to: { bound: string; parameters: Parameters }): string {
  if (!isNumeric(to.bound)) return `(lower(${value}) ${op} ${to.parameters.add(lower(to.bound))})`;
  const number = `TRY_CAST(${value} AS DOUBLE) ${op} ${to.parameters.add(Number(to.bound))}::DOUBLE`;
  return `(CASE WHEN regexp_full_match(${value}, '${NUMBER_PATTERN}') THEN ${number} ELSE false END)`;
}

function cidr(value: string, text: string, parameters: Parameters): string {
  const exact = parameters.add(lower(text));
  const same = WITHOUT_LETTERS.test(text) ? `${value} = ${exact}` : `lower(${value}) = ${exact}`;
  const network = parseNetwork(text);
  if (network === undefined) return `(${same})`;
  const between = () => [parameters.add(network.low), parameters.add(network.high)] as const;
  if (network.family === 6) {
    const [low, high] = between();
    const within = `coalesce(ipv6_key(${value}) BETWEEN ${low} AND ${high}, false)`;
    return `(${same} OR CASE WHEN contains(${value}, ':') THEN ${within} ELSE false END)`;
  }
  const isAddress = `regexp_full_match(${value}, '${IPV4_PATTERN}')`;
  const within = (): string => {
    const [low, high] = between();
    return `CASE WHEN ${isAddress} THEN ipv4_key(${value}) BETWEEN ${low}::BIGINT AND ${high}::BIGINT ELSE false END`;
  };
  // Whole octets of the network begin every address in it, which is quicker to see than the address is to read.
  const whole = Math.floor(network.bits / 8);
  if (whole === 0) return `(${same} OR ${within()})`;
  if (whole === 4) return `(${same} OR ${value} = ${parameters.add(text.slice(0, text.lastIndexOf("/")))})`;
  const octets = text.split(".").slice(0, whole).join(".");
  const rest = network.bits % 8 === 0 ? isAddress : within();
  return `(CASE WHEN starts_with(${value}, ${parameters.add(`${octets}.`)}) THEN ${rest} OR ${same} ELSE false END)`;
}

/** Made at every open; the rules of core/query/address.ts. */
export const ADDRESS_MACROS: readonly string[] = [
  `CREATE OR REPLACE MACRO ipv4_key(v) AS (
     split_part(v, '.', 1)::BIGINT * 16777216 + split_part(v, '.', 2)::BIGINT * 65536
     + split_part(v, '.', 3)::BIGINT * 256 + split_part(v, '.', 4)::BIGINT)`,
  `CREATE OR REPLACE MACRO ipv6_hextets(half) AS (
     CASE WHEN half = '' THEN '' ELSE
       array_to_string(list_transform(string_split(half, ':'), lambda h: lpad(h, 4, '0')), '') END)`,
  `CREATE OR REPLACE MACRO ipv6_key(v) AS (
     CASE
       WHEN length(v) > 39 OR NOT regexp_full_match(v, '[0-9a-fA-F]{0,4}(:[0-9a-fA-F]{0,4}){2,8}') THEN NULL
       WHEN regexp_full_match(v, '[0-9a-fA-F]{1,4}(:[0-9a-fA-F]{1,4}){7}') THEN ipv6_hextets(lower(v))
       WHEN regexp_full_match(v, '([0-9a-fA-F]{1,4}(:[0-9a-fA-F]{1,4}){0,6})?::([0-9a-fA-F]{1,4}(:[0-9a-fA-F]{1,4}){0,6})?')
         AND length(ipv6_hextets(lower(split_part(v, '::', 1)))) + length(ipv6_hextets(lower(split_part(v, '::', 2)))) <= 28
       THEN ipv6_hextets(lower(split_part(v, '::', 1)))
         || repeat('0', 32 - length(ipv6_hextets(lower(split_part(v, '::', 1)))) - length(ipv6_hextets(lower(split_part(v, '::', 2)))))
         || ipv6_hextets(lower(split_part(v, '::', 2)))
       ELSE NULL END)`,
];
