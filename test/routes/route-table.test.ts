import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Download, type Route, route } from "../../src/platform/http/index.ts";
import { z } from "../../src/platform/schema/index.ts";
import { everyCaller, type House, openHouse } from "./identity.ts";
import { type Caller, call, checkRoleMatrix, checkRouteTable, mayCall } from "./route-table.ts";

let house: House;
let callers: Caller[];
beforeAll(async () => {
  house = await openHouse();
  callers = await everyCaller(house);
});
afterAll(() => house.close());

/** A route that is right, for the tests to spoil. */
const RIGHT: Route = route({
  method: "GET",
  path: "/api/v1/things",
  summary: "Things",
  access: "alerts.read",
  audit: "read",
  reply: z.object({}),
  handle: async () => ({}),
});

function endless(): Download {
  const download = new Readable({ read: () => undefined });
  download.push(": heartbeat\n\n");
  return { download, contentType: "text/event-stream" };
}

describe("the table", () => {
  test("of identity and audit has permission, schemas and audit verb everywhere", () => {
    expect(checkRouteTable(house.routes)).toEqual([]);
  });

  test.each<[string, Partial<Route>]>([
    ["states no known permission", { access: "everything" as Route["access"] }],
    ["states no reply schema", { reply: undefined as unknown as Route["reply"] }],
    ["has no audit verb", { audit: "" }],
    ["malformed audit verb", { audit: "Created" }],
    ["audited as a read", { method: "DELETE" }],
    ["with a permission to read", { method: "DELETE", audit: "own" }],
    ["only asks, but is no POST", { asksOnly: true }],
    ["only asks, but is not audited as a read", { method: "POST", asksOnly: true, audit: "own" }],
    ["only asks, but not with a permission", { method: "POST", asksOnly: true, access: "alerts.write" }],
    ["lies outside /api/v1", { path: "/things" }],
    ["path parameters", { path: "/api/v1/things/:id" }],
    ["states no body schema", { method: "POST", audit: "own", access: "alerts.write" }],
  ])("is refused with: %s", (complaint, spoiled) => {
    expect(checkRouteTable([{ ...RIGHT, ...spoiled }]).join("\n")).toContain(complaint);
  });

  test("is refused with the same route twice", () => {
    expect(checkRouteTable([RIGHT, RIGHT])).toEqual(["GET /api/v1/things: is there twice"]);
  });
});

describe("every role and token at every route", () => {
  test("is let in or refused exactly as the permission sets say", async () => {
    expect(await checkRoleMatrix(house.app, house.routes, callers)).toEqual([]);
  });

  test("and the check itself sees a wrong answer", async () => {
    const [anonymous] = callers;
    const open = house.routes.find(({ path }) => path === "/api/v1/setup") as Route;
    const falsely = await checkRoleMatrix(house.app, [{ ...open, access: "users.admin" }], [anonymous as Caller]);
    expect(falsely).toEqual(["anonymous → GET /api/v1/setup: 200"]);
  });

  test("also where the answer never ends", async () => {
    const live: Route = { ...RIGHT, path: "/api/v1/live", reply: z.unknown(), handle: async () => endless() };
    const streaming = await openHouse({ moreRoutes: [live] });
    expect(await checkRoleMatrix(streaming.app, [live], await everyCaller(streaming))).toEqual([]);
    await streaming.close();
  });

  const changing = () => house.routes.filter(({ method, access }) => method !== "GET" && access !== "public");
  const signedIn = () => callers.filter((caller) => caller.signedIn);

  test.each<[string, (csrf: string) => Record<string, string>]>([
    ["without CSRF token", () => ({})],
    ["with an empty CSRF token", () => ({ "x-csrf-token": "" })],
    [
      "with a wrong CSRF token",
      (csrf) => ({ "x-csrf-token": csrf.replace(/^./u, (char) => (char === "A" ? "B" : "A")) }),
    ],
    ["from another site", (csrf) => ({ "x-csrf-token": csrf, origin: "https://evil.example" })],
    ["from a page without origin", (csrf) => ({ "x-csrf-token": csrf, origin: "null" })],
  ])("changes nothing %s", async (_case, spoil) => {
    for (const caller of signedIn()) {
      for (const one of changing()) {
        const { cookie, "x-csrf-token": csrf } = await caller.headers();
        expect(
          await call(house.app, one, { cookie: cookie ?? "", ...spoil(csrf ?? "") }),
          `${one.method} ${one.path}`,
        ).toBe(403);
      }
    }
  });

  test("passes with the CSRF token and the console's own origin", async () => {
    const admin = callers.find(({ name }) => name === "admin") as Caller;
    for (const one of changing().filter((each) => mayCall(admin, each))) {
      const headers = { ...(await admin.headers()), origin: "http://khien.local:7443", host: "khien.local:7443" };
      expect([401, 403], `${one.method} ${one.path}`).not.toContain(await call(house.app, one, headers));
    }
  });
});
