import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type House, openHouse, PASSWORD, type SignedIn, signIn } from "../../../../test/routes/identity.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface Told {
  readonly id: string;
  readonly state: string;
  readonly rotationDue: boolean;
  readonly owner: { readonly displayName: string; readonly active: boolean };
  readonly secrets: readonly {
    readonly id: string;
    readonly hint: string;
    readonly endsAt: string | null;
    readonly lastUsedAt: string | null;
    readonly lastPeer: string | null;
  }[];
}
interface Made {
  readonly account: Told;
  readonly secret: string;
}

let house: House;
let lan: SignedIn;
let owner: string;
beforeEach(async () => {
  house = await openHouse();
  await add("lan", "admin");
  lan = await signIn(house.app, "lan");
  owner = (await add("minh", "analyst")).id;
});
afterEach(() => house.close());

const add = (username: string, role: string) =>
  house.auth.service.addUser({ username, displayName: username, role, password: PASSWORD });
const ask = (method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE", url: string, by: SignedIn, payload?: object) =>
  house.app.inject({
    method,
    url: `/api/v1${url}`,
    headers: by.headers,
    ...(payload === undefined ? {} : { payload }),
  });
const code = (answer: { json(): unknown }) => (answer.json() as { code: string }).code;
const create = (more: object = {}, by = lan) =>
  ask("POST", "/service-accounts", by, { name: "bảng số liệu", owner, role: "analyst", ...more });
const made = async (more: object = {}) => (await create(more)).json<Made>();
const use = (secret: string, url = "/users/names", peer = "192.0.2.7") =>
  house.app.inject({ url: `/api/v1${url}`, headers: { authorization: `Bearer ${secret}` }, remoteAddress: peer });
const works = async (secret: string) => (await use(secret)).statusCode === 200;
const listed = async () => (await ask("GET", "/service-accounts", lan)).json<{ items: Told[] }>().items;
const rotate = (id: string, graceHours: number) => ask("POST", `/service-accounts/${id}/secrets`, lan, { graceHours });
const verbs = async () => (await house.audit.list({ before: 1e9, limit: 500 })).map(({ verb }) => verb);
const permissionsOf = async (bearer: string) =>
  (await house.auth.gatekeeper.identify({ bearer, peer: "" }))?.permissions ?? new Set();

describe("an account of a program", () => {
  test("holds its role, is told apart in the audit log, and notes when and from where its secret was used", async () => {
    const { account, secret } = await made();
    expect(secret).toMatch(/^khien_svc_[\w-]{43}$/u);
    expect(account).toMatchObject({
      state: "active",
      owner: { displayName: "minh", active: true },
      rotationDue: false,
    });
    expect(secret.startsWith(account.secrets[0]?.hint ?? "?")).toBe(true);
    expect(await works(secret)).toBe(true);
    const [row] = await listed();
    expect(row?.secrets[0]).toMatchObject({ lastUsedAt: expect.any(String), lastPeer: "192.0.2.7" });
    expect(JSON.stringify(await listed())).not.toContain(secret);
    expect((await use(secret, "/users")).statusCode).toBe(403);
    const [latest] = await house.audit.list({ before: 1e9, limit: 1 });
    expect(latest).toMatchObject({ verb: "http.denied", actor: { kind: "service", name: "bảng số liệu" } });
  });

  test("has no session: what asks for one, or for a proof, stays shut, whatever its role", async () => {
    const { secret } = await made();
    for (const url of ["/session", "/session/list"]) {
      expect((await use(secret, url)).statusCode, url).toBe(403);
    }
    const proof = await house.app.inject({
      method: "POST",
      url: "/api/v1/session/proof",
      headers: { authorization: `Bearer ${secret}` },
      payload: { password: PASSWORD },
    });
    expect(proof.statusCode).toBe(403);
    for (const [username, password] of [
      ["bảng số liệu", secret],
      ["minh", secret],
    ]) {
      const answer = await house.app.inject({
        method: "POST",
        url: "/api/v1/session",
        payload: { username, password },
      });
      expect(answer.statusCode).toBe(401);
    }
  });

  test("is never given what only people may, and loses nothing else when its role gets that later", async () => {
    for (const role of ["admin", "lead", "compliance"]) {
      expect(code(await create({ role })), role).toBe("auth.service.role_too_wide");
    }
    const offered = (await ask("GET", "/service-accounts", lan)).json<{ roles: { id: string }[] }>().roles;
    expect(offered.map(({ id }) => id)).toEqual(expect.arrayContaining(["viewer", "analyst", "analyst-3"]));
    expect(offered.map(({ id }) => id)).not.toContain("lead");
    const role = (
      await ask("POST", "/roles", lan, { name: "Máy", permissions: ["alerts.read", "people.names"] })
    ).json<{ id: string }>().id;
    const { secret, account } = await made({ role });
    await ask("PUT", `/roles/${role}`, lan, {
      version: 1,
      permissions: ["alerts.read", "people.names", "approvals.decide", "users.admin", "tokens.admin", "sensors.read"],
    });
    expect([...(await permissionsOf(secret))].sort()).toEqual(["alerts.read", "people.names", "sensors.read"]);
    expect(code(await ask("DELETE", `/roles/${role}`, lan))).toBe("auth.role.held_by_programs");
    await ask("DELETE", `/service-accounts/${account.id}`, lan);
    expect((await ask("DELETE", `/roles/${role}`, lan)).statusCode).toBe(204);
  });

  test("cannot be made, changed or given a secret by who holds less than it", async () => {
    const { account } = await made();
    const clerk = (
      await ask("POST", "/roles", lan, { name: "Thủ kho khóa", permissions: ["tokens.admin", "alerts.read"] })
    ).json<{ id: string }>().id;
    await add("hoa", clerk);
    const hoa = await signIn(house.app, "hoa");
    expect(code(await create({ name: "khác" }, hoa))).toBe("auth.role.not_held");
    expect(code(await ask("PATCH", `/service-accounts/${account.id}`, hoa, { name: "x" }))).toBe("auth.role.not_held");
    expect(code(await ask("POST", `/service-accounts/${account.id}/secrets`, hoa, { graceHours: 0 }))).toBe(
      "auth.role.not_held",
    );
    expect((await ask("GET", "/service-accounts", hoa)).json()).toMatchObject({ roles: [] });
    // Taking away is open to them.
    const secret = account.secrets[0]?.id ?? "";
    expect((await ask("DELETE", `/service-accounts/${account.id}/secrets/${secret}`, hoa)).statusCode).toBe(204);
  });

  test("needs an active person as owner and a free name; a disabled owner is shown and it goes on", async () => {
    const { secret } = await made();
    expect(code(await create({ name: "BẢNG số liệu" }))).toBe("auth.service.exists");
    expect(code(await create({ name: "khác", owner: "nobody" }))).toBe("auth.service.owner");
    await ask("PATCH", `/users/${owner}`, lan, { disabled: true });
    expect(code(await create({ name: "khác" }))).toBe("auth.service.owner");
    expect((await listed())[0]).toMatchObject({ state: "active", owner: { displayName: "minh", active: false } });
    expect(await works(secret)).toBe(true);
  });

  test("is made and rotated only after a proof", async () => {
    const { account } = await made();
    house.clock.advance(11 * 60_000);
    expect(code(await create({ name: "khác" }))).toBe("auth.step_up.required");
    expect(code(await rotate(account.id, 0))).toBe("auth.step_up.required");
  });
});

describe("rotation", () => {
  /** A person's proof lasts ten minutes, their session half a day; programs go on. */
  const later = async (ms: number) => {
    house.clock.advance(ms);
    lan = await signIn(house.app, "lan");
  };

  test("lets the secret before open until the grace is over, and no third beside the two", async () => {
    const { account, secret: first } = await made();
    const { secret: second } = (await rotate(account.id, 24)).json<Made>();
    expect([await works(first), await works(second)]).toEqual([true, true]);
    expect(code(await rotate(account.id, 1))).toBe("auth.service.rotating");
    expect((await listed())[0]?.secrets.map(({ endsAt }) => endsAt === null)).toEqual(
      expect.arrayContaining([true, false]),
    );
    await later(24 * HOUR_MS - 1);
    expect(await works(first)).toBe(true);
    await later(1);
    expect([await works(first), await works(second)]).toEqual([false, true]);
    expect((await listed())[0]?.secrets).toHaveLength(1);
  });

  test("without grace ends every other secret at once, also in the middle of a grace", async () => {
    const { account, secret: first } = await made();
    const { secret: second } = (await rotate(account.id, 168)).json<Made>();
    const { secret: third } = (await rotate(account.id, 0)).json<Made>();
    expect([await works(first), await works(second), await works(third)]).toEqual([false, false, true]);
  });

  test("is asked for when the secret has grown old, and no longer once it was done", async () => {
    const { account } = await made({ rotateAfterDays: 30 });
    await later(30 * DAY_MS - 1);
    expect((await listed())[0]?.rotationDue).toBe(false);
    await later(1);
    expect((await listed())[0]?.rotationDue).toBe(true);
    await rotate(account.id, 1);
    expect((await listed())[0]?.rotationDue).toBe(false);
  });

  test("takes only the graces there are", async () => {
    const { account } = await made();
    for (const graceHours of [-1, 2, 10_000, null, "1"]) {
      const answer = await ask("POST", `/service-accounts/${account.id}/secrets`, lan, { graceHours });
      expect(answer.statusCode, String(graceHours)).toBe(422);
    }
  });
});

test("wrong, disabled, expired, revoked, rotated out and retired are one answer", async () => {
  const answers = new Map<string, string>();
  const told = async (why: string, secret: string) => {
    const answer = await use(secret);
    answers.set(why, `${answer.statusCode} ${answer.body.replace(/"instance":"[^"]+"/u, "")}`);
  };
  await told("never was", "khien_svc_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
  await told("no secret", "khien_svc_");
  const one = await made({ name: "một" });
  await told("one character more", `${one.secret}x`);
  await told("other prefix", one.secret.replace("_svc_", "_read_"));
  await ask("PATCH", `/service-accounts/${one.account.id}`, lan, { disabled: true });
  await told("disabled", one.secret);
  await ask("PATCH", `/service-accounts/${one.account.id}`, lan, { disabled: false });
  expect(await works(one.secret)).toBe(true);
  await rotate(one.account.id, 0);
  await told("rotated out", one.secret);
  const two = await made({ name: "hai" });
  await ask("DELETE", `/service-accounts/${two.account.id}/secrets/${two.account.secrets[0]?.id}`, lan);
  await told("revoked", two.secret);
  const three = await made({ name: "ba" });
  await ask("DELETE", `/service-accounts/${three.account.id}`, lan);
  await told("retired", three.secret);
  const four = await made({ name: "bốn", expiresInDays: 1 });
  house.clock.advance(DAY_MS);
  await told("expired", four.secret);
  expect(new Set(answers.values()).size, JSON.stringify([...answers], null, 1)).toBe(1);
  expect([...answers.values()][0]).toMatch(/^401 .*auth\.token\.invalid/u);
  expect(await verbs()).toEqual(
    expect.arrayContaining(
      ["created", "disabled", "enabled", "rotated", "secret_revoked", "retired"].map((did) => `auth.service.${did}`),
    ),
  );
});
