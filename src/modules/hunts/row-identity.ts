/** What makes a row of an answer the same row next time: the event, or the keys it was grouped by. */
import type { Cell, Pipeline, Query, TableColumn } from "../lake/index.ts";

/** Names of the answer's columns that say what a row is about, as opposed to what was counted there. */
export function identityColumns({ stages }: Pipeline, columns: readonly TableColumn[]): readonly string[] {
  const keys = new Set<string>();
  for (const stage of stages) {
    switch (stage.kind) {
      case "stats":
        keys.clear();
        for (const name of stage.by) keys.add(name.toLowerCase());
        if (stage.spanMs !== undefined) keys.add("time");
        break;
      case "top":
      case "rare":
        keys.clear();
        for (const name of [stage.field, ...(stage.by === undefined ? [] : [stage.by])]) keys.add(name.toLowerCase());
        break;
      case "timeline":
        keys.add("time");
        if (stage.by !== undefined) keys.add(stage.by.toLowerCase());
        break;
      case "sequence":
        keys.add("ids");
        break;
      case "fields":
        if (keys.size === 0) for (const name of stage.names) keys.add(name.toLowerCase());
        break;
      default:
        break;
    }
  }
  return columns.flatMap(({ name }) => (keys.has(name.toLowerCase()) ? [name] : []));
}

/** Events the row was counted from: the filters, and its keys where they are fields of events. */
export function rowQuery(pipeline: Pipeline, row: readonly { readonly name: string; readonly value: Cell }[]): Query {
  const first = pipeline.stages.find(({ kind }) => kind === "stats" || kind === "top" || kind === "rare");
  const fields =
    first?.kind === "stats" ? first.by : first?.kind === "top" || first?.kind === "rare" ? [first.field, first.by] : [];
  const wanted = new Set(fields.flatMap((field) => (field === undefined ? [] : [field.toLowerCase()])));
  const keys = row
    .filter(({ name }) => wanted.has(name.toLowerCase()))
    .map(({ name, value }): Query => {
      if (value === null) return { kind: "not", item: { kind: "field", field: name, test: { kind: "exists" } } };
      return { kind: "field", field: name, test: { kind: "match", pattern: [{ literal: String(value) }] } };
    });
  return keys.length === 0 ? pipeline.filter : { kind: "and", items: [pipeline.filter, ...keys] };
}
