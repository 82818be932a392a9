/** How a single value is compared; the store's SQL states the same rules in its own words (store/predicate.ts). */
import { lower } from "./fold.ts";
import type { CompareOp, Pattern, RangeEnd } from "./tree.ts";

/** What counts as a number in comparisons, on both sides. Written in the syntax both regex engines share. */
export const NUMBER_PATTERN = "-?[0-9]{1,30}(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?";
const SYNTAX = /[\\^$.*+?()[\]{}|/]/g;
const NUMBER = new RegExp(`^${NUMBER_PATTERN}$`);

export function isNumeric(text: string): boolean {
  return NUMBER.test(text);
}

/** Regular expression for a pattern, over whole code points; linear because only `.*` and `.` are variable. */
export function patternMatches(pattern: Pattern, text: string): boolean {
  const source = pattern
    .map((piece) => {
      if (piece === "many") return "[^]*";
      return piece === "one" ? "[^]" : piece.literal.replace(SYNTAX, "\\$&");
    })
    .join("");
  return new RegExp(`^${source}$`, "u").test(text);
}

export function mapLiterals(pattern: Pattern, change: (literal: string) => string): Pattern {
  return pattern.map((piece) => (typeof piece === "string" ? piece : { literal: change(piece.literal) }));
}

/** A numeric bound compares numbers and ignores values that are none; any other bound compares text by code point. */
export function compares(value: string, op: CompareOp, bound: string): boolean {
  if (isNumeric(bound)) return isNumeric(value) && holds(Number(value) - Number(bound), op);
  return holds(compareText(lower(value), lower(bound)), op);
}

export function withinRange(value: string, low: RangeEnd | undefined, high: RangeEnd | undefined): boolean {
  if (low !== undefined && !compares(value, low.inclusive ? ">=" : ">", low.value)) return false;
  return high === undefined || compares(value, high.inclusive ? "<=" : "<", high.value);
}

function holds(difference: number, op: CompareOp): boolean {
  switch (op) {
    case ">":
      return difference > 0;
    case ">=":
      return difference >= 0;
    case "<":
      return difference < 0;
    case "<=":
      return difference <= 0;
  }
}

function compareText(a: string, b: string): number {
  const left = Array.from(a);
  const right = Array.from(b);
  for (let i = 0; i < left.length && i < right.length; i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
