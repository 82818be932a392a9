import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Audit, auditMigrations, auditRoutes, openAudit, RECORDS_FILE } from "../../src/platform/audit/index.ts";
import {
  type Auth,
  authMigrations,
  BUILT_IN_ROLES,
  builtInPermissions,
  openAuth,
  SCOPE_PERMISSIONS,
  type TokenScope,
} from "../../src/platform/auth/index.ts";
import { ManualClock } from "../../src/platform/clock/index.ts";
import { openRecords, type Records } from "../../src/platform/db/index.ts";
import { buildHttpServer, type Route } from "../../src/platform/http/index.ts";
import { type Log, silentLog } from "../../src/platform/log/index.ts";
import { Outbox, outboxMigrations } from "../../src/platform/outbox/index.ts";
import type { Caller, HttpApp } from "./route-table.ts";

export const PASSWORD = "con mèo ngủ trên mái";

/** A server with identity and audit on a records file of its own, and whatever other routes a test brings. */
export interface House {
  readonly dataDir: string;
  readonly clock: ManualClock;
  readonly records: Records;
  readonly audit: Audit;
  readonly outbox: Outbox;
  readonly auth: Auth;
  readonly routes: readonly Route[];
  readonly app: HttpApp;
  close(): Promise<void>;
}

export async function openHouse(
  options: { dataDir?: string; publicOrigin?: string; moreRoutes?: readonly Route[]; log?: Log } = {},
): Promise<House> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "khien-house-"));
  const clock = new ManualClock(Date.UTC(2026, 10, 21));
  const records = openRecords({
    file: join(dataDir, RECORDS_FILE),
    migrations: [...outboxMigrations, ...auditMigrations, ...authMigrations],
  });
  const audit = await openAudit({ records, clock, dataDir });
  const outbox = new Outbox({ records, clock, log: options.log ?? silentLog });
  const auth = await openAuth({
    records,
    audit,
    clock,
    dataDir,
    outbox,
    publicUrl: options.publicOrigin,
    sessionHours: 12,
    version: "0.0.0-test",
  });
  const routes = [...auth.routes, ...auditRoutes(audit), ...(options.moreRoutes ?? [])];
  const { gatekeeper } = auth;
  const app = await buildHttpServer({
    routes,
    gatekeeper,
    log: options.log ?? silentLog,
    version: "0.0.0-test",
    publicOrigin: options.publicOrigin,
  });
  const close = async (): Promise<void> => {
    await app.close();
    await audit.close();
    await records.close();
    if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
  };
  return { dataDir, clock, records, audit, outbox, auth, routes, app, close };
}

export interface SignedIn {
  readonly cookie: string;
  readonly csrfToken: string;
  readonly headers: Record<string, string>;
}

export async function signIn(app: HttpApp, username: string, password: string = PASSWORD): Promise<SignedIn> {
  const answer = await app.inject({ method: "POST", url: "/api/v1/session", payload: { username, password } });
  if (answer.statusCode !== 200) throw new Error(`sign-in of ${username}: ${answer.statusCode} ${answer.body}`);
  const cookie = answer.cookies.find(({ name }) => name === "khien_session")?.value ?? "";
  const { csrfToken } = answer.json<{ csrfToken: string }>();
  return { cookie, csrfToken, headers: { cookie: `khien_session=${cookie}`, "x-csrf-token": csrfToken } };
}

/** One person for each role, one token for each scope, one program with a person's role, and a stranger. Call once per house. */
export async function everyCaller({ auth, app }: Pick<House, "auth" | "app">): Promise<Caller[]> {
  const people = await Promise.all(
    BUILT_IN_ROLES.map(async (role): Promise<Caller> => {
      await auth.service.addUser({ username: `matrix-${role}`, displayName: role, role, password: PASSWORD });
      let session: SignedIn | undefined;
      const headers = async (): Promise<Record<string, string>> => {
        const alive =
          session !== undefined &&
          (await app.inject({ url: "/api/v1/session", headers: session.headers })).statusCode === 200;
        if (!alive) session = await signIn(app, `matrix-${role}`);
        return session?.headers ?? {};
      };
      return { name: role, permissions: builtInPermissions(role) ?? new Set(), signedIn: true, headers };
    }),
  );
  const tokens = await Promise.all(
    (["ingest", "read"] as const).map(async (scope: TokenScope): Promise<Caller> => {
      const { secret } = await auth.service.createToken({ name: `matrix ${scope}`, scope });
      const headers = async () => ({ authorization: `Bearer ${secret}` });
      return { name: `${scope} token`, permissions: SCOPE_PERMISSIONS[scope], signedIn: false, headers };
    }),
  );
  const program = await everyProgram(app);
  return [
    { name: "anonymous", permissions: new Set(), signedIn: false, headers: async () => ({}) },
    ...people,
    ...tokens,
    program,
  ];
}

/** A service account with the role of an analyst. */
async function everyProgram(app: HttpApp): Promise<Caller> {
  const { headers } = await signIn(app, "matrix-admin");
  const me = (await app.inject({ url: "/api/v1/session", headers })).json<{ user: { id: string } }>();
  const made = await app.inject({
    method: "POST",
    url: "/api/v1/service-accounts",
    headers,
    payload: { name: "matrix program", owner: me.user.id, role: "analyst" },
  });
  const { secret } = made.json<{ secret: string }>();
  return {
    name: "program",
    permissions: builtInPermissions("analyst") ?? new Set(),
    signedIn: false,
    headers: async () => ({ authorization: `Bearer ${secret}` }),
  };
}
