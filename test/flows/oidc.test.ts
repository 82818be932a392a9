/** Sign-in through a real identity provider on loopback, and everything that must not work about it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Config } from "../../src/platform/config/index.ts";
import { CLIENT, type Known, LocalProvider, passThrough } from "../oidc/provider.ts";
import { openServer, PASSWORD, type TestServer } from "./server.ts";

let provider: LocalProvider;
let folder: string;
const servers: TestServer[] = [];
beforeAll(async () => {
  provider = await LocalProvider.open();
  folder = mkdtempSync(join(tmpdir(), "khien-oidc-"));
  writeFileSync(join(folder, "secret"), `${CLIENT.secret}\n`);
});
afterAll(async () => {
  for (const server of servers) await server.close();
  await provider.close();
  rmSync(folder, { recursive: true, force: true });
});

async function serve(config: Partial<Config> = {}) {
  const server = await openServer({
    config: {
      oidcIssuer: provider.issuer,
      oidcClientId: CLIENT.id,
      oidcClientSecretFile: join(folder, "secret"),
      oidcRoles: ["soc-admins=admin", "soc=analyst"],
      oidcUnknown: "create",
      ...config,
    },
  });
  servers.push(server);
  provider.expect(`${server.url.origin}/sign-in/oidc`);
  return server;
}

const post = (server: TestServer, path: string, body: object, cookie = "") =>
  fetch(new URL(`/api/v1${path}`, server.url), {
    method: "POST",
    headers: { "content-type": "application/json", cookie },
    body: JSON.stringify(body),
  });

/** To the provider and back, in one browser. */
async function go(server: TestServer, person?: Known) {
  if (person !== undefined) provider.person = person;
  const begun = await post(server, "/oidc/begin", {});
  const { url } = (await begun.json()) as { url: string };
  const cookie = begun.headers.getSetCookie()[0]?.split(";", 1)[0] ?? "";
  const back = await passThrough(url, server.url.origin);
  return { url: new URL(url), cookie, query: back.search };
}
const finish = (server: TestServer, { cookie, query }: { cookie: string; query: string }) =>
  post(server, "/oidc/finish", { query }, cookie);
async function enter(server: TestServer, person?: Known) {
  const answer = await finish(server, await go(server, person));
  return {
    status: answer.status,
    body: (await answer.json()) as { code?: string; user?: { username: string; role: string } },
  };
}

const LAN: Known = { sub: "s-1", preferred_username: "Lan.Nguyen", name: "Nguyễn Thị Lan", groups: ["soc"] };

describe("a person of the provider", () => {
  test("gets in with the role their group gives, and loses it when the group is gone", async () => {
    const server = await serve();
    const { url } = await go(server, LAN);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: "code",
      code_challenge_method: "S256",
      redirect_uri: `${server.url.origin}/sign-in/oidc`,
    });
    for (const key of ["state", "nonce", "code_challenge"])
      expect(url.searchParams.get(key)?.length).toBeGreaterThan(40);
    expect(await enter(server, LAN)).toMatchObject({
      status: 200,
      body: { user: { username: "lan.nguyen", role: "analyst" } },
    });
    const boss = { ...LAN, groups: ["soc", "soc-admins"] };
    expect(await enter(server, boss)).toMatchObject({ body: { user: { role: "admin" } } });
    await server.server.parts.auth.service.addUser({
      username: "chi",
      displayName: "C",
      role: "admin",
      password: PASSWORD,
    });
    expect(await enter(server, LAN)).toMatchObject({ body: { user: { role: "analyst" } } });
    expect(await enter(server, { ...LAN, groups: ["sales"] })).toMatchObject({
      status: 403,
      body: { code: "auth.oidc.no_role" },
    });
    const admin = await server.as("admin");
    const audit = await admin.all<{ verb: string; details: Record<string, unknown> }>("/api/v1/audit?limit=200");
    expect(audit.map(({ verb }) => verb)).toEqual(expect.arrayContaining(["auth.user.created", "auth.user.changed"]));
    expect(audit.find(({ verb }) => verb === "auth.session.failed")?.details).toMatchObject({
      code: "auth.oidc.no_role",
    });
    // The password of such a person is none at all.
    expect((await post(server, "/session", { username: "lan.nguyen", password: "" })).status).toBe(401);
  });

  test("is added by an administrator first where that is asked for; nobody with a password is ever tied by name", async () => {
    const server = await serve({ oidcUnknown: "refuse" });
    expect((await enter(server, LAN)).body.code).toBe("auth.oidc.unknown");
    const admin = await server.as("admin");
    await admin.post("/api/v1/users", { username: "lan.nguyen", displayName: "Lan", role: "viewer" });
    expect((await enter(server, LAN)).status).toBe(200);
    // Somebody else of the provider who now calls themselves so.
    expect((await enter(server, { ...LAN, sub: "s-2" })).body.code).toBe("auth.oidc.taken");
    expect((await enter(server, { ...LAN, sub: "s-3", preferred_username: "admin-1" })).body.code).toBe(
      "auth.oidc.taken",
    );
    expect((await enter(server, { ...LAN, sub: "s-4", preferred_username: "<b>" })).body.code).toBe(
      "auth.oidc.no_name",
    );
  });

  test("is asked for the second factor they have here, and may be the only way in but the break-glass account", async () => {
    const server = await serve({ passwordSignIn: "break-glass" });
    await server.server.parts.auth.service.addUser({
      username: "chi",
      displayName: "C",
      role: "admin",
      password: PASSWORD,
    });
    expect((await post(server, "/session", { username: "chi", password: PASSWORD })).status).toBe(401);
    expect((await enter(server, { ...LAN, groups: ["soc-admins"] })).status).toBe(200);
  });
});

describe("an answer", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await serve();
  });

  test("opens once, and only in the browser that asked", async () => {
    const mine = await go(server, LAN);
    const theirs = await go(server, LAN);
    const code = async (answer: Response) => ((await answer.json()) as { code: string }).code;
    // Another's cookie with this answer: its state differs.
    expect(await code(await finish(server, { cookie: theirs.cookie, query: mine.query }))).toBe("auth.oidc.refused");
    expect(await code(await finish(server, { cookie: "", query: mine.query }))).toBe("auth.sign_in.expired");
    expect((await finish(server, mine)).status).toBe(200);
    expect(await code(await finish(server, mine))).toBe("auth.sign_in.expired");
  });

  test.each<[string, (query: string) => string]>([
    ["another state", (query) => query.replace(/state=[^&]*/u, `state=${"A".repeat(43)}`)],
    ["no state", (query) => query.replace(/&?state=[^&]*/u, "")],
    [
      "another issuer (mix-up)",
      (query) => query.replace(/iss=[^&]*/u, `iss=${encodeURIComponent("https://evil.example")}`),
    ],
    ["another code", (query) => query.replace(/code=[^&]*/u, `code=${"B".repeat(43)}`)],
    ["an error instead", (query) => `?error=access_denied${query.replace("?", "&").replace(/code=[^&]*&?/u, "")}`],
    ["nothing", () => ""],
  ])("with %s is refused", async (_what, spoil) => {
    const { cookie, query } = await go(server, LAN);
    const answer = await finish(server, { cookie, query: spoil(query) });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([401, "auth.oidc.refused"]);
  });
});

test("without settings there is no such sign-in, and nothing is asked of anybody", async () => {
  const server = await openServer();
  servers.push(server);
  const answer = await post(server, "/oidc/begin", {});
  expect(((await answer.json()) as { code: string }).code).toBe("auth.oidc.off");
});
