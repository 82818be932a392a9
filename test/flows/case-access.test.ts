/**
 * A restricted case is not lost with its people: the last of them cannot be disabled, and two others can name a new
 * one who know nothing but its number. Until both have agreed, a number that is and one that never was are the same.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Permission } from "../../src/platform/http/index.ts";
import { type Answer, ApiClient } from "./api-client.ts";
import { openServer, PASSWORD, type TestServer } from "./server.ts";

interface Person {
  readonly id: string;
  readonly name: string;
  readonly client: ApiClient;
}
interface Made {
  readonly id: string;
  readonly number: string;
  readonly version: number;
}
interface Role {
  readonly id: string;
  readonly permissions: readonly Permission[];
  readonly version: number;
}
interface Request {
  readonly id: string;
  readonly kind: string;
  readonly object: { readonly id: string };
  readonly state: string;
  readonly mayDecide: boolean;
  readonly steps: readonly { readonly what: string; readonly note: string }[];
}
interface Entry {
  readonly index: number;
  readonly verb: string;
  readonly object: { readonly kind: string; readonly id: string } | null;
  readonly details: Readonly<Record<string, unknown>>;
}

const NEVER = "HS-2026-M0999";
const TITLE = "Nghi nội gián tuồn sơ đồ mạng";

let server: TestServer;
let keeper: Person;
let lead: Person;
let other: Person;
let heir: Person;
let secret: Made;

async function person(role: string): Promise<Person> {
  const username = `nguoi-${role}-${Math.random().toString(36).slice(2, 8)}`;
  const { service } = server.server.parts.auth;
  const { id } = await service.addUser({ username, displayName: username, role, password: PASSWORD });
  return { id, name: username, client: await ApiClient.signIn(server.url, { username, password: PASSWORD }) };
}

beforeAll(async () => {
  server = await openServer();
  keeper = await person("analyst");
  lead = await person("lead");
  other = await person("lead");
  heir = await person("analyst");
  const asked = { title: TITLE, kind: "data_leak", restricted: true };
  secret = (await keeper.client.post<Made>("/api/v1/cases", asked)).body;
}, 60_000);
afterAll(() => server.close());

const ask = (who: Person, number: string, reason = "Người phụ trách đã nghỉ việc") =>
  who.client.post<{ code: string; params: { request: string } }>("/api/v1/case-access-requests", {
    number,
    person: heir.id,
    reason,
  });
const decide = (who: Person, id: string, decision = "approve") =>
  who.client.post(`/api/v1/approvals/${id}/decision`, { decision });
const requests = async (who: Person) => (await who.client.get<{ items: Request[] }>("/api/v1/approvals")).items;
const withdraw = (who: Person, id: string) => who.client.ask("POST", `/api/v1/approvals/${id}/withdraw`);
const sees = async (who: Person) => (await who.client.ask("GET", `/api/v1/cases/${secret.id}`)).status;
const change = (who: Person, path: string, to: object, method = "PUT") =>
  who.client.ask<{ code: string }>(method, path, {
    body: JSON.stringify(to),
    headers: { "content-type": "application/json" },
  });
const patch = (who: Person, id: string, to: object) => change(who, `/api/v1/users/${id}`, to, "PATCH");

/** An answer without what names the question: the number and the ids made for it. */
function words({ status, text }: Answer, number: string): string {
  return `${status} ${text.replaceAll(number, "NUMBER").replace(/[0-9a-f]{8}-[0-9a-f-]{27}/gu, "ID")}`;
}

describe("the last one who can open a restricted case", () => {
  test("is neither disabled nor made to read no cases; the refusal names no case", async () => {
    const admin = await person("admin");
    const refused = await patch(admin, keeper.id, { disabled: true });
    expect(refused).toMatchObject({ status: 409, body: { code: "incidents.access.last_person" } });
    for (const word of [secret.id, secret.number, TITLE]) expect(refused.text).not.toContain(word);
    const role = await admin.client.post<{ id: string }>("/api/v1/roles", {
      name: "Không xem hồ sơ",
      permissions: ["alerts.read"],
    });
    expect(role.status).toBe(201);
    expect(await patch(admin, keeper.id, { role: role.body.id })).toMatchObject({
      body: { code: "incidents.access.last_person" },
    });
    expect(await sees(keeper)).toBe(200);
    expect(await patch(admin, heir.id, { role: "viewer" })).toMatchObject({ status: 200 });
    expect(await patch(admin, heir.id, { role: "analyst" })).toMatchObject({ status: 200 });
    // Who may not change people learns nothing of it either.
    expect(await patch(lead, keeper.id, { disabled: true })).toMatchObject({ status: 403 });
    heir = { ...heir, client: await ApiClient.signIn(server.url, { username: heir.name, password: PASSWORD }) };
  });

  test("keeps the right to read cases when the role is cut; one that nobody else needs can be", async () => {
    const admin = await person("admin");
    const { items } = await admin.client.get<{ items: Role[] }>("/api/v1/roles");
    const cut = async (id: string, withdrawn: Permission) => {
      const { permissions, version } = items.find((role) => role.id === id) as Role;
      return await change(admin, `/api/v1/roles/${id}`, {
        permissions: permissions.filter((one) => one !== withdrawn),
        version,
      });
    };
    const refused = await cut("analyst", "cases.read");
    expect(refused).toMatchObject({ status: 409, body: { code: "incidents.access.last_person" } });
    for (const word of [secret.id, secret.number, TITLE]) expect(refused.text).not.toContain(word);
    const after = await admin.client.get<{ items: Role[] }>("/api/v1/roles");
    expect(after.items).toEqual(items.map((role) => expect.objectContaining({ id: role.id, version: role.version })));
    expect(await sees(keeper)).toBe(200);
    expect(await cut("viewer", "cases.read")).toMatchObject({ status: 200 });
  });

  test("may leave once another is named", async () => {
    const admin = await person("admin");
    const second = await person("analyst");
    const open = await keeper.client.post<Made>("/api/v1/cases", {
      title: "Hai người biết",
      kind: "other",
      restricted: true,
      members: [second.id],
    });
    expect(open.status).toBe(201);
    expect((await patch(admin, second.id, { disabled: true })).status).toBe(200);
    // From here on the keeper is the last one of both.
    expect((await patch(admin, keeper.id, { disabled: true })).status).toBe(409);
  });

  test("is a person: nobody restricts a case to a service account alone", async () => {
    const { incidents } = server.server.parts;
    const who = {
      kind: "token",
      id: "token-1",
      name: "may",
      permissions: new Set<Permission>(["cases.write"]),
    } as const;
    const asked = { title: "x", kind: "other", summary: "", tlp: "RED", tags: [], deputies: [], origin: null } as const;
    await expect(
      incidents.cases.create(
        { ...asked, tags: [], deputies: [], alerts: [], members: [], restricted: true, lead: null, language: "vi" },
        { who, peer: "" },
      ),
    ).rejects.toMatchObject({ code: "incidents.access.nobody" });
  });
});

describe("asking by number", () => {
  test("tells nobody whether the number is one: same answer, same list, same entry of the log", async () => {
    const told = await ask(lead, secret.number);
    const inList = (await requests(other)).find(({ object }) => object.id === secret.number);
    const never = await ask(lead, NEVER);
    const neverInList = (await requests(other)).find(({ object }) => object.id === NEVER);
    expect(told.status).toBe(409);
    expect(told.body.code).toBe("approvals.request.opened");
    expect(words(told, secret.number)).toBe(words(never, NEVER));
    const shape = (one: Request | undefined) => ({ ...one, id: "", object: "", openedAt: "", expiresAt: "" });
    expect(shape(inList)).toEqual(shape(neverInList));
    expect(inList).toMatchObject({ state: "waiting", mayDecide: true });
    const again = await ask(other, secret.number);
    expect(words(again, secret.number)).toBe(words(await ask(other, NEVER), NEVER));
    expect(again.body.code).toBe("approvals.request.waiting");
    for (const { status } of [await ask(lead, "HS-2026-M1"), await ask(lead, "x' OR 1=1 --")]) expect(status).toBe(422);
    for (const { body } of [told, never]) expect((await withdraw(lead, body.params.request)).status).toBe(200);
  });

  test("is for people who may lead every case and decide, and is seen by nobody else", async () => {
    const responder = await person("responder");
    const compliance = await person("compliance");
    const auditor = await person("auditor");
    const analyst = await person("analyst");
    for (const who of [analyst, compliance, responder]) {
      const told = await ask(who, secret.number);
      expect(told.status, who.name).toBe(403);
      expect(words(told, secret.number)).toBe(words(await ask(who, NEVER), NEVER));
    }
    const { body } = await ask(lead, secret.number);
    const { request } = body.params;
    for (const who of [compliance, analyst, responder]) expect(await requests(who), who.name).toEqual([]);
    expect((await decide(compliance, request)).status).toBe(404);
    expect((await decide(lead, request)).status).toBe(403);
    expect(await sees(lead)).toBe(404);

    const entries = await auditor.client.all<Entry>("/api/v1/audit?limit=200");
    expect(JSON.stringify(entries)).not.toContain(secret.number);
    expect(JSON.stringify(entries)).not.toContain(NEVER);
    expect(JSON.stringify(await auditor.client.all("/api/v1/audit?verb=approvals."))).not.toContain(request);
    const admin = await person("admin");
    expect(JSON.stringify(await admin.client.all("/api/v1/audit?verb=approvals."))).toContain(request);
    await withdraw(lead, request);
  });

  test("agreed to, ends the same way for a number that is none and for a case everybody may see", async () => {
    const open = (await lead.client.post<Made>("/api/v1/cases", { title: "Không hạn chế", kind: "other" })).body;
    for (const number of [NEVER, open.number]) {
      const { request } = (await ask(lead, number)).body.params;
      expect((await decide(other, request)).status).toBe(200);
      const done = (await requests(other)).find(({ id }) => id === request);
      expect(done, number).toMatchObject({ state: "failed" });
      expect(done?.steps.at(-1)?.note).toBe("incidents.access.no_case");
    }
  });

  test("agreed to, names the person and nobody else; the case and everybody in it are told", async () => {
    const { request } = (await ask(lead, secret.number)).body.params;
    expect(await sees(heir)).toBe(404);
    expect((await decide(other, request)).status).toBe(200);
    await server.server.parts.outbox.wake();
    expect((await requests(other)).find(({ id }) => id === request)?.state).toBe("done");
    expect([await sees(heir), await sees(keeper), await sees(lead), await sees(other)]).toEqual([200, 200, 404, 404]);

    type History = {
      items: { subject: string; by: { name: string }; after: Record<string, unknown>; reason: string }[];
    };
    const [told] = (await heir.client.get<History>(`/api/v1/cases/${secret.id}/history`)).items;
    expect(told).toMatchObject({
      subject: "access",
      by: { name: lead.name },
      after: { agreedBy: other.name, members: expect.arrayContaining([heir.name, keeper.name]) },
      reason: "Người phụ trách đã nghỉ việc",
    });
    for (const who of [keeper, heir]) {
      const { items } = await who.client.get<{ items: { path: string }[] }>("/api/v1/notices");
      expect(
        items.some(({ path }) => path.includes(secret.id)),
        who.name,
      ).toBe(true);
    }
    const admin = await person("admin");
    const log = await admin.client.all<Entry>("/api/v1/audit?limit=200");
    expect(JSON.stringify(log)).not.toContain(secret.id);
    expect(log.some(({ verb }) => verb === "incidents.case.access_opened")).toBe(false);
    const whole = await server.server.parts.audit.list({
      before: 1e9,
      limit: 500,
      verb: "incidents.case.access_opened",
    });
    expect(whole[0]).toMatchObject({
      object: { kind: "case", id: secret.id },
      details: { agreedBy: other.id, request },
    });
    expect((await admin.client.get<{ ok: boolean }>("/api/v1/audit/verification")).ok).toBe(true);
  });

  test("is void when who asked, or who is to be named, may not do it any more", async () => {
    const admin = await person("admin");
    const leaving = await person("lead");
    const { request } = (await ask(leaving, secret.number)).body.params;
    expect((await patch(admin, leaving.id, { role: "analyst" })).status).toBe(200);
    await decide(other, request);
    const done = (await requests(other)).find(({ id }) => id === request);
    expect(done?.steps.at(-1)).toMatchObject({ what: "failed", note: "incidents.access.not_entitled" });
  });
});
