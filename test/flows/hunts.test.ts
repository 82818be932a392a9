/** Searching with commands, live views, saved hunts and notebooks as a caller outside sees them. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { ApiClient } from "./api-client.ts";
import { openServer, type TestServer, until } from "./server.ts";

interface Answer {
  readonly kind: "events" | "table";
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly (string | number | null)[])[];
  readonly scanned: number;
}

let server: TestServer;
let analyst: ApiClient;
beforeAll(async () => {
  server = await openServer();
  analyst = await server.as("analyst");
  const sender = await server.withToken("ingest", "web");
  const lines = Array.from({ length: 60 }, (_, n) => JSON.stringify({ action: n % 3 === 0 ? "deny" : "allow", n }));
  await sender.deliver(`${lines.join("\n")}\n`);
  await server.settled();
}, 120_000);
afterAll(() => server.close());

const asked = (values: Record<string, string>) => new URLSearchParams(values).toString();
const json = (value: unknown) => ({ body: JSON.stringify(value), headers: { "content-type": "application/json" } });

test("a search with commands, relative times and an exact place of what is wrong", async () => {
  const query = "sensor:web last 1h | stats count() by action | sort action";
  const answer = await analyst.get<Answer>(`/api/v1/hunt?${asked({ query, from: "now-24h", to: "now" })}`);
  expect(answer).toMatchObject({
    kind: "table",
    rows: [
      ["allow", 40],
      ["deny", 20],
    ],
  });
  const wrong = await analyst.ask<{ code: string; params: object }>(
    "GET",
    `/api/v1/hunt?${asked({ query: "a | stast" })}`,
  );
  expect(wrong.status).toBe(422);
  expect(wrong.body).toMatchObject({
    code: "lake.query.pipe_unknown",
    params: { from: 4, to: 9, suggestion: "stats" },
  });
  const plain = await analyst.get<Answer & { nextCursor: string }>(
    `/api/v1/hunt?${asked({ query: "sensor:web", limit: "10" })}`,
  );
  expect(plain).toMatchObject({ kind: "events", scanned: 60 });
  expect(plain.nextCursor).not.toBeNull();
  const histogram = await analyst.get<{ total: number }>(
    `/api/v1/events/histogram?${asked({ query, from: "now-24h", to: "now" })}`,
  );
  expect(histogram.total).toBe(60);
  expect(await analyst.get(`/api/v1/hunt/cost?${asked({ query, from: "now-24h", to: "now" })}`)).toMatchObject({
    events: 60,
  });
  expect(await analyst.get("/api/v1/hunt/running")).toEqual({ items: [] });
});

test("suggestions, exports and an entity page", async () => {
  const suggest = await analyst.get<{ items: { text: string }[] }>(
    `/api/v1/suggest?${asked({ query: "action:d", cursor: "8" })}`,
  );
  expect(suggest.items.map(({ text }) => text)).toEqual(["deny"]);
  const csv = await analyst.ask("GET", `/api/v1/events/export?${asked({ query: "| top 1 action", format: "csv" })}`);
  expect(csv.text.split("\r\n")[0]).toBe("action,count,share");
  const parquet = await analyst.ask(
    "GET",
    `/api/v1/events/export?${asked({ query: "sensor:web", format: "parquet" })}`,
  );
  expect(parquet.headers.get("content-type")).toContain("parquet");
  expect(parquet.text.startsWith("PAR1")).toBe(true);
  expect((await analyst.ask("GET", "/api/v1/entities/host/nobody")).status).toBe(200);
  expect((await analyst.ask("GET", `/api/v1/process-tree?event=${"0".repeat(32)}`)).status).toBe(404);
});

test("a hunt is kept, linked and frozen in a notebook; scheduling is for those who write rules", async () => {
  const content = { name: "Denied", query: "action:deny | stats count() by sensor", shared: true };
  const saved = await analyst.ask<{ id: string }>("POST", "/api/v1/saved-hunts", json(content));
  expect(saved.status).toBe(201);
  const plan = { timing: { kind: "every", minutes: 5 }, level: "medium", lookbackMs: 3_600_000 };
  const path = `/api/v1/saved-hunts/${saved.body.id}/schedule`;
  const viewer = await server.as("viewer");
  expect((await viewer.ask("PUT", path, json(plan))).status).toBe(403);
  const admin = await server.as("admin");
  const planned = await admin.ask<{ schedule: { nextRunAt: string } }>("PUT", path, json(plan));
  expect(planned.status).toBe(200);
  expect(Date.parse(planned.body.schedule.nextRunAt)).toBeGreaterThan(Date.now() - 1_000);
  const kept = `/api/v1/saved-hunts/${saved.body.id}`;
  expect(await viewer.get(`${kept}/preview?lookbackMs=3600000`)).toMatchObject({
    rows: 1,
    fresh: 1,
    truncated: false,
    examples: [{ event: null, cells: ["web", 20] }],
  });
  expect((await viewer.ask("GET", `${kept}/preview?lookbackMs=1`)).status).toBe(422);
  expect(await viewer.get(`${kept}/runs`)).toEqual({ items: [] });
  const at = new Date().toISOString();
  const link = await analyst.ask<{ id: string }>(
    "POST",
    "/api/v1/hunt-links",
    json({ query: content.query, from: at, to: at, at }),
  );
  expect(await viewer.get(`/api/v1/hunt-links/${link.body.id}`)).toMatchObject({ query: content.query, at });
  const book = await analyst.ask<{ id: string }>("POST", "/api/v1/notebooks", json({ title: "Case", shared: true }));
  const freeze = { query: content.query, from: "now-1h", to: "now" };
  const frozen = await analyst.ask("POST", `/api/v1/notebooks/${book.body.id}/results`, json(freeze));
  expect(frozen.body).toMatchObject({
    entries: 1,
    cells: [{ content: { kind: "result", result: { rows: [["web", 20]] } } }],
  });
  expect(await viewer.get(`/api/v1/notebooks/${book.body.id}/verification`)).toEqual({ entries: 1, brokenAt: null });
  expect((await analyst.ask("DELETE", `/api/v1/saved-hunts/${saved.body.id}`)).status).toBe(204);
});

test("an alert of a scheduled hunt says which question found what, also when the hunt is gone", async () => {
  const admin = await server.as("admin");
  const content = { name: "Denied by sensor", query: "action:deny | stats count() by sensor", shared: true };
  const { id } = (await admin.ask<{ id: string }>("POST", "/api/v1/saved-hunts", json(content))).body;
  const plan = { timing: { kind: "every", minutes: 1 }, level: "high", lookbackMs: 86_400_000 };
  await admin.ask("PUT", `/api/v1/saved-hunts/${id}/schedule`, json(plan));
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    vi.setSystemTime(Date.now() + 61_000);
    await server.server.parts.huntScheduler.runDue();
  } finally {
    vi.useRealTimers();
  }
  const alerts = () => admin.get<{ items: { id: string }[] }>(`/api/v1/alerts?rule=hunt:${id}`);
  await until("the hunt has raised an alert", async () => (await alerts()).items.length === 1);
  const alert = encodeURIComponent((await alerts()).items[0]?.id ?? "");
  const [finding] = (await admin.get<{ items: { id: string }[] }>(`/api/v1/alerts/${alert}/findings`)).items;
  const why = () => analyst.get(`/api/v1/findings/${finding?.id}/explanation`);
  const row = { columns: [{ name: "sensor" }, { name: "count" }], cells: ["web", 20], query: content.query };
  expect(await why()).toMatchObject({
    kind: "hunt",
    hunt: { ...row, id, name: content.name, kept: true, changed: false, timing: plan.timing },
  });
  expect(await admin.get(`/api/v1/saved-hunts/${id}`)).toMatchObject({ raised: 1 });
  await admin.ask("PUT", `/api/v1/saved-hunts/${id}`, json({ ...content, query: "action:allow" }));
  expect(await why()).toMatchObject({ hunt: { ...row, changed: true } });
  await admin.ask("DELETE", `/api/v1/saved-hunts/${id}`);
  expect(await why()).toMatchObject({ hunt: { ...row, name: content.name, kept: false, timing: null } });
});
