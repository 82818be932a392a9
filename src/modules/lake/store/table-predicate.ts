/** A filter over the columns of a table as a SQL condition; never NULL. Free text is refused when the query is parsed. */
import { columnOf } from "../core/query/pipe-shape.ts";
import type { CellType, TableColumn } from "../core/query/pipes.ts";
import { testedPeriod } from "../core/query/time-words.ts";
import { type FieldTest, literalOf, type Query } from "../core/query/tree.ts";
import { isNumeric } from "../core/query/value.ts";
import { instantText, type Parameters, periodTest, valuePredicate } from "./predicate.ts";

export function tablePredicate(query: Query, columns: readonly TableColumn[], parameters: Parameters): string {
  switch (query.kind) {
    case "all":
      return "true";
    case "and":
    case "or":
      return `(${query.items
        .map((item) => tablePredicate(item, columns, parameters))
        .join(query.kind === "and" ? " AND " : " OR ")})`;
    case "not":
      return `(NOT ${tablePredicate(query.item, columns, parameters)})`;
    case "field": {
      const column = columnOf(columns, query.field);
      if (column === undefined) return "false";
      const name = `"c${columns.indexOf(column)}"`;
      return `coalesce(${cellTest(query.test, { name, type: column.type, parameters })}, false)`;
    }
    case "text":
    case "content":
      return "false";
  }
}

interface CellSql {
  readonly name: string;
  readonly type: CellType;
  readonly parameters: Parameters;
}

function cellTest(test: FieldTest, cell: CellSql): string {
  const { name, type, parameters } = cell;
  if (test.kind === "exists") return `(${name} IS NOT NULL)`;
  if (type === "text") return valuePredicate(name, test, parameters);
  if (type === "number") return numberTest(test, cell);
  const period = testedPeriod(test);
  return period === undefined
    ? valuePredicate(instantText(name), test, parameters)
    : periodTest(name, period, parameters);
}

function numberTest(test: Exclude<FieldTest, { kind: "exists" }>, { name, parameters }: CellSql): string {
  const bound = (value: string) => `${parameters.add(Number(value))}::DOUBLE`;
  switch (test.kind) {
    case "match": {
      const literal = literalOf(test.pattern);
      return literal !== undefined && isNumeric(literal) ? `(${name} = ${bound(literal)})` : "false";
    }
    case "compare":
      return isNumeric(test.value) ? `(${name} ${test.op} ${bound(test.value)})` : "false";
    case "range": {
      const { low, high } = test;
      if ([low, high].some((end) => end !== undefined && !isNumeric(end.value))) return "false";
      const ends = [
        ...(low === undefined ? [] : [`${name} ${low.inclusive ? ">=" : ">"} ${bound(low.value)}`]),
        ...(high === undefined ? [] : [`${name} ${high.inclusive ? "<=" : "<"} ${bound(high.value)}`]),
      ];
      return ends.length === 0 ? `(${name} IS NOT NULL)` : `(${ends.join(" AND ")})`;
    }
    case "cidr":
      return "false";
  }
}
