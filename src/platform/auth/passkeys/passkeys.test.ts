import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type House, openHouse, PASSWORD, type SignedIn, signIn } from "../../../../test/routes/identity.ts";
import { SoftwareAuthenticator } from "./testdata/authenticator.ts";

const ORIGIN = "https://khien.example.vn";
const MINUTE_MS = 60_000;
let house: House;
let lan: SignedIn;
beforeEach(async () => {
  house = await openHouse({ publicOrigin: ORIGIN });
  await house.auth.service.addUser({ username: "lan", displayName: "Lan", role: "admin", password: PASSWORD });
  lan = await signIn(house.app, "lan");
});
afterEach(() => house.close());

type Method = "GET" | "POST" | "PATCH" | "DELETE";
const ask = (method: Method, url: string, by: Pick<SignedIn, "headers">, payload?: object) =>
  house.app.inject({
    method,
    url: `/api/v1${url}`,
    headers: by.headers,
    ...(payload === undefined ? {} : { payload }),
  });
const nobody = { headers: {} };
const code = (answer: { json(): unknown }) => (answer.json() as { code: string }).code;
type Creation = Parameters<SoftwareAuthenticator["create"]>[0];
type Request = Parameters<SoftwareAuthenticator["get"]>[0];

const creation = async (by = lan) => (await ask("POST", "/session/passkeys/begin", by, {})).json<Creation>();
const request = async (as: "first" | "second" = "first", by: Pick<SignedIn, "headers"> = nobody) =>
  (await ask("POST", "/session/passkey-options", by, { as })).json<Request>();
const add = (passkey: object, name = "Khóa của Lan", by = lan) =>
  ask("POST", "/session/passkeys", by, { name, passkey });
const enter = (passkey: object) => ask("POST", "/session/passkey", nobody, { passkey });

async function registered(): Promise<SoftwareAuthenticator> {
  const key = new SoftwareAuthenticator();
  expect((await add(key.create(await creation(), { origin: ORIGIN }))).statusCode).toBe(201);
  return key;
}

describe("adding", () => {
  test("asks for a discoverable credential with the person verified, gives recovery codes with the first", async () => {
    const options = await creation();
    expect(options).toMatchObject({
      rp: { id: "khien.example.vn" },
      attestation: "none",
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
    });
    const first = new SoftwareAuthenticator();
    const added = await add(first.create(options, { origin: ORIGIN }));
    expect(added.json()).toMatchObject({ recoveryCodes: expect.arrayContaining([expect.any(String)]) });
    const second = new SoftwareAuthenticator();
    house.clock.advance(1_000);
    expect((await add(second.create(await creation(), { origin: ORIGIN }), "Khóa thứ hai")).json()).toEqual({
      recoveryCodes: null,
    });
    const overview = async () =>
      (await ask("GET", "/session/factors", lan)).json<{ passkeys: { id: string; name: string }[] }>().passkeys;
    expect((await overview()).map(({ name }) => name)).toEqual(["Khóa của Lan", "Khóa thứ hai"]);
    const [one, two] = await overview();
    expect((await ask("PATCH", `/session/passkeys/${one?.id}`, lan, { name: "YubiKey két sắt" })).statusCode).toBe(204);
    expect((await ask("DELETE", `/session/passkeys/${two?.id}`, lan)).statusCode).toBe(204);
    expect(await overview()).toMatchObject([{ name: "YubiKey két sắt" }]);
    expect(code(await ask("DELETE", `/session/passkeys/${two?.id}`, lan))).toBe("auth.passkey.missing");
  });

  test.each<[string, { origin: string; rpId?: string; verified?: boolean }]>([
    ["another origin", { origin: "https://khien.example.vn.evil.example" }],
    ["another name", { origin: ORIGIN, rpId: "evil.example" }],
    ["the person not verified", { origin: ORIGIN, verified: false }],
  ])("refuses %s", async (_what, habits) => {
    expect(code(await add(new SoftwareAuthenticator().create(await creation(), habits)))).toBe("auth.passkey.refused");
  });

  test("refuses a challenge that was used, made up, or given to somebody else", async () => {
    const options = await creation();
    await add(new SoftwareAuthenticator().create(options, { origin: ORIGIN }));
    expect(code(await add(new SoftwareAuthenticator().create(options, { origin: ORIGIN })))).toBe(
      "auth.passkey.refused",
    );
    const made = { ...options, challenge: "A".repeat(43) };
    expect(code(await add(new SoftwareAuthenticator().create(made, { origin: ORIGIN })))).toBe("auth.passkey.refused");
    await house.auth.service.addUser({ username: "minh", displayName: "M", role: "viewer", password: PASSWORD });
    const minh = await signIn(house.app, "minh");
    const theirs = await creation(minh);
    expect(code(await add(new SoftwareAuthenticator().create(theirs, { origin: ORIGIN })))).toBe(
      "auth.passkey.refused",
    );
  });

  test("refuses a credential another person has", async () => {
    const key = await registered();
    await house.auth.service.addUser({ username: "minh", displayName: "M", role: "viewer", password: PASSWORD });
    const minh = await signIn(house.app, "minh");
    const again = key.create(await creation(minh), { origin: ORIGIN });
    expect(code(await add(again, "x", minh))).toBe("auth.passkey.exists");
  });
});

describe("signing in", () => {
  test("needs no name and no password, and names the way in the list of sessions", async () => {
    const key = await registered();
    const options = await request();
    expect(options).toMatchObject({ rpId: "khien.example.vn", allowCredentials: [], userVerification: "required" });
    const entered = await enter(key.get(options, { origin: ORIGIN }));
    expect(entered.json()).toMatchObject({ user: { username: "lan" }, secondFactor: { has: true } });
    const cookie = entered.cookies.find(({ name }) => name === "khien_session")?.value ?? "";
    const list = await ask("GET", "/session/list", { headers: { cookie: `khien_session=${cookie}` } });
    expect(list.json<{ items: { way: string; current: boolean }[] }>().items.find(({ current }) => current)?.way).toBe(
      "passkey",
    );
  });

  test("is refused for every wrong answer, in the same words", async () => {
    const key = await registered();
    const answers = [
      key.get(await request(), { origin: "https://evil.example" }),
      key.get(await request(), { origin: ORIGIN, rpId: "evil.example" }),
      key.get(await request(), { origin: ORIGIN, verified: false }),
      key.get({ challenge: "B".repeat(43), rpId: "khien.example.vn" }, { origin: ORIGIN }),
      new SoftwareAuthenticator().get(await request(), { origin: ORIGIN }),
    ];
    const forged = key.get(await request(), { origin: ORIGIN });
    answers.push({
      ...forged,
      response: { ...forged.response, signature: forged.response.signature.replace(/^.{9}/u, "MEUCIQDAA") },
    });
    const otherPerson = key.get(await request(), { origin: ORIGIN });
    answers.push({ ...otherPerson, response: { ...otherPerson.response, userHandle: "AAAA" } });
    for (const answer of answers) {
      const refused = await enter(answer);
      expect([refused.statusCode, code(refused)]).toEqual([401, "auth.passkey.failed"]);
    }
  });

  test("an answer works once, and not for another purpose", async () => {
    const key = await registered();
    const answer = key.get(await request(), { origin: ORIGIN });
    expect((await enter(answer)).statusCode).toBe(200);
    expect(code(await enter(answer))).toBe("auth.passkey.failed");
    const proving = (await ask("POST", "/session/proof/passkey-options", lan, {})).json<Request>();
    expect(code(await enter(key.get(proving, { origin: ORIGIN })))).toBe("auth.passkey.failed");
    const late = await request();
    house.clock.advance(5 * MINUTE_MS);
    expect(code(await enter(key.get(late, { origin: ORIGIN })))).toBe("auth.passkey.failed");
  });

  test("a count that does not grow is refused, and told as a copied authenticator", async () => {
    const key = await registered();
    expect((await enter(key.get(await request(), { origin: ORIGIN, count: 7 }))).statusCode).toBe(200);
    for (const count of [7, 3]) {
      expect(code(await enter(key.get(await request(), { origin: ORIGIN, count })))).toBe("auth.passkey.failed");
    }
    expect((await enter(key.get(await request(), { origin: ORIGIN, count: 8 }))).statusCode).toBe(200);
    const told = await house.audit.list({ before: 1e9, limit: 9, verb: "auth.passkey.copied" });
    expect(told.map(({ details }) => details["counted"])).toEqual([3, 7]);
  });

  test("ends with the passkey, and with a disabled person", async () => {
    const key = await registered();
    await house.auth.service.addUser({ username: "chi", displayName: "C", role: "admin", password: PASSWORD });
    const chi = await signIn(house.app, "chi");
    const { items } = (await ask("GET", "/users", chi)).json<{ items: { id: string; username: string }[] }>();
    const id = items.find(({ username }) => username === "lan")?.id;
    await ask("PATCH", `/users/${id}`, chi, { disabled: true });
    expect(code(await enter(key.get(await request(), { origin: ORIGIN })))).toBe("auth.passkey.failed");
    await ask("PATCH", `/users/${id}`, chi, { disabled: false });
    expect((await enter(key.get(await request(), { origin: ORIGIN }))).statusCode).toBe(200);
    await ask("DELETE", `/users/${id}/factors`, chi);
    expect(code(await enter(key.get(await request(), { origin: ORIGIN })))).toBe("auth.passkey.failed");
  });

  test("guessing from one address is throttled", async () => {
    const key = new SoftwareAuthenticator();
    const answers: number[] = [];
    for (let n = 0; n < 22; n++) answers.push((await enter(key.get(await request(), { origin: ORIGIN }))).statusCode);
    expect(answers.slice(-1)).toEqual([429]);
  });
});

test("as second step after the password, and as proof for what is dangerous", async () => {
  const key = await registered();
  const first = await ask("POST", "/session", nobody, { username: "lan", password: PASSWORD });
  expect(first.json()).toMatchObject({ methods: { passkey: true, totp: false, recovery: true } });
  const pending = { headers: { cookie: `khien_pending=${first.cookies[0]?.value}` } };
  const options = await request("second", pending);
  expect(options).toMatchObject({ allowCredentials: [{ id: key.id.toString("base64url") }] });
  const opened = await ask("POST", "/session/second-step", pending, { passkey: key.get(options, { origin: ORIGIN }) });
  expect(opened.statusCode).toBe(200);
  house.clock.advance(11 * MINUTE_MS);
  const headers = {
    cookie: `khien_session=${opened.cookies.find(({ name }) => name === "khien_session")?.value}`,
    "x-csrf-token": opened.json<{ csrfToken: string }>().csrfToken,
  };
  const renew = () => ask("POST", "/session/recovery-codes", { headers }, {});
  expect(code(await renew())).toBe("auth.step_up.required");
  const asked = (await ask("POST", "/session/proof/passkey-options", { headers }, {})).json<Request>();
  const proof = await ask("POST", "/session/proof", { headers }, { passkey: key.get(asked, { origin: ORIGIN }) });
  expect(proof.statusCode).toBe(204);
  expect((await renew()).statusCode).toBe(200);
});
