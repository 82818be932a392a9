/**
 * Group keys: the texts of all group-by values in one string. Case is folded, so that `WIN-1` and `win-1` are one host;
 * what people read is kept beside it as first seen. An exercise is part of the key: its events never meet real ones.
 *
 * Parts are separated by NUL. No part contains one: such a value, or one that is too long, ends in its hash.
 */
import { fold } from "../pattern.ts";
import { MAX_VALUE_UNITS } from "./limits.ts";

export type InputValue = string | number | null;

const SEPARATOR = "\u0000";

export class Keys {
  private readonly hash: (text: string) => string;

  constructor(hash: (text: string) => string) {
    this.hash = hash;
  }

  /** Undefined when one of the values is missing. */
  shownOf(values: readonly InputValue[], positions: readonly number[]): string | undefined {
    let shown = "";
    for (let at = 0; at < positions.length; at++) {
      const value = values[positions[at] as number];
      if (value === null || value === undefined) return undefined;
      const part = this.bounded(typeof value === "string" ? value : String(value));
      shown = at === 0 ? part : shown + SEPARATOR + part;
    }
    return shown;
  }

  /** `folded`: values that were joined and folded. */
  withExercise(folded: string, exerciseId: string | undefined): string {
    return exerciseId === undefined ? folded : `${folded}${SEPARATOR}${SEPARATOR}${this.bounded(exerciseId)}`;
  }

  private bounded(text: string): string {
    if (text.length <= MAX_VALUE_UNITS && !text.includes(SEPARATOR)) return text;
    const end = `… ${this.hash(fold(text))}`;
    return text.slice(0, MAX_VALUE_UNITS - end.length).replaceAll(SEPARATOR, " ") + end;
  }
}

/** What a key was made of; folded. */
export function readKey(
  key: string,
  count: number,
): { readonly values: readonly string[]; readonly exerciseId?: string } {
  const parts = key.split(SEPARATOR);
  const values = parts.slice(0, count);
  return parts.length > Math.max(count, 1) ? { values, exerciseId: parts.at(-1) as string } : { values };
}

/** The values of a text as people read it. */
export function readShown(shown: string, count: number): readonly string[] {
  return count === 0 ? [] : shown.split(SEPARATOR);
}

export function joinParts(parts: readonly string[], positions: readonly number[]): string {
  return positions.map((position) => parts[position] as string).join(SEPARATOR);
}

const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?$/;

/** Numbers and decimal text; everything else is no number. Zero has no sign. */
export function numberOf(value: InputValue | undefined, maxMagnitude: number): number | undefined {
  if (value === null || value === undefined) return undefined;
  const text = typeof value === "string" ? value.trim() : value;
  if (typeof text === "string" && (text.length > 64 || !decimal.test(text))) return undefined;
  const number = Number(text);
  return Math.abs(number) <= maxMagnitude ? number + 0 : undefined;
}
