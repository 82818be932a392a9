import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type House, openHouse, PASSWORD, type SignedIn, signIn } from "../../../test/routes/identity.ts";

const GIVEN = "một câu ai đó đã chọn hộ";
const OWN = "một câu chỉ ta biết với ta thôi";

let house: House;
let lan: SignedIn;
let minh = "";

const ask = (method: "GET" | "POST" | "PATCH", url: string, by: SignedIn, payload?: object) =>
  house.app.inject({
    method,
    url: `/api/v1${url}`,
    headers: by.headers,
    ...(payload === undefined ? {} : { payload }),
  });
const session = async (by: SignedIn) =>
  (await ask("GET", "/session", by)).json<{ mustChangePassword: boolean; permissions: string[] }>();
const change = (by: SignedIn, current: string, next: string) => ask("POST", "/session/password", by, { current, next });
const given = async () =>
  (await ask("GET", "/users", lan))
    .json<{ items: { id: string; passwordGiven: boolean }[] }>()
    .items.find(({ id }) => id === minh)?.passwordGiven;

beforeEach(async () => {
  house = await openHouse();
  await house.auth.service.addUser({ username: "lan", displayName: "Lan", role: "admin", password: PASSWORD });
  lan = await signIn(house.app, "lan");
  const person = { username: "minh", displayName: "Minh", role: "analyst", password: GIVEN };
  minh = (await ask("POST", "/users", lan, person)).json<{ id: string }>().id;
});
afterEach(() => house.close());

describe("a password that somebody else chose", () => {
  test("opens nothing but the way to an own one", async () => {
    const entered = await signIn(house.app, "minh", GIVEN);
    expect(await session(entered)).toMatchObject({ mustChangePassword: true, permissions: [] });
    expect((await ask("GET", "/tokens", entered)).statusCode).toBe(403);
    expect(await given()).toBe(true);

    expect((await change(entered, GIVEN, GIVEN)).json()).toMatchObject({ code: "auth.password.same" });
    expect((await change(entered, PASSWORD, OWN)).json()).toMatchObject({ code: "auth.password.wrong" });
    expect((await session(entered)).mustChangePassword).toBe(true);

    expect((await change(entered, GIVEN, OWN)).statusCode).toBe(204);
    const after = await session(entered);
    expect(after.mustChangePassword).toBe(false);
    expect(after.permissions).toContain("alerts.write");
    expect(await given()).toBe(false);
    expect((await session(await signIn(house.app, "minh", OWN))).mustChangePassword).toBe(false);
  });

  test("may be followed by as many unfit new ones as it takes: only a wrong current one makes wait", async () => {
    const entered = await signIn(house.app, "minh", GIVEN);
    for (let n = 0; n < 8; n += 1) {
      expect((await change(entered, GIVEN, "123456789012")).json()).toMatchObject({ code: "auth.password.weak" });
    }
    expect((await change(entered, GIVEN, OWN)).statusCode).toBe(204);
  });

  test("is asked for again after a reset, also of who is signed in elsewhere by then", async () => {
    const entered = await signIn(house.app, "minh", GIVEN);
    await change(entered, GIVEN, OWN);
    expect((await ask("PATCH", `/users/${minh}`, lan, { password: GIVEN })).statusCode).toBe(200);
    expect((await ask("GET", "/session", entered)).statusCode).toBe(401);
    expect((await session(await signIn(house.app, "minh", GIVEN))).mustChangePassword).toBe(true);
  });

  test("is none of these when the person chose it: command line, first start, one's own entry in the list", async () => {
    expect((await session(lan)).mustChangePassword).toBe(false);
    const { id } = (await ask("GET", "/session", lan)).json<{ user: { id: string } }>().user;
    expect((await ask("PATCH", `/users/${id}`, lan, { password: OWN })).statusCode).toBe(200);
    expect((await session(await signIn(house.app, "lan", OWN))).mustChangePassword).toBe(false);
  });
});
