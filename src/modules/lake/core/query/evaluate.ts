/**
 * Does one event match? The plain meaning of the language, event by event: used for live filters,
 * and the yardstick the lake's SQL is tested against.
 */
import type { FieldScalar, FieldValue, KhienEvent } from "../../../../kernel/index.ts";
import { networkHolds, parseNetwork } from "./address.ts";
import { type Column, type ColumnName, looseFieldName, resolveField } from "./columns.ts";
import { lower, searchText } from "./fold.ts";
import { freeTextPatterns } from "./free-text.ts";
import { compareText } from "./sequence.ts";
import { isTimeField, testedPeriod } from "./time-words.ts";
import type { FieldTest, Query } from "./tree.ts";
import { compares, mapLiterals, patternMatches, withinRange } from "./value.ts";

export function matches(query: Query, event: KhienEvent): boolean {
  switch (query.kind) {
    case "all":
      return true;
    case "and":
      return query.items.every((item) => matches(item, event));
    case "or":
      return query.items.some((item) => matches(item, event));
    case "not":
      return !matches(query.item, event);
    case "text": {
      const text = searchText(event.raw);
      return freeTextPatterns(query.pattern).some((pattern) => patternMatches(["many", ...pattern, "many"], text));
    }
    case "content":
      return holdsContent(query, event);
    case "field":
      return isTimeField(query.field)
        ? instantsOf(event, query.field).some((at) => instantPasses(query.test, at))
        : valuesOf(event, query.field).some((value) => passes(query.test, value));
  }
}

/** Fields are looked at as the JSON they are stored as, so a text is looked for as it stands there. */
function holdsContent({ anyOf, fieldsOnly }: Query & { kind: "content" }, event: KhienEvent): boolean {
  const fields = lower(JSON.stringify(event.fields));
  const raw = lower(event.raw);
  return anyOf.some((text) => fields.includes(lower(inJson(text))) || (!fieldsOnly && raw.includes(lower(text))));
}

/** A text as it stands inside a JSON string. */
export function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function instantsOf(event: KhienEvent, field: string): readonly number[] {
  const target = resolveField(field);
  if (target.kind !== "columns") return [];
  return target.columns.map(({ name }) => (name === "ingested_at" ? event.ingestedAt : event.time));
}

/** Written times are periods; what is none, such as a wildcard, is compared with the time's text. */
export function instantPasses(test: FieldTest, at: number): boolean {
  const period = testedPeriod(test);
  if (period === undefined) return passes(test, iso(at));
  return at >= (period.from ?? at) && at < (period.to ?? at + 1);
}

export function passes(test: FieldTest, value: string): boolean {
  switch (test.kind) {
    case "exists":
      return true;
    case "match":
      return patternMatches(mapLiterals(test.pattern, lower), lower(value));
    case "compare":
      return compares(value, test.op, test.value);
    case "range":
      return withinRange(value, test.low, test.high);
    case "cidr": {
      const network = parseNetwork(test.text);
      return lower(value) === lower(test.text) || (network !== undefined && networkHolds(network, lower(value)));
    }
  }
}

/** Every text a field holds: none when absent or null, several for lists, for shared names and for other spellings. */
export function valuesOf(event: KhienEvent, field: string): readonly string[] {
  const target = resolveField(field);
  if (target.kind === "columns") return target.columns.flatMap((column) => columnValue(event, column));
  return spelledNames(event, target.name).flatMap((name) => scalarsOf(event.fields[name] ?? null));
}

/** The value a measure or a sort reads; of several spellings of one name the first by code point. */
export function firstValueOf(event: KhienEvent, field: string): string | undefined {
  const target = resolveField(field);
  if (target.kind === "columns") return target.columns.flatMap((column) => columnValue(event, column))[0];
  return spelledNames(event, target.name).flatMap((name) => scalarsOf(event.fields[name] ?? null))[0];
}

function spelledNames(event: KhienEvent, name: string): readonly string[] {
  const wanted = looseFieldName(name);
  return Object.keys(event.fields)
    .filter((one) => looseFieldName(one) === wanted)
    .sort(compareText);
}

function scalarsOf(value: FieldValue): readonly string[] {
  const scalars = Array.isArray(value) ? (value as readonly FieldScalar[]) : [value as FieldScalar];
  return scalars.flatMap((scalar) => (scalar === null ? [] : [String(scalar)]));
}

function columnValue(event: KhienEvent, column: Column): readonly string[] {
  const value = COLUMN_VALUES[column.name as ColumnName](event);
  return value === undefined ? [] : [String(value)];
}

const iso = (ms: number) => new Date(ms).toISOString();

const COLUMN_VALUES: Readonly<Record<ColumnName, (event: KhienEvent) => string | number | boolean | undefined>> = {
  id: (event) => event.id,
  time: (event) => iso(event.time),
  ingested_at: (event) => iso(event.ingestedAt),
  time_missing: (event) => event.timeMissing === true,
  sensor: (event) => event.sensor,
  product: (event) => event.logsource.product,
  category: (event) => event.logsource.category,
  service: (event) => event.logsource.service,
  format: (event) => event.format,
  parse_failure: (event) => event.parseFailure,
  exercise_id: (event) => event.exerciseId,
  host: (event) => event.host,
  user: (event) => event.entities.user,
  process: (event) => event.entities.process,
  command_line: (event) => event.entities.commandLine,
  parent_process: (event) => event.entities.parentProcess,
  src_ip: (event) => event.entities.srcIp,
  src_port: (event) => event.entities.srcPort,
  dst_ip: (event) => event.entities.dstIp,
  dst_port: (event) => event.entities.dstPort,
  domain: (event) => event.entities.domain,
  url: (event) => event.entities.url,
  hash: (event) => event.entities.hash,
  email: (event) => event.entities.email,
  file: (event) => event.entities.file,
};
