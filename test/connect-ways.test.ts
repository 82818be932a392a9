/** What the connect page tells people to copy: settings that exist, files that parse, programs that take them. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Config, loadConfig } from "../src/platform/config/index.ts";
import { parseYaml } from "../src/platform/yaml/index.ts";
import { type Listener, matches, settingLines, snippetsOf, WAYS } from "../src/web/console/screens/sensors/examples.ts";
import { mergedCatalogue } from "../src/web/kit/i18n/catalogue-plugin.ts";
import { has, rsyslog, syslogNg } from "./shippers/installed.ts";

const folder = fileURLToPath(new URL("../content/i18n", import.meta.url));
const AT = new URL("https://khien.example.vn/sensors/connect");
const listener = (name: string, address: string) => ({ name, address }) as Listener;
const OPEN = [listener("syslog-tls", "0.0.0.0:7514"), listener("syslog-udp", "192.0.2.5:5514")];

let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "khien-ways-"));
});
afterAll(() => rmSync(dir, { recursive: true }));

const snippet = (id: string, n = 0, listeners: readonly Listener[] = []): string => {
  const way = WAYS.find((one) => one.id === id);
  return way === undefined ? "" : (snippetsOf(way, listeners, AT)[n]?.text ?? "");
};

describe("every way in", () => {
  test.each(["vi", "en"] as const)("has its texts in %s", (language) => {
    const texts = mergedCatalogue(folder, language);
    const keys = WAYS.flatMap(({ id, group, door }) => [
      `connect.${id}`,
      `connect.${id}.brief`,
      `connect.${id}.body`,
      `connect.group.${group}`,
      `door.${door}`,
    ]);
    expect(keys.filter((key) => texts[key] === undefined)).toEqual([]);
  });

  test("is called by one name, and names settings that exist with values they take", () => {
    expect(new Set(WAYS.map(({ id }) => id)).size).toBe(WAYS.length);
    for (const way of WAYS) {
      const settings = way.opens.map(([setting]) => setting).filter((setting) => !(setting in Config.shape));
      expect(settings).toEqual([]);
      const env = Object.fromEntries(
        settingLines(way)
          .split("\n")
          .filter(Boolean)
          .map((line) => line.split("=", 2)),
      );
      expect(() => loadConfig({ env, flags: { dataDir: "/nowhere" } })).not.toThrow();
    }
  });

  test("YAML and JSON parse", () => {
    const files = WAYS.flatMap((way) => snippetsOf(way, [], AT)).filter(({ place }) =>
      /\.(?:ya?ml|json)$/u.test(place),
    );
    expect(files.length).toBeGreaterThan(5);
    for (const { place, text } of files) {
      if (place.endsWith("json")) expect(() => JSON.parse(text)).not.toThrow();
      else expect(parseYaml(text).flatMap(({ problems }) => problems)).toEqual([]);
    }
  });

  test("gives this installation's addresses, and a port where shippers would take another", () => {
    expect(snippet("filebeat")).toContain('hosts: ["https://khien.example.vn:443/elastic"]');
    expect(snippet("http")).toContain("https://khien.example.vn/api/v1/events");
    expect(snippet("rsyslog-tls", 0, OPEN)).toContain('target="khien.example.vn" port="7514"');
    expect(snippet("devices", 0, OPEN)).toContain("logging host 192.0.2.5 transport udp port 5514");
    expect(snippet("softflowd")).toContain("khien.example.vn:2055");
  });

  test("is found by what people call it", () => {
    const found = (search: string) => WAYS.filter((way) => matches(way, "", search)).map(({ id }) => id);
    expect(found("kafka")).toEqual(["nats"]);
    expect(found("sysmon")).toEqual(["winlogbeat"]);
    expect(found("FortiGate")).toEqual(["devices"]);
    expect(found("beats elastic")).toEqual(["filebeat", "winlogbeat"]);
  });
});

const rs = rsyslog();
const ng = syslogNg();

describe("the real program takes its configuration", () => {
  test.skipIf(rs === undefined).each(["rsyslog-tcp", "rsyslog-tls"])("%s (needs rsyslog)", (id) => {
    if (rs === undefined || (id === "rsyslog-tls" && !has(rs, "lmnsd_gtls.so"))) return;
    const file = join(dir, `${id}.conf`);
    // It looks whether the files are there, not what is in them.
    const text = snippet(id).replaceAll(/"\/etc\/rsyslog-tls\/[^"]+"/gu, JSON.stringify(file));
    writeFileSync(file, `global(workDirectory=${JSON.stringify(dir)})\n${text}\n`);
    expect(() => execFileSync(rs.command, ["-N1", "-f", file], { stdio: "pipe" })).not.toThrow();
  });

  test.skipIf(ng === undefined)("syslog-ng (needs it installed)", () => {
    if (ng === undefined) return;
    const file = join(dir, "syslog-ng.conf");
    const text = snippet("syslog-ng").replaceAll(/"\/etc\/syslog-ng\/tls\/[^"]+"/gu, JSON.stringify(file));
    writeFileSync(file, `@version: 3.38\nsource s_src { internal(); };\n${text}\n`);
    const state = ["-R", join(dir, "persist"), "-c", join(dir, "control")];
    const args = [...ng.args, "--syntax-only", "--no-caps", "-f", file, ...state];
    expect(() => execFileSync(ng.command, args, { stdio: "pipe", env: { ...process.env, ...ng.env } })).not.toThrow();
  });
});
