/** A rule author's way through the HTTP API: write, check, test, back-test, save, turn on, see it fire, hunt back. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readOwnRules } from "../content/own-rules.ts";
import type { ApiClient, Answer } from "./api-client.ts";
import { openServer, type TestServer, until } from "./server.ts";

interface Hunt {
  readonly id: string;
  readonly state: string;
  readonly matches: number;
  readonly kept: number;
  readonly raised: number;
  readonly alerts: number;
  readonly alertsPerDay: number;
  readonly progress: { readonly scanned: number; readonly total: number; readonly ratio: number };
  readonly hosts: readonly { readonly host: string; readonly count: number }[];
  readonly perDay: readonly { readonly day: string; readonly matches: number; readonly alerts: number }[];
  readonly storeQuery: string | null;
  readonly costPerEventUs: number | null;
  readonly error: { readonly code: string } | null;
}
interface DraftCheck {
  readonly documents: readonly { readonly kind: string; readonly title: string; readonly fed: boolean | null }[];
  readonly problems: readonly { readonly line: number; readonly code: string }[];
  readonly lint: readonly {
    readonly line: number;
    readonly code: string;
    readonly fix: { readonly text: string } | null;
  }[];
  readonly query: string | null;
  readonly queryExact: boolean;
}
interface DraftTest {
  readonly events: readonly {
    readonly index: number;
    readonly matched: boolean;
    readonly reachedLogSource: boolean;
    readonly parseFailure: string | null;
    readonly explanation: {
      readonly matched: readonly { readonly line: number | null }[];
      readonly selections: readonly {
        readonly name: string;
        readonly holds: boolean;
        readonly items: readonly { readonly key: string; readonly holds: boolean; readonly value: unknown }[];
      }[];
    };
  }[];
  readonly findings: readonly {
    readonly count: number;
    readonly events: readonly { readonly index: number | null }[];
  }[];
  readonly missing: readonly string[];
}
interface Alert {
  readonly id: string;
  readonly count: number;
}

const RULE_ID = "6f4b0f2e-6c1f-4c0c-9a53-0b7f5a8f4e11";
const rule = `title: Archive Tool Writes to a Share
id: ${RULE_ID}
status: test
description: An archive program packs files straight onto a network share, as staging before exfiltration does.
references:
  - https://attack.mitre.org/techniques/T1560/001/
author: Lan
date: 2026-11-20
license: Apache-2.0
tags:
  - attack.collection
  - attack.t1560.001
logsource:
  product: windows
  category: process_creation
detection:
  tool:
    Image|endswith: '\\packer.exe'
  share:
    CommandLine|contains: ' \\\\\\\\files\\'
  filter_backup:
    User: 'SONGLAM\\svc_backup'
  condition: tool and share and not filter_backup
falsepositives:
  - Backups by hand
level: high
`;
const burst = `title: Many Archives on One Host
id: 6f4b0f2e-6c1f-4c0c-9a53-0b7f5a8f4e12
status: test
correlation:
  type: event_count
  rules:
    - ${RULE_ID}
  group-by:
    - Computer
  timespan: 10m
  condition:
    gte: 3
level: critical
`;

const minutes = (n: number): string => new Date(Date.UTC(2026, 10, 18, 2, n)).toISOString();
let serial = 0;
const start = (more: { at: number; host: string; user?: string; command?: string; image?: string }): string =>
  JSON.stringify({
    EventTime: minutes(more.at),
    Hostname: more.host,
    EventID: 1,
    RecordNumber: (serial += 1),
    Channel: "Microsoft-Windows-Sysmon/Operational",
    SourceName: "Microsoft-Windows-Sysmon",
    Computer: more.host,
    Image: more.image ?? "C:\\Tools\\packer.exe",
    CommandLine: more.command ?? "packer.exe a \\\\files\\out.7z C:\\docs",
    User: more.user ?? "SONGLAM\\lan",
  });
const history = [
  start({ at: 0, host: "PC-1" }),
  start({ at: 1, host: "PC-1" }),
  start({ at: 2, host: "PC-1" }),
  start({ at: 3, host: "PC-2" }),
  start({ at: 4, host: "PC-3", user: "SONGLAM\\svc_backup" }),
  start({ at: 5, host: "PC-4", command: "packer.exe a C:\\local.7z" }),
  start({ at: 6, host: "PC-4", image: "C:\\Windows\\notepad.exe" }),
];

let server: TestServer;
let author: ApiClient;
let sender: ApiClient;
beforeAll(async () => {
  server = await openServer();
  author = await server.as("admin");
  sender = await server.withToken("ingest", "author");
  expect((await sender.deliver(`${history.join("\n")}\n`)).body.accepted).toBe(history.length);
  const noise = readOwnRules().files.flatMap(({ silent }) =>
    silent.flatMap(({ records }) => records.map(({ raw }) => raw)),
  );
  await sender.deliver(`${noise.join("\n")}\n`, { type: "text/plain" });
  await server.settled();
});
afterAll(() => server.close());

const post = <Body>(path: string, value: unknown): Promise<Answer<Body>> => author.post<Body>(path, value);
const range = { from: "2026-11-17T00:00:00Z", to: "2026-11-19T00:00:00Z" };

async function hunted(ask: object): Promise<Hunt> {
  const answer = await post<Hunt>("/api/v1/retro-hunts", { kind: "back-test", ...range, ...ask });
  expect(answer.status, answer.text).toBe(202);
  let hunt = answer.body;
  await until("the hunt is over", async () => {
    hunt = await author.get<Hunt>(`/api/v1/retro-hunts/${answer.body.id}`);
    return hunt.state !== "waiting" && hunt.state !== "running";
  });
  return hunt;
}

describe("a rule text", () => {
  test("is checked: nothing to complain about, nothing better to do, and what it is as a search", async () => {
    const { body } = await post<DraftCheck>("/api/v1/rules/drafts/check", { text: rule });
    expect(body.problems).toEqual([]);
    expect(body.lint).toEqual([]);
    expect(body.documents).toMatchObject([{ kind: "detection", title: "Archive Tool Writes to a Share", fed: true }]);
    expect(body.queryExact).toBe(true);
    const query = new URLSearchParams({ query: body.query ?? "", ...range });
    const found = await author.get<{ items: unknown[] }>(`/api/v1/events?${query.toString()}`);
    expect(found.items).toHaveLength(4);
  });

  test("is told its mistakes by line, with a fix where one is safe", async () => {
    const broken = rule.replace("level: high", "level: hgih").replace("condition: tool and", "condition: tol and");
    const wrong = await post<DraftCheck>("/api/v1/rules/drafts/check", { text: broken });
    expect(wrong.body.problems.map(({ code }) => code).toSorted()).toEqual([
      "sigma.condition.unknown-selection",
      "sigma.level.unknown",
    ]);
    const untidy = rule.replace("date: 2026-11-20", "date: 2026/11/20");
    const { body } = await post<DraftCheck>("/api/v1/rules/drafts/check", { text: untidy });
    expect(body.lint).toMatchObject([{ code: "lint.meta.date-form", line: 8, fix: { text: rule } }]);
  });

  test("is tried on pasted records, each with its reason, and on stored ones", async () => {
    const { body } = await post<DraftTest>("/api/v1/rules/drafts/test", { text: rule, lines: history.join("\n") });
    expect(body.events.map(({ matched }) => matched)).toEqual([true, true, true, true, false, false, false]);
    expect(body.events.every(({ reachedLogSource, parseFailure }) => reachedLogSource && parseFailure === null)).toBe(
      true,
    );
    const near = body.events[5]?.explanation.selections.find(({ name }) => name === "share");
    expect(near?.items).toMatchObject([
      { key: "CommandLine|contains", holds: false, value: "packer.exe a C:\\local.7z" },
    ]);
    const [stored] = (await author.get<{ items: { id: string }[] }>(`/api/v1/events?query=packer&limit=1`)).items;
    const ids = [stored?.id, "0".repeat(32)];
    const again = await post<DraftTest>("/api/v1/rules/drafts/test", { text: rule, eventIds: ids });
    expect(again.body.events).toHaveLength(1);
    expect(again.body.missing).toEqual(["0".repeat(32)]);
  });

  test("may hold a correlation, tried on all records together", async () => {
    const text = `${rule}---\n${burst}`;
    const { body } = await post<DraftTest>("/api/v1/rules/drafts/test", { text, lines: history.join("\n") });
    expect(body.findings).toMatchObject([{ count: 3, events: [{ index: 0 }, { index: 1 }, { index: 2 }] }]);
  });
});

describe("hostile drafts", () => {
  const tested = (text: string, lines: string) =>
    post<DraftTest & { code: string }>("/api/v1/rules/drafts/test", { text, lines });
  const evil = rule.replace("Image|endswith: '\\packer.exe'", "Image|re: '(a+)+(a+)+(a|aa)+$'");

  test.each<[string, string, string, number]>([
    ["a text beyond its bound", "#".repeat(300_000), "", 422],
    ["more documents than anybody writes", `${rule}---\n`.repeat(40), "", 413],
    ["more records than one test takes", rule, `${start({ at: 0, host: "h" })}\n`.repeat(501), 413],
    ["a pattern made to run for ever", evil, start({ at: 0, host: "h", image: `${"a".repeat(200_000)}!` }), 200],
    ["nesting without end", `${rule}x: ${"[".repeat(20_000)}`, "", 200],
    ["aliases that unfold without end", `a: &a [x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n${rule}`, "", 200],
    [
      "names of the language itself",
      rule.replace("Image|endswith", "__proto__|endswith"),
      `{"__proto__":{"x":1},"constructor":"y"}`,
      200,
    ],
    ["bytes that are no text", "\u0000\uFFFE: \u202E", "\u0000\u0001", 200],
    ["JSON that never ends", rule, `[${'{"a":'.repeat(5_000)}`, 200],
  ])("%s: answered soon", async (_, text, lines, status) => {
    const answer = await tested(text, lines);
    expect(answer.status, answer.text.slice(0, 300)).toBe(status);
    expect((await post("/api/v1/rules/drafts/check", { text })).status).toBeLessThan(500);
  });
});

describe("history", () => {
  test("a back-test says what the rule would have found before it is saved", async () => {
    const hunt = await hunted({ text: rule });
    expect(hunt).toMatchObject({
      state: "done",
      matches: 4,
      kept: 4,
      raised: 0,
      alerts: 2,
      alertsPerDay: 1,
      error: null,
      hosts: [
        { host: "PC-1", count: 3 },
        { host: "PC-2", count: 1 },
      ],
      perDay: [{ day: "2026-11-18", matches: 4, alerts: 2 }],
    });
    expect(hunt.progress.ratio).toBe(1);
    // The store preselects: not one event of other programs was read.
    expect(hunt.progress.scanned).toBeLessThanOrEqual(6);
    const { items } = await author.get<{ items: { host: string }[] }>(`/api/v1/retro-hunts/${hunt.id}/matches`);
    expect(items.map(({ host }) => host)).toEqual(["PC-1", "PC-1", "PC-1", "PC-2"]);
  });

  test("a hunt can be narrowed by a search, and a wrong search is refused", async () => {
    expect((await hunted({ text: rule, query: "host:PC-2" })).matches).toBe(1);
    const wrong = await post("/api/v1/retro-hunts", { kind: "back-test", ...range, text: rule, query: "host:(" });
    expect(wrong.status).toBe(422);
    const backwards = { kind: "back-test", from: range.to, to: range.from, text: rule };
    expect((await post<{ code: string }>("/api/v1/retro-hunts", backwards)).body.code).toBe("detection.hunt.range");
  });

  test("correlations are hunted in event time", async () => {
    const hunt = await hunted({ text: `${rule}---\n${burst}` });
    expect(hunt).toMatchObject({ state: "done", matches: 1, hosts: [{ host: "PC-1", count: 1 }] });
  });

  test("who may not read events may not hunt", async () => {
    const viewer = await server.as("viewer");
    const answer = await viewer.post("/api/v1/retro-hunts", { kind: "back-test", ...range, text: rule });
    expect(answer.status).toBe(403);
  });
});

describe("saved", () => {
  const alertsOf = (): Promise<Alert[]> => author.all<Alert>(`/api/v1/alerts?rule=${RULE_ID}`);

  test("it starts off, is turned on, and fires on what comes", async () => {
    const made = await post("/api/v1/rules/own", { text: rule });
    expect(made.status, made.text).toBe(201);
    await sender.deliver(`${start({ at: 20, host: "PC-7" })}\n`);
    await server.settled();
    expect(await alertsOf()).toEqual([]);
    const on = await author.ask("PATCH", `/api/v1/rules/${RULE_ID}`, {
      body: JSON.stringify({ enabled: true }),
      headers: { "content-type": "application/json" },
    });
    expect(on.status, on.text).toBe(200);
    await sender.deliver(`${start({ at: 21, host: "PC-8" })}\n`);
    await server.settled();
    await until("the finding is an alert", async () => (await alertsOf()).length === 1);
  });

  test("a retro-hunt raises what came before, exactly once", async () => {
    const hunt = await hunted({ kind: "retro-hunt", ruleId: RULE_ID, raise: true });
    expect(hunt).toMatchObject({ state: "done", matches: 6, raised: 6 });
    await until("every host has its alert", async () => (await alertsOf()).length === 4);
    const counts = async (): Promise<number[]> => (await alertsOf()).map(({ count }) => count).toSorted();
    expect(await counts()).toEqual([1, 1, 1, 3]);
    await hunted({ kind: "retro-hunt", ruleId: RULE_ID, raise: true });
    await server.settled();
    expect(await counts()).toEqual([1, 1, 1, 3]);
  });

  test("hunts are listed newest first and can be removed", async () => {
    const hunts = await author.all<Hunt>("/api/v1/retro-hunts?limit=2");
    expect(hunts.length).toBeGreaterThan(3);
    const [newest] = hunts;
    expect((await author.ask("DELETE", `/api/v1/retro-hunts/${newest?.id}`)).status).toBe(204);
    expect((await author.ask("GET", `/api/v1/retro-hunts/${newest?.id}`)).status).toBe(404);
  });

  test("the matrix counts it", async () => {
    const matrix = await author.get<{
      version: string;
      tactics: {
        id: string;
        techniques: { id: string; live: number; subtechniques: { id: string; rules: number; fired30d: number }[] }[];
      }[];
    }>("/api/v1/attack/matrix?domain=enterprise");
    expect(matrix.version).toBe("18.1");
    const technique = matrix.tactics.find(({ id }) => id === "TA0009")?.techniques.find(({ id }) => id === "T1560");
    expect(technique?.live).toBeGreaterThan(0);
    const layer = await author.ask("GET", "/api/v1/attack/layer?domain=ics");
    expect(layer.headers.get("content-disposition")).toContain("khien-attack-ics.json");
    expect((layer.body as { versions: { layer: string } }).versions.layer).toBe("4.5");
  });
});
