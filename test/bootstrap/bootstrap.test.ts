import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Sandbox } from "./sandbox.ts";

let box: Sandbox;
beforeAll(() => {
  box = new Sandbox();
});
afterAll(() => box.remove());

describe("bin/khien in a checkout", () => {
  test("builds on the first start, passes arguments and exit code, and keeps stdout for the program", () => {
    const first = box.run(["scan", "--json", "a b"]);
    expect(first.stdout).toBe("program scan --json a b\n");
    expect(first.stderr).toContain("building server");
    expect(first.status).toBe(0);
    expect(box.run(["fail"]).status).toBe(3);
  });

  test("says and does nothing the second time", () => {
    box.run(["scan"]);
    const built = statSync(box.path("dist/build.json")).mtimeMs;
    const second = box.run(["scan"]);
    expect(second.stderr).toBe("");
    expect(statSync(box.path("dist/build.json")).mtimeMs).toBe(built);
  });

  test("builds again when a source changes, not when a test does", () => {
    box.run(["scan"]);
    box.write("src/apps/cli.test.ts", "export {};");
    expect(box.run(["scan"]).stderr).toBe("");
    box.write("src/kernel/index.ts", "export const one = 1;\n");
    expect(box.run(["scan"]).stderr).toContain("building server");
    expect(existsSync(box.path("dist/kernel/index.js"))).toBe(true);
    rmSync(box.path("src/kernel"), { recursive: true });
    box.run(["scan"]);
    expect(existsSync(box.path("dist/kernel"))).toBe(false);
  });

  test("carries files the compiler leaves behind, not test data", () => {
    box.write("src/platform/db/migrations/0001-a.sql", "select 1;");
    box.write("src/platform/db/testdata/big.json", "[]");
    box.run(["scan"]);
    expect(readFileSync(box.path("dist/platform/db/migrations/0001-a.sql"), "utf8")).toBe("select 1;");
    expect(existsSync(box.path("dist/platform/db/testdata"))).toBe(false);
  });

  test("a build that fails says why, and the old one stays", () => {
    box.run(["scan"]);
    box.write("src/apps/broken.ts", "export const = ;");
    const { status, stderr } = box.run(["scan"]);
    unlinkSync(box.path("src/apps/broken.ts"));
    expect(status).toBe(1);
    expect(stderr).toContain("broken.ts");
    expect(stderr).toContain("→");
    expect(existsSync(box.path("dist/apps/cli.js"))).toBe(true);
    expect(readdirSync(box.path(".khien")).filter((name) => /^(?:build|replaced)-|^lock/u.test(name))).toEqual([]);
  });

  test("ends in order on SIGTERM, with the program's own exit code", async () => {
    const { child, ready, ended } = box.start(["wait"]);
    await ready;
    child.kill("SIGTERM");
    expect((await ended).code).toBe(7);
  });

  test("names an unknown developer command and refuses paths as one", () => {
    expect(box.run(["--dev", "nothing"]).stderr).toContain('no developer command "nothing"');
    expect(box.run(["--dev", "../bin/khien"]).status).toBe(1);
  });
});

describe("packages", () => {
  test("KHIEN_NO_INSTALL names what is missing instead of fetching it", () => {
    const bare = new Sandbox();
    unlinkSync(bare.path("node_modules"));
    const { status, stderr } = bare.run(["scan"], { KHIEN_NO_INSTALL: "1" });
    bare.remove();
    expect(status).toBe(1);
    expect(stderr).toContain("KHIEN_NO_INSTALL forbids installing");
  });

  test("an installed package has nothing to install or build", () => {
    const installed = new Sandbox();
    installed.run(["scan"]);
    for (const name of ["src", "package-lock.json", "node_modules"]) rmSync(installed.path(name), { recursive: true });
    const { status, stdout, stderr } = installed.run(["scan"], { XDG_CACHE_HOME: installed.path("cache") });
    installed.remove();
    expect([status, stdout, stderr]).toEqual([0, "program scan\n", ""]);
  });
});

describe("many at once", () => {
  beforeEach(() => rmSync(box.path("dist"), { recursive: true, force: true }));

  test("one builds, the others wait and use it", async () => {
    const all = await Promise.all(Array.from({ length: 4 }, (_, n) => box.start(["scan", String(n)]).ended));
    expect(all.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(all.filter(({ said }) => said.includes("… building")).length).toBe(1);
  });

  test("a lock of a dead process is taken over", () => {
    mkdirSync(box.path(".khien"), { recursive: true });
    writeFileSync(box.path(".khien/lock"), `${2 ** 22 + 1} ${hostname()} 0`);
    expect(box.run(["scan"]).status).toBe(0);
    expect(existsSync(box.path(".khien/lock"))).toBe(false);
  });

  test("a lock from another machine holds while it beats, not after", async () => {
    writeFileSync(box.path(".khien/lock"), "1 elsewhere 0");
    const waiting = box.start(["scan"]);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(existsSync(box.path("dist"))).toBe(false);
    utimesSync(box.path(".khien/lock"), 0, 0);
    expect((await waiting.ended).code).toBe(0);
  });
});
