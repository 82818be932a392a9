/** Measures of a group as SQL aggregates; the rules of core/query/measures.ts. */
import type { CellType, Measure } from "../core/query/pipes.ts";
import { MAX_LISTED_VALUES } from "../limits.ts";
import { numberOf } from "./field-sql.ts";

export function measureSql(measure: Measure, input: { readonly first: string; readonly type: CellType }): string {
  const { first, type } = input;
  const number = numberOf(input);
  switch (measure.fn) {
    case "count":
      return measure.field === undefined ? "count(*)" : `count(${first})`;
    case "dc":
      return `count(DISTINCT ${first})`;
    case "sum":
      return `sum(${number})`;
    case "avg":
      return `sum(${number}) / count(${number})`;
    case "min":
    case "max":
      return type === "time" ? `${measure.fn}(${first})` : `${measure.fn}(${number})`;
    case "values": {
      const texts = `list_sort(list(DISTINCT CAST(${first} AS VARCHAR)) FILTER (${first} IS NOT NULL))`;
      return `array_to_string(list_slice(${texts}, 1, ${MAX_LISTED_VALUES}), ', ')`;
    }
    case "percentile":
      // A decimal literal, which the engine counts with exactly; the number is the parser's own, 1 to 99.
      return `quantile_disc(${number}, ${((measure.percent ?? 50) / 100).toFixed(2)})`;
  }
}
