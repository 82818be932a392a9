import { createServer } from "node:http";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { silentLog } from "../log/index.ts";
import { EgressGate } from "./index.ts";

const server = createServer((request, response) => {
  if (request.url === "/away") response.writeHead(302, { location: "/home" }).end();
  else response.end("hello");
});
let port = 0;

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
});
afterAll(() => server.close());

function gate(allow: readonly string[]) {
  const attempts: { destination: string; allowed: boolean }[] = [];
  return { attempts, gate: new EgressGate({ allow, log: silentLog, onAttempt: (attempt) => attempts.push(attempt) }) };
}

describe("egress gate", () => {
  test("refuses everything by default, and tells of the attempt", async () => {
    const { gate: closed, attempts } = gate([]);
    await expect(closed.request(new URL(`http://127.0.0.1:${port}/`))).rejects.toMatchObject({
      code: "egress.destination.refused",
    });
    expect(attempts).toEqual([{ destination: `127.0.0.1:${port}`, allowed: false }]);
  });

  test("lets through exactly what is named", async () => {
    const { gate: open, attempts } = gate([`127.0.0.1:${port}`]);
    const answer = await open.request(new URL(`http://127.0.0.1:${port}/`));
    expect(await answer.text()).toBe("hello");
    expect(attempts).toEqual([{ destination: `127.0.0.1:${port}`, allowed: true }]);
  });

  test("does not follow a redirect: each hop would need its own permission", async () => {
    const { gate: open } = gate([`127.0.0.1:${port}`]);
    await expect(open.request(new URL(`http://127.0.0.1:${port}/away`))).rejects.toThrow();
  });

  test.each([
    ["another port", "https://example.org:8443/", "example.org:443"],
    ["a name that only ends the same", "https://evil-example.org/", "example.org:443"],
    ["credentials before the host", "https://example.org:443@evil.test/", "example.org:443"],
    ["another scheme", "ftp://example.org:443/", "example.org:443"],
  ])("refuses %s", (_what, url, allowed) => {
    expect(() => gate([allowed]).gate.permit(new URL(url))).toThrow(/egressAllow/u);
  });

  test("knows default ports and ignores case", () => {
    expect(() => gate(["Example.org:443"]).gate.permit(new URL("https://EXAMPLE.org/x"))).not.toThrow();
  });

  test("a destination named for one purpose is allowed for that purpose alone", async () => {
    const attempts: object[] = [];
    const named = new EgressGate({
      allow: ["web.example:443"],
      connections: { nats: ["Bus.example:4222"] },
      log: silentLog,
      onAttempt: (attempt) => attempts.push(attempt),
    });
    named.permitConnection("nats", "bus.example:4222");
    const refused = expect.objectContaining({ code: "egress.destination.refused" });
    expect(() => named.permitConnection("nats", "bus.example:4223")).toThrow(refused);
    expect(() => named.permitConnection("other", "bus.example:4222")).toThrow(refused);
    expect(() => named.permit(new URL("http://bus.example:4222/"))).toThrow(refused);
    expect(attempts[0]).toEqual({ destination: "bus.example:4222", allowed: true });
  });
});
