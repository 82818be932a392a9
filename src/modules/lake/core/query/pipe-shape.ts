/** Which columns a command leaves, and of which type: known before anything runs, so that wrong names are told early. */
import { resolveField } from "./columns.ts";
import type { CellType, Measure, Pipeline, Shape, Stage, TableColumn } from "./pipes.ts";

/** Type of a field of events: ports are numbers, times are times, everything else is text. */
export function eventFieldType(name: string): CellType {
  const target = resolveField(name);
  const [column] = target.kind === "columns" ? target.columns : [];
  if (target.kind !== "columns" || target.columns.length !== 1 || column === undefined) return "text";
  if (column.type === "instant") return "time";
  return column.type === "number" ? "number" : "text";
}

export function columnOf(columns: readonly TableColumn[], name: string): TableColumn | undefined {
  const wanted = name.toLowerCase();
  return columns.find((column) => column.name.toLowerCase() === wanted);
}

export function typeIn(shape: Shape, name: string): CellType {
  return shape === "events" ? eventFieldType(name) : (columnOf(shape, name)?.type ?? "text");
}

function keyColumn(shape: Shape, name: string): TableColumn {
  if (shape === "events") return { name, type: eventFieldType(name) };
  return columnOf(shape, name) ?? { name, type: "text" };
}

export function measureType(shape: Shape, measure: Measure): CellType {
  if (measure.fn === "values") return "text";
  const isExtreme = measure.fn === "min" || measure.fn === "max";
  return isExtreme && measure.field !== undefined && typeIn(shape, measure.field) === "time" ? "time" : "number";
}

export const TIME_COLUMN: TableColumn = { name: "time", type: "time" };

/** Columns of a sequence after its entity: when it began and ended, and which events it was made of. */
export const SEQUENCE_COLUMNS: readonly TableColumn[] = [
  { name: "first", type: "time" },
  { name: "last", type: "time" },
  { name: "seconds", type: "number" },
  { name: "first_id", type: "text" },
  { name: "last_id", type: "text" },
  { name: "ids", type: "text" },
];

export function shapeAfter(shape: Shape, stage: Stage): Shape {
  const number = (name: string): TableColumn => ({ name, type: "number" });
  switch (stage.kind) {
    case "where":
    case "dedup":
    case "sort":
    case "head":
    case "join":
      return shape;
    case "fields":
      return stage.names.map((name) => keyColumn(shape, name));
    case "stats":
      return [
        ...(stage.spanMs === undefined ? [] : [TIME_COLUMN]),
        ...stage.by.map((name) => keyColumn(shape, name)),
        ...stage.measures.map((measure) => ({ name: measure.name, type: measureType(shape, measure) })),
      ];
    case "top":
    case "rare":
      return [
        ...(stage.by === undefined ? [] : [keyColumn(shape, stage.by)]),
        keyColumn(shape, stage.field),
        number("count"),
        number("share"),
      ];
    case "timeline":
      return [TIME_COLUMN, ...(stage.by === undefined ? [] : [keyColumn(shape, stage.by)]), number("count")];
    case "sequence":
      return [{ name: stage.by, type: "text" }, ...SEQUENCE_COLUMNS];
  }
}

export function shapeOf(pipeline: Pipeline): Shape {
  return pipeline.stages.reduce<Shape>(shapeAfter, "events");
}
