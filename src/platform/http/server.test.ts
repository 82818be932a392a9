import { connect } from "node:net";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Fault } from "../../kernel/index.ts";
import { silentLog } from "../log/index.ts";
import { z } from "../schema/index.ts";
import {
  type AuditNote,
  buildHttpServer,
  type Gatekeeper,
  IsoTime,
  Limit,
  pageOf,
  PERMISSIONS,
  type Principal,
  type Route,
  route,
} from "./index.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";

const notes: AuditNote[] = [];
const clerk: Principal = { kind: "token", id: "t-1", name: "clerk", permissions: new Set(PERMISSIONS) };
const gatekeeper: Gatekeeper = {
  identify: async ({ bearer }) =>
    bearer === "clerk" ? clerk : bearer === "guest" ? { ...clerk, id: "t-2", permissions: new Set() } : undefined,
  audit: async (note) => void notes.push(note),
};
const Thing = z.object({ id: z.string(), at: IsoTime, size: z.int() }).meta({ id: "TestThing" });
let aborted = false;

const base = { summary: "Test", access: "alerts.read", audit: "read" } as const;
const changing = { summary: "Test", access: "alerts.write", audit: "test.thing.changed" } as const;
const Query = z.object({ limit: Limit(500, 100) });
const ROUTES: Route[] = [
  route({
    ...base,
    method: "GET",
    path: "/api/v1/things",
    query: Query,
    reply: pageOf(Thing),
    handle: async ({ query }) => ({ items: [], nextCursor: String(query.limit) }),
  }),
  route({
    ...base,
    method: "GET",
    path: "/api/v1/things/:id",
    params: z.object({ id: z.string() }),
    reply: Thing,
    handle: async ({ params }) => ({ id: params.id, at: "2026-11-21T00:00:00Z", size: 1 }),
  }),
  route({
    ...changing,
    method: "POST",
    path: "/api/v1/things",
    body: Thing,
    reply: Thing,
    status: 201,
    handle: async ({ body }) => body,
  }),
  route({
    ...changing,
    method: "DELETE",
    path: "/api/v1/things/:id",
    params: z.object({ id: z.string() }),
    reply: z.undefined(),
    status: 204,
    handle: async () => undefined,
  }),
  route({
    ...changing,
    audit: "own",
    method: "PATCH",
    path: "/api/v1/things",
    reply: Thing,
    handle: () => Promise.reject(new Fault("forbidden", "test.thing.closed", "no")),
  }),
  route({
    ...base,
    method: "GET",
    path: "/api/v1/bug",
    reply: Thing,
    handle: () => Promise.reject(new TypeError("secret inner detail")),
  }),
  route({
    ...base,
    method: "GET",
    path: "/api/v1/misfit",
    reply: Thing,
    handle: async () => ({ secret: "inner detail" }) as never,
  }),
  route({
    ...base,
    access: "public",
    method: "GET",
    path: "/api/v1/open",
    ratePerMinute: 2,
    reply: z.object({}),
    handle: async () => ({}),
  }),
  route({
    ...base,
    method: "GET",
    path: "/api/v1/busy",
    reply: Thing,
    handle: () => Promise.reject(new Fault("unavailable", "test.lake.full", "later", {}, 7)),
  }),
  route({
    ...base,
    method: "GET",
    path: "/api/v1/export",
    reply: z.unknown(),
    handle: async () => ({
      download: Readable.from(["a,b\n", "1,2\n"]),
      contentType: "text/csv",
      fileName: 'x"/..\n.csv',
    }),
  }),
  route({
    ...changing,
    method: "POST",
    path: "/api/v1/stream",
    rawBody: true,
    reply: z.object({ bytes: z.int() }),
    handle: async ({ raw }) => {
      let bytes = 0;
      for await (const chunk of raw) bytes += (chunk as Buffer).length;
      return { bytes };
    },
  }),
  route({
    ...base,
    method: "GET",
    path: "/api/v1/slow",
    reply: z.object({}),
    handle: ({ signal }) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener("abort", () => reject(new Error(String((aborted = true))))),
      ),
  }),
];

let app: Awaited<ReturnType<typeof buildHttpServer>>;
beforeEach(async () => {
  notes.length = 0;
  aborted = false;
  app = await buildHttpServer({ routes: ROUTES, gatekeeper, log: silentLog, version: "1.2.3" });
});
afterEach(() => app.close());

type Method = "GET" | "POST" | "DELETE" | "PATCH" | "HEAD" | "OPTIONS";
const ask = (method: Method, url: string, more: { payload?: string | Buffer; headers?: Record<string, string> } = {}) =>
  app.inject({ method, url, payload: more.payload, headers: { authorization: "Bearer clerk", ...more.headers } });
const json = { "content-type": "application/json" };

describe("problems", () => {
  test.each<[string, Method, string, { payload?: string; headers?: Record<string, string> }, number, string]>([
    ["an unknown address", "GET", "/api/v1/nothing", {}, 404, "http.route.missing"],
    ["an unknown method", "DELETE", "/api/v1/open", {}, 404, "http.route.missing"],
    ["a query out of bounds", "GET", "/api/v1/things?limit=9999", {}, 422, "http.request.invalid"],
    [
      "a body that does not fit",
      "POST",
      "/api/v1/things",
      { payload: '{"id":1}', headers: json },
      422,
      "http.request.invalid",
    ],
    ["a body that is missing", "POST", "/api/v1/things", {}, 422, "http.request.invalid"],
    ["malformed JSON", "POST", "/api/v1/things", { payload: '{"id":', headers: json }, 400, "http.body.malformed"],
    [
      "prototype keys",
      "POST",
      "/api/v1/things",
      { payload: '{"__proto__":{"x":1}}', headers: json },
      400,
      "http.body.malformed",
    ],
    [
      "a body too large",
      "POST",
      "/api/v1/things",
      { payload: JSON.stringify({ id: "x".repeat(1_100_000) }), headers: json },
      413,
      "http.body.too_large",
    ],
    [
      "another media type",
      "POST",
      "/api/v1/things",
      { payload: "<a/>", headers: { "content-type": "application/xml" } },
      415,
      "http.body.media_type",
    ],
    [
      "a form in disguise",
      "POST",
      "/api/v1/things",
      { payload: "{}", headers: { "content-type": "text/plain" } },
      415,
      "http.body.media_type",
    ],
    ["no credentials", "GET", "/api/v1/things", { headers: { authorization: "" } }, 401, "auth.token.invalid"],
    [
      "a missing permission",
      "GET",
      "/api/v1/things",
      { headers: { authorization: "Bearer guest" } },
      403,
      "auth.permission.missing",
    ],
    [
      "another origin",
      "POST",
      "/api/v1/things",
      { headers: { origin: "https://evil.example" } },
      403,
      "auth.origin.foreign",
    ],
    ["a bug", "GET", "/api/v1/bug", {}, 500, "http.internal"],
    ["an answer that does not fit its schema", "GET", "/api/v1/misfit", {}, 500, "http.internal"],
    ["a fault with a time", "GET", "/api/v1/busy", {}, 503, "test.lake.full"],
  ])("tell of %s", async (_what, method, url, more, status, code) => {
    const answer = await ask(method, url, more);
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([status, code]);
    expect(answer.headers["content-type"]).toBe("application/problem+json");
    expect(answer.json()).toMatchObject({
      status,
      type: `urn:khien:fault:${code}`,
      instance: expect.any(String),
      params: expect.any(Object),
    });
    expect(answer.body).not.toContain("inner detail");
    expect(answer.body).not.toContain("node_modules");
  });

  test("name every member that does not fit", async () => {
    const answer = await ask("POST", "/api/v1/things", {
      payload: '{"id":1,"at":"yesterday","size":1}',
      headers: json,
    });
    expect(answer.json<{ errors: { path: string }[] }>().errors.map(({ path }) => path)).toEqual(["/id", "/at"]);
  });

  test("say when to come back", async () => {
    expect((await ask("GET", "/api/v1/busy")).headers["retry-after"]).toBe("7");
    expect((await app.inject("/api/v1/things")).headers["www-authenticate"]).toBe("Bearer");
  });
});

describe("answers", () => {
  test.each<[Method, string]>([
    ["GET", "/api/v1/things"],
    ["GET", "/api/v1/nothing"],
    ["GET", "/api/v1/bug"],
    ["GET", "/api/v1/export"],
    ["DELETE", "/api/v1/things/x"],
    ["OPTIONS", "/api/v1/things"],
  ])("to %s %s carry every security header and are not cached", async (method, url) => {
    expect((await ask(method, url)).headers).toMatchObject({ ...SECURITY_HEADERS, "cache-control": "no-store" });
  });

  test("without content have none", async () => {
    const answer = await ask("DELETE", "/api/v1/things/x");
    expect([answer.statusCode, answer.body, answer.headers["content-type"]]).toEqual([204, "", undefined]);
  });

  test("to HEAD are those to GET without a body; OPTIONS grants nothing to other origins", async () => {
    const head = await ask("HEAD", "/api/v1/things");
    expect([head.statusCode, head.body]).toEqual([200, ""]);
    const preflight = await ask("OPTIONS", "/api/v1/things", {
      headers: { origin: "https://evil.example", "access-control-request-method": "POST" },
    });
    expect(preflight.statusCode).toBe(404);
    expect(Object.keys(preflight.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  test("that are downloads go out as they are, under a harmless name", async () => {
    const answer = await ask("GET", "/api/v1/export");
    expect([answer.statusCode, answer.body, answer.headers["content-type"]]).toEqual([200, "a,b\n1,2\n", "text/csv"]);
    expect(answer.headers["content-disposition"]).toBe('attachment; filename="x__.._.csv"');
  });

  test("to a stream of any media type come from the handler that read it", async () => {
    const answer = await ask("POST", "/api/v1/stream", {
      payload: Buffer.alloc(3_000_000),
      headers: { "content-type": "application/x-ndjson" },
    });
    expect(answer.json()).toEqual({ bytes: 3_000_000 });
  });
});

describe("rate limits", () => {
  test("answer 429 with Retry-After", async () => {
    await app.inject("/api/v1/open");
    await app.inject("/api/v1/open");
    const third = await app.inject("/api/v1/open");
    expect([third.statusCode, third.json<{ code: string }>().code]).toEqual([429, "http.rate.exceeded"]);
    expect(Number(third.headers["retry-after"])).toBeGreaterThan(0);
    expect(third.headers["content-type"]).toBe("application/problem+json");
  });

  test("of one stranger are not those of another, nor of a known caller", async () => {
    for (let n = 0; n < 3; n++) await app.inject({ url: "/api/v1/open", remoteAddress: "203.0.113.1" });
    expect((await app.inject({ url: "/api/v1/open", remoteAddress: "203.0.113.2" })).statusCode).toBe(200);
    expect(
      (
        await app.inject({
          url: "/api/v1/open",
          remoteAddress: "203.0.113.1",
          headers: { authorization: "Bearer clerk" },
        })
      ).statusCode,
    ).toBe(200);
  });
});

describe("audit", () => {
  const told = () => notes.map(({ verb, outcome }) => `${verb} ${outcome}`);

  test("is told of changes and refusals, not of reads", async () => {
    await ask("GET", "/api/v1/things");
    await ask("DELETE", "/api/v1/things/x");
    await ask("GET", "/api/v1/things", { headers: { authorization: "Bearer guest" } });
    await ask("DELETE", "/api/v1/things/x", { headers: { authorization: "Bearer guest" } });
    expect(told()).toEqual(["test.thing.changed ok", "http.denied denied", "test.thing.changed denied"]);
    expect(notes[1]?.who?.id).toBe("t-2");
  });

  test("is left to a service that tells itself, once its handler was reached", async () => {
    await ask("PATCH", "/api/v1/things");
    expect(told()).toEqual([]);
    await ask("PATCH", "/api/v1/things", { headers: { authorization: "Bearer guest" } });
    expect(told()).toEqual(["http.denied denied"]);
  });
});

test("the description of the API is OpenAPI 3.1 and has every route", async () => {
  const api = (await app.inject("/api/v1/openapi.json")).json<{
    openapi: string;
    paths: Record<string, Record<string, unknown>>;
    components: { schemas: object };
  }>();
  expect(api.openapi).toMatch(/^3\.1\./u);
  for (const { method, path } of ROUTES) {
    expect(api.paths[path.replace(/:(\w+)/gu, "{$1}")]?.[method.toLowerCase()], `${method} ${path}`).toBeDefined();
  }
  expect(Object.keys(api.components.schemas)).toEqual(expect.arrayContaining(["Problem", "TestThing"]));
  const text = JSON.stringify(api);
  for (const [, target] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/gu))
    expect(api.components.schemas).toHaveProperty(target ?? "");
});

describe("over a real connection", () => {
  test("a handler learns that its caller went away", async () => {
    await app.listen({ host: "127.0.0.1", port: 0 });
    const port = (app.server.address() as { port: number }).port;
    const socket = connect(port, "127.0.0.1");
    socket.write("GET /api/v1/slow HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer clerk\r\n\r\n");
    await new Promise((resolve) => setTimeout(resolve, 100));
    socket.destroy();
    await expect.poll(() => aborted, { timeout: 2_000 }).toBe(true);
  });

  test("many requests over one connection leave no listeners behind", async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on("warning", onWarning);
    await app.listen({ host: "127.0.0.1", port: 0 });
    const port = (app.server.address() as { port: number }).port;
    const socket = connect(port, "127.0.0.1");
    let text = "";
    socket.on("data", (chunk: Buffer) => {
      text += String(chunk);
    });
    socket.write("GET /api/v1/things HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer clerk\r\n\r\n".repeat(40));
    await expect.poll(() => text.split("HTTP/1.1 200").length - 1, { timeout: 5_000 }).toBe(40);
    socket.destroy();
    process.off("warning", onWarning);
    expect(warnings).toEqual([]);
  });
});
