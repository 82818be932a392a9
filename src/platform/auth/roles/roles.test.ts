import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type House, openHouse, PASSWORD, type SignedIn, signIn } from "../../../../test/routes/identity.ts";
import { RECORDS_FILE } from "../../audit/index.ts";
import { PERMISSIONS } from "../../http/index.ts";
import { BUILT_IN_ROLES, builtInPermissions } from "./built-in.ts";

let dataDir: string;
let house: House;
let admin: SignedIn;
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "khien-roles-"));
  house = await openHouse({ dataDir });
  await add("lan", "admin");
  admin = await signIn(house.app, "lan");
});
afterEach(async () => {
  await house.close();
  rmSync(dataDir, { recursive: true, force: true });
});

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
interface Told {
  readonly id: string;
  readonly permissions: string[];
  readonly changed: boolean;
  readonly version: number;
  readonly people: number;
}
const role = async (id: string) =>
  (await ask("GET", "/roles", admin)).json<{ items: Told[] }>().items.find((one) => one.id === id) as Told;
const may = async (by: SignedIn) => (await ask("GET", "/session", by)).json<{ permissions: string[] }>().permissions;

describe("built-in roles", () => {
  test("hold what their names say", () => {
    const holds = (id: string) => [...(builtInPermissions(id) ?? [])] as string[];
    expect(holds("viewer").every((one) => one.endsWith(".read"))).toBe(true);
    expect(holds("viewer")).not.toContain("audit.read");
    expect(holds("auditor").every((one) => one.endsWith(".read"))).toBe(true);
    expect(holds("auditor")).toContain("audit.read");
    expect(holds("analyst").sort()).toEqual(
      [...holds("viewer"), "events.write", "hunts.write", "alerts.write", "sensors.write", "drills.run", "people.names"]
        .concat(["cases.write"].filter((one) => (PERMISSIONS as readonly string[]).includes(one)))
        .sort(),
    );
    for (const [lower, higher] of [
      ["analyst", "analyst-2"],
      ["analyst-2", "analyst-3"],
      ["analyst-3", "lead"],
    ] as const) {
      expect(holds(lower).filter((one) => !holds(higher).includes(one))).toEqual([]);
    }
    expect(holds("admin")).toEqual([...PERMISSIONS]);
    for (const id of BUILT_IN_ROLES.filter((one) => one !== "admin")) {
      expect(
        holds(id).filter((one) => one.endsWith(".admin")),
        id,
      ).toEqual([]);
    }
  });

  test("can be changed but for the admin's; what was not changed follows later versions", async () => {
    await add("minh", "viewer");
    const minh = await signIn(house.app, "minh");
    const viewer = await role("viewer");
    const permissions = [...viewer.permissions.filter((one) => one !== "rules.read"), "drills.run"];
    expect((await ask("PUT", "/roles/viewer", admin, { version: 0, permissions })).statusCode).toBe(200);
    expect((await may(minh)).sort()).toEqual(permissions.sort());
    const raw = new DatabaseSync(join(dataDir, RECORDS_FILE), { readOnly: true });
    expect(raw.prepare("SELECT granted, withdrawn FROM auth_roles").all()).toEqual([
      { granted: '["drills.run"]', withdrawn: '["rules.read"]' },
    ]);
    raw.close();
    expect(await role("viewer")).toMatchObject({ changed: true, people: 1 });
    expect(code(await ask("PUT", "/roles/admin", admin, { version: 0, permissions: [] }))).toBe("auth.role.fixed");
    expect(code(await ask("DELETE", "/roles/viewer", admin))).toBe("auth.role.built_in");
  });

  test("a stale change is refused and says who was first", async () => {
    const change = { version: 0, permissions: ["alerts.read"] };
    await ask("PUT", "/roles/viewer", admin, change);
    const stale = await ask("PUT", "/roles/viewer", admin, change);
    expect([stale.statusCode, stale.json()]).toMatchObject([409, { code: "auth.role.changed", params: { by: "lan" } }]);
  });
});

describe("own roles", () => {
  const create = (permissions: string[], by = admin, name = "Trực đêm") =>
    ask("POST", "/roles", by, { name, permissions });

  test("are given, work at once, and go only when nobody has them", async () => {
    const { id } = (await create(["alerts.read", "alerts.write"])).json<{ id: string }>();
    expect(code(await create(["alerts.read"], admin, "trực ĐÊM"))).toBe("auth.role.exists");
    const user = await add("minh", id);
    const minh = await signIn(house.app, "minh");
    expect(await may(minh)).toEqual(["alerts.read", "alerts.write"]);
    expect((await ask("GET", "/session", minh)).json()).toMatchObject({ user: { role: id, roleName: "Trực đêm" } });
    await ask("PUT", `/roles/${id}`, admin, { version: 1, permissions: ["alerts.read", "people.names"] });
    expect((await ask("GET", "/users/names", minh)).statusCode).toBe(200);
    expect(code(await ask("DELETE", `/roles/${id}`, admin))).toBe("auth.role.in_use");
    await ask("PATCH", `/users/${user.id}`, admin, { role: "viewer" });
    expect((await ask("DELETE", `/roles/${id}`, admin)).statusCode).toBe(204);
    expect(code(await ask("PATCH", `/users/${user.id}`, admin, { role: id }))).toBe("auth.role.missing");
    const verbs = (await house.audit.list({ before: 1e9, limit: 99 })).map(({ verb }) => verb);
    expect(verbs).toEqual(
      expect.arrayContaining(["auth.role.created", "auth.role.changed", "auth.role.removed", "auth.user.changed"]),
    );
  });

  test("nobody gives what they do not hold, by whatever way", async () => {
    const { id: hr } = (await create(["users.admin", "alerts.read"], admin, "Nhân sự")).json<{ id: string }>();
    const user = await add("hoa", hr);
    await add("minh", "viewer");
    const boss = await add("chi", "admin");
    const hoa = await signIn(house.app, "hoa");
    const refused = "auth.role.not_held";
    expect(code(await create(["audit.read"], hoa, "Khác"))).toBe(refused);
    expect(code(await ask("PUT", `/roles/${hr}`, hoa, { version: 1, permissions: [...PERMISSIONS] }))).toBe(refused);
    expect(code(await ask("PUT", "/roles/viewer", hoa, { version: 0, permissions: [] }))).toBe(refused);
    expect(code(await ask("PATCH", `/users/${user.id}`, hoa, { role: "admin" }))).toBe(refused);
    const newUser = { username: "x.y", displayName: "x", password: PASSWORD };
    expect(code(await ask("POST", "/users", hoa, { ...newUser, role: "analyst" }))).toBe(refused);
    // Nor takes over, or shuts out, whoever holds more.
    expect(code(await ask("PATCH", `/users/${boss.id}`, hoa, { password: "trăng tròn đầu núi 9" }))).toBe(refused);
    expect(code(await ask("PATCH", `/users/${boss.id}`, hoa, { disabled: true }))).toBe(refused);
    expect((await ask("POST", "/users", hoa, { ...newUser, role: hr })).statusCode).toBe(201);
  });
});

test("people of an older version keep their roles", async () => {
  const older = mkdtempSync(join(tmpdir(), "khien-older-"));
  const raw = new DatabaseSync(join(older, RECORDS_FILE));
  const { authMigrations } = await import("../index.ts");
  const { auditMigrations } = await import("../../audit/index.ts");
  raw.exec("CREATE TABLE platform_migrations (id TEXT PRIMARY KEY, applied_at INTEGER NOT NULL) STRICT");
  for (const { id, sql } of [...auditMigrations, ...authMigrations]) {
    if (/platform-auth\/000[3-9]|platform-auth\/00[1-9]/u.test(id)) continue;
    raw.exec(sql);
    raw.prepare("INSERT INTO platform_migrations VALUES (?, 0)").run(id);
  }
  for (const name of ["admin", "analyst", "viewer"]) {
    raw
      .prepare("INSERT INTO auth_users VALUES (?, ?, ?, ?, 'vi', 'system', 1, 0, 'x', 0, NULL)")
      .run(name, name, name, name);
  }
  raw.exec("INSERT INTO auth_sessions VALUES ('h', 'admin', 1, 1, 1)");
  raw.close();
  const grown = await openHouse({ dataDir: older });
  const after = new DatabaseSync(join(older, RECORDS_FILE), { readOnly: true });
  expect(after.prepare("SELECT id, role FROM auth_users ORDER BY id").all()).toEqual([
    { id: "admin", role: "admin" },
    { id: "analyst", role: "analyst" },
    { id: "viewer", role: "viewer" },
  ]);
  expect(after.prepare("SELECT count(*) AS n FROM auth_sessions").get()?.["n"]).toBe(1);
  after.close();
  await grown.close();
  rmSync(older, { recursive: true, force: true });
});
