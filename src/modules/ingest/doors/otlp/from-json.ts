/**
 * ExportLogsServiceRequest in JSON: proto3 JSON with OTLP's own rules (ids in hexadecimal, enums as numbers). 64-bit
 * numbers may be written as text or as numbers. Members of the wrong kind say nothing, as unknown ones do.
 */
import { Fault } from "../../../../kernel/index.ts";
import { MAX_OTLP_DEPTH, MAX_OTLP_RECORDS } from "../../limits.ts";
import { tooMany } from "./bounds.ts";
import { orTooDeep, TooDeep } from "./depth.ts";
import {
  type AnyValue,
  addAttribute,
  type Attributes,
  type LogGroup,
  type LogRecord,
  newAttributes,
  realNumber,
  wholeNumber,
} from "./logs.ts";

type Members = Readonly<Record<string, unknown>>;

function malformed(what: string): Fault {
  return new Fault("invalid", "ingest.otlp.malformed", `the body is no OTLP request: ${what}`, { what });
}

function members(value: unknown, what: string): Members {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Members;
  if (value === undefined || value === null) return {};
  throw malformed(what);
}

function elements(value: unknown, what: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value as unknown[];
  throw malformed(what);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

const MAX_UINT64 = 2n ** 64n;

/** A uint64 as text or number; anything else says nothing. */
function unsigned(value: unknown): bigint {
  const isWhole = typeof value === "number" && Number.isInteger(value) && value >= 0;
  const digits = typeof value === "string" && /^\d{1,20}$/u.test(value);
  const number = isWhole || digits ? BigInt(value as number | string) : 0n;
  return number < MAX_UINT64 ? number : 0n;
}

function small(value: unknown): number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 2 ** 32 ? value : 0;
}

function hex(value: unknown): string {
  return typeof value === "string" && /^(?:[0-9a-f]{2}){0,64}$/iu.test(value) ? value.toLowerCase() : "";
}

function whole(value: unknown): AnyValue {
  if (typeof value === "string" && /^-?\d{1,19}$/u.test(value)) return wholeNumber(BigInt(value));
  return typeof value === "number" && Number.isInteger(value) ? wholeNumber(BigInt(value)) : null;
}

function real(value: unknown): AnyValue {
  if (typeof value === "number") return realNumber(value);
  if (value === "NaN" || value === "Infinity" || value === "-Infinity") return value;
  return typeof value === "string" && value !== "" && !Number.isNaN(Number(value)) ? realNumber(Number(value)) : null;
}

function anyValue(value: unknown, depth: number): AnyValue {
  if (depth > MAX_OTLP_DEPTH) throw new TooDeep();
  const any = members(value, "value");
  if (any.stringValue !== undefined) return text(any.stringValue);
  if (any.boolValue !== undefined) return any.boolValue === true;
  if (any.intValue !== undefined) return whole(any.intValue);
  if (any.doubleValue !== undefined) return real(any.doubleValue);
  if (any.bytesValue !== undefined) return text(any.bytesValue);
  if (any.arrayValue !== undefined)
    return elements(members(any.arrayValue, "arrayValue").values, "values").map((one) => anyValue(one, depth + 1));
  if (any.kvlistValue !== undefined) return keyValues(members(any.kvlistValue, "kvlistValue").values, depth + 1);
  return null;
}

function keyValues(value: unknown, depth: number): Attributes {
  const attributes = newAttributes();
  for (const element of elements(value, "attributes")) {
    const pair = members(element, "attribute");
    addAttribute(attributes, text(pair.key), anyValue(pair.value, depth));
  }
  return attributes;
}

function logRecord(value: unknown): LogRecord {
  const record = members(value, "logRecord");
  return {
    timeUnixNano: unsigned(record.timeUnixNano),
    observedTimeUnixNano: unsigned(record.observedTimeUnixNano),
    severityNumber: small(record.severityNumber),
    severityText: text(record.severityText),
    eventName: text(record.eventName),
    body: record.body === undefined || record.body === null ? undefined : anyValue(record.body, 0),
    attributes: keyValues(record.attributes, 0),
    droppedAttributesCount: small(record.droppedAttributesCount),
    flags: small(record.flags),
    traceId: hex(record.traceId),
    spanId: hex(record.spanId),
  };
}

function scopeLogs(value: unknown, of: { resource: Attributes | undefined; schemaUrl: string }): LogGroup {
  const logs = members(value, "scopeLogs");
  const scope = members(logs.scope, "scope");
  const attributes = orTooDeep(() => keyValues(scope.attributes, 0));
  const unreadable = of.resource === undefined || attributes === undefined;
  return {
    resource: of.resource ?? newAttributes(),
    resourceSchemaUrl: of.schemaUrl,
    scope: { name: text(scope.name), version: text(scope.version), attributes: attributes ?? newAttributes() },
    scopeSchemaUrl: text(logs.schemaUrl),
    records: elements(logs.logRecords, "logRecords").map((one) =>
      unreadable ? undefined : orTooDeep(() => logRecord(one)),
    ),
  };
}

/** Throws Fault `invalid` for what is no such request, `too_large` for too many records. */
export function logsFromJson(body: Buffer): LogGroup[] {
  let request: unknown;
  try {
    request = JSON.parse(body.toString("utf8"));
  } catch {
    throw malformed("no JSON");
  }
  if (typeof request !== "object" || request === null || Array.isArray(request)) throw malformed("no object");
  let records = 0;
  return elements((request as Members).resourceLogs, "resourceLogs").flatMap((one) => {
    const logs = members(one, "resourceLogs");
    const resource = orTooDeep(() => keyValues(members(logs.resource, "resource").attributes, 0));
    return elements(logs.scopeLogs, "scopeLogs").map((scope) => {
      const group = scopeLogs(scope, { resource, schemaUrl: text(logs.schemaUrl) });
      records += group.records.length;
      if (records > MAX_OTLP_RECORDS) throw tooMany();
      return group;
    });
  });
}
