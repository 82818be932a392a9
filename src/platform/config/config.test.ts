import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadConfig, printableConfig } from "./index.ts";

let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "khien-config-"));
  writeFileSync(join(dir, "khien.json"), JSON.stringify({ httpPort: 7001, logLevel: "error" }));
});
afterAll(() => rmSync(dir, { recursive: true }));

describe("loadConfig", () => {
  test("defaults are the safe ones: loopback only, syslog off, no way out", () => {
    expect(loadConfig({ env: {}, flags: { dataDir: "/nowhere" } })).toMatchObject({
      httpHost: "127.0.0.1",
      syslogUdpPort: 0,
      syslogTcpPort: 0,
      syslogTlsPort: 0,
      netflowPort: 0,
      netflowExporters: [],
      watchFolders: [],
      egressAllow: [],
    });
  });

  test("command line over environment over file over defaults", () => {
    const env = { KHIEN_DATA_DIR: dir, KHIEN_HTTP_PORT: "7002" };
    expect(loadConfig({ env: { KHIEN_DATA_DIR: dir }, flags: {} })).toMatchObject({
      httpPort: 7001,
      logLevel: "error",
    });
    expect(loadConfig({ env, flags: {} }).httpPort).toBe(7002);
    expect(loadConfig({ env, flags: { httpPort: "7003" } }).httpPort).toBe(7003);
  });

  test.each([
    ["an unknown variable", { KHIEN_HTTP_PROT: "1" }, "config.variable.unknown"],
    ["a port that is none", { KHIEN_HTTP_PORT: "70000" }, "config.value.invalid"],
    ["a word for a number", { KHIEN_SESSION_HOURS: "long" }, "config.value.invalid"],
    ["a file that is not there", { KHIEN_CONFIG: "/nowhere/khien.json" }, "config.file.unreadable"],
  ])("%s is fatal and named", (_what, env, code) => {
    expect(() => loadConfig({ env, flags: { dataDir: "/nowhere" } })).toThrow(expect.objectContaining({ code }));
  });

  test.each([
    ["an unknown key", '{"httpProt": 1}', "httpProt"],
    ["no object", "[1]", "expected an object"],
    ["broken JSON", "{", "JSON"],
    ["a prototype key", '{"__proto__": {"httpPort": 1}, "constructor": 1}', "constructor"],
  ])("a file with %s is fatal and says where", (_what, text, named) => {
    const file = join(dir, "bad.json");
    writeFileSync(file, text);
    expect(() => loadConfig({ env: { KHIEN_CONFIG: file }, flags: { dataDir: "/nowhere" } })).toThrow(named);
  });

  test("variables of others are left alone; a comma list becomes a list", () => {
    const env = { PATH: "/bin", KHIEN_EGRESS_ALLOW: "a.example:443,b.example:25" };
    expect(loadConfig({ env, flags: { dataDir: "/nowhere" } }).egressAllow).toEqual(["a.example:443", "b.example:25"]);
  });

  test("what is printed holds every setting", () => {
    const config = loadConfig({ env: {}, flags: { dataDir: "/nowhere" } });
    expect(Object.keys(printableConfig(config)).sort()).toEqual(Object.keys(config).sort());
  });
});
