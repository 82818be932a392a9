/**
 * A parser definition: what one file of content/parsers says, checked and as plain data, so it can be handed to a
 * thread and compiled there. The language is described in docs/parsers.md.
 */
import type { FieldScalar, LogSource } from "../../../../kernel/index.ts";
import type { PatternNode } from "./pattern-syntax.ts";

/** A value that a field must have: equal to one of these; "*" = present, a trailing "*" = begins with. */
export type Wanted = Readonly<Record<string, readonly string[]>>;

export interface PatternRule {
  readonly line: number;
  readonly source: string;
  readonly nodes: readonly PatternNode[];
  readonly set: Readonly<Record<string, FieldScalar>>;
  readonly logsource?: LogSource;
}

export interface KeyValueRule {
  /** Between pairs; a blank also means any run of blanks. */
  readonly pair: string;
  readonly assign: string;
  /** Characters that may enclose a value. */
  readonly quotes: string;
  readonly prefix: string;
  /** Field that gets the words without a value. */
  readonly flags?: string;
}

export interface CsvRule {
  readonly separator: string;
  readonly columns: readonly string[];
  /** Field that gets everything after the last named column, unread. */
  readonly rest?: string;
}

export interface JsonRule {
  /** Names for members, by JSON pointer; the flattened members stand under their own names anyway. */
  readonly pick: Readonly<Record<string, readonly string[]>>;
}

export type ReadingRule =
  | { readonly kind: "patterns"; readonly patterns: readonly PatternRule[] }
  | { readonly kind: "key_values"; readonly rule: KeyValueRule }
  | { readonly kind: "csv"; readonly rule: CsvRule }
  | { readonly kind: "cef" }
  | { readonly kind: "leef" }
  | { readonly kind: "json"; readonly rule: JsonRule }
  | { readonly kind: "parsers"; readonly names: readonly string[] };

/** One more reading, of a field that an earlier one found. */
export interface FurtherStep {
  readonly line: number;
  readonly field: string;
  readonly when: Wanted;
  /** The whole definition does not fit when this step does not. */
  readonly required: boolean;
  readonly reading: ReadingRule;
}

export interface TimeRule {
  /** Fields joined with a blank; those that are absent are left out. */
  readonly from: readonly string[];
  readonly format: string;
}

export interface LogSourceRule {
  readonly when: Wanted;
  readonly source: LogSource;
}

export interface Place {
  /** Syslog tags, lower case; a trailing "*" = begins with. Empty = any message, and lines without a syslog header. */
  readonly programs: readonly string[];
  /** Also lines without a syslog header. */
  readonly bare: boolean;
  readonly starts: readonly string[];
  readonly contains: readonly string[];
  /** JSON objects only: pointers and what stands there. */
  readonly json: Wanted;
}

export interface Sample {
  readonly line: number;
  readonly raw: string;
  readonly format?: string;
  /** The parser that takes it in the end, when this one only unwraps. */
  readonly parser?: string;
  /** False: another parser or none must take the line. */
  readonly matches: boolean;
  readonly fields: Readonly<Record<string, FieldScalar | readonly FieldScalar[]>>;
  readonly entities: Readonly<Record<string, FieldScalar>>;
  readonly logsource?: LogSource;
  readonly host?: string;
  readonly time?: string;
}

export interface ParserDefinition {
  readonly name: string;
  readonly title: string;
  readonly file: string;
  /** Smaller is tried first; equal ones by name. */
  readonly priority: number;
  readonly place: Place;
  readonly reading: ReadingRule;
  readonly further: readonly FurtherStep[];
  readonly set: Readonly<Record<string, FieldScalar>>;
  readonly copy: Readonly<Record<string, readonly string[]>>;
  /** Fields without which the record is somebody else's. */
  readonly require: Wanted;
  readonly times: readonly TimeRule[];
  /** Sources by condition, first that holds. */
  readonly logsources: readonly LogSourceRule[];
  readonly entities: Readonly<Record<string, readonly string[]>>;
  readonly samples: readonly Sample[];
}
