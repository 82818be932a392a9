import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { BUSY, type HttpDoors, openHttpDoors, TOKEN } from "../../../../../test/doors/http-doors.ts";
import { isFault } from "../../../../kernel/index.ts";
import { logsFromJson } from "./from-json.ts";
import { logsFromProtobuf } from "./from-protobuf.ts";
import { groupText, type LogGroup, recordText } from "./logs.ts";
import { bytesField, varintField, WireReader } from "./wire.ts";

let doors: HttpDoors;
beforeAll(async () => {
  doors = await openHttpDoors();
});
afterAll(() => doors.app.close());
beforeEach(() => {
  doors.records.length = 0;
  doors.refusal = undefined;
});

/** A writer of its own, from the proto files: what the reader must understand. */
type Any =
  | { s: string }
  | { b: boolean }
  | { i: bigint }
  | { d: number }
  | { list: Any[] }
  | { map: [string, Any][] }
  | { bytes: Buffer };
interface Rec {
  readonly time: bigint;
  readonly observed: bigint;
  readonly severity: number;
  readonly severityText: string;
  readonly body: Any;
  readonly attributes: [string, Any][];
  readonly flags: number;
  readonly trace: Buffer;
}

function fixed64(field: number, write: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(9);
  bytes[0] = field * 8 + 1;
  write(bytes.subarray(1));
  return bytes;
}
function bigVarint(field: number, value: bigint): Buffer {
  const bytes = [field * 8];
  for (let rest = BigInt.asUintN(64, value); ; rest >>= 7n) {
    bytes.push(Number(rest & 127n) + (rest > 127n ? 128 : 0));
    if (rest <= 127n) return Buffer.from(bytes);
  }
}
function anyProto(value: Any): Buffer {
  if ("s" in value) return bytesField(1, value.s);
  if ("b" in value) return bigVarint(2, value.b ? 1n : 0n);
  if ("i" in value) return bigVarint(3, value.i);
  if ("d" in value) return fixed64(4, (bytes) => bytes.writeDoubleLE(value.d));
  if ("list" in value) return bytesField(5, Buffer.concat(value.list.map((one) => bytesField(1, anyProto(one)))));
  if ("map" in value) return bytesField(6, Buffer.concat(value.map.map((pair) => bytesField(1, pairProto(pair)))));
  return bytesField(7, value.bytes);
}
function pairProto([key, value]: [string, Any]): Buffer {
  return Buffer.concat([bytesField(1, key), bytesField(2, anyProto(value))]);
}
function recordProto(record: Rec): Buffer {
  const flags = Buffer.alloc(5);
  flags[0] = 8 * 8 + 5;
  flags.writeUInt32LE(record.flags, 1);
  return Buffer.concat([
    fixed64(1, (bytes) => bytes.writeBigUInt64LE(record.time)),
    varintField(2, record.severity),
    bytesField(3, record.severityText),
    bytesField(99, "unknown"),
    bytesField(5, anyProto(record.body)),
    ...record.attributes.map((pair) => bytesField(6, pairProto(pair))),
    flags,
    bytesField(9, record.trace),
    fixed64(11, (bytes) => bytes.writeBigUInt64LE(record.observed)),
  ]);
}
function requestProto(records: readonly Rec[], resource: [string, Any][]): Buffer {
  const scope = bytesField(1, Buffer.concat([bytesField(1, "lib"), bytesField(2, "1.0")]));
  const scopeLogs = Buffer.concat([...records.map((record) => bytesField(2, recordProto(record))), scope]);
  const resourceFields = bytesField(1, Buffer.concat(resource.map((pair) => bytesField(1, pairProto(pair)))));
  return bytesField(1, Buffer.concat([bytesField(2, scopeLogs), resourceFields]));
}

function anyJson(value: Any): object {
  if ("s" in value) return { stringValue: value.s };
  if ("b" in value) return { boolValue: value.b };
  if ("i" in value) return { intValue: value.i.toString() };
  if ("d" in value) return { doubleValue: Number.isFinite(value.d) ? value.d : String(value.d) };
  if ("list" in value) return { arrayValue: { values: value.list.map(anyJson) } };
  if ("map" in value) return { kvlistValue: { values: value.map.map(pairJson) } };
  return { bytesValue: value.bytes.toString("base64") };
}
const pairJson = ([key, value]: [string, Any]) => ({ key, value: anyJson(value) });
function requestJson(records: readonly Rec[], resource: [string, Any][]): object {
  const logRecords = records.map((record) => ({
    timeUnixNano: record.time.toString(),
    observedTimeUnixNano: record.observed.toString(),
    severityNumber: record.severity,
    severityText: record.severityText,
    body: anyJson(record.body),
    attributes: record.attributes.map(pairJson),
    flags: record.flags,
    traceId: record.trace.toString("hex"),
  }));
  return {
    resourceLogs: [
      {
        resource: { attributes: resource.map(pairJson) },
        scopeLogs: [{ scope: { name: "lib", version: "1.0" }, logRecords }],
      },
    ],
  };
}

const { any } = fc.letrec<{ any: Any }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: "grapheme", maxLength: 12 }).map((s): Any => ({ s })),
    fc.boolean().map((b): Any => ({ b })),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((i): Any => ({ i })),
    fc.double().map((d): Any => ({ d: Object.is(d, -0) ? 0 : d })),
    fc.uint8Array({ maxLength: 8 }).map((bytes): Any => ({ bytes: Buffer.from(bytes) })),
    fc.array(tie("any"), { maxLength: 3 }).map((list): Any => ({ list })),
    fc
      .array(fc.tuple(fc.constantFrom("a", "__proto__", "b"), tie("any")), { maxLength: 3 })
      .map((map): Any => ({ map })),
  ),
}));
const attributes = fc.array(fc.tuple(fc.constantFrom("host.name", "__proto__", "constructor", "k"), any), {
  maxLength: 4,
});
const record: fc.Arbitrary<Rec> = fc.record({
  time: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  observed: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  severity: fc.nat(24),
  severityText: fc.string({ maxLength: 5 }),
  body: any,
  attributes,
  flags: fc.nat(255),
  trace: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes)),
});

const texts = (groups: readonly LogGroup[]) =>
  groups.flatMap((group) =>
    group.records.map((one) => (one === undefined ? undefined : recordText(one, groupText(group)))),
  );

describe("encodings", () => {
  test("both give the same text, whatever is in the record, and it is JSON", () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 3 }), attributes, (records, resource) => {
        const proto = texts(logsFromProtobuf(requestProto(records, resource)));
        const json = texts(logsFromJson(Buffer.from(JSON.stringify(requestJson(records, resource)))));
        expect(proto).toEqual(json);
        for (const text of proto) JSON.parse(text ?? "");
      }),
      { numRuns: 300 },
    );
  });

  test("random and mutated bytes end in a fault or in records, quickly", () => {
    const seed = requestProto(fc.sample(record, { numRuns: 4, seed: 4 }), [["host.name", { s: "web-1" }]]);
    const read = (bytes: Buffer) => {
      try {
        texts(logsFromProtobuf(bytes));
      } catch (error) {
        if (!isFault(error)) throw error;
      }
    };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => read(Buffer.from(bytes))),
      { numRuns: 3_000 },
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(seed.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), (flips) => {
        const bytes = Buffer.from(seed);
        for (const [at, value] of flips) bytes[at] = value;
        read(bytes);
      }),
      { numRuns: 3_000 },
    );
  });

  test("any JSON is read or refused", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        for (const body of [
          value,
          { resourceLogs: value },
          { resourceLogs: [{ scopeLogs: [{ logRecords: [value] }] }] },
        ]) {
          try {
            texts(logsFromJson(Buffer.from(JSON.stringify(body))));
          } catch (error) {
            if (!isFault(error)) throw error;
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test("many values under one key take time that grows with their number", () => {
    const pair = bytesField(6, pairProto(["k", { s: "" }]));
    const records = bytesField(2, Buffer.concat(Array.from({ length: 300_000 }, () => pair)));
    const started = performance.now();
    logsFromProtobuf(bytesField(1, bytesField(2, records)));
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

const ONE: Rec = {
  time: 1_772_600_404_500_000_000n,
  observed: 0n,
  severity: 9,
  severityText: "INFO",
  body: { s: "signed in" },
  attributes: [["user.name", { s: "lan" }]],
  flags: 1,
  trace: Buffer.alloc(16, 0xab),
};
const RESOURCE: [string, Any][] = [["host.name", { s: "web-1" }]];

function send(body: string | Buffer, type: string, headers: Record<string, string> = {}) {
  return doors.app.inject({
    method: "POST",
    url: "/v1/logs",
    headers: { authorization: `Bearer ${TOKEN}`, "content-type": type, ...headers },
    payload: body,
  });
}
const JSON_TYPE = "application/json";
const PROTO_TYPE = "application/x-protobuf";

describe("the door", () => {
  test("takes both encodings as the same event", async () => {
    const json = await send(JSON.stringify(requestJson([ONE], RESOURCE)), JSON_TYPE);
    expect([json.statusCode, json.headers["content-type"], json.body]).toEqual([200, JSON_TYPE, "{}"]);
    const proto = await send(gzipSync(requestProto([ONE], RESOURCE)), PROTO_TYPE, { "content-encoding": "gzip" });
    expect([proto.statusCode, proto.headers["content-type"], proto.rawPayload.length]).toEqual([200, PROTO_TYPE, 0]);
    const [first, second] = doors.records;
    expect(first?.id).toBe(second?.id);
    expect(first).toMatchObject({ door: "otlp", format: "otlp", sensor: "shipper" });
    expect(JSON.parse(first?.raw ?? "")).toEqual({
      timestamp: "2026-03-04T05:00:04.500Z",
      timeUnixNano: "1772600404500000000",
      severityNumber: 9,
      severityText: "INFO",
      body: "signed in",
      attributes: { "user.name": "lan" },
      flags: 1,
      traceId: "ab".repeat(16),
      resource: { "host.name": "web-1" },
      scope: { name: "lib", version: "1.0" },
    });
  });

  test("records that nest too deep are told as a partial success; the others are taken", async () => {
    let deep: Any = { s: "x" };
    for (let i = 0; i < 40; i++) deep = { list: [deep] };
    const records = [{ ...ONE, body: deep }, ONE];
    const json = await send(JSON.stringify(requestJson(records, RESOURCE)), JSON_TYPE);
    expect(json.json()).toMatchObject({ partialSuccess: { rejectedLogRecords: "1" } });
    const proto = await send(requestProto(records, RESOURCE), PROTO_TYPE);
    const answer = new WireReader(proto.rawPayload);
    expect(answer.next() && answer.field).toBe(1);
    const partial = answer.message();
    expect(partial.next() && partial.varint()).toBe(1n);
    expect(doors.records).toHaveLength(2);
  });

  test("a large resource under many records does not grow without bound", async () => {
    const resource: [string, Any][] = [["k", { s: "x".repeat(900_000) }]];
    const small = { ...ONE, attributes: [] };
    const answer = await send(
      requestProto(
        Array.from({ length: 2_000 }, () => small),
        resource,
      ),
      PROTO_TYPE,
    );
    expect(answer.statusCode).toBe(413);
  });

  test.each([
    ["another type", "text/plain", "x", 415, 3],
    ["no protocol buffer", PROTO_TYPE, "\xff\xff", 400, 3],
    ["no JSON", JSON_TYPE, "{", 400, 3],
    ["no request", JSON_TYPE, '{"resourceLogs":{}}', 400, 3],
  ])("%s is refused with a status message in the encoding of the request", async (_what, type, body, status, code) => {
    const answer = await send(Buffer.from(body, "latin1"), type);
    expect(answer.statusCode).toBe(status);
    if (type !== PROTO_TYPE) return expect(answer.json()).toMatchObject({ code });
    const reader = new WireReader(answer.rawPayload);
    expect(reader.next() && reader.varint()).toBe(BigInt(code));
  });

  test("nobody without a token; and while the journal refuses, again later", async () => {
    const headers = { authorization: "Bearer khien_ingest_no" };
    expect((await send("{}", JSON_TYPE, headers)).statusCode).toBe(401);
    doors.refusal = BUSY;
    const answer = await send(JSON.stringify(requestJson([ONE], RESOURCE)), JSON_TYPE);
    expect([answer.statusCode, answer.headers["retry-after"], answer.json().code]).toEqual([429, "1", 8]);
  });
});
