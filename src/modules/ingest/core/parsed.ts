import type { Entities, FieldScalar, FieldValue, Instant, LogSource } from "../../../kernel/index.ts";
import { MAX_VALUES } from "./limits.ts";

/** Fields while a parser builds them: a null-prototype object, so `__proto__` is an ordinary name. */
export type OpenFields = Record<string, FieldValue>;
export type OpenEntities = { -readonly [Name in keyof Entities]: Entities[Name] };
export type JsonObject = { readonly [name: string]: unknown };

/** What a format's parser makes of a record. `undefined` from a parser means "not mine". */
export interface Parsed {
  readonly format: string;
  /** Milliseconds, or NaN when the record states no usable time. */
  readonly time: number;
  readonly host: string | undefined;
  readonly logsource: LogSource;
  readonly entities: Entities;
  readonly fields: OpenFields;
  /** Every text among the values stands in the record, as it is or as JSON writes it. */
  readonly verbatim?: true;
}

export function newFields(): OpenFields {
  return Object.create(null) as OpenFields;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A name or address that says something: not empty, and not the "-" Windows and Zeek write for "none". */
export function text(value: unknown): string | undefined {
  if (typeof value === "string") return value === "" || value === "-" ? undefined : value;
  if (Array.isArray(value)) return text(value[0]);
  return typeof value === "number" ? String(value) : undefined;
}

/** What the first of these fields that says something says. */
export function firstText(fields: OpenFields, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = text(fields[name]);
    if (value !== undefined) return value;
  }
  return undefined;
}

export function portNumber(value: unknown): number | undefined {
  const port = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof port === "number" && Number.isInteger(port) && port >= 0 && port <= 65_535 ? port : undefined;
}

/** Set to true on an event of which some members were left out for size; `raw` has them all. */
export const TRUNCATED = "khien.truncated";

/** Adds a value under a name; a second, different value makes a list of at most MAX_VALUES. */
export function addValue(fields: OpenFields, name: string, value: FieldScalar): void {
  const before = fields[name];
  if (before === undefined) {
    fields[name] = value;
  } else if (Array.isArray(before)) {
    if (before.length >= MAX_VALUES) fields[TRUNCATED] = true;
    else if (!before.includes(value)) (before as FieldScalar[]).push(value);
  } else if (before !== value) {
    fields[name] = [before as FieldScalar, value];
  }
}

/** What a parser of content/parsers made of a text. */
export interface Outcome {
  /** The definition that understood it; the inner one when the outer only unwrapped. */
  readonly name: string;
  /** Milliseconds, or NaN. */
  readonly time: number;
  readonly host: string | undefined;
  readonly logsource: LogSource | undefined;
  readonly entities: OpenEntities;
  readonly fields: OpenFields;
}

/** The parsers that are content, as formats in code meet them. */
export interface ContentParsers {
  has(name: string): boolean;
  /** A syslog message: by its program, else as a line of its own. */
  readMessage(program: string | undefined, text: string, reading: Reading): Outcome | undefined;
  /** What a program's messages are, though nothing understood this one. */
  programSource(program: string): LogSource | undefined;
  readLine(text: string, reading: Reading): Outcome | undefined;
  readJson(record: JsonObject, reading: Reading): Outcome | undefined;
  /** The first of these that fits, whatever program or beginning they ask for. */
  readNamed(names: readonly string[], text: string, reading: Reading): Outcome | undefined;
}

/** What a parser may know beside the record itself. */
export interface Reading {
  readonly receivedAt: Instant;
  /** Zone of times that state none, in minutes east of UTC. */
  readonly utcOffsetMinutes: number;
  /** Parsers that are content; without them only the formats in code are known. */
  readonly parsers?: ContentParsers;
  /** Reads a text inside another (a container's line, a forwarder's envelope) by recognition. */
  readonly parseInner?: (raw: string, reading: Reading) => Outcome | undefined;
  /** How many envelopes are open around this text. */
  readonly depth?: number;
}

/** What a parser of content/parsers understood, as any other format. */
export function parsedBy({ name, time, host, logsource, entities, fields }: Outcome): Parsed {
  return { format: name, time, host, logsource: logsource ?? {}, entities, fields };
}
