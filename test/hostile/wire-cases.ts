/** Bytes on the HTTP socket that no client library would send. */
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Expected, HostileCase, Reply, Target } from "./case.ts";

/** How long a connection that gets no answer is watched. */
const WATCH_MS = 400;

interface Wire {
  /** Pieces, sent one after the other with a pause between. */
  readonly pieces: readonly (string | Buffer)[];
  readonly pauseMs?: number;
}

/** Sends and reports the status of the first answer; `closed` when the server ends or ignores the connection. */
async function speak(target: Target, { pieces, pauseMs = 0 }: Wire): Promise<Reply> {
  const socket = connect(Number(target.url.port), "127.0.0.1");
  let text = "";
  const state = { ended: false };
  socket.on("data", (piece) => {
    text += piece.toString("latin1");
  });
  socket.on("error", () => undefined);
  socket.once("close", () => {
    state.ended = true;
  });
  await once(socket, "connect");
  for (const piece of pieces) {
    if (!state.ended) socket.write(piece);
    if (pauseMs > 0) await pause(pauseMs);
  }
  const until = performance.now() + WATCH_MS;
  while (!state.ended && performance.now() < until && !/^HTTP\/1\.1 [2-5]\d\d/u.test(text)) await pause(10);
  await pause(20);
  socket.destroy();
  const status = /^HTTP\/1\.1 (\d{3})/u.exec(text)?.[1];
  return { status: status === undefined ? "closed" : Number(status), text: text.slice(text.indexOf("\r\n\r\n") + 4) };
}

function wire(
  name: string,
  make: (auth: string) => Wire | readonly (string | Buffer)[],
  expect: Expected["status"],
): HostileCase {
  return {
    name,
    expect: { status: expect },
    ask: (target) => {
      const made = make(
        `Authorization: Bearer ${target.ingestToken}\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n`,
      );
      return speak(target, "pieces" in made ? made : { pieces: made });
    },
  };
}

const get = (path: string, headers = "Host: x\r\n"): readonly string[] => [`GET ${path} HTTP/1.1\r\n${headers}\r\n`];
const post = (auth: string, headers: string, body: string | Buffer = ""): readonly (string | Buffer)[] => [
  `POST /api/v1/events HTTP/1.1\r\n${auth}${headers}\r\n`,
  body,
];
const REFUSED = [400, "closed"] as const;

const smuggling: readonly HostileCase[] = [
  wire(
    "length and chunks together",
    (auth) => post(auth, "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\nGET /x HTTP/1.1\r\n\r\n"),
    REFUSED,
  ),
  wire("two different lengths", (auth) => post(auth, "Content-Length: 3\r\nContent-Length: 8\r\n", "{}\n"), REFUSED),
  wire("two lengths in one header", (auth) => post(auth, "Content-Length: 3, 8\r\n", "{}\n"), REFUSED),
  wire("a negative length", (auth) => post(auth, "Content-Length: -1\r\n", "{}\n"), REFUSED),
  wire("a length with a sign", (auth) => post(auth, "Content-Length: +3\r\n", "{}\n"), REFUSED),
  wire("a length in hex", (auth) => post(auth, "Content-Length: 0x3\r\n", "{}\n"), REFUSED),
  wire("a length beyond all numbers", (auth) => post(auth, `Content-Length: ${"9".repeat(40)}\r\n`, "{}\n"), [
    400,
    413,
    "closed",
  ]),
  wire("a length larger than the body", (auth) => post(auth, "Content-Length: 100\r\n", "{}\n"), ["closed"]),
  wire("a length smaller than the body", (auth) => post(auth, "Content-Length: 3\r\n", "{}\nGARBAGE\r\n\r\n"), [
    200,
    400,
    "closed",
  ]),
  wire("an unknown transfer encoding", (auth) => post(auth, "Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), [
    400,
    501,
    "closed",
  ]),
  wire("chunked in disguise", (auth) => post(auth, "Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"), REFUSED),
  wire("chunked behind a vertical tab", (auth) => post(auth, "Transfer-Encoding:\u000bchunked\r\n", "0\r\n\r\n"), [
    400,
    501,
    "closed",
  ]),
  wire(
    "a chunk size that is no number",
    (auth) => post(auth, "Transfer-Encoding: chunked\r\n", "ZZ\r\n{}\r\n0\r\n\r\n"),
    [400, 422, "closed"],
  ),
  wire(
    "a chunk size beyond all numbers",
    (auth) => post(auth, "Transfer-Encoding: chunked\r\n", "FFFFFFFFFFFFFFFFF\r\n{}"),
    [400, 422, "closed"],
  ),
  wire("a negative chunk size", (auth) => post(auth, "Transfer-Encoding: chunked\r\n", "-1\r\n{}\r\n"), [
    400,
    422,
    "closed",
  ]),
  wire(
    "a chunk longer than it says",
    (auth) => post(auth, "Transfer-Encoding: chunked\r\n", "1\r\n{}{}{}\r\n0\r\n\r\n"),
    [400, 422, "closed"],
  ),
  wire(
    "a chunk extension of 100 KB",
    (auth) => post(auth, "Transfer-Encoding: chunked\r\n", `3;${"x".repeat(100_000)}\r\n{}\n\r\n0\r\n\r\n`),
    [400, 413, "closed"],
  ),
  wire(
    "trailers of 100 KB",
    (auth) => post(auth, "Transfer-Encoding: chunked\r\n", `3\r\n{}\n\r\n0\r\nX: ${"x".repeat(100_000)}\r\n\r\n`),
    [200, 400, 422, 431, "closed"],
  ),
  wire("a header over two lines", (auth) => post(auth, "X-Folded: a\r\n b\r\nContent-Length: 3\r\n", "{}\n"), [
    200,
    400,
    "closed",
  ]),
  wire("a blank before the colon", (auth) => post(auth, "Content-Length : 3\r\n", "{}\n"), REFUSED),
  wire("bare line feeds", () => ["GET /healthz HTTP/1.1\nHost: x\n\n"], [200, 400, "closed"]),
  wire("bare carriage returns", () => ["GET /healthz HTTP/1.1\rHost: x\r\r"], REFUSED),
  wire("NUL in a header", () => get("/healthz", "Host: x\r\nX: a\0b\r\n"), REFUSED),
  wire("a header without a name", () => get("/healthz", "Host: x\r\n: value\r\n"), REFUSED),
  wire("two hosts", () => get("/healthz", "Host: x\r\nHost: y\r\n"), [200, 400, "closed"]),
  wire("no host", () => get("/healthz", ""), [200, 400, "closed"]),
  wire(
    "a request behind the request",
    (auth) => [...post(auth, "Content-Length: 3\r\n", "{}\n"), ...get("/healthz")],
    [200],
  ),
];

const floods: readonly HostileCase[] = [
  wire("a header of 64 KB", () => get("/healthz", `Host: x\r\nX: ${"x".repeat(65_536)}\r\n`), [431, "closed"]),
  wire("3,000 headers", () => get("/healthz", `Host: x\r\n${"X: 1\r\n".repeat(3_000)}`), [200, 431, "closed"]),
  wire(
    "a cookie of 100 KB",
    () => get("/api/v1/session", `Host: x\r\nCookie: khien_session=${"a".repeat(100_000)}\r\n`),
    [431, "closed"],
  ),
  wire("1,500 cookies", () => get("/api/v1/session", `Host: x\r\nCookie: ${"a=b; ".repeat(1_500)}\r\n`), [401]),
  wire(
    "cookies named like members of every object",
    () => get("/api/v1/session", "Host: x\r\nCookie: __proto__=1; constructor=2; khien_session=\r\n"),
    [401],
  ),
  wire(
    "a session cookie of odd bytes",
    () => get("/api/v1/session", "Host: x\r\nCookie: khien_session=%00%ff%zz\r\n"),
    [401],
  ),
  wire(
    "a token of 100 KB",
    () => get("/api/v1/alerts", `Host: x\r\nAuthorization: Bearer ${"a".repeat(100_000)}\r\n`),
    [431, "closed"],
  ),
  wire(
    "a token of 600 characters",
    () => get("/api/v1/alerts", `Host: x\r\nAuthorization: Bearer ${"a".repeat(600)}\r\n`),
    [401],
  ),
  wire("another scheme", () => get("/api/v1/alerts", "Host: x\r\nAuthorization: Basic YWRtaW46YWRtaW4=\r\n"), [401]),
  wire("a path of 60 KB", () => get(`/${"a".repeat(60_000)}`), [414, 431, "closed"]),
  wire("a query of 14 KB", () => get(`/healthz?${"a=b&".repeat(3_500)}`), [200]),
  wire("500 requests at once", () => Array.from({ length: 500 }, () => get("/healthz")[0] ?? ""), [200]),
  wire(
    "a body that drips",
    (auth) => ({ pieces: [...post(auth, "Content-Length: 8\r\n"), ...'{"a":1}\n'], pauseMs: 20 }),
    [200],
  ),
  wire("headers that drip", () => ({ pieces: [..."GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"], pauseMs: 5 }), [200]),
];

const shapes: readonly HostileCase[] = [
  ...[
    "/../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/assets/..%2f..%2f..%2fetc%2fpasswd",
    "/assets/..\\..\\package.json",
    "/%00",
    "/%zz",
    "/%c0%ae%c0%ae/",
    "//evil.example/",
    "/api/v1/events/../users",
    "/api/v1/%75sers",
    "/\u0000",
  ].map((path) => wire(`path ${JSON.stringify(path)}`, () => get(path), [200, 400, 401, 404, "closed"])),
  wire("an absolute address", () => get("http://evil.example/api/v1/users"), [400, 401, 404, "closed"]),
  wire("CONNECT", () => ["CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n"], [400, 404, 405, "closed"]),
  wire("TRACE", () => ["TRACE / HTTP/1.1\r\nHost: x\r\nX-Secret: 1\r\n\r\n"], [400, 404, 405, "closed"]),
  wire("a method nobody knows", () => ["HACK / HTTP/1.1\r\nHost: x\r\n\r\n"], [400, 404, 405, "closed"]),
  wire("a method of 10 KB", () => [`${"A".repeat(10_000)} / HTTP/1.1\r\nHost: x\r\n\r\n`], REFUSED),
  wire("HTTP/0.9", () => ["GET /\r\n"], REFUSED),
  wire("HTTP/3.7", () => ["GET /healthz HTTP/3.7\r\nHost: x\r\n\r\n"], [400, 505, "closed"]),
  wire("the HTTP/2 preface", () => ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"], [400, 505, "closed"]),
  wire("a TLS hello", () => [Buffer.from("16030100a5010000a10303", "hex")], REFUSED),
  wire("random bytes", () => [Buffer.from(Array.from({ length: 4096 }, (_, n) => (n * 2_654_435_761) % 256))], REFUSED),
  wire(
    "an upgrade to a web socket",
    () => get("/api/v1/live", "Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"),
    [400, 401, 404, "closed"],
  ),
  wire(
    "an expectation nobody fulfils",
    (auth) => post(auth, "Expect: 200-maybe\r\nContent-Length: 3\r\n", "{}\n"),
    [200, 417],
  ),
  wire(
    "a forwarded address",
    () =>
      get("/api/v1/users", "Host: x\r\nX-Forwarded-For: 127.0.0.1\r\nX-Real-IP: ::1\r\nForwarded: for=127.0.0.1\r\n"),
    [401],
  ),
  wire("a method override", () => get("/api/v1/users", "Host: x\r\nX-HTTP-Method-Override: DELETE\r\n"), [401]),
];

const slow: HostileCase = {
  name: "200 connections that never finish their request",
  expect: { status: [200] },
  ask: async (target) => {
    const sockets = Array.from({ length: 200 }, () =>
      connect(Number(target.url.port), "127.0.0.1").on("error", () => undefined),
    );
    for (const [n, socket] of sockets.entries()) {
      socket.write(
        n % 2 === 0
          ? "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: "
          : `POST /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${target.ingestToken}\r\nContent-Length: 1000000\r\n\r\n{`,
      );
    }
    await pause(300);
    const answer = await fetch(new URL("/healthz", target.url));
    const text = await answer.text();
    for (const socket of sockets) socket.destroy();
    return { status: answer.status, text };
  },
};

export const wireCases: readonly HostileCase[] = [...smuggling, ...floods, ...shapes, slow];
