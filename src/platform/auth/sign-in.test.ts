import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type House, openHouse, PASSWORD } from "../../../test/routes/identity.ts";
import { PasswordHashing } from "./hashing.ts";
import { MAX_HASHING, MAX_HASHING_WAITING } from "./limits.ts";

let dataDir: string;
let house: House;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "khien-sign-in-"));
  house = await openHouse({ dataDir });
});
afterEach(async () => {
  await house.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const person = (username: string) => ({
  username,
  displayName: username,
  role: "analyst" as const,
  password: PASSWORD,
});
const attempt = (username: string, password: string, more: { peer?: string; cookie?: string } = {}) =>
  house.app.inject({
    method: "POST",
    url: "/api/v1/session",
    payload: { username, password },
    remoteAddress: more.peer ?? "203.0.113.1",
    headers: more.cookie === undefined ? {} : { cookie: more.cookie },
  });
const count = async (verb: string) =>
  (await house.audit.list({ before: 1e9, limit: 500 })).filter((entry) => `${entry.verb} ${entry.outcome}` === verb)
    .length;
const code = (answer: { json(): unknown }) => (answer.json() as { code: string }).code;

describe("throttling of sign-in", () => {
  beforeEach(() => house.auth.service.addUser(person("lan")).then(() => undefined));
  const fail = async (times: number, peer?: string) => {
    for (let n = 0; n < times; n++) await attempt("lan", "wrong password", { peer });
  };

  test("doubles the wait after five failures, tells it, and lets the person in when it is over", async () => {
    await fail(6);
    const refused = await attempt("lan", PASSWORD);
    expect([refused.statusCode, code(refused), refused.headers["retry-after"]]).toEqual([
      429,
      "auth.sign_in.throttled",
      "1",
    ]);
    house.clock.advance(1_000);
    await fail(1);
    expect((await attempt("lan", PASSWORD)).headers["retry-after"]).toBe("2");
    house.clock.advance(2_000);
    expect((await attempt("lan", PASSWORD)).statusCode).toBe(200);
    await fail(5);
    expect((await attempt("lan", PASSWORD)).statusCode).toBe(200);
  });

  test("writes each failure and each wait once, however many attempts are made during it", async () => {
    await fail(30);
    expect(await count("auth.session.failed failed")).toBe(6);
    expect(await count("auth.session.throttled denied")).toBe(1);
    expect(JSON.stringify(await house.audit.list({ before: 1e9, limit: 100 }))).not.toContain("wrong password");
  });

  test("is not forgotten over a restart", async () => {
    await fail(6);
    await house.close();
    house = await openHouse({ dataDir });
    expect((await attempt("lan", PASSWORD)).statusCode).toBe(429);
  });

  test("lets through no more guesses when they are sent at once", async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => attempt("lan", `guess number ${n}`)));
    expect(answers.filter(({ statusCode }) => statusCode === 401).length).toBe(6);
  });

  test("counts an address over all names, known or not, and names over all addresses", async () => {
    for (let n = 0; n < 21; n++) await attempt(`nobody-${n}`, "wrong password");
    expect((await attempt("lan", PASSWORD)).statusCode).toBe(429);
    expect((await attempt("lan", PASSWORD, { peer: "203.0.113.2" })).statusCode).toBe(200);
    for (let n = 0; n < 6; n++) await attempt("nobody-at-all", "wrong password", { peer: `198.51.100.${n}` });
    expect((await attempt("nobody-at-all", "wrong password", { peer: "198.51.100.99" })).statusCode).toBe(429);
  });

  test("never keeps the person out of a browser they signed in from before", async () => {
    const device = (await attempt("lan", PASSWORD)).cookies.find(({ name }) => name === "khien_device")?.value ?? "";
    await fail(30);
    expect((await attempt("lan", PASSWORD)).statusCode).toBe(429);
    expect((await attempt("lan", PASSWORD, { cookie: `khien_device=${device}` })).statusCode).toBe(200);
    // The cookie helps its owner only, and is no way to guess without end.
    await house.auth.service.addUser(person("chi"));
    for (let n = 0; n < 6; n++) await attempt("chi", "wrong password", { peer: "192.0.2.7" });
    expect((await attempt("chi", PASSWORD, { cookie: `khien_device=${device}` })).statusCode).toBe(429);
  });
});

describe("password checks", () => {
  /** Processor time, because the clock on the wall also measures whoever else uses the machine. */
  const cost = async (work: () => Promise<unknown>) => {
    const costs: number[] = [];
    for (let n = 0; n < 5; n++) {
      const before = process.cpuUsage();
      await work();
      const { user, system } = process.cpuUsage(before);
      costs.push(user + system);
    }
    return Math.min(...costs);
  };

  test("cost as much for unknown as for known names, and say the same", async () => {
    await house.auth.service.addUser(person("lan"));
    let peer = 0;
    const known = await cost(() => attempt("lan", "wrong password", { peer: `192.0.2.${peer++}` }));
    const unknown = await cost(() => attempt(`nobody-${peer}`, "wrong password", { peer: `192.0.2.${peer++}` }));
    expect(unknown / known).toBeGreaterThan(0.5);
    expect(unknown / known).toBeLessThan(2);
    house.clock.advance(3_600_000);
    const said = async (username: string) => {
      const answer = await attempt(username, "wrong password", { peer: "192.0.2.99" });
      return { ...answer.json<object>(), instance: "" };
    };
    expect(await said("nobody")).toEqual(await said("lan"));
  });

  test("wait in a short line, and turn away what does not fit", async () => {
    const hashing = await PasswordHashing.open();
    const fitting = MAX_HASHING + MAX_HASHING_WAITING;
    const results = await Promise.allSettled(
      Array.from({ length: fitting + 10 }, () => hashing.matches("wrong password", undefined)),
    );
    const refused = results.filter((result) => result.status === "rejected");
    expect(refused.length).toBe(10);
    expect(refused.every(({ reason }) => (reason as { code: string }).code === "auth.sign_in.busy")).toBe(true);
    expect(await hashing.matches(PASSWORD, await hashing.hash(PASSWORD))).toBe(true);
  });
});
