/** Source fields a pipeline reads from events, as written. */
import { resolveField } from "./columns.ts";
import { shapeAfter } from "./pipe-shape.ts";
import type { Pipeline, Shape, Stage } from "./pipes.ts";
import type { Query } from "./tree.ts";

export function nativeFields({ filter, stages }: Pipeline): readonly string[] {
  const names = new Set<string>(queryFields(filter));
  let shape: Shape = "events";
  for (const stage of stages) {
    if (shape === "events") for (const name of stageFields(stage)) names.add(name);
    shape = shapeAfter(shape, stage);
  }
  return [...names].flatMap((name) => {
    const target = resolveField(name);
    return target.kind === "native" ? [target.name] : [];
  });
}

export function queryFields(query: Query): readonly string[] {
  switch (query.kind) {
    case "and":
    case "or":
      return query.items.flatMap(queryFields);
    case "not":
      return queryFields(query.item);
    case "field":
      return [query.field];
    default:
      return [];
  }
}

function stageFields(stage: Stage): readonly string[] {
  switch (stage.kind) {
    case "where":
      return queryFields(stage.query);
    case "dedup":
      return stage.fields;
    case "fields":
      return stage.names;
    case "sort":
      return stage.keys.map(({ field }) => field);
    case "head":
      return [];
    case "stats":
      return [...stage.by, ...stage.measures.flatMap(({ field }) => (field === undefined ? [] : [field]))];
    case "top":
    case "rare":
      return stage.by === undefined ? [stage.field] : [stage.field, stage.by];
    case "timeline":
      return stage.by === undefined ? [] : [stage.by];
    case "join":
      return [stage.on, ...queryFields(stage.query)];
    case "sequence":
      return [stage.by, ...stage.steps.flatMap(queryFields)];
  }
}
