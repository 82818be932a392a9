import { afterEach, beforeEach, expect, test } from "vitest";
import { type House, openHouse, PASSWORD, type SignedIn, signIn } from "../../../../test/routes/identity.ts";
import type { Route } from "../../http/index.ts";
import { MAX_IMPORT_ROWS, MAX_IMPORTED_NEW } from "../limits.ts";

interface Preview {
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly problems: readonly { readonly line: number; readonly code: string }[];
  readonly plan: string;
}
interface Imported {
  readonly created: number;
  readonly people: readonly { readonly username: string; readonly password: string | null }[];
}

let house: House;
let lan: SignedIn;
beforeEach(async () => {
  house = await openHouse();
  await add("lan", "admin");
  lan = await signIn(house.app, "lan");
});
afterEach(() => house.close());

const add = (username: string, role: string) =>
  house.auth.service.addUser({ username, displayName: username, role, password: PASSWORD });
const post = (url: string, payload: object, by = lan) =>
  house.app.inject({ method: "POST", url: `/api/v1${url}`, headers: by.headers, payload });
const file = "tổ trực.csv";
const look = async (csv: string, by = lan) => (await post("/users/import/preview", { csv, file }, by)).json<Preview>();
const take = (csv: string, plan: string, by = lan) => post("/users/import", { csv, file, plan }, by);
const users = async () =>
  (await house.app.inject({ url: "/api/v1/users", headers: lan.headers })).json<{
    items: { id: string; username: string; displayName: string; role: string }[];
  }>().items;
const code = (answer: { json(): unknown }) => (answer.json() as { code: string }).code;
const told = async (verb: string) =>
  (await house.audit.list({ before: 1e9, limit: 500 })).filter((entry) => entry.verb === verb);

const CSV = "username;name;role\nhoa;Trần Thị Hoa;analyst\nbinh;=HYPERLINK(1);viewer\nminh;Minh mới;analyst\n";

test("nothing changes before it is confirmed; then all of it does, each account audited, with passwords that work", async () => {
  await add("minh", "viewer");
  const preview = await look(CSV);
  expect(preview).toMatchObject({ created: 2, changed: 1, unchanged: 0, problems: [] });
  expect(await users()).toHaveLength(2);
  const answer = await take(CSV, preview.plan);
  expect(answer.statusCode).toBe(200);
  const { people } = answer.json<Imported>();
  expect(people.map(({ username }) => username)).toEqual(["hoa", "binh"]);
  for (const { username, password } of people) {
    expect(password).toMatch(/^(?:[a-z2-9]{5}-){3}[a-z2-9]{5}$/u);
    await signIn(house.app, username, password ?? "");
  }
  expect((await users()).find(({ username }) => username === "minh")).toMatchObject({
    displayName: "Minh mới",
    role: "analyst",
  });
  expect(await told("auth.user.created")).toHaveLength(4);
  expect((await told("auth.user.changed"))[0]?.details).toMatchObject({
    displayName: { from: "minh", to: "Minh mới" },
    role: { from: "viewer", to: "analyst" },
  });
  expect((await told("auth.import.done"))[0]?.details).toMatchObject({ file, created: 2, changed: 1 });
  expect(JSON.stringify(await house.audit.list({ before: 1e9, limit: 500 }))).not.toContain(people[0]?.password ?? "?");
  // The same file again is nothing new.
  expect(await look(CSV)).toMatchObject({ created: 0, changed: 0, unchanged: 3 });
});

test("one wrong line and nothing is taken; the refusal names file and line", async () => {
  const csv = "username,name,role\nhoa,Hoa,analyst\nbinh,Bình,admin\n";
  const preview = await look(csv);
  expect(preview.problems).toEqual([{ line: 3, code: "role_power", params: {} }]);
  const answer = await take(csv, preview.plan);
  expect(code(answer)).toBe("auth.import.refused");
  expect(answer.json()).toMatchObject({ problems: [{ file, line: 3, code: "auth.import.role_power" }] });
  expect(await users()).toHaveLength(1);
  expect(await told("auth.import.done")).toEqual([]);
});

test("what is taken is what was looked at: a change in between, or another file, is refused", async () => {
  const { plan } = await look(CSV);
  expect(code(await take(CSV.replace("analyst", "viewer"), plan))).toBe("auth.import.changed");
  await add("hoa", "viewer");
  expect(code(await take(CSV, plan))).toBe("auth.import.changed");
  expect(await users()).toHaveLength(2);
});

test("two at the same time: one is taken, the other told", async () => {
  const { plan } = await look(CSV);
  const both = await Promise.all([take(CSV, plan), take(CSV, plan)]);
  expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
  expect(await users()).toHaveLength(4);
});

test("nothing is taken for a caller who went away: nobody would see the passwords", async () => {
  const { plan } = await look(CSV);
  const route = house.routes.find(({ path }) => path === "/api/v1/users/import");
  const who = await house.auth.gatekeeper.identify({ sessionCookie: lan.cookie, peer: "" });
  const asked = { body: { csv: CSV, file, plan, passwords: "make" }, who, peer: "", signal: AbortSignal.abort() };
  await expect(route?.handle(asked as unknown as Parameters<Route["handle"]>[0])).rejects.toMatchObject({
    code: "auth.import.abandoned",
  });
  expect(await users()).toHaveLength(1);
});

test("who does not hold a role cannot import it, nor change who has it", async () => {
  const role = (await post("/roles", { name: "Nhân sự", permissions: ["users.admin", "alerts.read"] })).json<{
    id: string;
  }>().id;
  await add("nhan-su", role);
  await add("minh", "analyst");
  const clerk = await signIn(house.app, "nhan-su");
  const csv = "username,name,role\nhoa,Hoa,viewer\nminh,Minh khác,\nlan,Lan khác,\n";
  expect((await look(csv, clerk)).problems.map((one) => one.code)).toEqual([
    "role_not_held",
    "person_above",
    "person_power",
  ]);
  const minh = await signIn(house.app, "minh");
  expect((await post("/users/import/preview", { csv, file }, minh)).statusCode).toBe(403);
  expect((await take(csv, "", minh)).statusCode).toBe(403);
});

test("needs a proof, and an identity provider to do without passwords", async () => {
  const { plan } = await look(CSV);
  expect(code(await post("/users/import", { csv: CSV, file, plan, passwords: "none" }))).toBe("auth.password.needed");
  house.clock.advance(11 * 60_000);
  expect(code(await take(CSV, plan))).toBe("auth.step_up.required");
  expect((await look(CSV)).created).toBe(3);
});

test("is bounded: rows, new accounts, columns, cells, size", async () => {
  const many = (count: number) =>
    `username,name,role\n${Array.from({ length: count }, (_, n) => `p${n},P,viewer\n`).join("")}`;
  const problem = async (csv: string) => (await look(csv)).problems[0];
  expect(await problem(many(MAX_IMPORT_ROWS + 1))).toMatchObject({ code: "too_many_rows", line: MAX_IMPORT_ROWS + 2 });
  expect(await problem(many(MAX_IMPORTED_NEW + 1))).toMatchObject({ code: "too_many_new" });
  expect((await look(many(MAX_IMPORTED_NEW))).created).toBe(MAX_IMPORTED_NEW);
  expect(await problem(",".repeat(40))).toMatchObject({ code: "too_many_columns" });
  expect(await problem(`username\n"${"x".repeat(1_001)}"`)).toMatchObject({ code: "cell_too_long" });
  expect(await problem('username\n"open')).toMatchObject({ code: "quote_open", line: 2 });
  expect((await post("/users/import/preview", { csv: "x".repeat(500_001), file })).statusCode).toBe(422);
});
