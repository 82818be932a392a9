/** ExportLogsServiceRequest in protocol buffers; field numbers of opentelemetry/proto/logs/v1 and common/v1. */
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
  type OpenAttributes,
  realNumber,
  type Scope,
  wholeNumber,
} from "./logs.ts";
import { BYTES, FIXED32, FIXED64, VARINT, WireReader } from "./wire.ts";

function anyValue(reader: WireReader, depth: number): AnyValue {
  if (depth > MAX_OTLP_DEPTH) throw new TooDeep();
  // Of a oneof the last field on the wire counts.
  let value: AnyValue = null;
  while (reader.next()) {
    if (reader.is(1, BYTES)) value = reader.text();
    else if (reader.is(2, VARINT)) value = reader.varint() !== 0n;
    else if (reader.is(3, VARINT)) value = wholeNumber(BigInt.asIntN(64, reader.varint()));
    else if (reader.is(4, FIXED64)) value = realNumber(reader.double());
    else if (reader.is(5, BYTES)) value = list(reader.message(), depth + 1);
    else if (reader.is(6, BYTES)) value = keyValues(reader.message(), depth + 1);
    else if (reader.is(7, BYTES)) value = reader.bytes().toString("base64");
  }
  return value;
}

function list(reader: WireReader, depth: number): AnyValue[] {
  const values: AnyValue[] = [];
  while (reader.next()) if (reader.is(1, BYTES)) values.push(anyValue(reader.message(), depth));
  return values;
}

function keyValues(reader: WireReader, depth: number): Attributes {
  const attributes = newAttributes();
  while (reader.next()) if (reader.is(1, BYTES)) keyValue(reader.message(), attributes, depth);
  return attributes;
}

function keyValue(reader: WireReader, attributes: OpenAttributes, depth: number): void {
  let key = "";
  let value: AnyValue = null;
  while (reader.next()) {
    if (reader.is(1, BYTES)) key = reader.text();
    else if (reader.is(2, BYTES)) value = anyValue(reader.message(), depth);
  }
  addAttribute(attributes, key, value);
}

function logRecord(reader: WireReader): LogRecord {
  const attributes = newAttributes();
  const record = {
    timeUnixNano: 0n,
    observedTimeUnixNano: 0n,
    severityNumber: 0,
    severityText: "",
    eventName: "",
    body: undefined as AnyValue | undefined,
    attributes,
    droppedAttributesCount: 0,
    flags: 0,
    traceId: "",
    spanId: "",
  };
  while (reader.next()) {
    if (reader.is(1, FIXED64)) record.timeUnixNano = reader.fixed64();
    else if (reader.is(2, VARINT)) record.severityNumber = Number(reader.varint());
    else if (reader.is(3, BYTES)) record.severityText = reader.text();
    else if (reader.is(5, BYTES)) record.body = anyValue(reader.message(), 0);
    else if (reader.is(6, BYTES)) keyValue(reader.message(), attributes, 0);
    else if (reader.is(7, VARINT)) record.droppedAttributesCount = Number(reader.varint());
    else if (reader.is(8, FIXED32)) record.flags = reader.fixed32();
    else if (reader.is(9, BYTES)) record.traceId = reader.bytes().toString("hex");
    else if (reader.is(10, BYTES)) record.spanId = reader.bytes().toString("hex");
    else if (reader.is(11, FIXED64)) record.observedTimeUnixNano = reader.fixed64();
    else if (reader.is(12, BYTES)) record.eventName = reader.text();
  }
  return record;
}

function scopeOf(reader: WireReader): Scope {
  const attributes = newAttributes();
  const scope = { name: "", version: "", attributes };
  while (reader.next()) {
    if (reader.is(1, BYTES)) scope.name = reader.text();
    else if (reader.is(2, BYTES)) scope.version = reader.text();
    else if (reader.is(3, BYTES)) keyValue(reader.message(), attributes, 0);
  }
  return scope;
}

function resourceOf(reader: WireReader): Attributes {
  const attributes = newAttributes();
  while (reader.next()) if (reader.is(1, BYTES)) keyValue(reader.message(), attributes, 0);
  return attributes;
}

const NO_SCOPE: Scope = { name: "", version: "", attributes: newAttributes() };

/** Members come in any order: the resource may stand behind its records. */
function resourceLogs(reader: WireReader, budget: { records: number }): LogGroup[] {
  let resource: Attributes | undefined = newAttributes();
  let resourceSchemaUrl = "";
  const groups: { scope: Scope | undefined; scopeSchemaUrl: string; records: (LogRecord | undefined)[] }[] = [];
  while (reader.next()) {
    if (reader.is(1, BYTES)) resource = orTooDeep(() => resourceOf(reader.message()));
    else if (reader.is(2, BYTES)) groups.push(scopeLogs(reader.message(), budget));
    else if (reader.is(3, BYTES)) resourceSchemaUrl = reader.text();
  }
  return groups.map(({ scope, scopeSchemaUrl, records }) => ({
    resource: resource ?? newAttributes(),
    resourceSchemaUrl,
    scope: scope ?? NO_SCOPE,
    scopeSchemaUrl,
    // What stands under an unreadable resource or scope cannot be told whose it is.
    records: resource === undefined || scope === undefined ? records.map(() => undefined) : records,
  }));
}

function scopeLogs(reader: WireReader, budget: { records: number }) {
  let scope: Scope | undefined = NO_SCOPE;
  let scopeSchemaUrl = "";
  const records: (LogRecord | undefined)[] = [];
  while (reader.next()) {
    if (reader.is(1, BYTES)) scope = orTooDeep(() => scopeOf(reader.message()));
    else if (reader.is(2, BYTES)) {
      if (--budget.records < 0) throw tooMany();
      const bytes = reader.message();
      records.push(orTooDeep(() => logRecord(bytes)));
    } else if (reader.is(3, BYTES)) scopeSchemaUrl = reader.text();
  }
  return { scope, scopeSchemaUrl, records };
}

/** Throws Fault `invalid` for what is no such message, `too_large` for too many records. */
export function logsFromProtobuf(bytes: Buffer): LogGroup[] {
  const reader = new WireReader(bytes);
  const budget = { records: MAX_OTLP_RECORDS };
  const groups: LogGroup[] = [];
  while (reader.next()) if (reader.is(1, BYTES)) groups.push(...resourceLogs(reader.message(), budget));
  return groups;
}
