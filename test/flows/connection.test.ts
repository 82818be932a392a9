/** One connection, several requests: what is left of a refused body must not stand in the way of the next one. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, test } from "vitest";
import { openServer, type TestServer, until } from "./server.ts";

let server: TestServer;
let token = "";
beforeAll(async () => {
  server = await openServer();
  token = (await server.server.parts.auth.service.createToken({ name: "connection", scope: "ingest" })).secret;
});
afterAll(() => server.close());

async function open(): Promise<{ socket: Socket; received: () => string }> {
  const socket = connect(Number(server.url.port), "127.0.0.1");
  await once(socket, "connect");
  let text = "";
  socket.on("data", (piece) => {
    text += String(piece);
  });
  return { socket, received: () => text };
}

const MIB = 1024 * 1024;

test.each([
  ["too many lines", "/api/v1/events", Buffer.alloc(8 * MIB, 0x0a), 413],
  ["an upload of no known kind", "/api/v1/rules/imports?name=x.exe", Buffer.alloc(8 * MIB), 403],
  ["an unknown encoding", "/api/v1/events?encoded", Buffer.alloc(8 * MIB), 415],
])("after %s the next request is answered", async (_name, path, body, status) => {
  const { socket, received } = await open();
  const encoding = path.includes("encoded") ? "Content-Encoding: br\r\n" : "";
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n${encoding}Content-Type: application/x-ndjson\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  socket.write(body);
  await until("the refusal", async () => received().includes(`HTTP/1.1 ${status}`), 10_000);
  socket.write("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  await until("the second answer", async () => received().includes('{"status":"ok"}'), 10_000);
  socket.destroy();
});

test("a body that drips is taken, one that breaks off is told as far as it came", async () => {
  const { socket, received } = await open();
  const head = `POST /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/x-ndjson\r\n`;
  socket.write(`${head}Content-Length: 8\r\n\r\n`);
  for (const letter of '{"a":1}\n') {
    socket.write(letter);
    await pause(30);
  }
  await until("the answer", async () => received().includes('"accepted":1'), 10_000);
  socket.write(`${head}Content-Length: 1000\r\n\r\n{"broken":"off"}\n{"half`);
  await pause(200);
  socket.destroy();
  await server.settled();
  const reader = await server.withToken("read");
  await until(
    "the whole line is kept",
    async () => (await reader.all("/api/v1/events?query=broken:off")).length === 1,
    10_000,
  );
});
