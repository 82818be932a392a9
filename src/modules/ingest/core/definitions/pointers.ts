/** JSON pointers (RFC 6901) and conditions on values. */
import type { FieldScalar, FieldValue } from "../../../../kernel/index.ts";
import { isObject, type JsonObject, type OpenFields } from "../parsed.ts";
import type { Wanted } from "./definition.ts";

export function pointerSegments(pointer: string): readonly string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** What stands there; lists are entered by number. */
export function pickValue(record: JsonObject, segments: readonly string[]): unknown {
  let value: unknown = record;
  for (const segment of segments) {
    if (Array.isArray(value)) value = value[Number(segment)];
    else if (isObject(value) && Object.hasOwn(value, segment)) value = value[segment];
    else return undefined;
  }
  return value;
}

export function isScalar(value: unknown): value is FieldScalar {
  return value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** "*" = present, "word*" = begins with, else equal as text. */
function fits(value: string, wanted: readonly string[]): boolean {
  return wanted.some((one) => {
    if (one === "*") return value !== "";
    return one.endsWith("*") ? value.startsWith(one.slice(0, -1)) : value === one;
  });
}

export function holds(fields: OpenFields, wanted: Wanted): boolean {
  for (const name in wanted) {
    const value: FieldValue | undefined = fields[name];
    if (value === undefined || value === null) return false;
    const values = Array.isArray(value) ? value : [value];
    if (!values.some((one) => fits(String(one), wanted[name] ?? []))) return false;
  }
  return true;
}

export interface PointerTest {
  readonly segments: readonly string[];
  readonly wanted: readonly string[];
}

export function jsonHolds(record: JsonObject, tests: readonly PointerTest[]): boolean {
  return tests.every(({ segments, wanted }) => {
    const value = pickValue(record, segments);
    if (value === undefined) return false;
    return isScalar(value) ? fits(String(value), wanted) : wanted.includes("*");
  });
}
