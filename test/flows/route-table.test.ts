/** The complete table of the running server: what each route states, and every role and token at every route. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { routesOf } from "../../src/apps/http.ts";
import { buildHttpServer, type Route } from "../../src/platform/http/index.ts";
import { silentLog } from "../../src/platform/log/index.ts";
import { everyCaller } from "../routes/identity.ts";
import { type Caller, checkRoleMatrix, checkRouteTable, type HttpApp } from "../routes/route-table.ts";
import { openServer, type TestServer } from "./server.ts";

let server: TestServer;
let routes: Route[];
let app: HttpApp;
let callers: Caller[];
beforeAll(async () => {
  server = await openServer();
  const { parts } = server.server;
  routes = routesOf(parts, { ready: () => true, address: () => server.url.host });
  app = await buildHttpServer({
    routes,
    gatekeeper: parts.courier.admit(parts.auth.gatekeeper),
    log: silentLog,
    version: "0.0.0-test",
  });
  callers = await everyCaller({ auth: parts.auth, app });
});
afterAll(async () => {
  await app.close();
  await server.close();
});

test("every route states permission, shapes and audit verb", () => {
  expect(routes.length).toBeGreaterThan(40);
  expect(checkRouteTable(routes)).toEqual([]);
});

test("only trying a rule, a parser, a hold or answers, and asking for importance, is said to change nothing though it is no GET", () => {
  expect(routes.filter(({ asksOnly }) => asksOnly === true).map(({ path }) => path)).toEqual([
    "/api/v1/parsers/try",
    "/api/v1/holds/preview",
    "/api/v1/assets/importance",
    "/api/v1/asset-schemes/:scheme/try",
    "/api/v1/rules/drafts/check",
    "/api/v1/rules/drafts/test",
  ]);
});

test("every role and every token is let in or refused exactly as the permission sets say", async () => {
  expect(await checkRoleMatrix(app, routes, callers)).toEqual([]);
});

test("refusals are in the audit log, which is sound", async () => {
  const admin = await server.as("admin");
  const entries = await admin.all<{ verb: string; outcome: string }>("/api/v1/audit?limit=200");
  expect(entries.filter(({ outcome }) => outcome === "denied").length).toBeGreaterThan(50);
});
