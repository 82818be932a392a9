/** A pipeline as text that parses back to the same tree. */
import type { Measure, Pipeline, Stage } from "./pipes.ts";
import { printQuery } from "./print.ts";
import { spanText } from "./time-words.ts";

const PLAIN = /^[A-Za-z_@][A-Za-z0-9_.@/-]*$/;
/** Words of the commands themselves. */
const RESERVED: ReadonlySet<string> = new Set(["by", "as", "span", "within", "on", "asc", "desc"]);

export function printPipeline({ filter, stages }: Pipeline): string {
  return [printQuery(filter), ...stages.map(printStage)].join(" | ").trimStart();
}

export function printStage(stage: Stage): string {
  switch (stage.kind) {
    case "where":
      return `where ${printQuery(stage.query)}`;
    case "dedup":
      return `dedup ${list(stage.fields)}`;
    case "fields":
      return `fields ${list(stage.names)}`;
    case "sort":
      return `sort ${stage.keys.map(({ field, descending }) => `${descending ? "-" : ""}${name(field)}`).join(", ")}`;
    case "head":
      return `head ${stage.count}`;
    case "stats":
      return `stats ${stage.measures.map(printMeasure).join(", ")}${
        stage.by.length === 0 ? "" : ` by ${list(stage.by)}`
      }${stage.spanMs === undefined ? "" : ` span ${spanText(stage.spanMs)}`}`;
    case "top":
    case "rare":
      return `${stage.kind} ${stage.count} ${name(stage.field)}${by(stage.by)}`;
    case "timeline":
      return `timeline${stage.spanMs === undefined ? "" : ` ${spanText(stage.spanMs)}`}${by(stage.by)}`;
    case "join":
      return `join on ${name(stage.on)}${
        stage.withinMs === undefined ? "" : ` within ${spanText(stage.withinMs)}`
      } [${printQuery(stage.query)}]`;
    case "sequence":
      return `sequence by ${name(stage.by)} within ${spanText(stage.withinMs)} ${stage.steps
        .map((step) => `[${printQuery(step)}]`)
        .join(" ")}`;
  }
}

function printMeasure({ fn, percent, field, name: alias }: Measure): string {
  const word = fn === "percentile" ? `p${percent}` : fn;
  const written = field === undefined ? word : `${word}(${field})`;
  const call = `${word}(${field === undefined ? "" : name(field)})`;
  return alias === written ? call : `${call} as ${name(alias)}`;
}

function by(field: string | undefined): string {
  return field === undefined ? "" : ` by ${name(field)}`;
}

function list(names: readonly string[]): string {
  return names.map(name).join(", ");
}

function name(text: string): string {
  return PLAIN.test(text) && !RESERVED.has(text.toLowerCase()) ? text : `"${text.replaceAll('"', '""')}"`;
}
