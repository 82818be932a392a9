import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { Config } from "../platform/config/index.ts";
import { readArguments } from "./arguments.ts";
import { SERVER_OPTIONS, serverOf, serverUrlOf } from "./server-address.ts";

const dir = mkdtempSync(join(tmpdir(), "khien-address-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

const config = (more: Partial<Config> = {}): Config => Config.parse({ dataDir: dir, ...more });
const parsed = (...args: string[]) => readArguments(args, SERVER_OPTIONS);

describe("the server that is meant", () => {
  test("is the one of --url, else the one of these settings, also on IPv6", () => {
    expect(serverUrlOf(parsed("--url", "https://khien.example.vn"), config()).href).toBe("https://khien.example.vn/");
    expect(serverUrlOf(parsed(), config({ httpPort: 7000 })).href).toBe("http://127.0.0.1:7000/");
    expect(serverUrlOf(parsed(), config({ httpHost: "::1" })).href).toBe("http://[::1]:7443/");
  });

  test.each(["nowhere", "127.0.0.1:7443", "file:///etc/passwd", ""])("is not %j", (url) => {
    expect(() => serverUrlOf(parsed("--url", url), config())).toThrow(/is no address/u);
  });
});

describe("its token", () => {
  test("comes from the file, else from the environment", async () => {
    vi.stubEnv("KHIEN_TOKEN", "khien_read_env");
    const file = join(dir, "token");
    writeFileSync(file, "khien_read_file\n");
    expect(await serverOf(parsed("--token-file", file), config(), "give one")).toMatchObject({
      token: "khien_read_file",
    });
    expect(await serverOf(parsed(), config(), "give one")).toMatchObject({ token: "khien_read_env" });
  });

  test("that is missing, empty or unreadable is asked for", async () => {
    vi.stubEnv("KHIEN_TOKEN", " ");
    await expect(serverOf(parsed(), config(), "give one")).rejects.toMatchObject({
      code: "cli.token.missing",
      message: "give one by --token-file or KHIEN_TOKEN",
    });
    const gone = parsed("--token-file", join(dir, "gone"));
    await expect(serverOf(gone, config(), "give one")).rejects.toMatchObject({ code: "cli.token.unreadable" });
  });
});
