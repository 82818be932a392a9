/** What a measure makes of the first values of a group's rows; none (`null`) is left out. */
import { MAX_LISTED_VALUES } from "../../limits.ts";
import type { Measure } from "./pipes.ts";
import { compareText } from "./sequence.ts";
import { isNumeric } from "./value.ts";

type Cell = string | number | null;

export function aggregate(measure: Measure, cells: readonly Cell[]): Cell {
  const present = cells.filter((cell) => cell !== null);
  switch (measure.fn) {
    case "count":
      return present.length;
    case "dc":
      return new Set(present).size;
    case "values": {
      const texts = [...new Set(present.map(String))].sort(compareText);
      return texts.length === 0 ? null : texts.slice(0, MAX_LISTED_VALUES).join(", ");
    }
    default:
      return overNumbers(
        measure,
        present.map(numberOf).filter((value) => value !== undefined),
      );
  }
}

function overNumbers({ fn, percent = 50 }: Measure, numbers: readonly number[]): number | null {
  if (numbers.length === 0) return null;
  const sum = () => numbers.reduce((total, value) => total + value, 0);
  switch (fn) {
    case "sum":
      return sum();
    case "avg":
      return sum() / numbers.length;
    case "min":
      return numbers.reduce((least, value) => Math.min(least, value));
    case "max":
      return numbers.reduce((most, value) => Math.max(most, value));
    default:
      return percentile(numbers, percent);
  }
}

/** The smallest value that at least this share of the values does not exceed: always one that occurred. */
function percentile(numbers: readonly number[], percent: number): number | null {
  const ordered = numbers.toSorted((a, b) => a - b);
  const at = Math.max(1, Math.ceil((ordered.length * percent) / 100)) - 1;
  return ordered[at] ?? null;
}

function numberOf(cell: string | number): number | undefined {
  if (typeof cell === "number") return cell;
  return isNumeric(cell) ? Number(cell) : undefined;
}
