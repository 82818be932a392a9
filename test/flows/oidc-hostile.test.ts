/** A provider, or somebody in its place, that answers with tokens which do not hold: none of them opens a session. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Claims, HostileProvider } from "../oidc/hostile-provider.ts";
import { CLIENT } from "../oidc/provider.ts";
import { openServer, type TestServer } from "./server.ts";

let provider: HostileProvider;
let server: TestServer;
let folder: string;
const serve = () =>
  openServer({
    config: {
      oidcIssuer: provider.issuer,
      oidcClientId: CLIENT.id,
      oidcClientSecretFile: join(folder, "secret"),
      oidcRoles: ["soc=analyst"],
      oidcUnknown: "create",
    },
  });
beforeAll(async () => {
  provider = await HostileProvider.open();
  folder = mkdtempSync(join(tmpdir(), "khien-oidc-hostile-"));
  writeFileSync(join(folder, "secret"), CLIENT.secret);
  server = await serve();
});
afterAll(async () => {
  await server.close();
  await provider.close();
  rmSync(folder, { recursive: true, force: true });
});

const post = (path: string, body: object, cookie = "", at = server) =>
  fetch(new URL(`/api/v1${path}`, at.url), {
    method: "POST",
    headers: { "content-type": "application/json", cookie },
    body: JSON.stringify(body),
  });

/** Asks to sign in; the provider's page is passed by, its answer written here. */
async function begin() {
  const begun = await post("/oidc/begin", {});
  const { searchParams } = new URL(((await begun.json()) as { url: string }).url);
  return {
    cookie: begun.headers.getSetCookie()[0]?.split(";", 1)[0] ?? "",
    query: `?code=c-1&state=${searchParams.get("state")}`,
    nonce: searchParams.get("nonce"),
  };
}

async function finish(asked: { cookie: string; query: string }, answer: object) {
  provider.tokens = () => answer;
  const reply = await post("/oidc/finish", { query: asked.query }, asked.cookie);
  const { code } = (await reply.json()) as { code?: string };
  return { status: reply.status, code, opened: reply.headers.getSetCookie().join().includes("khien_session=") };
}
const bearer = { access_token: "a-1", token_type: "Bearer" };
const REFUSED = { status: 401, code: "auth.oidc.refused", opened: false };
const NOW_S = Math.floor(Date.now() / 1_000);

test("a token that holds opens: so what is refused below is refused for what is wrong with it", async () => {
  const asked = await begin();
  const answer = { ...bearer, id_token: provider.signed(provider.claims(asked.nonce)) };
  expect(await finish(asked, answer)).toMatchObject({ status: 200, opened: true });
});

describe("an ID token", () => {
  test.each<[string, Claims]>([
    ["of another issuer", { iss: "https://evil.example" }],
    ["without issuer", { iss: undefined }],
    ["for another client", { aud: "another-client" }],
    ["for several clients, by none of them", { aud: [CLIENT.id, "another-client"] }],
    ["for us, asked for by another client", { aud: [CLIENT.id, "another-client"], azp: "another-client" }],
    ["for nobody", { aud: undefined }],
    ["that has expired", { iat: NOW_S - 7_200, exp: NOW_S - 3_600 }],
    ["without an end", { exp: undefined }],
    ["with an end that is no number", { exp: "never" }],
    ["that does not hold yet", { nbf: NOW_S + 3_600 }],
    ["of another sign-in (nonce)", { nonce: "A".repeat(43) }],
    ["without nonce", { nonce: undefined }],
    ["of nobody", { sub: undefined }],
  ])("%s is refused", async (_what, spoiled) => {
    const asked = await begin();
    const claims = { ...provider.claims(asked.nonce), ...spoiled };
    expect(await finish(asked, { ...bearer, id_token: provider.signed(claims) })).toEqual(REFUSED);
  });

  test.each(["foreign", "nobody", "client-secret"] as const)("signed by %s is refused", async (by) => {
    const asked = await begin();
    const id_token = provider.signed(provider.claims(asked.nonce), by);
    expect(await finish(asked, { ...bearer, id_token })).toEqual(REFUSED);
  });

  test("changed after it was signed is refused", async () => {
    const asked = await begin();
    const [head, , signature] = provider.signed(provider.claims(asked.nonce)).split(".");
    const claims = { ...provider.claims(asked.nonce), groups: ["soc"], sub: "somebody-else" };
    const body = Buffer.from(JSON.stringify(claims)).toString("base64url");
    expect(await finish(asked, { ...bearer, id_token: `${head}.${body}.${signature}` })).toEqual(REFUSED);
  });

  test("is for one sign-in: the same one again is refused", async () => {
    const first = await begin();
    const id_token = provider.signed(provider.claims(first.nonce));
    expect((await finish(first, { ...bearer, id_token })).status).toBe(200);
    expect(await finish(await begin(), { ...bearer, id_token })).toEqual(REFUSED);
    expect((await finish(first, { ...bearer, id_token })).code).toBe("auth.sign_in.expired");
  });

  test.each<[string, object]>([
    ["missing", bearer],
    ["no token", { ...bearer, id_token: "x" }],
    ["a number", { ...bearer, id_token: 1 }],
    ["without access token", { id_token: "a.b.c" }],
    ["an error", { error: "invalid_grant" }],
  ])("%s is refused", async (_what, answer) => {
    expect(await finish(await begin(), answer)).toEqual(REFUSED);
  });
});

test("a provider that calls itself otherwise is not asked", async () => {
  provider.metadata = { issuer: "https://evil.example" };
  const other = await serve();
  try {
    const answer = await post("/oidc/begin", {}, "", other);
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([503, "auth.oidc.unreachable"]);
  } finally {
    provider.metadata = {};
    await other.close();
  }
});

test("nobody got in but with tokens that hold, and every refusal is in the audit log", async () => {
  const admin = await server.as("admin");
  const { items } = await admin.get<{ items: { username: string }[] }>("/api/v1/users");
  expect(items.map(({ username }) => username).filter((name) => !name.startsWith("admin-"))).toEqual(["lan.nguyen"]);
  const entries = await admin.all<{ verb: string }>("/api/v1/audit?limit=200");
  expect(entries.filter(({ verb }) => verb === "auth.session.failed").length).toBeGreaterThan(20);
});
