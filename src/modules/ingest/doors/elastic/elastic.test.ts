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

const basic = (pair: string) => `Basic ${Buffer.from(pair).toString("base64")}`;
const lines = (...all: readonly (string | object)[]) =>
  all.map((one) => `${typeof one === "string" ? one : JSON.stringify(one)}\n`).join("");

function send(body: string | Buffer, options: { path?: string; headers?: Record<string, string> } = {}) {
  return doors.app.inject({
    method: "POST",
    url: options.path ?? "/elastic/_bulk",
    headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/x-ndjson", ...options.headers },
    payload: body,
  });
}

describe("bulk", () => {
  test("index and create, each with its status; the journal has the documents as they were sent", async () => {
    const document = '{ "@timestamp":"2026-03-04T05:06:07Z",  "message":"đăng nhập" }';
    const answer = await send(lines({ index: { _index: "a" } }, document, { create: { _id: "7" } }, { n: 2 }));
    expect(answer.statusCode).toBe(200);
    expect(answer.headers["x-elastic-product"]).toBe("Elasticsearch");
    expect(answer.headers["content-type"]).toContain("application/json");
    const body = answer.json();
    expect(body).toMatchObject({
      errors: false,
      items: [{ index: { _index: "a", status: 201 } }, { create: { _index: "khien", _id: "7", status: 201 } }],
    });
    expect(doors.records.map(({ raw }) => raw)).toEqual([document, '{"n":2}']);
    expect(doors.records[0]).toMatchObject({ door: "elastic", sensor: "shipper", id: body.items[0].index._id });
  });

  test("the index of the address, the sensor of the query, gzip, no last line feed", async () => {
    const body = gzipSync('{"create":{}}\n{"a":1}');
    const headers = { "content-encoding": "gzip" };
    const answer = await send(body, { path: "/elastic/logs-x/_bulk?sensor=web-1&pipeline=p&refresh=true", headers });
    expect(answer.json()).toMatchObject({ errors: false, items: [{ create: { _index: "logs-x" } }] });
    expect(doors.records[0]).toMatchObject({ sensor: "web-1", raw: '{"a":1}' });
  });

  test("a retry gives the same ids, equal documents of one request stay two, a document's id tells equal ones apart", async () => {
    const body = lines({ index: {} }, { a: 1 }, { index: {} }, { a: 1 }, { index: { _id: "x" } }, { a: 1 });
    await send(body);
    await send(body);
    const ids = doors.records.map(({ id }) => id);
    expect(ids.slice(0, 3)).toEqual(ids.slice(3));
    expect(new Set(ids).size).toBe(3);
  });

  test("bad items are told one by one, the others are kept", async () => {
    const body = lines(
      { index: {} },
      "no json",
      { delete: { _id: "1" } },
      { update: { _id: "2" } },
      { doc: {} },
      { create: {} },
      "[1]",
      { create: {} },
      { ok: true },
    );
    const answer = await send(body);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      errors: true,
      items: [
        { index: { status: 400, error: { type: "document_parsing_exception" } } },
        { delete: { status: 400, error: { type: "illegal_argument_exception" } } },
        { update: { status: 400, error: { type: "illegal_argument_exception" } } },
        { create: { status: 400 } },
        { create: { status: 201 } },
      ],
    });
    expect(doors.records.map(({ raw }) => raw)).toEqual(['{"ok":true}']);
    expect(doors.counts().find(({ door }) => door === "elastic")).toMatchObject({ sensor: "shipper" });
  });

  test("a filtered answer is brief", async () => {
    const answer = await send(lines({ create: {} }, { a: 1 }), {
      path: "/elastic/_bulk?filter_path=errors%2Citems.*.status",
    });
    expect(answer.json()).toEqual({ took: 0, errors: false, items: [{ create: { status: 201 } }] });
  });

  test.each([
    ["no action", "{}\n{}\n", 400],
    ["an unknown action", '{"drop":{}}\n{}\n', 400],
    ["an action that is no JSON", "x\n{}\n", 400],
    ["an action too long", `${JSON.stringify({ index: { _index: "x".repeat(9_000) } })}\n{}\n`, 400],
    ["an action without its document", '{"index":{}}\n', 400],
    ["a prototype as action", '{"__proto__":{}}\n{}\n', 400],
    ["two actions in one", '{"index":{},"create":{}}\n{}\n', 400],
  ])("%s refuses the request in Elasticsearch's words", async (_what, body, status) => {
    const answer = await send(body);
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ status, error: { type: "illegal_argument_exception", root_cause: [{}] } });
  });

  test("while the journal refuses, so does the door, as a whole and with a time", async () => {
    const body = lines({ create: {} }, { a: 1 });
    doors.refusal = BUSY;
    const busy = await send(body);
    expect([busy.statusCode, busy.headers["retry-after"], busy.json().error.type]).toEqual([
      429,
      "1",
      "es_rejected_execution_exception",
    ]);
    doors.refusal = FULL;
    const full = await send(body);
    expect([full.statusCode, full.headers["retry-after"]]).toEqual([503, "5"]);
    expect(doors.records).toEqual([]);
    doors.refusal = undefined;
    expect((await send(body)).json().errors).toBe(false);
  });

  test("damaged gzip, an unknown encoding", async () => {
    const packed = gzipSync(lines({ create: {} }, { a: 1 }));
    const headers = { "content-encoding": "gzip" };
    expect((await send(packed.subarray(0, 20), { headers })).statusCode).toBe(400);
    expect((await send(Buffer.from("no gzip"), { headers })).statusCode).toBe(400);
    expect((await send("x", { headers: { "content-encoding": "br" } })).statusCode).toBe(415);
  });
});

describe("who sends", () => {
  test.each([
    ["bearer", `Bearer ${TOKEN}`],
    ["basic, as password", basic(`elastic:${TOKEN}`)],
    ["basic, as user", basic(`${TOKEN}:x`)],
    ["API key, id and key", `ApiKey ${Buffer.from(`id:${TOKEN}`).toString("base64")}`],
    ["API key, bare", `ApiKey ${TOKEN}`],
  ])("%s is let in", async (_what, authorization) => {
    expect((await send(lines({ create: {} }, { a: 1 }), { headers: { authorization } })).statusCode).toBe(200);
  });

  test.each([
    ["an unknown token", `Bearer khien_ingest_wrong`, 401],
    ["a token that may only read", `Bearer ${READ_TOKEN}`, 403],
    ["another scheme", `Digest ${TOKEN}`, 401],
    ["no base64", "Basic %%%", 401],
    ["nothing", "", 401],
  ])("%s is refused", async (_what, authorization, status) => {
    const answer = await send(lines({ create: {} }, { a: 1 }), { headers: { authorization } });
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ status, error: { type: "security_exception" } });
    expect(doors.records).toEqual([]);
  });
});

describe("what shippers ask first", () => {
  const ask = (method: "GET" | "HEAD" | "PUT", path: string, headers: Record<string, string> = {}) =>
    doors.app.inject({
      method,
      url: `/elastic${path}`,
      headers: { authorization: `ApiKey ${TOKEN}`, ...headers },
      ...(method === "PUT" ? { payload: "{}" } : {}),
    });

  test("the product and its version", async () => {
    for (const path of ["", "/"]) {
      const answer = await ask("GET", path);
      expect(answer.json()).toMatchObject({
        version: { number: expect.stringMatching(/^8\./u), build_flavor: "default" },
        tagline: "You Know, for Search",
      });
      expect(answer.headers["x-elastic-product"]).toBe("Elasticsearch");
      expect((await ask("HEAD", path)).statusCode).toBe(200);
    }
  });

  test.each([
    ["/_license", { license: { status: "active", type: "basic" } }],
    ["/_xpack?human=false", { features: { ilm: { enabled: true } } }],
    ["/_cluster/health", { status: "green" }],
    ["/_cat/health", { status: "green" }],
    ["/_nodes/http", { _nodes: { total: 1 } }],
    ["/_ilm/policy/filebeat", { filebeat: { policy: {} } }],
    ["/_index_template/filebeat-8.17.0", { index_templates: [{ name: "filebeat-8.17.0" }] }],
    ["/_template/logstash", { logstash: {} }],
    ["/_data_stream/logs-x", { data_streams: [{ name: "logs-x" }] }],
    ["/_ingest/pipeline/geo", { geo: {} }],
    ["/_ingest/pipeline", {}],
    ["/_alias/logstash", { logstash: {} }],
  ])("GET and HEAD %s", async (path, holds) => {
    expect((await ask("GET", path)).json()).toMatchObject(holds);
    const head = await ask("HEAD", path);
    expect([head.statusCode, head.body]).toEqual([200, ""]);
  });

  test.each([
    "/_ilm/policy/p",
    "/_index_template/t",
    "/_component_template/c",
    "/_template/t",
    "/_ingest/pipeline/p",
    "/_data_stream/d",
    "/index-1",
  ])("PUT %s is acknowledged", async (path) => {
    const answer = await ask("PUT", path, { "content-type": "application/json" });
    expect([answer.statusCode, answer.json()]).toEqual([200, { acknowledged: true }]);
  });

  test("clients of version 8 get their own media type", async () => {
    const accept = "application/vnd.elasticsearch+json; compatible-with=8";
    expect((await ask("GET", "/", { accept })).headers["content-type"]).toContain("compatible-with=8");
  });

  test("nobody without a token is told anything", async () => {
    for (const url of ["/elastic", "/elastic/_license", "/elastic/x"])
      expect((await doors.app.inject({ method: "GET", url })).statusCode).toBe(401);
  });
});

test("any bytes are answered, and what is acknowledged is in the journal", async () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '{"index":{}}',
      '{"create":{"_id":"1"}}',
      '{"delete":{}}',
      '{"a":1}',
      "",
      "{",
      '{"__proto__":{"x":1}}',
    ),
    fc.string({ maxLength: 40 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
      doors.records.length = 0;
      const answer = await send(pieces.join("\n"));
      expect([200, 400]).toContain(answer.statusCode);
      if (answer.statusCode !== 200) return;
      const items: Record<string, { status: number }>[] = answer.json().items;
      const taken = items.filter((item) => Object.values(item)[0]?.status === 201);
      expect(doors.records).toHaveLength(taken.length);
    }),
    { numRuns: 150 },
  );
});
