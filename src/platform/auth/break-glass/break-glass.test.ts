import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type House, openHouse, PASSWORD, type SignedIn, signIn } from "../../../../test/routes/identity.ts";

const MINUTE_MS = 60_000;
let house: House;
let lan: SignedIn;
beforeEach(async () => {
  house = await openHouse();
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
const code = (answer: { json(): unknown }) => (answer.json() as { code: string }).code;
const seal = async (by = lan) =>
  (await ask("POST", "/break-glass/seal", by, {})).json<{ username: string; credential: string }>();
const enter = (credential: string) =>
  house.app.inject({
    method: "POST",
    url: "/api/v1/session",
    payload: { username: "break-glass", password: credential },
  });
const alarms = async (by: Pick<SignedIn, "headers">) =>
  (await ask("GET", "/break-glass/alarms", by)).json<{ items: { id: string }[] }>().items;
const state = async () => (await ask("GET", "/break-glass", lan)).json<{ state: string }>().state;

describe("the break-glass account", () => {
  test("opens once, as typed from paper, for an hour, and everybody hears of it", async () => {
    const heard: unknown[] = [];
    house.outbox.on("auth.break_glass.used", async (payload) => void heard.push(payload));
    await house.auth.service.addUser({ username: "minh", displayName: "M", role: "viewer", password: PASSWORD });
    const minh = await signIn(house.app, "minh");
    expect(await state()).toBe("none");
    const { credential } = await seal();
    expect(credential).toMatch(/^(?:[A-Z2-7]{4}-){7}[A-Z2-7]{4}$/u);
    expect([await state(), await alarms(minh)]).toEqual(["sealed", []]);

    const opened = await enter(` ${credential.toLowerCase().replaceAll("-", " ")}`);
    expect(opened.json()).toMatchObject({ user: { role: "admin" }, secondFactor: { mustEnrol: false } });
    expect((await enter(credential)).statusCode).toBe(401);
    expect([await state(), (await alarms(minh)).length]).toEqual(["used", 1]);
    expect(heard).toMatchObject([{ people: [expect.any(String)], by: null, object: { kind: "break-glass" } }]);
    const verbs = (await house.audit.list({ before: 1e9, limit: 99 })).map(({ verb }) => verb);
    expect(verbs).toContain("auth.break_glass.used");

    const glass = await as(opened);
    house.clock.advance(59 * MINUTE_MS);
    // What it is for: no proof can be asked of it a second time.
    expect(
      (await ask("POST", "/users", glass, { username: "moi", displayName: "x", role: "admin", password: PASSWORD }))
        .statusCode,
    ).toBe(201);
    expect(
      code(
        await ask("POST", `/break-glass/alarms/${(await alarms(glass))[0]?.id}/acknowledge`, glass, { reason: "x" }),
      ),
    ).toBe("auth.break_glass.itself");
    expect(code(await ask("POST", "/break-glass/seal", glass, {}))).toBe("auth.break_glass.itself");
    house.clock.advance(MINUTE_MS);
    expect((await ask("GET", "/session", glass)).statusCode).toBe(401);
  });

  test("its alarm ends only with an administrator's reason; then it has to be sealed anew", async () => {
    const first = (await seal()).credential;
    await enter(first);
    const [alarm] = await alarms(lan);
    expect((await ask("POST", `/break-glass/alarms/${alarm?.id}/acknowledge`, lan, { reason: " " })).statusCode).toBe(
      422,
    );
    const done = await ask("POST", `/break-glass/alarms/${alarm?.id}/acknowledge`, lan, { reason: "Mất khóa két" });
    expect(done.json()).toEqual({ items: [] });
    expect(await state()).toBe("used");
    const second = (await seal()).credential;
    expect(second).not.toBe(first);
    expect((await enter(first)).statusCode).toBe(401);
    expect((await enter(second)).statusCode).toBe(200);
  });

  test("sealed again, the credential before and what it opened are void", async () => {
    const { credential } = await seal();
    const glass = await as(await enter(credential));
    await seal();
    expect((await ask("GET", "/session", glass)).statusCode).toBe(401);
    await ask("DELETE", "/break-glass", lan);
    expect(await state()).toBe("none");
  });

  test("is nobody: not in lists, not the last admin, not to be changed, guessed as slowly as any other", async () => {
    const { credential } = await seal();
    const people = (await ask("GET", "/users", lan)).json<{ items: { username: string; id: string }[] }>().items;
    expect(people.map(({ username }) => username)).toEqual(["lan"]);
    expect(code(await ask("PATCH", `/users/${people[0]?.id}`, lan, { disabled: true }))).toBe("auth.user.last_admin");
    expect(await house.auth.service.holders("approvals.decide")).toHaveLength(1);
    const used = await as(await enter(credential));
    const me = (await ask("GET", "/session", used)).json<{ user: { id: string } }>().user.id;
    expect(code(await ask("PATCH", `/users/${me}`, lan, { password: "trăng tròn đầu núi 9" }))).toBe(
      "auth.user.missing",
    );
    const next = (await seal()).credential;
    for (let n = 0; n < 6; n++) await enter("AAAA-AAAA");
    expect((await enter(next)).statusCode).toBe(429);
  });

  test("two who come with it at once: one is in", async () => {
    const { credential } = await seal();
    const answers = await Promise.all([enter(credential), enter(credential), enter(credential)]);
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
    expect(await alarms(lan)).toHaveLength(1);
  });
});

async function as(opened: Awaited<ReturnType<typeof enter>>): Promise<Pick<SignedIn, "headers">> {
  const cookie = opened.cookies.find(({ name }) => name === "khien_session")?.value ?? "";
  return {
    headers: { cookie: `khien_session=${cookie}`, "x-csrf-token": opened.json<{ csrfToken: string }>().csrfToken },
  };
}
