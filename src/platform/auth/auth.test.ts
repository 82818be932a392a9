import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type House, openHouse, PASSWORD, type SignedIn, signIn } from "../../../test/routes/identity.ts";
import { RECORDS_FILE } from "../audit/index.ts";

const NEW_PASSWORD = "trăng tròn đầu núi 9";
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
let dataDir: string;
let house: House;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "khien-auth-"));
  house = await openHouse({ dataDir });
});
afterEach(async () => {
  await house.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const person = (username: string, role: "admin" | "analyst" | "viewer" = "analyst") => ({
  username,
  displayName: username,
  role,
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
const ask = (method: "GET" | "POST" | "PATCH" | "DELETE", url: string, by: SignedIn, payload?: object) =>
  house.app.inject({
    method,
    url: `/api/v1${url}`,
    headers: by.headers,
    ...(payload === undefined ? {} : { payload }),
  });
const isIn = async (by: SignedIn) => (await ask("GET", "/session", by)).statusCode === 200;
const verbs = async () =>
  (await house.audit.list({ before: 1e9, limit: 500 })).map(({ verb, outcome }) => `${verb} ${outcome}`).reverse();
const count = async (verb: string) => (await verbs()).filter((one) => one === verb).length;
const code = (answer: { json(): unknown }) => (answer.json() as { code: string }).code;

describe("set-up", () => {
  const request = (token: string) => ({
    token,
    username: "chi",
    displayName: "Chi",
    password: PASSWORD,
    language: "vi",
  });
  const setUp = (token: string) => house.app.inject({ method: "POST", url: "/api/v1/setup", payload: request(token) });

  test("creates the first admin once, with the newest token only, and signs in", async () => {
    const older = await house.auth.service.setupToken();
    const token = await house.auth.service.setupToken();
    expect((await house.app.inject("/api/v1/setup")).json()).toMatchObject({ needed: true });
    expect(code(await setUp(older ?? ""))).toBe("auth.setup.token");
    expect(code(await setUp("khien_setup_guess"))).toBe("auth.setup.token");
    const [first, second] = await Promise.all([setUp(token ?? ""), setUp(token ?? "")]);
    expect([first?.statusCode, second?.statusCode].sort()).toEqual([200, 409]);
    expect((await house.app.inject("/api/v1/setup")).json()).toMatchObject({ needed: false });
    expect(await house.auth.service.setupToken()).toBeUndefined();
    expect(code(await setUp(token ?? ""))).toBe("auth.setup.done");
    const done = first?.statusCode === 200 ? first : second;
    expect(done?.json()).toMatchObject({
      user: { username: "chi", role: "admin" },
      permissions: expect.arrayContaining(["users.admin"]),
    });
    expect(await verbs()).toEqual([
      "auth.setup.done denied",
      "auth.setup.done denied",
      "auth.user.created ok",
      "auth.setup.done ok",
      "auth.session.opened ok",
    ]);
  });

  test("refuses a password that is easy to guess, with a reason", async () => {
    const token = (await house.auth.service.setupToken()) ?? "";
    const answer = await house.app.inject({
      method: "POST",
      url: "/api/v1/setup",
      payload: { ...request(token), password: "matkhau-2026-!" },
    });
    expect(answer.json()).toMatchObject({ status: 422, code: "auth.password.weak", params: { reason: "predictable" } });
  });
});

describe("sessions", () => {
  beforeEach(async () => {
    await house.auth.service.addUser(person("lan", "admin"));
    await house.auth.service.addUser(person("minh"));
  });

  test("have a cookie no script and no other site can use", async () => {
    const cookie = (await attempt("lan", PASSWORD)).cookies.find(({ name }) => name === "khien_session");
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict", path: "/", maxAge: 12 * 3600 });
    expect(cookie?.value).toMatch(/^[\w-]{43}$/u);
    expect(cookie).not.toHaveProperty("secure");
    const behindTls = await openHouse({ publicOrigin: "https://khien.example.vn" });
    await behindTls.auth.service.addUser(person("lan"));
    const secure = await behindTls.app.inject({
      method: "POST",
      url: "/api/v1/session",
      payload: { username: "lan", password: PASSWORD },
    });
    expect(secure.cookies.every((one) => one.secure === true)).toBe(true);
    await behindTls.close();
  });

  test("never take an id from the caller, and the one before ends with the new one", async () => {
    const planted = "A".repeat(43);
    const first = await attempt("lan", PASSWORD, { cookie: `khien_session=${planted}` });
    const given = first.cookies.find(({ name }) => name === "khien_session")?.value;
    expect(given).not.toBe(planted);
    expect(
      (await house.app.inject({ url: "/api/v1/session", headers: { cookie: `khien_session=${planted}` } })).statusCode,
    ).toBe(401);
    await attempt("minh", PASSWORD, { cookie: `khien_session=${given}` });
    expect(
      (await house.app.inject({ url: "/api/v1/session", headers: { cookie: `khien_session=${given}` } })).statusCode,
    ).toBe(401);
  });

  test("end when idle for two hours, and at the latest after twelve", async () => {
    const idle = await signIn(house.app, "lan");
    house.clock.advance(2 * HOUR_MS);
    expect(await isIn(idle)).toBe(false);
    const busy = await signIn(house.app, "lan");
    for (let hour = 1; hour < 12; hour++) {
      house.clock.advance(HOUR_MS);
      expect(await isIn(busy), `hour ${hour}`).toBe(true);
    }
    house.clock.advance(HOUR_MS);
    expect(await isIn(busy)).toBe(false);
  });

  test("end at sign-out, for good", async () => {
    const lan = await signIn(house.app, "lan");
    const out = await ask("DELETE", "/session", lan);
    expect([out.statusCode, out.cookies[0]?.value]).toEqual([204, ""]);
    expect(await isIn(lan)).toBe(false);
    expect(await verbs()).toContain("auth.session.closed ok");
  });

  test("survive a restart", async () => {
    const lan = await signIn(house.app, "lan");
    await house.close();
    house = await openHouse({ dataDir });
    expect(await isIn(lan)).toBe(true);
  });

  test("of everyone else end when the person changes the password", async () => {
    const [here, elsewhere] = [await signIn(house.app, "lan"), await signIn(house.app, "lan")];
    const wrong = await ask("POST", "/session/password", here, { current: "not the password", next: NEW_PASSWORD });
    expect([wrong.statusCode, code(wrong)]).toEqual([422, "auth.password.wrong"]);
    expect((await ask("POST", "/session/password", here, { current: PASSWORD, next: NEW_PASSWORD })).statusCode).toBe(
      204,
    );
    expect([await isIn(here), await isIn(elsewhere)]).toEqual([true, false]);
    expect((await attempt("lan", PASSWORD)).statusCode).toBe(401);
    expect((await attempt("lan", NEW_PASSWORD.normalize("NFD"))).statusCode).toBe(200);
  });

  test("follow the person's role and end with a disabled or reset person", async () => {
    const [lan, minh] = [await signIn(house.app, "lan"), await signIn(house.app, "minh")];
    const users = (await ask("GET", "/users", lan)).json<{ items: { id: string; username: string }[] }>().items;
    const id = users.find(({ username }) => username === "minh")?.id ?? "";
    expect((await ask("GET", "/users/names", minh)).statusCode).toBe(200);
    await ask("PATCH", `/users/${id}`, lan, { role: "viewer" });
    expect((await ask("GET", "/users/names", minh)).statusCode).toBe(403);
    await ask("PATCH", `/users/${id}`, lan, { disabled: true });
    expect(await isIn(minh)).toBe(false);
    expect((await attempt("minh", PASSWORD)).statusCode).toBe(401);
    await ask("PATCH", `/users/${id}`, lan, { disabled: false, password: NEW_PASSWORD });
    expect((await attempt("minh", PASSWORD)).statusCode).toBe(401);
    expect((await attempt("minh", NEW_PASSWORD)).statusCode).toBe(200);
    expect(await verbs()).toEqual(
      expect.arrayContaining([
        "auth.user.changed ok",
        "auth.user.disabled ok",
        "auth.user.enabled ok",
        "auth.password.reset ok",
      ]),
    );
  });

  test("let a person change name, language, theme and shortcuts", async () => {
    const minh = await signIn(house.app, "minh");
    const change = { displayName: "Minh", language: "en", theme: "dark", shortcuts: false };
    expect((await ask("PATCH", "/session/profile", minh, change)).json()).toMatchObject({ user: change });
  });
});

describe("people", () => {
  test("the last active admin can neither be disabled nor demoted", async () => {
    const { id } = await house.auth.service.addUser(person("lan", "admin"));
    const other = await house.auth.service.addUser(person("chi", "admin"));
    const lan = await signIn(house.app, "lan");
    expect((await ask("PATCH", `/users/${other.id}`, lan, { disabled: true })).statusCode).toBe(200);
    expect(code(await ask("PATCH", `/users/${id}`, lan, { disabled: true }))).toBe("auth.user.last_admin");
    expect(code(await ask("PATCH", `/users/${id}`, lan, { role: "viewer" }))).toBe("auth.user.last_admin");
    expect((await ask("PATCH", `/users/${id}`, lan, { displayName: "Lan" })).statusCode).toBe(200);
  });

  test("have names of their own, guessed by no password, and shapes that hold", async () => {
    const { service } = house.auth;
    await service.addUser(person("lan"));
    await expect(service.addUser(person("lan"))).rejects.toMatchObject({ code: "auth.user.exists" });
    await expect(service.addUser({ ...person("chi"), password: "xx-chi-xx-river-9" })).rejects.toMatchObject({
      code: "auth.password.weak",
      params: { reason: "contains_name" },
    });
    await expect(service.addUser(person("Not A Name"))).rejects.toMatchObject({
      code: "auth.input.invalid",
      params: { field: "username" },
    });
  });

  test("are not changed when the audit entry cannot be written", async () => {
    const raw = new DatabaseSync(join(dataDir, RECORDS_FILE));
    raw.exec("CREATE TRIGGER broken BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(ABORT, 'disk on fire'); END");
    await expect(house.auth.service.addUser(person("lan"))).rejects.toThrow(/disk on fire/u);
    expect(raw.prepare("SELECT count(*) AS n FROM auth_users").get()?.n).toBe(0);
    raw.exec("DROP TRIGGER broken");
    raw.close();
  });
});

describe("API tokens", () => {
  const use = (secret: string, url = "/api/v1/users/names") =>
    house.app.inject({ url, headers: { authorization: `Bearer ${secret}` } });

  test("are shown once, work until revoked or expired, and note their use once a minute", async () => {
    await house.auth.service.addUser(person("lan", "admin"));
    const lan = await signIn(house.app, "lan");
    const created = await ask("POST", "/tokens", lan, { name: "shipper", scope: "read", expiresInDays: 1 });
    const { secret, token } = created.json<{ secret: string; token: { id: string; hint: string } }>();
    expect(created.statusCode).toBe(201);
    expect(secret).toMatch(/^khien_read_[\w-]{43}$/u);
    expect(secret.startsWith(token.hint)).toBe(true);
    const listed = async () =>
      (await ask("GET", "/tokens", lan)).json<{ items: { lastUsedAt: string | null }[] }>().items[0];
    expect(JSON.stringify(await listed())).not.toContain(secret);
    expect((await use(secret)).statusCode).toBe(403);
    const firstUse = (await listed())?.lastUsedAt;
    house.clock.advance(30_000);
    await use(secret);
    expect((await listed())?.lastUsedAt).toBe(firstUse);
    house.clock.advance(30_000);
    await use(secret);
    expect((await listed())?.lastUsedAt).not.toBe(firstUse);
    expect((await use(`${secret}x`)).statusCode).toBe(401);
    expect((await ask("DELETE", `/tokens/${token.id}`, lan)).statusCode).toBe(204);
    expect((await use(secret)).statusCode).toBe(401);
    expect((await ask("DELETE", `/tokens/${token.id}`, lan)).statusCode).toBe(404);
    const short = await house.auth.service.createToken({ name: "short", scope: "read", expiresInDays: 1 });
    house.clock.advance(24 * HOUR_MS);
    expect((await use(short.secret)).statusCode).toBe(401);
    expect(await verbs()).toEqual(expect.arrayContaining(["auth.token.created ok", "auth.token.revoked ok"]));
  });
});

test("no secret stands in any file of the data directory", async () => {
  const setupToken = (await house.auth.service.setupToken()) ?? "";
  await house.auth.service.addUser(person("lan", "admin"));
  const lan = await signIn(house.app, "lan");
  const device = (await attempt("lan", PASSWORD)).cookies.find(({ name }) => name === "khien_device")?.value ?? "";
  await attempt("lan", "a password never used");
  const { secret } = await house.auth.service.createToken({ name: "shipper", scope: "ingest" });
  await ask("POST", "/users", lan, { ...person("minh"), password: NEW_PASSWORD });
  await house.app.inject({ url: "/api/v1/users", headers: { authorization: `Bearer ${secret}` } });
  const bytes = Buffer.concat(filesOf(dataDir).map((file) => readFileSync(file)));
  expect(bytes.includes("shipper")).toBe(true);
  const secrets = [
    PASSWORD,
    NEW_PASSWORD,
    "a password never used",
    lan.cookie,
    lan.csrfToken,
    device,
    secret,
    setupToken,
  ];
  for (const one of secrets) expect(bytes.includes(one), one).toBe(false);
});

test("refusals of one caller cost the audit log one entry a minute, the next one counts the rest", async () => {
  for (let n = 0; n < 50; n++) await house.app.inject({ url: "/api/v1/users", remoteAddress: "203.0.113.9" });
  // Asking whether one is signed in is no attempt at anything.
  await house.app.inject({ url: "/api/v1/session", remoteAddress: "203.0.113.9" });
  expect(await count("http.denied denied")).toBe(1);
  house.clock.advance(MINUTE_MS);
  await house.app.inject({ url: "/api/v1/users", remoteAddress: "203.0.113.9" });
  const [latest] = await house.audit.list({ before: 1e9, limit: 1 });
  expect(latest).toMatchObject({
    verb: "http.denied",
    peer: "203.0.113.9",
    details: { repeated: 49, code: "auth.required" },
  });
});

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
