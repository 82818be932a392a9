/** The health of sensors as a caller outside sees it: habits, silence, its alert, its end. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { ApiClient } from "./api-client.ts";
import { openServer, type TestServer } from "./server.ts";

interface Sensor {
  readonly name: string;
  readonly state: string;
  readonly basis: string;
  readonly silentSince: string | null;
  readonly expectedBy: string | null;
  readonly lastSeen: string;
  readonly critical: boolean;
  readonly failures: { readonly lastDay: { readonly events: number; readonly failures: number } };
  readonly skew: { readonly kind: string; readonly zoneMinutes: number | null };
}
interface Health {
  readonly sensor: Sensor;
  readonly sources: readonly { readonly name: string; readonly events: number }[];
  readonly reasons: readonly { readonly reason: string; readonly lastDay: number; readonly eventId: string }[];
  readonly silences: readonly {
    readonly since: string;
    readonly returnedAt: string | null;
    readonly overAt: string | null;
    readonly raised: boolean;
  }[];
  readonly absences: readonly object[];
}
interface Alert {
  readonly id: string;
  readonly rule: { readonly id: string; readonly titleVi: string | null; readonly level: string };
  readonly entity: { readonly kind: string; readonly value: string };
  readonly count: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const START = Date.UTC(2026, 2, 2, 8);

let server: TestServer;
let admin: ApiClient;
let sender: ApiClient;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: START });
  server = await openServer({ config: { sessionHours: 168 } });
  admin = await server.as("admin");
  sender = await server.withToken("ingest");
}, 120_000);
afterAll(async () => {
  vi.useRealTimers();
  await server?.close();
});

async function send(sensor: string, lines: readonly string[], type = "application/x-ndjson"): Promise<void> {
  const body = lines.map((line) => `${line}\n`).join("");
  const { status, text } = await sender.deliver(body, { type, query: { sensor } });
  if (status !== 200) throw new Error(text);
  await server.settled();
}

/** Time passes, and the server looks after its sensors as its job does. */
async function passTo(at: number): Promise<void> {
  const { silenceWatch, pipeline } = server.server.parts;
  // Signs of life in between: nobody was away.
  for (let now = Date.now(); now < at; now = Math.min(at, now + 50_000)) {
    vi.setSystemTime(now);
    await server.server.parts.sensors.listening.listen({ upTo: undefined });
  }
  vi.setSystemTime(at);
  await silenceWatch.look({ backlog: pipeline.backlog });
}

const line = (at: number, n: number) => JSON.stringify({ time: new Date(at).toISOString(), n, action: "allow" });
const change = (name: string, what: object) =>
  admin.ask("PATCH", `/api/v1/sensors/${name}`, {
    body: JSON.stringify(what),
    headers: { "content-type": "application/json" },
  });
const health = (name: string) => admin.get<Health>(`/api/v1/sensors/${name}/health`);
const silenceAlerts = async () =>
  (await admin.all<Alert>("/api/v1/alerts?limit=100")).filter(({ rule }) => rule.id === "sensor:silent");

test("a critical sensor that falls silent raises one alert, and its return is told in it", async () => {
  await send("cong-chinh", [line(Date.now(), 1)]);
  const changed = await change("cong-chinh", { critical: true, expectedEverySeconds: 300 });
  expect(changed.status, changed.text).toBe(200);
  const lastSeen = Date.now();
  await passTo(lastSeen + 4 * MINUTE_MS);
  expect((await health("cong-chinh")).sensor).toMatchObject({ state: "live", basis: "stated", critical: true });
  await passTo(lastSeen + 6 * MINUTE_MS);
  await passTo(lastSeen + 7 * MINUTE_MS);
  const silent = await health("cong-chinh");
  expect(silent.sensor).toMatchObject({ state: "silent", silentSince: new Date(lastSeen).toISOString() });
  expect(silent.silences).toMatchObject([{ since: new Date(lastSeen).toISOString(), returnedAt: null, raised: true }]);
  const alerts = await silenceAlerts();
  expect(alerts).toMatchObject([
    { count: 1, entity: { kind: "sensor", value: "cong-chinh" }, rule: { level: "high" } },
  ]);
  expect(alerts[0]?.rule.titleVi).toBe("Cảm biến quan trọng im lặng");

  await passTo(lastSeen + 20 * MINUTE_MS);
  await send("cong-chinh", [line(Date.now(), 2)]);
  const back = Date.now();
  await passTo(back + 15_000);
  expect((await health("cong-chinh")).sensor.state).toBe("returned");
  for (let n = 0; n < 12; n += 1) {
    await send("cong-chinh", [line(Date.now(), 10 + n)]);
    await passTo(Date.now() + MINUTE_MS);
  }
  const after = await health("cong-chinh");
  expect(after.sensor.state).toBe("live");
  expect(after.silences).toMatchObject([{ returnedAt: new Date(back).toISOString(), raised: true }]);
  expect(after.silences[0]?.overAt).not.toBeNull();
  const detail = await admin.get<{ transitions: { action: string }[] }>(`/api/v1/alerts/${alerts[0]?.id}`);
  expect(detail.transitions.map(({ action }) => action)).toEqual(["created", "ceased"]);
  expect(await silenceAlerts()).toHaveLength(1);
});

test("a sensor that is not critical is only shown; maintenance and retirement are not silence", async () => {
  await send("chi-nhanh", [line(Date.now(), 1)]);
  await change("chi-nhanh", { expectedEverySeconds: 60 });
  const from = new Date(Date.now() + 30_000).toISOString();
  const to = new Date(Date.now() + HOUR_MS).toISOString();
  await change("chi-nhanh", { paused: { from, to } });
  await passTo(Date.now() + 10 * MINUTE_MS);
  expect((await health("chi-nhanh")).sensor.state).toBe("paused");
  await change("chi-nhanh", { paused: null });
  await passTo(Date.now() + MINUTE_MS);
  expect((await health("chi-nhanh")).sensor.state).toBe("silent");
  expect((await silenceAlerts()).map(({ entity }) => entity.value)).not.toContain("chi-nhanh");
  await change("chi-nhanh", { retired: true });
  await passTo(Date.now() + MINUTE_MS);
  const resting = await health("chi-nhanh");
  expect(resting.sensor.state).toBe("retired");
  expect(resting.silences[0]?.overAt).not.toBeNull();
  const wrong = await change("chi-nhanh", { paused: { from: to, to: from } });
  expect(wrong.status).toBe(422);
  const entries = await admin.all<{ verb: string; details: unknown }>(
    "/api/v1/audit?verb=ingest.sensor.changed&limit=50",
  );
  expect(entries.map(({ details }) => details)).toContainEqual({ retired: true });
});

test("the time the server was down is nobody's silence", async () => {
  await send("kho", [line(Date.now(), 1)]);
  await change("kho", { expectedEverySeconds: 3600 });
  const lastSeen = Date.now();
  // Nobody looks for three hours: the machine slept.
  vi.setSystemTime(lastSeen + 3 * HOUR_MS);
  await server.server.parts.silenceWatch.look({ backlog: 0 });
  // Nobody was at the console either: the session has ended.
  admin = await server.as("admin");
  const slept = await health("kho");
  expect(slept.sensor.state).toBe("live");
  expect(slept.absences).toHaveLength(1);
  await passTo(lastSeen + 4.5 * HOUR_MS);
  expect((await health("kho")).sensor.state).toBe("silent");
});

test("what was not understood is counted with its reason and a line to look at; a wrong zone is guessed", async () => {
  const now = Date.now();
  const ahead = Array.from({ length: 40 }, (_, n) => line(now + 7 * HOUR_MS + n, n));
  await send("may-chu-gio", ahead);
  await send("may-chu-gio", ["{broken", "{broken too"], "text/plain");
  const { sensor, reasons, sources } = await health("may-chu-gio");
  expect(sensor.failures.lastDay).toEqual({ events: 42, failures: 2 });
  expect(reasons).toMatchObject([{ reason: "parse.failure.json", lastDay: 2 }]);
  expect(reasons[0]?.eventId).toMatch(/^[0-9a-f]{32}$/u);
  expect(sensor.skew).toMatchObject({ kind: "ahead", zoneMinutes: 420 });
  expect(sources.reduce((sum, { events }) => sum + events, 0)).toBe(42);
});
