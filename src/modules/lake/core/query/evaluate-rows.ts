/** Filters over the rows of a table. */
import { instantPasses, passes } from "./evaluate.ts";
import { columnOf } from "./pipe-shape.ts";
import type { CellType, TableColumn } from "./pipes.ts";
import { type FieldTest, literalOf, type Query } from "./tree.ts";
import { compares, isNumeric, withinRange } from "./value.ts";

type Cells = readonly (string | number | null)[];

/** A filter over the columns of a table; it has no free text (the parser refuses it). */
export function rowMatches(query: Query, columns: readonly TableColumn[], row: Cells): boolean {
  switch (query.kind) {
    case "all":
      return true;
    case "and":
      return query.items.every((item) => rowMatches(item, columns, row));
    case "or":
      return query.items.some((item) => rowMatches(item, columns, row));
    case "not":
      return !rowMatches(query.item, columns, row);
    case "field": {
      const column = columnOf(columns, query.field);
      const cell = column === undefined ? null : (row[columns.indexOf(column)] ?? null);
      return cell !== null && column !== undefined && cellPasses(query.test, cell, column.type);
    }
    case "text":
    case "content":
      return false;
  }
}

function cellPasses(test: FieldTest, cell: string | number, type: CellType): boolean {
  if (test.kind === "exists") return true;
  if (type === "text") return passes(test, String(cell));
  if (type === "time") return instantPasses(test, Number(cell));
  return numberPasses(test, Number(cell));
}

/** Numbers are compared with numbers; what is none, such as a wildcard, holds for none of them. */
function numberPasses(test: FieldTest, value: number): boolean {
  switch (test.kind) {
    case "match": {
      const literal = literalOf(test.pattern);
      return literal !== undefined && isNumeric(literal) && Number(literal) === value;
    }
    case "compare":
      return isNumeric(test.value) && compares(String(value), test.op, test.value);
    case "range": {
      const bounds = [test.low, test.high].flatMap((end) => (end === undefined ? [] : [end.value]));
      return bounds.every(isNumeric) && withinRange(String(value), test.low, test.high);
    }
    case "cidr":
      return false;
    case "exists":
      return true;
  }
}
