/** Bodies for POST /api/v1/events. */
import { deflateRawSync, gzipSync, zstdCompressSync } from "node:zlib";
import type { Expected, HostileCase, Reply } from "./case.ts";
import { CARRIERS, INJECTIONS } from "./payloads.ts";

const MIB = 1024 * 1024;
const NOT_JSON = "ingest.line.not_json";
const NOT_OBJECT = "ingest.line.not_object";
const TOO_LONG = "ingest.line.too_long";

interface Body {
  readonly type?: string;
  readonly encoding?: string;
  readonly query?: Record<string, string>;
}

function door(
  name: string,
  body: () => RequestInit["body"],
  expect: Expected,
  options: Body & { withinMs?: number } = {},
): HostileCase {
  const { withinMs, ...how } = options;
  return {
    name,
    expect,
    ...(withinMs === undefined ? {} : { withinMs }),
    ask: async ({ sender }): Promise<Reply> => {
      const answer = await sender
        .deliver(body(), how)
        .catch((error: unknown) => ({ status: "closed" as const, text: String(error) }));
      return { status: answer.status, text: answer.text };
    },
  };
}

const kept = (accepted = 1): Expected => ({ status: [200], accepted, rejected: [] });
const refused = (...codes: string[]): Expected => ({ status: [200], accepted: 0, rejected: codes });
const problem = (status: number, code: string): Expected => ({ status: [status], code });

const line = (text: string): Buffer => Buffer.from(`${text}\n`);
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
  door("media type named like a member of every object", () => line("{}"), problem(415, "ingest.body.content_type"), {
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

const TIMES = [
  "-1",
  "-99999999999999",
  "0",
  "1e308",
  "9999-12-31T23:59:59.999Z",
  "+275760-09-13T00:00:00Z",
  "+999999-01-01T00:00:00Z",
  "0000-00-00T00:00:00Z",
  "2026-02-30T25:61:61Z",
  "2026-11-21T08:00:00+99:99",
  "2016-12-31T23:59:60Z",
  "NaN",
  "now",
  "",
  "9".repeat(400),
  "1970-01-01",
  "-271821-04-19T23:59:59Z",
];
const times: readonly HostileCase[] = TIMES.map((time) => {
  const value = JSON.stringify(time);
  const number = /^-?[\d.e]{1,20}$/u.test(time) ? time : value;
  const events = [
    `{"EventTime":${value},"EventID":1,"Hostname":"h"}`,
    `{"@timestamp":${value},"winlog":{"event_id":1}}`,
    `{"timestamp":${value},"event_type":"dns"}`,
    `{"_path":"conn","ts":${number},"uid":"C1"}`,
    `{"Event":{"System":{"TimeCreated":{"#attributes":{"SystemTime":${value}}},"EventID":1}}}`,
    `{"time":${value},"eventTime":${value},"createdDateTime":${value}}`,
  ];
  return door(
    `time ${time.slice(0, 30) || "empty"} in every time field`,
    () => `${events.join("\n")}\n`,
    kept(events.length),
  );
});

const formats: readonly HostileCase[] = [
  [
    "zeek header with 20,000 columns",
    `#separator \\x09\n#fields\t${"f\t".repeat(20_000)}\n#types\t${"string\t".repeat(20_000)}\n${"x\t".repeat(20_000)}\n`,
  ],
  ["zeek header with a foreign separator", "#separator \\x00\n#fields\0a\0b\n1\0002\n#close\n#separator\n#fields\n"],
  [
    "zeek columns named like members of every object",
    "#separator \\x09\n#path\tconn\n#fields\t__proto__\tconstructor\tts\n#types\tstring\tstring\ttime\nx\ty\t1\n",
  ],
  [
    "10,000 audit events that never end",
    Array.from({ length: 10_000 }, (_, n) => `type=SYSCALL msg=audit(1795054445.120:${n}): arch=c000003e`).join("\n"),
  ],
  [
    "one audit event of 20,000 lines",
    Array.from({ length: 20_000 }, (_, n) => `type=PATH msg=audit(1.1:1): item=${n} name="x"`).join("\n"),
  ],
  ["audit values in broken hex", 'type=EXECVE msg=audit(1.1:2): argc=999999999 a0=GG a1=41414 a2="unclosed a3=00\n'],
  ["audit with a serial of 400 digits", `type=SYSCALL msg=audit(1.1:${"9".repeat(400)}): x=1\n`],
  ["syslog priority out of range", "<999999999>Nov 21 08:00:00 h p: x\n<-1>x\n<>x\n<1\n<13>\n"],
  ["structured data, 10,000 elements", `<34>1 2026-11-21T08:00:00Z h a p m ${'[a@1 b="c\\]\\""]'.repeat(10_000)} x\n`],
  ["structured data never closed", `<34>1 2026-11-21T08:00:00Z h a p m [a@1 b="${"\\".repeat(100_000)}\n`],
  [
    "event XML with an entity bomb",
    `<!DOCTYPE lolz [<!ENTITY a "lol">${Array.from({ length: 9 }, (_, n) => `<!ENTITY b${n} "${"&a;".repeat(10)}">`).join("")}]><Event><System><EventID>&b8;</EventID></System></Event>\n`,
  ],
  ["event XML 50,000 deep", `<Event>${"<a>".repeat(50_000)}\n`],
  ["sudo line with 100,000 equals signs", `<86>Nov 21 08:00:00 h sudo: u : ${"TTY= ; ".repeat(15_000)}COMMAND=\n`],
  ["sshd line of spaces", `<38>Nov 21 08:00:00 h sshd[1]: Failed password for ${" ".repeat(200_000)} from x port\n`],
  ["web log with 100,000 quotes", `192.0.2.1 - - [21/Nov/2026:08:00:00 +0000] ${'"'.repeat(100_000)} 200 1\n`],
].map(([name, text]) =>
  door(name ?? "", () => text, { status: [200], rejected: [] }, { type: "text/plain", withinMs: 20_000 }),
);

const addressing: readonly HostileCase[] = [
  door("sensor name too long", () => line("{}"), problem(422, "http.request.invalid"), {
    query: { sensor: "s".repeat(121) },
  }),
  door("sensor name empty", () => line("{}"), problem(422, "http.request.invalid"), { query: { sensor: " " } }),
  ...[
    "../../etc/passwd",
    "__proto__",
    "\u001b]0;owned\u0007",
    "\u202egnp",
    "'; DROP TABLE ingest_sensors; --",
    "<b>",
  ].map((sensor) =>
    door(
      `sensor ${JSON.stringify(sensor)}`,
      () => line('{"odd":"sensor"}'),
      { status: [200, 422] },
      { query: { sensor } },
    ),
  ),
  ...["-1", "0", "1.5", "1e308", "NaN", "9007199254740993", "١"].map((firstLine) =>
    door(`first line ${firstLine}`, () => line("{}"), problem(422, "http.request.invalid"), {
      query: { source: "f", firstLine },
    }),
  ),
  ...["__proto__", "constructor", "../x", "zeek-tsv:{}", "\u0000", "windows-nxlog"].map((format) =>
    door(
      `format ${JSON.stringify(format)}`,
      () => line('{"odd":"format"}'),
      { status: [200, 422] },
      { query: { format } },
    ),
  ),
  door("source of 2,000 characters", () => line("{}"), problem(422, "http.request.invalid"), {
    query: { source: "s".repeat(2_000) },
  }),
];

const injections: readonly HostileCase[] = Object.entries(CARRIERS).flatMap(([format, { type, line: carry }]) =>
  Object.entries(INJECTIONS).map(([name, text]) =>
    door(`${name} in ${format}`, () => line(carry(text)), kept(), { type, query: { sensor: "injections" } }),
  ),
);

export const doorCases: readonly HostileCase[] = [
  ...packed,
  ...sizes,
  ...json,
  ...encodings,
  ...times,
  ...formats,
  ...addressing,
  ...injections,
];

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
