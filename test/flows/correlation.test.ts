/** Several events, one finding: from the door to the alert, its events and its reason; the clock ticks meanwhile. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient } from "./api-client.ts";
import { openServer, type TestServer, until } from "./server.ts";

const BASE = "7c1f7a52-3e0f-4d53-9d7c-000000000001";
const CORRELATION = "7c1f7a52-3e0f-4d53-9d7c-000000000002";
const RULES = `title: Failed Logon Of The Flow
id: ${BASE}
name: failed_logon_of_the_flow
logsource: {product: linux, service: sshd}
detection:
  selection: {action: failed}
  condition: selection
level: low
---
title: Many Failed Logons Of The Flow
id: ${CORRELATION}
correlation:
  type: event_count
  rules: [failed_logon_of_the_flow]
  group-by: [user]
  timespan: 30s
  condition: {gte: 5}
level: high
x-khien: {lateness: 2s}
`;

interface Alert {
  readonly id: string;
  readonly rule: { readonly id: string; readonly level: string };
  readonly entity: { readonly kind: string; readonly value: string };
  readonly count: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
}
interface Finding {
  readonly id: string;
  readonly eventId: string;
  readonly correlation: {
    readonly group: readonly { readonly field: string; readonly value: string }[];
    readonly count: number;
    readonly value: number;
    readonly events: readonly { readonly id: string; readonly time: string; readonly ruleId: string }[];
  } | null;
}

let server: TestServer;
let admin: ApiClient;
beforeAll(async () => {
  server = await openServer();
  const file = join(server.dataDir, "rules.yml");
  writeFileSync(file, RULES);
  const who = { kind: "system", id: "test", name: "test", permissions: new Set<never>() } as const;
  const outcome = await server.server.parts.rules.import({ path: file, name: "flow" }, { who, peer: null as never });
  expect(outcome.problems).toEqual([]);
  admin = await server.as("admin");
});
afterAll(() => server.close());

const START = Date.now() - 3_000;
const line = (second: number, user: string): string =>
  `<38>1 ${new Date(START + second * 100).toISOString()} web-01 sshd 4242 - - Failed password for ${user} from 192.0.2.7 port ${50_000 + second} ssh2`;
const alertsOf = (rule: string) => admin.all<Alert>(`/api/v1/alerts?rule=${rule}`);

test("five failures in disorder are one finding once nothing older can come, though nothing more arrives", async () => {
  const sender = await server.withToken("ingest", "flow");
  const lines = [4, 1, 0, 3, 2].map((second) => line(second, second % 2 === 0 ? "Lan" : "lan"));
  const body = [...lines, line(5, "minh")].join("\n");
  await sender.deliver(body, { type: "text/plain" });
  // A shipper that heard no answer sends the same again: the same events, counted once.
  await sender.deliver(body, { type: "text/plain" });
  await server.settled();
  expect(await alertsOf(CORRELATION)).toEqual([]);
  await until("the clock has ticked past the lateness", async () => (await alertsOf(CORRELATION)).length > 0, 15_000);

  const [alert] = await alertsOf(CORRELATION);
  expect(alert).toMatchObject({ count: 1, entity: { kind: "user" }, rule: { level: "high" } });
  expect(alert?.entity.value.toLowerCase()).toBe("lan");
  expect(alert?.firstSeen).toBe(new Date(START).toISOString());
  expect(alert?.lastSeen).toBe(new Date(START + 400).toISOString());
  expect(await alertsOf(BASE)).toEqual([]);
});

test("the finding names the events that count, and says why", async () => {
  const [alert] = await alertsOf(CORRELATION);
  const [finding] = await admin.all<Finding>(`/api/v1/alerts/${alert?.id}/findings`);
  expect(finding?.correlation).toMatchObject({ count: 5, value: 5, group: [{ field: "user" }] });
  const events = finding?.correlation?.events ?? [];
  expect(events.map(({ time }) => time)).toEqual([0, 1, 2, 3, 4].map((n) => new Date(START + n * 100).toISOString()));
  expect(events.at(-1)?.id).toBe(finding?.eventId);
  const stored = new Set((await admin.all<{ id: string }>("/api/v1/events?query=sensor:flow")).map(({ id }) => id));
  for (const { id } of events) expect(stored.has(id)).toBe(true);

  expect(await admin.get(`/api/v1/findings/${finding?.id}/explanation`)).toMatchObject({
    kind: "correlation",
    condition: "gte 5",
    matched: [],
    correlation: {
      type: "event_count",
      timespanMs: 30_000,
      rules: [{ id: BASE, title: "Failed Logon Of The Flow", events: 5 }],
    },
  });
});

test("ticks are in the journal and nowhere else, and end when nothing waits", async () => {
  const { parts } = server.server;
  await until("nothing waits", () => Promise.resolve(parts.pipeline.state.held === 0), 60_000);
  await server.settled();
  const end = parts.lake.journal.end();
  expect(end).toBeGreaterThan(12);
  expect(await admin.all("/api/v1/events")).toHaveLength(6);
  const { items } = await admin.get<{ items: { name: string; events: number }[] }>("/api/v1/sensors");
  expect(items.map(({ name, events }) => ({ name, events }))).toEqual([{ name: "flow", events: 12 }]);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(parts.lake.journal.end()).toBe(end);
});
