/** An exercise goes the way of real logs and leaves no trace in the figures of real work. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient } from "./api-client.ts";
import { openServer, type TestServer, until } from "./server.ts";

interface Exercise {
  readonly id: string;
  readonly state: string;
  readonly sent: number;
  readonly total: number;
  readonly alerts: number;
}
interface Sensor {
  readonly name: string;
  readonly door: string;
  readonly state: string;
  readonly events: number;
}
interface Watch {
  readonly sensors: unknown;
  readonly alerts: {
    readonly openByLevel: unknown;
    readonly takenByLevel: unknown;
    readonly queueAge: { readonly n: number };
    readonly closedLast24h: unknown;
  };
}

const SCENARIO = "sample-intrusion";
/** A sensor the scenario's lines name too. */
let shared = "";
let server: TestServer;
let analyst: ApiClient;
beforeAll(async () => {
  server = await openServer({ replayMs: 3_000 });
  analyst = await server.as("analyst");
});
afterAll(() => server.close());

const start = () => analyst.post<Exercise>("/api/v1/exercises", { scenario: SCENARIO });
const stateOf = (id: string) => analyst.get<Exercise>(`/api/v1/exercises/${id}`);
const sensors = async () => (await analyst.get<{ items: Sensor[] }>("/api/v1/sensors")).items;
const queue = async () => {
  const { alerts, sensors: known } = await analyst.get<Watch>("/api/v1/watch");
  const { openByLevel, takenByLevel, queueAge, closedLast24h } = alerts;
  return { openByLevel, takenByLevel, open: queueAge.n, closedLast24h, known };
};

test("stopped, it sends nothing more; only one runs at a time", async () => {
  const before = await queue();
  const started = await start();
  expect(started.status).toBe(202);
  expect(await start()).toMatchObject({ status: 409, body: { code: "drills.exercise.running" } });
  await until("lines are under way", async () => (await stateOf(started.body.id)).sent > 0);
  const stopped = await analyst.post<Exercise>(`/api/v1/exercises/${started.body.id}/stop`, {});
  expect(stopped.body.state).toBe("stopped");
  expect(stopped.body.sent).toBeLessThan(stopped.body.total);
  await server.settled();
  const events = await analyst.all(`/api/v1/events?limit=1000&query=exercise:${started.body.id}`);
  await server.settled();
  expect(await analyst.all(`/api/v1/events?limit=1000&query=exercise:${started.body.id}`)).toHaveLength(events.length);
  expect(await queue()).toEqual(before);
  shared = (await sensors())[0]?.name.replace("exercise/", "") ?? "";
});

test("run to its end, its alerts are tagged and no figure of the watch floor moves", async () => {
  const sender = await server.withToken("ingest", shared);
  await sender.deliver("an ordinary line of the real sensor of that name\n", { type: "text/plain" });
  await server.settled();
  const [queueBefore, sensorsBefore] = [await queue(), await sensors()];

  const { id } = (await start()).body;
  await until("the exercise ends", async () => (await stateOf(id)).state !== "running");
  await server.settled();

  const ended = await stateOf(id);
  expect(ended).toMatchObject({ state: "ended", sent: ended.total });
  const tagged = (await analyst.all<{ exerciseId: string | null }>("/api/v1/alerts?limit=500&exercise=only")).filter(
    ({ exerciseId }) => exerciseId === id,
  );
  expect(tagged.length).toBeGreaterThan(10);
  expect(tagged).toHaveLength(ended.alerts);
  expect(await analyst.all("/api/v1/alerts?exercise=exclude")).toEqual([]);
  expect(await queue()).toEqual(queueBefore);

  const real = (list: readonly Sensor[]) =>
    list.filter(({ door }) => door !== "exercise").map(({ name, events }) => ({ name, events }));
  expect(real(await sensors())).toEqual(real(sensorsBefore));
  const drilled = (await sensors()).filter(({ door }) => door === "exercise");
  expect(new Set(drilled.map(({ state }) => state))).toEqual(new Set(["once"]));
});

test("nobody outside may mark lines as an exercise", async () => {
  const answer = await analyst.ask("POST", "/api/v1/events", {
    body: "{}\n",
    headers: { "content-type": "application/x-ndjson", "x-khien-exercise": crypto.randomUUID() },
  });
  expect(answer).toMatchObject({ status: 403, body: { code: "ingest.exercise.foreign" } });
});
