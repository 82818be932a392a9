/**
 * A definition file, checked: everything wrong with it is told at once, each with its line. A file with a problem gives
 * no definition; the others stand.
 */
import type { ContentProblem, DocumentNode, LogSource } from "../../../../kernel/index.ts";
import { logSource } from "../logsources.ts";
import { readReading } from "./read-reading.ts";
import { readSamples } from "./read-samples.ts";
import type { FurtherStep, LogSourceRule, ParserDefinition, Place, TimeRule } from "./definition.ts";
import { ENTITY_NAMES, HOST_ENTITY } from "./entities.ts";
import { MAX_PROGRAMS, MAX_STEPS } from "./limits.ts";
import { MapReader, Problems } from "./node-reader.ts";
import { timeFormat } from "./time-format.ts";

export interface ReadDefinition {
  readonly definition?: ParserDefinition;
  readonly problems: readonly ContentProblem[];
}

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** A log source that is that of what is inside. */
const INNER = "inner";

/** Names that parsers in code have: a sender who names one of them means that. */
const RESERVED: ReadonlySet<string> = new Set(["raw", "json", "syslog", "auditd", "evtx", "ecs", "ocsf", "any"]);

export function readLogSource(map: MapReader | undefined): LogSource | undefined {
  if (map === undefined) return undefined;
  const source = logSource(map.text("product"), map.text("service"), map.text("category"));
  return source;
}

function readName(top: MapReader, file: string, problems: Problems): string {
  const name = top.text("name") ?? "";
  const fileName = file.slice(file.lastIndexOf("/") + 1).replace(/\.ya?ml$/, "");
  if (!NAME.test(name) || RESERVED.has(name)) {
    problems.wrong(top.lineOf("name"), "name must be lower-case words with hyphens", `for example name: ${fileName}`);
  } else if (name !== fileName) {
    problems.wrong(top.lineOf("name"), `name is ${name}, the file is ${fileName}`, "give both the same name");
  }
  return name;
}

function readPlace(top: MapReader, problems: Problems): Place {
  const map = top.map("match");
  const programs = (map?.texts("program") ?? []).map((program) => program.toLowerCase());
  if (programs.length > MAX_PROGRAMS) problems.wrong(top.lineOf("match"), `more than ${MAX_PROGRAMS} programs`);
  const json = map?.textMap("json") ?? {};
  for (const pointer of Object.keys(json)) {
    if (!/^\/./.test(pointer)) {
      problems.wrong(map?.lineOf("json") ?? 0, `${pointer} is no JSON pointer`, "write /name or /outer/inner");
    }
  }
  const place: Place = {
    programs,
    bare: map?.truth("bare") ?? programs.length === 0,
    starts: map?.texts("starts") ?? [],
    contains: map?.texts("contains") ?? [],
    json,
  };
  map?.done("match");
  return place;
}

function readSteps(top: MapReader, problems: Problems): readonly FurtherStep[] {
  const maps = top.maps("then");
  if (maps.length > MAX_STEPS) problems.wrong(top.lineOf("then"), `more than ${MAX_STEPS} steps`);
  return maps.flatMap((map) => {
    const field = map.text("field");
    const when = map.textMap("when");
    const required = map.truth("required") ?? false;
    const reading = readReading(map, problems);
    map.done("a step of then");
    if (field === undefined) problems.wrong(map.line, "a step needs the field it reads", "field: message");
    if (reading === undefined || field === undefined) return [];
    return [{ line: map.line, field, when, required, reading }];
  });
}

function readTimes(top: MapReader, problems: Problems): readonly TimeRule[] {
  return top.maps("time").flatMap((map) => {
    const from = map.texts("from");
    const format = map.text("format") ?? "iso";
    map.done("time");
    if (from.length === 0) problems.wrong(map.line, "time needs the fields it comes from", "from: [date, time]");
    if (timeFormat(format) !== undefined) return [{ from, format }];
    problems.wrong(map.lineOf("format"), `the time format is not known: ${format}`, "see docs/parsers.md, Times");
    return [];
  });
}

function readLogSources(top: MapReader, problems: Problems): readonly LogSourceRule[] {
  const written = top.node("logsource");
  if (written?.kind === "scalar" && written.value === INNER) return [];
  const rules = top.maps("logsource").map((map) => {
    const rule = { when: map.textMap("when"), source: readLogSource(map) ?? {} };
    map.done("logsource");
    return rule;
  });
  if (rules.length === 0)
    problems.wrong(
      top.line,
      "logsource is missing",
      "logsource: { product: …, service: … }, or inner when the parser only unwraps",
    );
  return rules;
}

function readEntities(top: MapReader, problems: Problems): Readonly<Record<string, readonly string[]>> {
  const entities = top.textMap("entities");
  for (const name of Object.keys(entities)) {
    if (Object.hasOwn(ENTITY_NAMES, name) || name === HOST_ENTITY) continue;
    const known = [HOST_ENTITY, ...Object.keys(ENTITY_NAMES)].join(", ");
    problems.wrong(top.lineOf("entities"), `there is no entity ${name}`, `entities are ${known}`);
  }
  return entities;
}

export function readDefinition(root: DocumentNode, file: string): ReadDefinition {
  const problems = new Problems(file);
  if (root.kind !== "map") {
    problems.wrong(root.line, "a parser definition is a map", "start with name: …");
    return { problems: problems.list };
  }
  const top = new MapReader(root, problems);
  const name = readName(top, file, problems);
  const title = top.text("title") ?? name;
  const reading = readReading(top, problems);
  if (reading === undefined && problems.list.length === 0) {
    problems.wrong(top.line, "nothing says how to read", "add patterns, key_values, csv, cef, leef, json or parsers");
  }
  const definition = {
    name,
    title,
    file,
    priority: top.integer("priority") ?? 100,
    place: readPlace(top, problems),
    further: readSteps(top, problems),
    set: top.scalars("set"),
    copy: top.textMap("copy"),
    require: top.textMap("require"),
    times: readTimes(top, problems),
    logsources: readLogSources(top, problems),
    entities: readEntities(top, problems),
    samples: readSamples(top, problems),
  };
  top.done("a parser definition");
  if (problems.list.length > 0 || reading === undefined) return { problems: problems.list };
  return { definition: { ...definition, reading }, problems: [] };
}
