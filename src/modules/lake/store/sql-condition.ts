/** A query as the SQL condition the store would ask, for people who want to see or reuse it. */
import type { Query } from "../core/query/index.ts";
import { Parameters, predicate } from "./predicate.ts";
import { sqlText } from "./tables.ts";

/** Over the columns of an event (store/tables.ts). Field names count as written, because no stored lake is asked. */
export function sqlCondition(query: Query): string {
  const parameters = new Parameters();
  const sql = predicate(query, { parameters, spellings: (name) => [name] });
  return sql.replace(/\$(p\d+)\b/gu, (_, name: string) => {
    const value = parameters.values[name] ?? "";
    return typeof value === "string" ? sqlText(value) : String(value);
  });
}
