import type { Text } from "../../../../kit/i18n/text.tsx";

const OPERATORS = new Set(["gt", "gte", "lt", "lte", "eq", "neq"]);
const BOUND = /(gte|gt|lte|lt|eq|neq)\s*:?\s*(-?\d+(?:\.\d+)?)/giu;

/** "gte 10, lte 20" as words; undefined for a boolean text over rules, which is shown as written. */
export function boundsText(condition: string, t: Text): string | undefined {
  const bounds = [...condition.matchAll(BOUND)].filter((match) => OPERATORS.has((match[1] ?? "").toLowerCase()));
  if (bounds.length === 0) return undefined;
  return bounds
    .map((match) => t(`bound.${(match[1] ?? "").toLowerCase()}`, { n: match[2] ?? "" }))
    .join(` ${t("bound.and")} `);
}

/** The least number that fulfils the first lower bound: how many marks a drawing needs. */
export function leastCount(condition: string): number | undefined {
  const match = /(gte|gt|eq)\s*:?\s*(\d+)/iu.exec(condition);
  if (match === null) return undefined;
  return Number(match[2]) + (match[1]?.toLowerCase() === "gt" ? 1 : 0);
}
