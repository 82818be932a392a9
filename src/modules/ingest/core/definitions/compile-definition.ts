/** A definition to the function that reads one text or JSON object with it. */
import type { FieldScalar, LogSource } from "../../../../kernel/index.ts";
import { flattenInto } from "../flatten.ts";
import {
  isObject,
  type JsonObject,
  newFields,
  type OpenEntities,
  type OpenFields,
  type Outcome,
  type Reading,
} from "../parsed.ts";
import { readCsv } from "./csv.ts";
import type { FurtherStep, ParserDefinition, PatternRule, ReadingRule, TimeRule } from "./definition.ts";
import { type CompiledPattern, compilePattern } from "./compile-pattern.ts";
import { entitiesOf } from "./entities.ts";
import { readCef, readLeef } from "./extensions.ts";
import { readKeyValues } from "./key-values.ts";
import { MAX_LIST_READ, MAX_NESTING } from "./limits.ts";
import { holds, isScalar, jsonHolds, pickValue, type PointerTest, pointerSegments } from "./pointers.ts";
import { timeFormat } from "./time-format.ts";

/** One reading while it is going on. */
/** What the format of any object is that nothing recognises. */
const UNKNOWN_JSON = "json";

interface Job {
  readonly fields: OpenFields;
  readonly reading: Reading;
  /** The object the first reading is given; later ones read texts. */
  record: JsonObject | undefined;
  time: number;
  logsource: LogSource | undefined;
  inner: Outcome | undefined;
  /** Texts of objects whose members are fields already: only what a parser knows them for adds anything. */
  readonly unfolded: Set<string>;
}

type Read = (text: string, job: Job) => boolean;

export interface CompiledDefinition {
  readonly definition: ParserDefinition;
  /** Undefined when the text or object is not of this kind. */
  read(text: string, reading: Reading, record?: JsonObject): Outcome | undefined;
  /** Patterns of the first reading, to tell where a text that fits none left them. */
  readonly patterns: readonly { readonly rule: PatternRule; readonly compiled: CompiledPattern }[];
  /** What a JSON object must have. */
  readonly jsonTests: readonly PointerTest[];
}

function setAll(fields: OpenFields, values: Readonly<Record<string, FieldScalar>>): void {
  for (const name in values) fields[name] = values[name] as FieldScalar;
}

function patternsReader(patterns: CompiledDefinition["patterns"]): Read {
  return (text, job) => {
    for (const { rule, compiled } of patterns) {
      // A search for one literal costs a fraction of a reading, and most patterns end here.
      if (compiled.needle.length > 3 && !text.includes(compiled.needle)) continue;
      if (!compiled.run(text)) continue;
      const time = compiled.take(job.fields, job.reading);
      setAll(job.fields, rule.set);
      if (rule.logsource !== undefined) job.logsource = rule.logsource;
      if (!Number.isNaN(time)) job.time = time;
      return true;
    }
    return false;
  };
}

function jsonReader(pick: Readonly<Record<string, readonly string[]>>): Read {
  const picks = Object.entries(pick).map(([name, pointers]) => ({ name, paths: pointers.map(pointerSegments) }));
  return (text, job) => {
    const record = job.record ?? objectOf(text);
    if (record === undefined) return false;
    flattenInto(job.fields, record);
    for (const { name, paths } of picks) {
      for (const path of paths) {
        const value = pickValue(record, path);
        if (value === undefined || value === null || value === "") continue;
        if (isScalar(value)) job.fields[name] = value;
        else if (Array.isArray(value) && isScalar(value[0])) job.fields[name] = value[0];
        // What is picked only to be read further may be an event of its own.
        else if (name.startsWith("_") && isObject(value)) {
          const inside = JSON.stringify(value);
          job.fields[name] = inside;
          job.unfolded.add(inside);
        } else continue;
        break;
      }
    }
    return true;
  };
}

function objectOf(text: string): JsonObject | undefined {
  if (!/^\s*\{/.test(text.slice(0, 64))) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Hands the text to other parsers; what they find counts as found here. */
function parsersReader(names: readonly string[]): Read {
  return (text, job) => {
    const { reading } = job;
    const depth = reading.depth ?? 0;
    if (depth >= MAX_NESTING) return false;
    const inner: Reading = { ...reading, depth: depth + 1 };
    const found = names.includes("any")
      ? reading.parseInner?.(text, inner)
      : reading.parsers?.readNamed(names, text, inner);
    if (found === undefined || (found.name === UNKNOWN_JSON && job.unfolded.has(text))) return false;
    for (const name in found.fields) job.fields[name] = found.fields[name] as FieldScalar;
    if (!Number.isNaN(found.time)) job.time = found.time;
    job.inner = found;
    return true;
  };
}

function readerOf(rule: ReadingRule, patterns: CompiledDefinition["patterns"]): Read {
  switch (rule.kind) {
    case "patterns":
      return patternsReader(patterns);
    case "key_values":
      return (text, job) => readKeyValues(text.slice(0, MAX_LIST_READ), rule.rule, job.fields);
    case "csv":
      return (text, job) => readCsv(text.slice(0, MAX_LIST_READ), rule.rule, job.fields);
    case "cef":
      return (text, job) => readCef(text.slice(0, MAX_LIST_READ), job.fields);
    case "leef":
      return (text, job) => readLeef(text.slice(0, MAX_LIST_READ), job.fields);
    case "json":
      return jsonReader(rule.rule.pick);
    case "parsers":
      return parsersReader(rule.names);
  }
}

function compiledPatterns(rule: ReadingRule): CompiledDefinition["patterns"] {
  if (rule.kind !== "patterns") return [];
  return rule.patterns.map((pattern) => ({ rule: pattern, compiled: compilePattern(pattern.nodes) }));
}

type Further = (job: Job) => boolean;

function furtherOf(step: FurtherStep): Further {
  const read = readerOf(step.reading, compiledPatterns(step.reading));
  return (job) => {
    if (!holds(job.fields, step.when)) return true;
    const value = job.fields[step.field];
    const found = value !== undefined && value !== null && read(String(value), job);
    return found || !step.required;
  };
}

function timesReader(rules: readonly TimeRule[]): (job: Job) => void {
  const compiled = rules.flatMap(({ from, format }) => {
    const made = timeFormat(format);
    return made === undefined ? [] : [{ from, format: made }];
  });
  return (job) => {
    for (const { from, format } of compiled) {
      let text = "";
      for (const name of from) {
        const value = job.fields[name];
        if (value !== undefined && value !== null) text += text === "" ? String(value) : ` ${String(value)}`;
      }
      if (text === "" || format.read(text, 0) !== text.length) continue;
      const time = format.value(job.reading);
      if (Number.isNaN(time)) continue;
      job.time = time;
      return;
    }
  };
}

function copier(copy: Readonly<Record<string, readonly string[]>>): (fields: OpenFields) => void {
  const entries = Object.entries(copy);
  return (fields) => {
    for (const [name, sources] of entries) {
      for (const source of sources) {
        const value = fields[source];
        if (value === undefined || value === "") continue;
        fields[name] = value;
        break;
      }
    }
  };
}

/** Names that begin with _ serve the definition and are no fields. */
function withoutScratch(fields: OpenFields, scratch: readonly string[]): void {
  for (const name of scratch) delete fields[name];
}

function scratchNames(definition: ParserDefinition): readonly string[] {
  const names = new Set<string>();
  const look = (rule: ReadingRule): void => {
    if (rule.kind === "patterns") {
      const text = JSON.stringify(rule.patterns.map(({ nodes }) => nodes));
      for (const [, name] of text.matchAll(/"name":"(_[^"]+)"/g)) names.add(name as string);
    } else if (rule.kind === "csv") {
      for (const name of [...rule.rule.columns, rule.rule.rest ?? ""]) if (name.startsWith("_")) names.add(name);
    } else if (rule.kind === "json") {
      for (const name of Object.keys(rule.rule.pick)) if (name.startsWith("_")) names.add(name);
    }
  };
  for (const rule of [definition.reading, ...definition.further.map(({ reading }) => reading)]) look(rule);
  for (const name of Object.keys(definition.copy)) if (name.startsWith("_")) names.add(name);
  return [...names];
}

export function compileDefinition(definition: ParserDefinition): CompiledDefinition {
  const patterns = compiledPatterns(definition.reading);
  const read = readerOf(definition.reading, patterns);
  const further = definition.further.map(furtherOf);
  const readTimes = timesReader(definition.times);
  const copy = copier(definition.copy);
  const scratch = scratchNames(definition);
  const jsonTests = Object.entries(definition.place.json).map(([pointer, wanted]) => ({
    segments: pointerSegments(pointer),
    wanted,
  }));
  const entities = entitiesOf(definition.entities);

  return {
    definition,
    patterns,
    jsonTests,
    read(text, reading, record) {
      const job: Job = {
        fields: newFields(),
        reading,
        record,
        time: Number.NaN,
        logsource: undefined,
        inner: undefined,
        unfolded: new Set(),
      };
      if (jsonTests.length > 0 && (record === undefined || !jsonHolds(record, jsonTests))) return undefined;
      if (!read(text, job)) return undefined;
      job.record = undefined;
      for (const step of further) if (!step(job)) return undefined;
      setAll(job.fields, definition.set);
      copy(job.fields);
      if (!holds(job.fields, definition.require)) return undefined;
      readTimes(job);
      return outcomeOf(job);
    },
  };

  function outcomeOf(job: Job): Outcome {
    const { fields, inner } = job;
    const source = job.logsource ?? definition.logsources.find(({ when }) => holds(fields, when))?.source;
    // A parser that states no source of its own only unwraps: what is inside keeps its name and source.
    const unwraps = inner !== undefined && (source === undefined || Object.keys(source).length === 0);
    const own = entities(fields);
    if (scratch.length > 0) withoutScratch(fields, scratch);
    return {
      name: unwraps ? inner.name : definition.name,
      time: job.time,
      host: own.host ?? inner?.host,
      logsource: unwraps ? inner.logsource : source,
      entities: inner === undefined ? own.entities : { ...own.entities, ...definedOf(inner.entities) },
      fields,
    };
  }
}

function definedOf(entities: OpenEntities): OpenEntities {
  const defined: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(entities)) if (value !== undefined) defined[name] = value;
  return defined as OpenEntities;
}
