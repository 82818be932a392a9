/** Bodies for POST /api/v1/events. */
import { deflateRawSync, gzipSync, zstdCompressSync } from "node:zlib";
import type { HostileCase, Reply } from "./case.ts";
import { door, kept, line, problem, refused } from "./door.ts";
import { doorTextCases } from "./door-text-cases.ts";

const MIB = 1024 * 1024;
const NOT_JSON = "ingest.line.not_json";
const NOT_OBJECT = "ingest.line.not_object";
const TOO_LONG = "ingest.line.too_long";

const bytes = (...values: number[]): Buffer =>
  Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, ...values, 0x22, 0x7d, 0x0a]);

const packed: readonly HostileCase[] = [
  door(
    "truncated gzip",
    () => gzipSync(line('{"a":1}').toString().repeat(20_000)).subarray(0, -200),
    { status: [422], code: "ingest.unpack.truncated" },
    { encoding: "gzip" },
  ),
  door("gzip cut in its header", () => gzipSync("{}").subarray(0, 5), problem(422, "ingest.unpack.truncated"), {
    encoding: "gzip",
  }),
  door("gzip that is none", () => line("{}"), problem(422, "ingest.unpack.corrupt"), { encoding: "gzip" }),
  door("gzip with a wrong checksum", () => flipped(gzipSync("{}\n"), -6), problem(422, "ingest.unpack.corrupt"), {
    encoding: "gzip",
  }),
  door(
    "gzip with a flipped bit",
    () => flipped(gzipSync('{"a":"bcdefghijkl"}\n'), 14),
    { status: [422, 200] },
    { encoding: "gzip" },
  ),
  door(
    "gzip with garbage behind it",
    () => Buffer.concat([gzipSync("{}\n"), Buffer.from("garbage")]),
    { status: [200, 422] },
    { encoding: "gzip" },
  ),
  door("gzip in gzip", () => gzipSync(gzipSync("{}\n")), { status: [200], accepted: 0 }, { encoding: "gzip" }),
  door(
    "truncated zstd",
    () => zstdCompressSync(line('{"a":1}').toString().repeat(20_000)).subarray(0, -4),
    { status: [422] },
    { encoding: "zstd" },
  ),
  door("zstd that is none", () => line("{}"), problem(422, "ingest.unpack.corrupt"), { encoding: "zstd" }),
  door(
    "zstd that asks for a huge window",
    () => Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xf8, 0x01, 0, 0]),
    { status: [422] },
    { encoding: "zstd" },
  ),
  door("raw deflate as deflate", () => deflateRawSync("{}\n"), problem(422, "ingest.unpack.corrupt"), {
    encoding: "deflate",
  }),
  door(
    "gzip bomb, 1 GiB of one line",
    () => members(gzipSync(Buffer.alloc(64 * MIB)), 16),
    problem(413, "ingest.unpack.ratio"),
    { encoding: "gzip", withinMs: 30_000 },
  ),
  door(
    "gzip bomb, 10 GiB of one line",
    () => members(gzipSync(Buffer.alloc(64 * MIB)), 160),
    problem(413, "ingest.unpack.ratio"),
    { encoding: "gzip", withinMs: 30_000 },
  ),
  door(
    "gzip bomb of short lines",
    () => gzipSync("{}\n".repeat(20 * MIB), { level: 1 }),
    { status: [413] },
    { encoding: "gzip", withinMs: 60_000 },
  ),
  door(
    "zstd bomb",
    () => zstdCompressSync(Buffer.alloc(512 * MIB)),
    { status: [413] },
    { encoding: "zstd", withinMs: 30_000 },
  ),
  door("unknown encoding", () => line("{}"), problem(415, "ingest.body.content_encoding"), { encoding: "br" }),
  door("two encodings", () => gzipSync(gzipSync("{}\n")), problem(415, "ingest.body.content_encoding"), {
    encoding: "gzip, gzip",
  }),
  door("unknown media type", () => line("{}"), problem(415, "ingest.body.content_type"), { type: "application/xml" }),
  door("media type named like a member of every object", () => line("{}"), problem(415, "http.body.media_type"), {
    type: "__proto__",
  }),
];

const sizes: readonly HostileCase[] = [
  door(
    "a line of 100 MB and one after it",
    () => stream(100, MIB, Buffer.from('\n{"after":1}\n')),
    { status: [200], accepted: 1, rejected: [TOO_LONG] },
    { withinMs: 60_000 },
  ),
  door("a body over the limit", () => stream(140, MIB), { status: [413, "closed"] }, { withinMs: 60_000 }),
  door("a line just over a mebibyte", () => line(`{"a":"${"x".repeat(MIB)}"}`), refused(TOO_LONG)),
  door("a line just under a mebibyte", () => line(`{"a":"${"x".repeat(MIB - 100)}"}`), kept()),
  door("no body", () => Buffer.alloc(0), kept(0)),
  door("two million empty lines", () => Buffer.alloc(2 * MIB, 0x0a), problem(413, "ingest.body.too_many_lines"), {
    withinMs: 30_000,
  }),
  door(
    "100,000 broken lines",
    () => "{\n".repeat(100_000),
    {
      status: [200],
      accepted: 0,
      holds: ({ text }) => (text.includes('"rejectedTotal":100000') ? undefined : "total is wrong"),
    },
    { withinMs: 30_000 },
  ),
  door("only carriage returns", () => Buffer.alloc(10_000, 0x0d), refused(NOT_JSON)),
  door("spaces and tabs", () => line(" \t ".repeat(1000)), refused(NOT_JSON)),
];

const json: readonly HostileCase[] = [
  door(
    "objects 100,000 deep",
    () => line(`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`),
    { status: [200], holds: oneOutcome },
    { withinMs: 20_000 },
  ),
  door(
    "arrays 100,000 deep",
    () => line(`{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`),
    { status: [200], holds: oneOutcome },
    { withinMs: 20_000 },
  ),
  door("arrays 500,000 deep, never closed", () => line(`{"a":${"[".repeat(500_000)}`), refused(NOT_JSON)),
  door("100,000 keys", () => line(`{${Array.from({ length: 60_000 }, (_, n) => `"k${n}":${n}`).join()}}`), kept(), {
    withinMs: 20_000,
  }),
  door("100,000 equal keys", () => line(`{${'"k":1,'.repeat(100_000)}"z":1}`), kept()),
  door("a list of 200,000 numbers", () => line(`{"a":[${"1,".repeat(200_000)}1]}`), kept()),
  door("empty key", () => line('{"":"","\\u0000":1}'), kept()),
  door("a key of half a mebibyte", () => line(`{"${"k".repeat(MIB / 2)}":1}`), kept()),
  door("dots in keys", () => line('{"a.b":1,"a":{"b":2},"..":3,".":{"":4}}'), kept()),
  door("an array at the top", () => line("[{}]"), refused(NOT_OBJECT)),
  ...["null", "true", "1", '"x"', "[]"].map((text) =>
    door(`${text} at the top`, () => line(text), refused(NOT_OBJECT)),
  ),
  ...[
    "NaN",
    "{a:1}",
    "{'a':1}",
    '{"a":01}',
    '{"a":+1}',
    '{"a":.5}',
    '{"a":0x10}',
    '{"a":NaN}',
    '{"a":Infinity}',
    '{"a":1,}',
    '{"a":1}{"b":2}',
    '{"a":"\t"}',
    '{"a":"\\x41"}',
    '{"a":"\\ud8"}',
    "/*c*/{}",
  ].map((text) => door(`no JSON: ${JSON.stringify(text)}`, () => line(text), refused(NOT_JSON))),
  ...[
    "1e999",
    "-1e999",
    "1e-999",
    "99999999999999999999",
    "-99999999999999999999",
    "9007199254740993",
    "-0",
    "1.7976931348623157e308",
    "4.9e-324",
    `1${"0".repeat(5_000)}`,
    `0.${"1".repeat(100_000)}`,
  ].map((text) =>
    door(
      `number ${text.slice(0, 24)}`,
      () => line(`{"n":${text},"EventID":${text},"src_port":${text},"bytes":[${text}]}`),
      kept(),
    ),
  ),
  ...[
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "hasOwnProperty",
    "__defineGetter__",
    "valueOf",
    "then",
    "toJSON",
  ].flatMap((key) => [
    door(`key ${key} at the top`, () => line(`{"${key}":{"polluted":1},"x":1}`), kept()),
    door(
      `key ${key} below`,
      () =>
        line(
          `{"Event":{"${key}":{"polluted":1},"EventData":{"${key}":"x"}},"a":[{"${key}":{"${key}":1}}],"a.${key}.polluted":1}`,
        ),
      kept(),
    ),
  ]),
  door("an unclosed JSON array", () => '[{"a":1},{"a":2', { status: [200], accepted: 1 }, { type: "application/json" }),
  door(
    "a JSON array of everything",
    () => '[{"a":1},1,null,"x",[{}],{"b":2}]',
    { status: [200], accepted: 2 },
    { type: "application/json" },
  ),
  door(
    "JSON arrays nested 100,000 deep",
    () => `[${"[".repeat(100_000)}`,
    { status: [200], accepted: 0 },
    { type: "application/json" },
  ),
  door(
    "records wrapped by a foreign key",
    () => '{"__proto__":[{"a":1}]}',
    { status: [200] },
    { type: "application/json" },
  ),
];

const encodings: readonly HostileCase[] = [
  door("no UTF-8: ff fe", () => bytes(0xff, 0xfe), kept()),
  door("overlong slash", () => bytes(0xc0, 0xaf), kept()),
  door("overlong NUL", () => bytes(0xc0, 0x80), kept()),
  door("a lonely continuation byte", () => bytes(0x80), kept()),
  door("a five-byte form", () => bytes(0xf8, 0x88, 0x80, 0x80, 0x80), kept()),
  door("a code point beyond the last", () => bytes(0xf4, 0x90, 0x80, 0x80), kept()),
  door("surrogates as UTF-8", () => bytes(0xed, 0xa0, 0x80, 0xed, 0xb0, 0x80), kept()),
  door(
    "a character cut in half at the end",
    () => Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xe1, 0xbb])]),
    refused(NOT_JSON),
  ),
  door("a quote swallowed by a lead byte", () => bytes(0xe1), kept()),
  door("NUL in a string", () => bytes(0x00), refused(NOT_JSON)),
  door("NUL as the whole body", () => Buffer.alloc(4096), refused(NOT_JSON)),
  door("escaped NUL", () => line('{"a":"\\u0000b","\\u0000":"x"}'), kept()),
  door("lone surrogate escapes", () => line('{"a":"\\ud800","\\udfff":"\\ud83d\\ud83d"}'), kept()),
  door("byte order mark first", () => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), line("{}")]), kept()),
  door(
    "byte order mark twice",
    () => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf]), line("{}")]),
    refused(NOT_JSON),
  ),
  door("UTF-16, little end first", () => Buffer.from('\ufeff{"a":1}\n', "utf16le"), { status: [200], accepted: 0 }),
  door("UTF-16, big end first", () => Buffer.from('\ufeff{"a":1}\n', "utf16le").swap16(), {
    status: [200],
    accepted: 0,
  }),
  door("UTF-32", () => Buffer.from([0xff, 0xfe, 0, 0, 0x7b, 0, 0, 0, 0x7d, 0, 0, 0]), { status: [200], accepted: 0 }),
  door(
    "plain text that is binary",
    () => Buffer.from(Array.from({ length: 100_000 }, (_, n) => (n * 7919) % 251)),
    { status: [200], rejected: [] },
    { type: "text/plain" },
  ),
  door("plain text of NULs", () => Buffer.alloc(10_000), kept(), { type: "text/plain" }),
];

export const doorCases: readonly HostileCase[] = [...packed, ...sizes, ...json, ...encodings, ...doorTextCases];

/** Deep input is either kept or refused with a code; both are an outcome. */
function oneOutcome({ text }: Reply): string | undefined {
  const { accepted, rejectedTotal } = JSON.parse(text) as { accepted: number; rejectedTotal: number };
  return accepted + rejectedTotal === 1 ? undefined : `no outcome: ${text.slice(0, 200)}`;
}

function flipped(packedBytes: Buffer, at: number): Buffer<ArrayBuffer> {
  const copy = Buffer.from(packedBytes);
  const index = at < 0 ? copy.length + at : at;
  copy[index] = (copy[index] ?? 0) ^ 0xff;
  return copy;
}

function members(member: Buffer<ArrayBuffer>, count: number): Buffer<ArrayBuffer> {
  return Buffer.concat(Array.from({ length: count }, () => member));
}

function stream(count: number, bytesEach: number, tail?: Buffer): ReadableStream<Uint8Array> {
  const piece = Buffer.alloc(bytesEach, 0x78);
  let sent = 0;
  return new ReadableStream({
    pull: (controller) => {
      if (sent++ < count) return controller.enqueue(piece);
      if (tail !== undefined) controller.enqueue(tail);
      controller.close();
    },
  });
}
