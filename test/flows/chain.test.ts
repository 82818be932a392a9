/** From a token to a closed alert, every step through the HTTP API of a running server. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readOwnRules } from "../content/own-rules.ts";
import type { ApiClient } from "./api-client.ts";
import { openServer, type TestServer } from "./server.ts";

interface Alert {
  readonly id: string;
  readonly rule: {
    readonly id: string;
    readonly level: string;
    readonly author: string | null;
    readonly licence: string | null;
  };
  readonly status: string;
  readonly closeReason: string | null;
  readonly assignee: { readonly name: string } | null;
  readonly count: number;
  readonly exerciseId: string | null;
}
interface Explanation {
  readonly ruleText: string;
  readonly matched: readonly {
    readonly line: number | null;
    readonly value: string;
    readonly ranges: readonly { from: number; to: number }[];
  }[];
  readonly selections: readonly { readonly name: string; readonly holds: boolean }[];
}
interface Watch {
  readonly sensors: { readonly total: number; readonly live: number; readonly silent: readonly unknown[] };
  readonly alerts: {
    readonly openByLevel: Record<string, number>;
    readonly takenByLevel: Record<string, number>;
    readonly queueAge: { readonly n: number };
    readonly closedLast24h: Record<string, number>;
  };
  readonly from: string;
  readonly activity: {
    readonly now: { readonly created: number; readonly closed: number; readonly events: number };
    readonly before: { readonly created: number; readonly closed: number; readonly events: number };
    readonly topRules: readonly { readonly id: string; readonly alerts: number }[];
    readonly topEntities: readonly { readonly value: string; readonly alerts: number }[];
  };
  readonly attack: readonly {
    readonly short: string;
    readonly alerts: number;
    readonly techniques: readonly { readonly id: string; readonly alerts: number }[];
  }[];
}
interface Outcome {
  readonly changed: readonly Alert[];
  readonly refused: readonly { readonly id: string; readonly code: string }[];
  readonly undoId: string | null;
}

const samples = [
  ...new Map(
    readOwnRules().files.flatMap(({ rule, firing }) =>
      firing.slice(0, 1).map(({ format, records }) => [format, { rule, format, raw: records[0]?.raw ?? "" }] as const),
    ),
  ).values(),
];

let server: TestServer;
let analyst: ApiClient;
beforeAll(async () => {
  server = await openServer();
  analyst = await server.as("analyst");
  const sender = await server.withToken("ingest", "chain");
  for (const { raw } of samples) {
    const answer = await sender.deliver(`${raw}\n`, { type: "text/plain" });
    expect(answer.body).toEqual({ accepted: raw.trimEnd().split("\n").length, rejected: [], rejectedTotal: 0 });
  }
  await server.settled();
});
afterAll(() => server.close());

const alertsOf = (query: string): Promise<Alert[]> => analyst.all<Alert>(`/api/v1/alerts?limit=500&${query}`);
const act = (ids: readonly string[], deed: object) =>
  analyst.post<Outcome>("/api/v1/alerts/actions", { ids, do: deed });

describe("a line that a rule matches", () => {
  test.each(samples)("becomes an alert with its rule's author and licence, explained: $format", async ({ rule }) => {
    const [alert] = await alertsOf(`rule=${rule.id}`);
    expect(alert?.rule).toMatchObject({ id: rule.id, author: rule.author, licence: rule.licence });
    const [finding] = await analyst.all<{ id: string }>(`/api/v1/alerts/${alert?.id}/findings`);
    const why = await analyst.get<Explanation>(`/api/v1/findings/${finding?.id}/explanation`);
    expect(why.selections.some(({ holds }) => holds)).toBe(true);
    expect(why.matched.length).toBeGreaterThan(0);
    for (const { line, value, ranges } of why.matched) {
      if (line !== null) expect(why.ruleText.split("\n")[line - 1]?.trim()).toBeTruthy();
      for (const { from, to } of ranges) expect(from >= 0 && from <= to && to <= value.length).toBe(true);
    }
    expect(why.matched.some(({ line, ranges }) => line !== null && ranges.length > 0)).toBe(true);
  });

  test("is found in the lake with what was parsed from it", async () => {
    const events = await analyst.all<{ raw: string; parseFailure?: string }>("/api/v1/events?query=sensor:chain");
    expect(events.filter(({ parseFailure }) => parseFailure !== undefined)).toEqual([]);
    expect(new Set(events.map(({ raw }) => raw))).toEqual(new Set(samples.map(({ raw }) => raw.trimEnd())));
  });
});

/** What the watch floor should say, counted from the list of alerts. */
async function expectFloorToAgree(closedAs: Record<string, number>): Promise<void> {
  const [floor, alerts] = [await analyst.get<Watch>("/api/v1/watch"), await alertsOf("exercise=exclude")];
  const count = (statuses: readonly string[]): Record<string, number> =>
    Object.fromEntries(
      Object.keys(floor.alerts.openByLevel).map((level) => [
        level,
        alerts.filter(({ rule, status }) => rule.level === level && statuses.includes(status)).length,
      ]),
    );
  expect(floor.alerts.openByLevel).toEqual(count(["open"]));
  expect(floor.alerts.takenByLevel).toEqual(count(["taken", "escalated"]));
  expect(floor.alerts.closedLast24h).toEqual({
    true_positive: 0,
    false_positive: 0,
    benign: 0,
    duplicate: 0,
    ...closedAs,
  });
}

/** Every figure of the span is the length of the list it leads to. */
async function expectFiguresToBeTheirLists(): Promise<void> {
  const { from, activity, attack } = await analyst.get<Watch>("/api/v1/watch");
  const listed = async (filter: Record<string, string>): Promise<number> =>
    (await alertsOf(new URLSearchParams({ exercise: "exclude", ...filter }).toString())).length;
  expect(activity.now.created).toBe(await listed({ created: from }));
  expect(activity.now.closed).toBe(await listed({ closed: from }));
  expect(activity.before).toEqual({ created: 0, closed: 0, events: 0 });
  expect(activity.now.events).toBeGreaterThanOrEqual(samples.length);
  for (const { id, alerts } of activity.topRules)
    expect([id, alerts]).toEqual([id, await listed({ created: from, rule: id })]);
  for (const { value, alerts } of activity.topEntities)
    expect([value, alerts]).toEqual([value, await listed({ created: from, entity: value })]);
  expect(activity.topRules.length).toBeGreaterThan(0);
  const busy = attack.filter(({ alerts }) => alerts > 0);
  expect(busy.length).toBeGreaterThan(0);
  for (const { short, alerts } of attack)
    expect([short, alerts]).toEqual([short, await listed({ created: from, attack: short })]);
  expect(await listed({ created: from, attack: "t9999" })).toBe(0);
}

describe("triage", () => {
  test("the watch floor's figures of the span are the lists they lead to", expectFiguresToBeTheirLists);

  test("take, close with a reason, undo: the alert and the watch floor agree after each", async () => {
    const [alert] = await alertsOf("status=open");
    const id = alert?.id ?? "";
    await expectFloorToAgree({});

    const taken = await act([id], { action: "take" });
    expect(taken.body.changed).toMatchObject([
      { id, status: "taken", assignee: { name: expect.stringMatching(/^analyst/u) } },
    ]);
    await expectFloorToAgree({});

    const closed = await act([id], { action: "close", reason: "false_positive", note: "bảo trì theo lịch" });
    expect(closed.body.changed).toMatchObject([{ id, status: "closed", closeReason: "false_positive" }]);
    await expectFloorToAgree({ false_positive: 1 });

    const undone = await analyst.post<Outcome>("/api/v1/alerts/undo", { undoId: closed.body.undoId });
    expect(undone.body.changed).toMatchObject([{ id, status: "taken", closeReason: null }]);
    await expectFloorToAgree({});

    const { transitions } = await analyst.get<{ transitions: { action: string; to: string | null }[] }>(
      `/api/v1/alerts/${id}`,
    );
    expect(transitions.map(({ action }) => action)).toEqual(["created", "take", "close", "undo"]);
  });

  test("an unknown alert is refused by id and the others are changed", async () => {
    const [alert] = await alertsOf("status=open");
    const answer = await act([alert?.id ?? "", "no-such-alert"], { action: "escalate" });
    expect(answer.body.changed).toHaveLength(1);
    expect(answer.body.refused).toMatchObject([{ id: "no-such-alert" }]);
  });

  test("every step is in the audit log, which verifies", async () => {
    const admin = await server.as("admin");
    const entries = await admin.all<{ verb: string }>("/api/v1/audit?limit=200");
    expect(entries.map(({ verb }) => verb)).toEqual(
      expect.arrayContaining(["alerts.alert.take", "alerts.alert.close", "alerts.alert.undo"]),
    );
  });
});

test("a viewer sees the alerts and changes nothing", async () => {
  const viewer = await server.as("viewer");
  const [alert] = await viewer.all<Alert>("/api/v1/alerts");
  expect(alert).toBeDefined();
  const attempts = [
    viewer.post("/api/v1/alerts/actions", { ids: [alert?.id], do: { action: "take" } }),
    viewer.post("/api/v1/exercises", { scenario: "sample-intrusion" }),
    viewer.deliver("{}\n"),
    viewer.ask("PATCH", `/api/v1/rules/${alert?.rule.id}`, {
      body: '{"enabled":false}',
      headers: { "content-type": "application/json" },
    }),
    viewer.ask("PATCH", "/api/v1/sensors/chain", {
      body: '{"note":"x"}',
      headers: { "content-type": "application/json" },
    }),
  ];
  for (const answer of await Promise.all(attempts)) expect(answer).toMatchObject({ status: 403 });
});
