import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { BUSY, FULL, type HttpDoors, openHttpDoors, READ_TOKEN, TOKEN } from "../../../../../test/doors/http-doors.ts";

let doors: HttpDoors;
beforeAll(async () => {
  doors = await openHttpDoors();
});
afterAll(() => doors.app.close());
beforeEach(() => {
  doors.records.length = 0;
  doors.refusal = undefined;
});

const CHANNEL = "FE0ECFAD-13D5-401B-847D-77833BD77131";

function send(body: string | Buffer, options: { path?: string; headers?: Record<string, string> } = {}) {
  return doors.app.inject({
    method: "POST",
    url: `/services/collector${options.path ?? "/event"}`,
    headers: { authorization: `Splunk ${TOKEN}`, ...options.headers },
    payload: body,
  });
}

describe("events", () => {
  test("objects one after another, in any layout; the envelope is the record", async () => {
    const first =
      '{"time":1772600404.5,"host":"web-1","sourcetype":"syslog","event":"Failed password","fields":{"zone":"a"}}';
    const second = '{\n  "event": { "a": 1 }\n}';
    for (const path of ["", "/event", "/event/1.0"]) {
      doors.records.length = 0;
      const answer = await send(`${first}${second}\n\n{"event":3}`, { path });
      expect([answer.statusCode, answer.json()]).toEqual([200, { text: "Success", code: 0 }]);
      expect(doors.records.map(({ raw }) => raw)).toEqual([first, second, '{"event":3}']);
      expect(doors.records[0]).toMatchObject({ door: "splunk", sensor: "shipper", format: "splunk-hec" });
    }
  });

  test("gzip, and the same ids on a retry", async () => {
    const body = gzipSync('{"event":"a"}{"event":"a"}');
    for (const _try of [1, 2])
      expect((await send(body, { headers: { "content-encoding": "gzip" } })).statusCode).toBe(200);
    const ids = doors.records.map(({ id }) => id);
    expect(ids.slice(0, 2)).toEqual(ids.slice(2));
    expect(ids[0]).not.toBe(ids[1]);
  });

  test.each([
    ["nothing", "", { text: "No data", code: 5 }],
    ["no JSON", "hello", { text: "Invalid data format", code: 6, "invalid-event-number": 0 }],
    ["an array", '[{"event":1}]', { text: "Invalid data format", code: 6, "invalid-event-number": 0 }],
    ["a broken second", '{"event":1}{"event":', { text: "Invalid data format", code: 6, "invalid-event-number": 1 }],
    ["no event", '{"host":"x"}', { text: "Event field is required", code: 12, "invalid-event-number": 0 }],
    [
      "a blank event",
      '{"event":1}{"event":""}',
      { text: "Event field cannot be blank", code: 13, "invalid-event-number": 1 },
    ],
    [
      "nested fields",
      '{"event":1,"fields":{"a":{"b":1}}}',
      { text: "Error in handling indexed fields", code: 15, "invalid-event-number": 0 },
    ],
  ])("%s", async (_what, body, expected) => {
    const answer = await send(body);
    expect([answer.statusCode, answer.json()]).toEqual([400, expected]);
    expect(doors.records).toHaveLength((expected as { "invalid-event-number"?: number })["invalid-event-number"] ?? 0);
  });

  test.each([
    ["no token", {}, 401, { text: "Token is required", code: 2 }],
    ["another scheme", { authorization: `Digest ${TOKEN}` }, 401, { text: "Invalid authorization", code: 3 }],
    ["an unknown token", { authorization: "Splunk 1234" }, 403, { text: "Invalid token", code: 4 }],
    ["a token that may only read", { authorization: `Splunk ${READ_TOKEN}` }, 403, { text: "Token disabled", code: 1 }],
  ])("%s", async (_what, headers, status, expected) => {
    const answer = await doors.app.inject({
      method: "POST",
      url: "/services/collector",
      headers: headers as Record<string, string>,
      payload: '{"event":1}',
    });
    expect([answer.statusCode, answer.json()]).toEqual([status, expected]);
    expect(doors.records).toEqual([]);
  });

  test("the token as password of basic authentication", async () => {
    const authorization = `Basic ${Buffer.from(`x:${TOKEN}`).toString("base64")}`;
    expect((await send('{"event":1}', { headers: { authorization } })).statusCode).toBe(200);
  });

  test.each([
    ["busy", BUSY, "1"],
    ["full", FULL, "5"],
  ])("a journal that is %s: server is busy, and when to come again", async (_what, refusal, seconds) => {
    doors.refusal = refusal;
    const answer = await send('{"event":1}', { headers: { "x-splunk-request-channel": CHANNEL } });
    expect([answer.statusCode, answer.headers["retry-after"], answer.json()]).toEqual([
      503,
      seconds,
      { text: "Server is busy", code: 9 },
    ]);
  });
});

describe("raw", () => {
  test("lines; audit records of one event become one", async () => {
    const audit = ["type=SYSCALL msg=audit(1.0:8): a=1", "type=EOE msg=audit(1.0:8):"];
    const answer = await send(["one", "", "two", ...audit].join("\n"), { path: "/raw" });
    expect(answer.json()).toEqual({ text: "Success", code: 0 });
    expect(doors.records.map(({ raw }) => raw.split("\n").length)).toEqual([1, 1, 2]);
    expect(doors.records[0]).toMatchObject({ raw: "one", door: "splunk" });
  });

  test("what the address says of all lines is kept as an event's envelope says it", async () => {
    const query = "host=web-1&source=%2Fvar%2Flog%2Fđ.log&sourcetype=syslog&index=main&time=1772600404.5&other=x";
    expect((await send("one\ntwo", { path: `/raw?${query}` })).statusCode).toBe(200);
    const said = {
      time: 1_772_600_404.5,
      host: "web-1",
      source: "/var/log/đ.log",
      sourcetype: "syslog",
      index: "main",
    };
    expect(doors.records.map(({ raw }) => JSON.parse(raw))).toEqual([
      { ...said, event: "one" },
      { ...said, event: "two" },
    ]);
    expect(doors.records[0]).toMatchObject({ format: "splunk-hec", sensor: "shipper" });
  });

  test.each(["host=", `host=${"x".repeat(1_025)}`, "host=a&host=b", "time=yesterday"])(
    "?%s says nothing: the line stays as it is",
    async (query) => {
      await send("one", { path: `/raw?${query}` });
      expect(doors.records.map(({ raw }) => raw)).toEqual(["one"]);
    },
  );

  test("nothing", async () => {
    expect((await send("\n\n", { path: "/raw/1.0" })).json()).toEqual({ text: "No data", code: 5 });
  });
});

describe("acknowledgement", () => {
  const headers = { "x-splunk-request-channel": CHANNEL };

  test("ids count per channel; what was given out is durable; others are not known", async () => {
    expect((await send('{"event":1}', { headers })).json()).toEqual({ text: "Success", code: 0, ackId: 0 });
    expect((await send("line", { path: `/raw?channel=${CHANNEL.toLowerCase()}` })).json()).toMatchObject({ ackId: 1 });
    doors.refusal = FULL;
    expect((await send('{"event":1}', { headers })).statusCode).toBe(503);
    const answer = await send('{"acks":[0,1,2]}', { path: `/ack?channel=${CHANNEL}` });
    expect([answer.statusCode, answer.json()]).toEqual([200, { acks: { 0: true, 1: true, 2: false } }]);
  });

  test.each([
    ["no channel", "/ack", '{"acks":[0]}', 10],
    ["no GUID", "/ack?channel=x", '{"acks":[0]}', 11],
    ["no question", `/ack?channel=${CHANNEL}`, "{", 6],
    ["no ids", `/ack?channel=${CHANNEL}`, '{"acks":["a"]}', 6],
    [
      "too many ids",
      `/ack?channel=${CHANNEL}`,
      JSON.stringify({ acks: Array.from({ length: 10_001 }, (_, i) => i) }),
      6,
    ],
  ])("%s", async (_what, path, body, code) => {
    const answer = await send(body, { path });
    expect([answer.statusCode, answer.json().code]).toEqual([400, code]);
  });
});

test("health needs the token too", async () => {
  for (const url of ["/services/collector/health", "/services/collector/health/1.0"]) {
    const answer = await doors.app.inject({ method: "GET", url, headers: { authorization: `Splunk ${TOKEN}` } });
    expect([answer.statusCode, answer.json()]).toEqual([200, { text: "HEC is healthy", code: 17 }]);
    expect((await doors.app.inject({ method: "GET", url })).statusCode).toBe(401);
  }
});

test("any bytes are answered; a success has at least one event in the journal", async () => {
  const piece = fc.oneof(
    fc.constantFrom('{"event":1}', "{", "}", '"', "[", '{"event":"', "\n", ","),
    fc.string({ maxLength: 20 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 10 }), async (pieces) => {
      doors.records.length = 0;
      const answer = await send(pieces.join(""));
      expect([200, 400]).toContain(answer.statusCode);
      if (answer.statusCode === 200) expect(doors.records.length).toBeGreaterThan(0);
      for (const { raw } of doors.records) expect(JSON.parse(raw)).toHaveProperty("event");
    }),
    { numRuns: 150 },
  );
});
