import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { silentLog } from "../log/index.ts";
import { buildHttpServer, type Gatekeeper, type HttpServer } from "./index.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";

const gatekeeper: Gatekeeper = { identify: async () => undefined, audit: async () => undefined };

describe("files of the console", () => {
  const dir = mkdtempSync(join(tmpdir(), "khien-console-"));
  const script = "const shield = 'khiên';\n".repeat(200);
  mkdirSync(join(dir, "assets"));
  writeFileSync(join(dir, "index.html"), "<!doctype html><title>Khiên</title>");
  writeFileSync(join(dir, "assets", "start-1.js"), script);
  writeFileSync(join(dir, "assets", "start-1.js.br"), brotliCompressSync(script));
  let server: HttpServer;
  const get = (url: string, accepted: string) => server.inject({ url, headers: { "accept-encoding": accepted } });

  beforeAll(async () => {
    server = await buildHttpServer({ routes: [], gatekeeper, log: silentLog, version: "0", consoleDir: dir });
  });
  afterAll(async () => {
    await server.close();
    rmSync(dir, { recursive: true, force: true });
  });

  test("go out in the compressed form the build made, to who understands it, and are kept for good", async () => {
    const answer = await get("/assets/start-1.js", "gzip, br");
    expect(brotliDecompressSync(answer.rawPayload).toString()).toBe(script);
    expect(answer.headers).toMatchObject({
      "content-encoding": "br",
      "content-type": expect.stringContaining("javascript"),
      "cache-control": "public, max-age=31536000, immutable",
      vary: expect.stringMatching(/accept-encoding/iu),
      "content-security-policy": SECURITY_HEADERS["content-security-policy"],
    });
  });

  test("go out as they are where no such form is understood, or there is none", async () => {
    const plain = await get("/assets/start-1.js", "identity");
    expect(plain.body).toBe(script);
    expect(plain.headers["content-encoding"]).toBeUndefined();
    expect(plain.headers["vary"]).toMatch(/accept-encoding/iu);
    const page = await get("/alerts", "gzip, br");
    expect(page.body).toContain("<title>Khiên</title>");
    expect(page.headers["cache-control"]).toBe("no-cache");
  });
});
