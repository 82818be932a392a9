/**
 * A case that only named people may know of: every route of cases is walked by everybody else, with the id of that
 * case and with an id that never was. The two answers are the same. Then every other place a word of it could leak.
 */
import { StatementSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { routesOf } from "../../src/apps/http.ts";
import { findingOfSilence } from "../../src/apps/sensor-alerts.ts";
import type { SensorSilent } from "../../src/modules/ingest/index.ts";
import { sql } from "../../src/platform/db/index.ts";
import { type Answer, ApiClient } from "./api-client.ts";
import { openServer, type TestServer } from "./server.ts";

const NOWHERE = "00000000-0000-4000-8000-000000000000";
const SECRET = "Lộ danh sách nguồn tin nội bộ";
const SHARED = "198.51.100.77";

interface Created {
  readonly id: string;
  readonly number: string;
  readonly version: number;
}
interface Entry {
  readonly index: number;
  readonly verb: string;
  readonly actor: { readonly name: string };
  readonly object: { readonly id: string } | null;
  readonly leafHash: string;
}

let server: TestServer;
let lead: ApiClient;
let open: Created;
let secret: Created;
let part: string;
const strangers: [string, ApiClient][] = [];
/** Strangers who read other cases. */
const readers = () => strangers.filter(([who]) => who !== "token");

beforeAll(async () => {
  server = await openServer();
  lead = await server.as("admin");
  strangers.push(["another admin", await server.as("admin")], ["analyst", await server.as("analyst")]);
  strangers.push(["viewer", await server.as("viewer")], ["token", await server.withToken("read")]);
  strangers.push(["program", await program(server, lead)]);
  const indicator = { kind: "indicator", type: "ip", value: SHARED, verdict: "malicious", source: "", note: "" };
  open = (await lead.post<Created>("/api/v1/cases", { title: "Quét cổng từ ngoài", kind: "intrusion" })).body;
  await lead.post(`/api/v1/cases/${open.id}/parts`, { content: indicator });
  const asked = { title: SECRET, kind: "data_leak", restricted: true, tags: ["mat"] };
  secret = (await lead.post<Created>("/api/v1/cases", asked)).body;
  part = (await lead.post<{ id: string }>(`/api/v1/cases/${secret.id}/parts`, { content: indicator })).body.id;
  await lead.post(`/api/v1/cases/${open.id}/parts`, { content: { ...indicator, value: "192.0.2.200" } });
}, 60_000);
afterAll(() => server.close());

/** A service account that may all of cases that an analyst may. */
async function program(on: TestServer, by: ApiClient): Promise<ApiClient> {
  const { user } = await by.get<{ user: { id: string } }>("/api/v1/session");
  const asked = { name: "máy đồng bộ", owner: user.id, role: "analyst-3" };
  const { body } = await by.post<{ secret: string }>("/api/v1/service-accounts", asked);
  return new ApiClient(on.url, { authorization: `Bearer ${body.secret}` });
}

const seen = { version: 1, reason: "vì" };
const content = { kind: "comment", text: "x", mentions: [] };
/** A body that fits, so that only the case decides. `id` is the case asked for. */
const BODIES: Readonly<Record<string, (id: string) => unknown>> = {
  "PATCH /api/v1/cases/:id": () => ({ ...seen, title: "x" }),
  "POST /api/v1/cases/:id/stage": () => ({ ...seen, to: "triage" }),
  "PUT /api/v1/cases/:id/people": () => ({ ...seen, lead: null, deputies: [], watchers: [] }),
  "PUT /api/v1/cases/:id/access": () => ({ ...seen, restricted: false, members: [] }),
  "PUT /api/v1/cases/:id/watching": () => ({ watching: true }),
  "POST /api/v1/cases/:id/parts": () => ({ content }),
  "PUT /api/v1/cases/:id/parts/:part": () => ({ ...seen, content }),
  "POST /api/v1/cases/:id/parts/:part/hidden": () => ({ ...seen, hidden: true }),
  "POST /api/v1/cases/:id/alerts": () => ({ alerts: ["a"] }),
  "POST /api/v1/cases/:id/alerts/:alert/removal": () => ({ reason: "vì" }),
  "POST /api/v1/cases/:id/merge": (id) => ({ ...seen, from: id, fromVersion: 1, carry: ["note"] }),
  "POST /api/v1/cases/:id/merged/:from/removal": () => seen,
  "POST /api/v1/cases/:id/evidence/events": () => ({ events: ["0".repeat(32)] }),
  "POST /api/v1/cases/:id/evidence/notebooks": () => ({ notebook: "n" }),
  "POST /api/v1/cases/:id/evidence/proofs": () => ({}),
  "POST /api/v1/cases/:id/evidence/:evidence/content": () => ({}),
  "POST /api/v1/cases/:id/bag": () => ({}),
  "PUT /api/v1/cases/:id/hold": () => ({ reason: "vì" }),
  "POST /api/v1/cases/:id/hold/release": () => ({ reason: "vì" }),
};

/** What the answer says, but for the two things that name the question: the id asked for and that of the request. */
function words({ status, text, headers }: Answer, id: string): string {
  const type = headers.get("content-type");
  return `${status} ${type} ${text.replaceAll(id, "ID").replace(/"instance":"[^"]+"/u, "")}`;
}

describe("routes", () => {
  const caseRoutes = () => {
    const { parts } = server.server;
    return routesOf(parts, { ready: () => true, address: () => "" }).filter(({ path }) =>
      path.startsWith("/api/v1/cases/:id"),
    );
  };

  test("each one answers about a case it may not tell of as about one that never was", async () => {
    expect(caseRoutes().length).toBeGreaterThan(12);
    for (const [who, client] of strangers) {
      for (const { method, path, rawBody } of caseRoutes()) {
        const body = BODIES[`${method} ${path}`];
        if (method !== "GET" && rawBody !== true)
          expect(body, `${method} ${path} needs a body in this test`).toBeDefined();
        const ask = async (id: string) => {
          const url = path
            .replace(":id", id)
            .replace(":part", part)
            .replace(/:(alert|from|file|evidence)/u, NOWHERE);
          const sent =
            body === undefined
              ? rawBody === true
                ? { body: "x" }
                : {}
              : { body: JSON.stringify(body(id)), headers: { "content-type": "application/json" } };
          return words(await client.ask(method, rawBody === true ? `${url}?name=a.txt` : url, sent), id);
        };
        const told = await ask(secret.id);
        expect(told, `${who} → ${method} ${path}`).toBe(await ask(NOWHERE));
        expect(told.startsWith("404") || told.startsWith("403"), `${who} → ${method} ${path}: ${told}`).toBe(true);
      }
    }
  });

  test("naming it from another case is naming nothing", async () => {
    const [, analyst] = strangers[1] ?? [];
    const merge = async (from: string) =>
      words(
        (await analyst?.post(`/api/v1/cases/${open.id}/merge`, {
          ...seen,
          version: open.version,
          from,
          fromVersion: 1,
          carry: [],
        })) as Answer,
        from,
      );
    expect(await merge(secret.id)).toBe(await merge(NOWHERE));
    const apart = async (from: string) =>
      words(
        (await analyst?.post(`/api/v1/cases/${open.id}/merged/${from}/removal`, {
          ...seen,
          version: open.version,
        })) as Answer,
        from,
      );
    expect(await apart(secret.id)).toBe(await apart(NOWHERE));
  });

  test("asks the store the same for it: neither answer takes longer", async () => {
    const [, analyst] = strangers[1] ?? [];
    const asked = async (id: string): Promise<string[]> => {
      const statements: string[] = [];
      const spies = (["get", "all", "run", "iterate"] as const).map((method) => {
        const real = StatementSync.prototype[method] as (...given: unknown[]) => unknown;
        return vi.spyOn(StatementSync.prototype, method).mockImplementation(function (
          this: StatementSync,
          ...given: unknown[]
        ) {
          statements.push(this.sourceSQL);
          return real.apply(this, given) as never;
        });
      });
      expect((await analyst?.ask("GET", `/api/v1/cases/${id}`))?.status).toBe(404);
      for (const spy of spies) spy.mockRestore();
      return statements;
    };
    // What is remembered of a session is looked up by the first of two.
    await asked(NOWHERE);
    const [about, ofNothing] = [await asked(secret.id), await asked(NOWHERE)];
    expect(about.length).toBeGreaterThan(0);
    expect(about).toEqual(ofNothing);
  });
});

describe("everywhere else", () => {
  test("lists, counts, search, export, likeness and graph know nothing of it", async () => {
    for (const [who, client] of readers()) {
      const list = await client.get<{ items: Created[]; total: number }>("/api/v1/cases?exercise=include");
      expect(
        list.items.map(({ id }) => id),
        who,
      ).toEqual([open.id]);
      expect(list.total).toBe(1);
      for (const path of [
        `/api/v1/cases?q=${encodeURIComponent("nguon tin")}`,
        "/api/v1/cases?tag=mat",
        "/api/v1/cases?kind=data_leak",
        "/api/v1/cases/export",
        "/api/v1/cases/export?format=ndjson",
        `/api/v1/cases/${open.id}`,
        `/api/v1/cases/${open.id}/history`,
        `/api/v1/cases/${open.id}/similar`,
        `/api/v1/cases/${open.id}/graph`,
      ]) {
        const { status, text } = await client.ask("GET", path);
        expect(status, path).toBe(200);
        for (const word of [secret.id, secret.number, SECRET]) expect(text, `${who} ${path}`).not.toContain(word);
      }
    }
    const mine = await lead.get<{ items: { case: Created }[] }>(`/api/v1/cases/${open.id}/similar`);
    expect(mine.items.map((one) => one.case.id)).toEqual([secret.id]);
  });

  test("an alert's panel names only cases the reader may know of, and candidates are only those", async () => {
    for (const { id } of [open, secret]) {
      const row = sql`(${id}, 'alert-1', 'rule-1', 'Rule', NULL, 'high', 'host', 'WS-07', ${"host\0ws-07"}, 1, NULL)`;
      await sql`INSERT INTO incidents_alerts VALUES ${row}`.execute(server.server.parts.records.query);
    }
    const links = async (client: ApiClient) =>
      (await client.get<{ items: { case: Created }[] }>("/api/v1/case-links?alerts=alert-1")).items
        .map((one) => one.case.id)
        .toSorted();
    expect(await links(lead)).toEqual([open.id, secret.id].toSorted());
    for (const [who, client] of readers()) expect(await links(client), who).toEqual([open.id]);
  });

  test("a read token knows of no case at all, nor how to reach anybody", async () => {
    const [, token] = strangers.find(([who]) => who === "token") ?? [];
    for (const path of [
      "/api/v1/cases",
      "/api/v1/cases/export",
      `/api/v1/cases/${open.id}`,
      `/api/v1/cases/${open.id}/evidence`,
      "/api/v1/case-links?alerts=alert-1",
      "/api/v1/case-candidates?alert=alert-1",
      "/api/v1/people/roster",
      "/api/v1/people/duty",
      "/api/v1/people/handovers",
    ]) {
      expect((await token?.ask("GET", path))?.status, path).toBe(403);
    }
    expect((await token?.ask("GET", "/api/v1/alerts"))?.status).toBe(200);
  });

  test("numbers of open cases have no gap where it stands", async () => {
    const next = (await lead.post<Created>("/api/v1/cases", { title: "Vụ tiếp theo", kind: "other" })).body;
    expect([open.number.slice(-4), next.number.slice(-4)]).toEqual(["0001", "0002"]);
    expect(secret.number).toMatch(/-M0001$/u);
  });

  test("the audit view says that there is an entry, and nothing else; no filter finds it; the log stays whole", async () => {
    const [, other] = strangers[0] ?? [];
    if (other === undefined) throw new Error("no other admin");
    const whole = await lead.all<Entry>("/api/v1/audit?limit=200");
    const redacted = await other.all<Entry>("/api/v1/audit?limit=200");
    const about = whole.filter(({ object }) => object?.id === secret.id);
    expect(about.length).toBeGreaterThan(1);
    for (const entry of about) {
      const same = redacted.find(({ index }) => index === entry.index);
      expect(same).toMatchObject({ verb: "audit.entry.concealed", object: null, leafHash: entry.leafHash });
      expect(same?.actor.name).not.toBe(entry.actor.name);
    }
    expect(JSON.stringify(redacted)).not.toContain(secret.id);
    for (const filter of [
      "verb=incidents.case.created",
      "verb=incidents.",
      `actor=admin-1`,
      "outcome=ok",
      "outcome=ok&limit=3",
    ]) {
      const found = await other.all<Entry>(`/api/v1/audit?${filter}`);
      expect(JSON.stringify(found), filter).not.toContain(secret.id);
      expect(
        found.some(({ verb }) => verb === "audit.entry.concealed"),
        filter,
      ).toBe(false);
      const known = (await lead.all<Entry>(`/api/v1/audit?${filter}`)).filter(({ object }) => object?.id !== secret.id);
      const upTo = Math.min(known[0]?.index ?? 0, found[0]?.index ?? 0);
      const ids = (all: Entry[]) => all.map(({ index }) => index).filter((index) => index <= upTo);
      expect(ids(found), filter).toEqual(ids(known));
    }
    expect(await other.get("/api/v1/audit/verification")).toMatchObject({ ok: true });
  });

  test("the live stream tells only its people", async () => {
    const [, analyst] = strangers[1] ?? [];
    if (analyst === undefined) throw new Error("no analyst");
    const heard = Promise.all([lead.listen("/api/v1/live", 1_500), analyst.listen("/api/v1/live", 1_500)]);
    await pause(400);
    await lead.post(`/api/v1/cases/${secret.id}/parts`, { content });
    await lead.post(`/api/v1/cases/${open.id}/parts`, { content });
    const [own, others] = await heard;
    expect(own).toContain(secret.id);
    expect(others).toContain(open.id);
    expect(others).not.toContain(secret.id);
  });

  test("who is named sees it at once, who is taken off the list no more; both are told to look again", async () => {
    const people = await lead.get<{ items: { id: string; displayName: string }[] }>("/api/v1/users/names");
    const analyst = people.items.find(({ displayName }) => displayName === "analyst-3");
    const access = async (members: string[]) => {
      const { version } = await lead.get<Created>(`/api/v1/cases/${secret.id}`);
      const body = JSON.stringify({ version, restricted: true, members, reason: "cần biết" });
      const { status } = await lead.ask("PUT", `/api/v1/cases/${secret.id}/access`, {
        body,
        headers: { "content-type": "application/json" },
      });
      expect(status).toBe(200);
    };
    const [, client] = strangers[1] ?? [];
    await access([analyst?.id ?? ""]);
    expect((await client?.ask("GET", `/api/v1/cases/${secret.id}`))?.status).toBe(200);
    await access([]);
    expect((await client?.ask("GET", `/api/v1/cases/${secret.id}`))?.status).toBe(404);
  });
});

describe("holds and alerts of a restricted case", () => {
  const REASON = "theo công văn 118/AN";
  const EVENT = "e".repeat(32);
  interface Hold {
    readonly id: string;
    readonly name: string;
    readonly concealed: boolean;
    readonly scope: { readonly events: readonly string[] } | null;
  }
  let held: Created;
  let hold: Hold;
  const put = (path: string, body: object) =>
    lead.ask("PUT", path, { body: JSON.stringify(body), headers: { "content-type": "application/json" } });
  const inForce = async (client: ApiClient) =>
    (await client.get<{ items: (Hold & { releasedAt: string | null })[] }>("/api/v1/holds")).items.filter(
      ({ releasedAt }) => releasedAt === null,
    );

  beforeAll(async () => {
    held = (await lead.post<Created>("/api/v1/cases", { title: "Giữ rồi mới hạn chế", kind: "intrusion" })).body;
    const source = { kind: "event", eventId: EVENT };
    const fact = {
      kind: "fact",
      time: new Date().toISOString(),
      text: "x",
      factKind: "observed",
      confidence: "likely",
    };
    await lead.post(`/api/v1/cases/${held.id}/parts`, { content: { ...fact, source } });
    expect((await put(`/api/v1/cases/${held.id}/hold`, { reason: REASON })).status).toBe(200);
    const { version } = await lead.get<Created>(`/api/v1/cases/${held.id}`);
    await put(`/api/v1/cases/${held.id}/access`, { version, restricted: true, members: [], reason: "cần biết" });
    hold = (await inForce(lead))[0] as Hold;
  });

  test("a hold placed while everybody saw the case tells strangers nothing of it any more", async () => {
    expect(hold).toMatchObject({ name: held.number, concealed: false, scope: { events: [EVENT] } });
    for (const [who, client] of strangers) {
      const { status, text, body } = await client.ask<{ items: Hold[] }>("GET", "/api/v1/holds");
      if (status === 403) continue;
      expect(body.items, who).toMatchObject([{ id: hold.id, concealed: true, name: "", scope: null }]);
      for (const word of [held.id, held.number, REASON, EVENT, "admin-1"]) expect(text, who).not.toContain(word);
      const extent = await client.ask<{ code: string }>("GET", `/api/v1/holds/${hold.id}/extent`);
      expect([extent.status, extent.body.code], who).toEqual([403, "lake.hold.concealed"]);
      for (const path of ["/api/v1/retention/preview", "/api/v1/storage"]) {
        const told = (await client.ask("GET", path)).text;
        for (const word of [held.number, REASON, EVENT]) expect(told, `${who} ${path}`).not.toContain(word);
      }
    }
    expect((await lead.ask("GET", `/api/v1/holds/${hold.id}/extent`)).status).toBe(200);
    const [, other] = strangers[0] ?? [];
    const log = (await other?.all<Entry>("/api/v1/audit?limit=200")) ?? [];
    expect(JSON.stringify(log)).not.toContain(hold.id);
    expect(JSON.stringify(log)).not.toContain(REASON);
    expect(JSON.stringify(await other?.all("/api/v1/audit?verb=lake.hold."))).not.toContain(hold.id);
    expect(JSON.stringify(await lead.all("/api/v1/audit?verb=lake.hold."))).toContain(hold.id);
  });

  test("it keeps on protecting: nobody releases it but in the case", async () => {
    for (const client of [lead, strangers[0]?.[1]]) {
      const told = await client?.post<{ code: string }>(`/api/v1/holds/${hold.id}/release`, { reason: "dọn chỗ" });
      expect(told).toMatchObject({ status: 409, body: { code: "lake.hold.bound" } });
    }
    expect((await inForce(lead)).map(({ id }) => id)).toEqual([hold.id]);
    expect((await lead.post(`/api/v1/cases/${held.id}/hold/release`, { reason: "xong" })).status).toBe(200);
    expect(await inForce(lead)).toEqual([]);
    const [, analyst] = strangers[1] ?? [];
    const past = await analyst?.ask("GET", "/api/v1/holds");
    for (const word of [held.number, REASON, "xong", "admin-1"]) expect(past?.text).not.toContain(word);
  });

  test("an alert that is put into it stays in the queue as it was, until the case is opened to all", async () => {
    const { alerts, outbox, clock } = server.server.parts;
    const silent = { id: "s-1", sensor: "fw-01", since: clock.now(), noticedAt: clock.now(), lastEventId: null };
    await alerts.absorb(findingOfSilence(silent as unknown as SensorSilent, { vi: "Im lặng", en: "Silent" }), 1e9);
    const [alert] = (await lead.get<{ items: { id: string; status: string }[] }>("/api/v1/alerts?limit=5")).items;
    expect(alert).toMatchObject({ status: "open" });
    const [, analyst] = strangers[1] ?? [];
    const told = async () => {
      const one = await analyst?.ask("GET", `/api/v1/alerts/${alert?.id}`);
      return `${one?.status} ${one?.text}`;
    };
    const before = await told();
    const asked = { title: SECRET, kind: "data_leak", restricted: true, alerts: [alert?.id] };
    const made = (await lead.post<Created>("/api/v1/cases", asked)).body;
    await outbox.wake();
    expect(await told()).toBe(before);
    await put(`/api/v1/cases/${made.id}/access`, { version: 1, restricted: false, members: [], reason: "công bố" });
    await outbox.wake();
    const [after] = (await lead.get<{ items: { status: string }[] }>("/api/v1/alerts?limit=5&status=escalated")).items;
    expect(after).toMatchObject({ status: "escalated" });
  });
});
