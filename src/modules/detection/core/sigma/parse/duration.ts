/** Spans of time as Sigma writes them: a whole number and a letter. */
import { tableOf } from "../../../../../kernel/index.ts";

/**
 * Correlation rules specification 2.1: s, m, h, d. pySigma adds w, M and y; month and year are the mean Gregorian
 * ones, as there.
 */
const unitSeconds = tableOf<number>({
  s: 1,
  m: 60,
  h: 3_600,
  d: 86_400,
  w: 604_800,
  M: 2_629_746,
  y: 31_556_952,
});

/** Milliseconds, or undefined when the text is no span. Zero is a span; whether it makes sense the caller knows. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,9})([smhdwMy])$/.exec(text.trim()) ?? [];
  const seconds = unit === undefined ? undefined : unitSeconds[unit];
  return count === undefined || seconds === undefined ? undefined : Number(count) * seconds * 1_000;
}
