/**
 * What both encodings of an OTLP request come to: log records with the resource and scope they were written under. One
 * record, one text, the same whichever encoding brought it, so that an exporter may change its encoding between tries.
 */
import { isUsableInstant, toIso } from "../../../../kernel/index.ts";

export type AnyValue = string | number | boolean | null | readonly AnyValue[] | Attributes;
/** Null-prototype: keys come from outside. */
export interface Attributes {
  readonly [key: string]: AnyValue;
}
export type OpenAttributes = Record<string, AnyValue>;

export interface LogRecord {
  readonly timeUnixNano: bigint;
  readonly observedTimeUnixNano: bigint;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly eventName: string;
  readonly body: AnyValue | undefined;
  readonly attributes: Attributes;
  readonly droppedAttributesCount: number;
  readonly flags: number;
  /** Lower-case hexadecimal. */
  readonly traceId: string;
  readonly spanId: string;
}

export interface Scope {
  readonly name: string;
  readonly version: string;
  readonly attributes: Attributes;
}

/** Records that share resource and scope. */
export interface LogGroup {
  readonly resource: Attributes;
  readonly resourceSchemaUrl: string;
  readonly scope: Scope;
  readonly scopeSchemaUrl: string;
  /** `undefined`: the record nests deeper than is read. */
  readonly records: readonly (LogRecord | undefined)[];
}

export function newAttributes(): OpenAttributes {
  return Object.create(null) as OpenAttributes;
}

/** Lists made of the values of one key, told from lists that are a value. */
const gathered = new WeakSet<AnyValue[]>();

/** Keys should be unique; of one that is not, all values are kept. */
export function addAttribute(attributes: OpenAttributes, key: string, value: AnyValue): void {
  const before = attributes[key];
  if (before === undefined) attributes[key] = value;
  else if (Array.isArray(before) && gathered.has(before)) before.push(value);
  else {
    const values: AnyValue[] = [before, value];
    gathered.add(values);
    attributes[key] = values;
  }
}

/** JSON has no numbers beyond these; they are written as text, as proto3 JSON does. */
export function wholeNumber(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

export function realNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

const NANOS_PER_MS = 1_000_000n;

function timestampOf(record: LogRecord): string | undefined {
  const nanos = record.timeUnixNano === 0n ? record.observedTimeUnixNano : record.timeUnixNano;
  const ms = Number(nanos / NANOS_PER_MS);
  return nanos === 0n || !isUsableInstant(ms) ? undefined : toIso(ms);
}

function said<Value>(name: string, value: Value, nothing: Value): Record<string, Value> {
  return value === nothing ? {} : { [name]: value };
}

function saidAttributes(name: string, attributes: Attributes): Record<string, Attributes> {
  return Object.keys(attributes).length === 0 ? {} : { [name]: attributes };
}

/** What all records of a group end with, written once. */
export function groupText(group: LogGroup): string {
  const { name, version, attributes } = group.scope;
  const scope = {
    ...said("name", name, ""),
    ...said("version", version, ""),
    ...saidAttributes("attributes", attributes),
  };
  const text = JSON.stringify({
    ...saidAttributes("resource", group.resource),
    ...said("resourceSchemaUrl", group.resourceSchemaUrl, ""),
    ...(Object.keys(scope).length === 0 ? {} : { scope }),
    ...said("scopeSchemaUrl", group.scopeSchemaUrl, ""),
  });
  return text.slice(1, -1);
}

/** The record as one line of JSON. Members that say nothing are left out, as in the encodings themselves. */
export function recordText(record: LogRecord, group: string): string {
  const own = JSON.stringify({
    timestamp: timestampOf(record),
    ...said("timeUnixNano", record.timeUnixNano.toString(), "0"),
    ...said("observedTimeUnixNano", record.observedTimeUnixNano.toString(), "0"),
    ...said("severityNumber", record.severityNumber, 0),
    ...said("severityText", record.severityText, ""),
    ...said("eventName", record.eventName, ""),
    body: record.body,
    ...saidAttributes("attributes", record.attributes),
    ...said("droppedAttributesCount", record.droppedAttributesCount, 0),
    ...said("flags", record.flags, 0),
    ...said("traceId", record.traceId, ""),
    ...said("spanId", record.spanId, ""),
  });
  if (group === "") return own;
  return own === "{}" ? `{${group}}` : `${own.slice(0, -1)},${group}}`;
}
