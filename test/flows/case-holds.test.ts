/**
 * The events of a case are let go by two people where letting go needs two; the case, its custody and the hold change
 * together, and of a restricted case the second one learns nothing.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, ApiClient } from "./api-client.ts";
import { openServer, PASSWORD, type TestServer } from "./server.ts";

interface Hold {
  readonly id: string;
  readonly name: string;
  readonly ofCase: boolean;
  readonly releasedAt: string | null;
}
interface Request {
  readonly id: string;
  readonly object: { readonly title: string };
  readonly state: string;
  readonly reason: string;
}

const KIND = "lake.hold.release";
const TITLE = "Nghi tuồn cấu hình trạm biến áp";
const REASON = "toà án đã trả lại hồ sơ";

let server: TestServer;
let lead: ApiClient;
let second: ApiClient;

async function person(username: string, role: string): Promise<ApiClient> {
  await server.server.parts.auth.service.addUser({ username, displayName: username, role, password: PASSWORD });
  return await ApiClient.signIn(server.url, { username, password: PASSWORD });
}

beforeAll(async () => {
  server = await openServer();
  await person("chu-nha", "admin");
  lead = await person("truong-ca", "lead");
  second = await person("nguoi-thu-hai", "admin");
}, 60_000);
afterAll(() => server.close());

const json = (body: object) => ({ body: JSON.stringify(body), headers: { "content-type": "application/json" } });
const requests = async (who: ApiClient) => (await who.get<{ items: Request[] }>("/api/v1/approvals")).items;
const holds = async (who: ApiClient) =>
  (await who.get<{ items: Hold[] }>("/api/v1/holds")).items.filter(({ releasedAt }) => releasedAt === null);
const release = (who: ApiClient, id: string): Promise<Answer<{ code: string; held: boolean }>> =>
  who.post(`/api/v1/cases/${id}/hold/release`, { reason: REASON });
const isHeld = async (id: string) => (await lead.get<{ held: boolean }>(`/api/v1/cases/${id}`)).held;
const agree = async (who: ApiClient, id: string) => {
  expect((await who.post(`/api/v1/approvals/${id}/decision`, { decision: "approve" })).status).toBe(200);
};

async function heldCase(restricted: boolean): Promise<{ id: string; number: string }> {
  const asked = { title: TITLE, kind: "data_leak", restricted };
  const { body } = await lead.post<{ id: string; number: string }>("/api/v1/cases", asked);
  const source = { kind: "event", eventId: (restricted ? "a" : "b").repeat(32) };
  const fact = { kind: "fact", time: new Date().toISOString(), text: "x", factKind: "observed", confidence: "likely" };
  await lead.post(`/api/v1/cases/${body.id}/parts`, { content: { ...fact, source } });
  expect((await lead.ask("PUT", `/api/v1/cases/${body.id}/hold`, json({ reason: "điều tra" }))).status).toBe(200);
  return body;
}

async function untilReleased(id: string): Promise<void> {
  await expect.poll(() => isHeld(id), { timeout: 20_000, interval: 100 }).toBe(false);
}

test("one person lets go alone while nobody asked for two; the storage room does not", async () => {
  const { id } = await heldCase(false);
  const [hold] = await holds(second);
  expect(hold).toMatchObject({ ofCase: true });
  expect(await second.post(`/api/v1/holds/${hold?.id}/release`, { reason: REASON })).toMatchObject({
    status: 409,
    body: { code: "lake.hold.bound" },
  });
  expect((await release(lead, id)).body.held).toBe(false);
  expect(await holds(second)).toEqual([]);
});

describe("where two people are asked for", () => {
  beforeAll(async () => {
    const on = await second.ask("PUT", `/api/v1/approval-kinds/${KIND}`, json({ enabled: true }));
    expect(on.status).toBe(200);
  });

  test("a case lets its events go when the second one agrees, with all of it or nothing", async () => {
    const { id, number } = await heldCase(false);
    const asked = await release(lead, id);
    expect(asked).toMatchObject({ status: 409, body: { code: "approvals.request.opened" } });
    expect([await isHeld(id), (await holds(lead)).length]).toEqual([true, 1]);
    const [request] = await requests(second);
    expect(request).toMatchObject({ object: { title: number }, reason: REASON, state: "waiting" });
    await agree(second, request?.id ?? "");
    await untilReleased(id);
    expect(await holds(lead)).toEqual([]);
    const history = (await lead.ask("GET", `/api/v1/cases/${id}/history`)).text;
    expect(history).toContain("release_asked");
    const { custody } = await lead.get<{ custody: { act: string }[] }>(`/api/v1/cases/${id}/evidence`);
    expect(custody.map(({ act }) => act)).toEqual(["held", "released"]);
    const log = await second.all<{ details: object }>("/api/v1/audit?limit=200&verb=incidents.case.hold_set");
    expect(log[0]).toMatchObject({ details: { request: request?.id, agreedBy: expect.any(String) } });
    expect((await requests(second))[0]).toMatchObject({ state: "done" });
  });

  test("of a restricted case who decides learns neither number, title nor reason", async () => {
    const { id, number } = await heldCase(true);
    expect(await release(lead, id)).toMatchObject({ status: 409, body: { code: "approvals.request.opened" } });
    const [request] = await requests(second);
    await agree(second, request?.id ?? "");
    await untilReleased(id);
    const seen = [
      (await second.ask("GET", "/api/v1/approvals")).text,
      (await second.ask("GET", "/api/v1/holds")).text,
      JSON.stringify(await second.all("/api/v1/audit?limit=200")),
    ];
    for (const text of seen) for (const word of [id, number]) expect(text).not.toContain(word);
    expect(JSON.stringify(request)).not.toContain(REASON);
    expect((await lead.ask("GET", `/api/v1/cases/${id}/history`)).text).toContain(REASON);
  });

  test("what was asked for is not done for who may no longer ask, nor for a hold that another one replaced", async () => {
    const { id } = await heldCase(false);
    await release(lead, id);
    expect((await lead.ask("PUT", `/api/v1/cases/${id}/hold`, json({ reason: "thêm chứng cứ" }))).status).toBe(200);
    await agree(second, (await requests(second))[0]?.id ?? "");
    await expect.poll(async () => (await requests(second))[0]?.state, { timeout: 20_000 }).toBe("failed");
    expect([await isHeld(id), (await holds(lead)).length]).toEqual([true, 1]);
    await release(lead, id);
    const users = await second.get<{ items: { id: string; username: string }[] }>("/api/v1/users");
    const one = users.items.find(({ username }) => username === "truong-ca");
    expect((await second.ask("PATCH", `/api/v1/users/${one?.id}`, json({ role: "analyst" }))).status).toBe(200);
    await agree(second, (await requests(second))[0]?.id ?? "");
    await expect.poll(async () => (await requests(second))[0]?.state, { timeout: 20_000 }).toBe("failed");
    expect(await holds(second)).toHaveLength(1);
  });
});
