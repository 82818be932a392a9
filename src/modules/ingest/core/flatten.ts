/**
 * JSON to flat, dotted fields. A list of scalars stays a list; the members of a list of objects are gathered under
 * their common name without an index (`items.name` = all names), because that is how rules write such paths.
 */
import type { FieldScalar } from "../../../kernel/index.ts";
import { MAX_DEPTH, MAX_FIELDS, MAX_NAME_CHARS, MAX_PLAIN_NAMES, MAX_VALUES } from "./limits.ts";
import type { JsonObject, OpenFields } from "./parsed.ts";
import { TRUNCATED } from "./parsed.ts";

interface Budget {
  fields: number;
}

function isScalar(value: unknown): value is FieldScalar {
  return value === null || (typeof value !== "object" && value !== undefined);
}

function put(fields: OpenFields, name: string, value: FieldScalar, budget: Budget): void {
  const before = fields[name];
  if (before === undefined) {
    if (budget.fields <= 0) {
      fields[TRUNCATED] = true;
      return;
    }
    budget.fields--;
    fields[name] = value;
  } else if (!Array.isArray(before)) {
    fields[name] = [before as FieldScalar, value];
  } else if (before.length < MAX_VALUES) {
    (before as FieldScalar[]).push(value);
  } else {
    fields[TRUNCATED] = true;
  }
}

function walk(fields: OpenFields, name: string, value: unknown, depth: number, budget: Budget): void {
  if (isScalar(value)) {
    put(fields, name, value, budget);
    return;
  }
  if (depth >= MAX_DEPTH || name.length > MAX_NAME_CHARS) {
    fields[TRUNCATED] = true;
    return;
  }
  if (Array.isArray(value)) {
    const count = Math.min(value.length, MAX_VALUES);
    if (count < value.length) fields[TRUNCATED] = true;
    // A list stays a list even when it is empty or has one element, so that rules can tell `[]` from absent.
    if ((count === 0 || isScalar(value[0])) && fields[name] === undefined && budget.fields-- > 0) fields[name] = [];
    for (let i = 0; i < count; i++) walk(fields, name, value[i], depth + 1, budget);
    return;
  }
  const members = value as JsonObject;
  for (const key in members) walk(fields, `${name}.${key}`, members[key], depth + 1, budget);
}

/** Adds every member of `source` under its own name; names in `skip` are left to the caller. */
export function flattenInto(fields: OpenFields, source: JsonObject, skip?: ReadonlySet<string>): OpenFields {
  const budget: Budget = { fields: MAX_FIELDS };
  for (const key in source) {
    if (skip?.has(key) === true) continue;
    const value = source[key];
    if (key.length > MAX_NAME_CHARS) fields[TRUNCATED] = true;
    else if (budget.fields <= 0) fields[TRUNCATED] = true;
    else walk(fields, key, value, 0, budget);
  }
  return fields;
}

/** Names found to be plain. A look-up is cheaper than looking at every name of every event again. */
const plainNames = new Set<string>();

function isPlainName(name: string): boolean {
  if (plainNames.has(name)) return true;
  if (name.length > MAX_NAME_CHARS || name.includes(" ")) return false;
  if (plainNames.size < MAX_PLAIN_NAMES) plainNames.add(name);
  return true;
}

/**
 * True when a parsed object is flat and within bounds and none of its names needs rewriting: then it can become the
 * event's fields as it is, without copying, which is what makes the hot path fast.
 */
export function isFlat(source: JsonObject): boolean {
  let count = 0;
  for (const key in source) {
    const value = source[key];
    if (typeof value === "object" && value !== null && !isScalarList(value)) return false;
    if (++count > MAX_FIELDS || !isPlainName(key)) return false;
  }
  return true;
}

function isScalarList(value: object): boolean {
  if (!Array.isArray(value) || value.length > MAX_VALUES) return false;
  for (const element of value) if (!isScalar(element)) return false;
  return true;
}
