/** A query tree as text that parses back to the same tree; also how the console builds a query from a clicked value. */
import { HEXTET_NAME } from "./parse.ts";
import type { FieldTest, Pattern, Query, RangeEnd } from "./tree.ts";

const PLAIN_NAME = /^[A-Za-z_@][A-Za-z0-9_.@/-]*$/;
/** Values that need no quotes anywhere: no operator, sign, bracket, colon or wildcard can hide in them. */
const PLAIN_VALUE = /^[A-Za-z0-9_.][A-Za-z0-9_.@\\-]*$/;
const OPERATOR = /^(and|or|not|to)$/i;

export function printQuery(query: Query): string {
  switch (query.kind) {
    case "all":
      return "";
    case "and":
    case "or":
      return query.items.map(printPart).join(` ${query.kind} `);
    case "not":
      return `not ${printPart(query.item)}`;
    case "text":
      return printPattern(query.pattern);
    case "content":
      return query.anyOf.length === 1 ? quote(query.anyOf[0] ?? "") : `(${query.anyOf.map(quote).join(" or ")})`;
    case "field":
      return `${printName(query.field)}:${printTest(query.test)}`;
  }
}

function printPart(query: Query): string {
  return query.kind === "and" || query.kind === "or" ? `(${printQuery(query)})` : printQuery(query);
}

/** `field:"value"` matching exactly `value`. */
export function fieldEquals(field: string, value: string): string {
  return `${printName(field)}:${quote(value)}`;
}

/** A field name as it is written before a colon. */
export function printName(name: string): string {
  return PLAIN_NAME.test(name) && !HEXTET_NAME.test(name) ? name : doubleQuoted(name);
}

function printTest(test: FieldTest): string {
  switch (test.kind) {
    case "match":
      return printPattern(test.pattern);
    case "compare":
      return `${test.op}${quote(test.value)}`;
    case "range":
      return printRange(test.low, test.high);
    case "cidr":
      return test.text;
    case "exists":
      return "*";
  }
}

function printRange(low: RangeEnd | undefined, high: RangeEnd | undefined): string {
  const open = low?.inclusive === false ? "{" : "[";
  const close = high?.inclusive === false ? "}" : "]";
  return `${open}${low === undefined ? "*" : quote(low.value)} TO ${high === undefined ? "*" : quote(high.value)}${close}`;
}

function printPattern(pattern: Pattern): string {
  return pattern.map((piece) => (piece === "many" ? "*" : piece === "one" ? "?" : quote(piece.literal))).join("");
}

export function quote(text: string): string {
  return PLAIN_VALUE.test(text) && !OPERATOR.test(text) ? text : doubleQuoted(text);
}

function doubleQuoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
