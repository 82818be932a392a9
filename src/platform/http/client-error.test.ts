import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { silentLog } from "../log/index.ts";
import { buildHttpServer, type HttpServer } from "./index.ts";

let app: HttpServer;
let port = 0;

beforeAll(async () => {
  const gatekeeper = { identify: async () => undefined, audit: async () => undefined };
  app = await buildHttpServer({ routes: [], gatekeeper, log: silentLog, version: "0" });
  await app.listen({ host: "127.0.0.1", port: 0 });
  const address = app.server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
});
afterAll(() => app.close());

async function answerTo(bytes: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let received = "";
  socket.on("data", (chunk) => {
    received += String(chunk);
  });
  socket.on("error", () => undefined);
  socket.write(bytes);
  await once(socket, "close");
  return received;
}

describe("what never becomes a request is answered as a problem", () => {
  test.each([
    ["no HTTP at all", "hello there\r\n\r\n", 400, "http.request.malformed"],
    [
      "two lengths",
      "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      400,
      "http.request.malformed",
    ],
    [
      "headers without end",
      `GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${"a".repeat(40_000)}\r\n\r\n`,
      431,
      "http.headers.too_large",
    ],
  ])("%s", async (_title, bytes, status, code) => {
    const answer = await answerTo(bytes);
    const [head = "", body = ""] = answer.split("\r\n\r\n");
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `, "u"));
    expect(head.toLowerCase()).toContain("content-type: application/problem+json");
    expect(head.toLowerCase()).toContain("content-security-policy:");
    expect(JSON.parse(body)).toMatchObject({ status, code, type: `urn:khien:fault:${code}` });
  });
});
