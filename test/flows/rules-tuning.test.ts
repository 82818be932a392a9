/** Rules of all kinds and what people decide about them, through the HTTP API of a running server. */
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseRules } from "../../src/apps/sigma.ts";
import type { Answer, ApiClient } from "./api-client.ts";
import { openServer, type TestServer, until } from "./server.ts";

const FAILED = "3b0f6f0e-0000-4000-8000-000000000001";
const MANY = "3b0f6f0e-0000-4000-8000-000000000002";
const QUIET = "3b0f6f0e-0000-4000-8000-000000000003";

const FAILED_TEXT = `title: Failed password <script>alert(1)</script>
id: ${FAILED}
name: failed
logsource:
  product: linux
  service: sshd
detection:
  selection:
    message|startswith: 'Failed password for '
  condition: selection
level: low
tags:
  - attack.t1110.001
x-khien:
  entity: user
`;
const SET = `${FAILED_TEXT}---
title: =HYPERLINK("http://example.org")
id: ${MANY}
status: deprecated
correlation:
  type: event_count
  rules: [failed]
  group-by: [src_ip]
  timespan: 10m
  condition:
    gte: 4
level: high
x-khien:
  lateness: 0s
---
title: Scanner of our own
id: ${QUIET}
logsource:
  product: linux
  service: sshd
filter:
  rules: [${FAILED}]
  selection:
    src_ip: 192.0.2.250
  condition: not selection
`;

interface Summary {
  readonly id: string;
  readonly kind: string;
  readonly level: string;
  readonly ownLevel: string;
  readonly enabled: boolean;
  readonly runs: boolean;
  readonly exceptions: number;
  readonly techniques: readonly string[];
  readonly firedCount: number;
  readonly origin: string;
}
interface Detail {
  readonly rule: Summary;
  readonly text: string;
  readonly version: string;
  readonly editable: boolean;
  readonly usedBy: readonly { readonly id: string; readonly kind: string }[];
  readonly correlation: { readonly condition: string; readonly rules: readonly unknown[] } | null;
  readonly problems: readonly unknown[];
}
interface Stats {
  readonly fired: number;
  readonly perDay: readonly { readonly day: string; readonly findings: number }[];
  readonly verdicts: Readonly<Record<string, number>>;
  readonly truePositiveRate: number | null;
  readonly hidden: readonly { readonly filterId: string; readonly title: string; readonly count: number }[];
  readonly suppressed: number;
  readonly correlation: { readonly findings: number } | null;
}
interface Exception {
  readonly id: string;
  readonly state: string;
  readonly text: string;
  readonly hidden: number;
  readonly owner: string;
}
interface Preview {
  readonly findings: { readonly total: number; readonly looked: number; readonly hidden: number };
  readonly alerts: { readonly total: number; readonly hidden: number };
  readonly perDay: readonly { readonly hidden: number }[];
  readonly truePositives: readonly { readonly alertId: string }[];
  readonly sample: readonly { readonly eventId: string }[];
  readonly unreadable: number;
}
interface Alert {
  readonly id: string;
  readonly rule: { readonly id: string; readonly level: string };
  readonly entity: { readonly value: string };
  readonly count: number;
}
interface Problem {
  readonly code: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly problems?: readonly { readonly file: string; readonly line: number }[];
}

let server: TestServer;
let admin: ApiClient;
let sender: ApiClient;
let port = 1024;
beforeAll(async () => {
  server = await openServer();
  admin = await server.as("admin");
  sender = await server.withToken("ingest", "tuning");
  const imported = await upload("tuning.yml", SET);
  expect(imported.status).toBe(200);
  expect(imported.body.import).toMatchObject({ loaded: 3, correlations: 1, filters: 1, rejected: 0 });
  expect(imported.body.problems).toEqual([]);
});
afterAll(() => server.close());

const upload = (
  name: string,
  text: string,
): Promise<Answer<{ import: Record<string, unknown>; problems: readonly unknown[] }>> =>
  admin.ask("POST", `/api/v1/rules/imports?name=${name}`, {
    body: text,
    headers: { "content-type": "application/octet-stream" },
  });
const change = <Body>(path: string, body: object): Promise<Answer<Body>> =>
  admin.ask("PATCH", path, { body: JSON.stringify(body), headers: { "content-type": "application/json" } });
const put = <Body>(path: string, body: object): Promise<Answer<Body>> =>
  admin.ask("PUT", path, { body: JSON.stringify(body), headers: { "content-type": "application/json" } });
const detail = (id: string): Promise<Detail> => admin.get(`/api/v1/rules/${id}`);
const stats = (id: string): Promise<Stats> => admin.get(`/api/v1/rules/${id}/stats`);
const alertsOf = (rule: string): Promise<Alert[]> => admin.all(`/api/v1/alerts?limit=500&rule=${rule}`);

/** Refused logins, a second apart, ending now. */
async function refused(user: string, ip: string, count = 1): Promise<void> {
  const lines = Array.from({ length: count }, (_, at) => {
    const time = new Date(Date.now() - (count - at) * 1000).toISOString();
    return `<38>1 ${time} jump01 sshd ${(port += 1)} - - Failed password for ${user} from ${ip} port ${port} ssh2\n`;
  });
  const answer = await sender.deliver(lines.join(""), { type: "text/plain" });
  expect(answer.body.accepted).toBe(count);
  await server.settled();
}

const inAYear = (): string => new Date(Date.now() + 365 * 86_400_000).toISOString();
const forUser = (user: string, more: object = {}) => ({
  title: `Account ${user}`,
  reason: "job with an old password",
  until: inAYear(),
  tests: [{ field: "user", op: "equals", values: [user] }],
  ...more,
});

describe("the library", () => {
  test("shows kinds, techniques and who uses whom", async () => {
    const rules = await admin.all<Summary>("/api/v1/rules?limit=500&technique=t1110&origin=&q=Failed%20password");
    expect(rules).toEqual([]);
    const found = await admin.all<Summary>("/api/v1/rules?technique=T1110&q=script&correlated=true");
    expect(found).toMatchObject([{ id: FAILED, kind: "detection", techniques: ["T1110.001"], runs: true }]);
    const base = await detail(FAILED);
    expect(base.usedBy).toMatchObject([
      { id: MANY, kind: "correlation" },
      { id: QUIET, kind: "filter" },
    ]);
    const correlation = await detail(MANY);
    expect(correlation.correlation).toMatchObject({
      condition: "gte 4",
      rules: [{ id: FAILED, found: true, enabled: true }],
    });
    expect(correlation.rule).toMatchObject({ enabled: false, runs: false });
    const kinds = await admin.all<Summary>("/api/v1/rules?kind=filter,correlation&q=3b0f6f0e");
    expect(kinds.map(({ id }) => id).sort()).toEqual([MANY, QUIET]);
  });

  test("exports one document of a file with author and licence told, and the whole reads again", async () => {
    const answer = await admin.ask("GET", `/api/v1/rules/export?ids=${FAILED},${QUIET}`);
    expect(answer.headers.get("content-type")).toContain("application/yaml");
    const parsed = parseRules(answer.text);
    expect(parsed.problems).toEqual([]);
    expect([...parsed.rules, ...parsed.filters].map(({ id }) => id)).toEqual([FAILED, QUIET]);
    expect(parsed.correlations).toEqual([]);
    expect(answer.text).toContain("# author: not stated; licence: not stated");
    const all = parseRules((await admin.ask("GET", "/api/v1/rules/export?origin=builtin&product=linux")).text);
    const builtin = await admin.all<Summary>("/api/v1/rules?limit=500&origin=builtin&product=linux");
    expect(all.problems).toEqual([]);
    const exported = [...all.rules, ...all.correlations, ...all.filters].map(({ id }) => id);
    expect(exported.sort()).toEqual(builtin.map(({ id }) => id).sort());
    expect((await admin.ask("GET", "/api/v1/rules/export?ids=nope")).status).toBe(404);
  });
});

describe("exceptions", () => {
  let bob: Exception;

  test("a preview tells what would have gone and names confirmed true positives; hiding those is refused", async () => {
    await refused("alice", "198.51.100.1", 2);
    await refused("bob", "198.51.100.2", 3);
    const alerts = await alertsOf(FAILED);
    const alice = alerts.find(({ entity }) => entity.value === "alice");
    expect(alice?.count).toBe(2);
    await admin.post("/api/v1/alerts/actions", { ids: [alice?.id], do: { action: "close", reason: "true_positive" } });

    const path = `/api/v1/rules/${FAILED}/exceptions`;
    const { body: ofAlice } = await admin.post<Preview>(`${path}/preview`, { tests: forUser("Alice").tests });
    expect(ofAlice).toMatchObject({
      findings: { total: 5, looked: 5, hidden: 2 },
      alerts: { total: 2, hidden: 1 },
      unreadable: 0,
    });
    expect(ofAlice.truePositives.map(({ alertId }) => alertId)).toEqual([alice?.id, alice?.id]);
    expect(ofAlice.sample).toHaveLength(2);
    expect(ofAlice.perDay).toHaveLength(30);
    expect(ofAlice.perDay.reduce((sum, { hidden }) => sum + hidden, 0)).toBe(2);

    const refusal = await admin.post<Problem>(path, forUser("alice"));
    expect(refusal.status).toBe(409);
    expect(refusal.body.code).toBe("detection.exception.hides_true_positive");
    expect(refusal.body.params).toMatchObject({ count: 2, alertId: alice?.id });
    const accepted = await admin.post<Exception>(path, forUser("alice", { acceptHidingTruePositives: true }));
    expect(accepted.status).toBe(201);
    const ended = await admin.ask<Exception>("POST", `/api/v1/exceptions/${accepted.body.id}/end`);
    expect(ended.body.state).toBe("ended");
    const again = await change<Problem>(`/api/v1/exceptions/${accepted.body.id}`, { reason: "x" });
    expect(again.body.code).toBe("detection.exception.ended");
  });

  test("hides from now on, is counted, survives a new version of the rule, and its text is a Sigma filter", async () => {
    const answer = await admin.post<Exception>(`/api/v1/rules/${FAILED}/exceptions`, forUser("bob"));
    expect(answer.status).toBe(201);
    bob = answer.body;
    expect(bob).toMatchObject({ state: "active", hidden: 0, owner: "admin-1" });
    const { filters, problems } = parseRules(bob.text);
    expect(problems).toEqual([]);
    expect(filters).toMatchObject([{ id: bob.id, rules: [{ text: FAILED }], title: "Account bob" }]);
    await refused("bob", "198.51.100.2", 2);
    expect((await stats(FAILED)).fired).toBe(5);

    await upload("tuning.yml", SET.replace("level: low", "level: low\nstatus: test"));
    await refused("bob", "198.51.100.2");
    await refused("nobody", "192.0.2.250");
    const figures = await stats(FAILED);
    expect(figures).toMatchObject({
      fired: 5,
      verdicts: { truePositive: 1, open: 1 },
      truePositiveRate: 1,
      perDay: expect.arrayContaining([expect.objectContaining({ findings: 5 })]),
    });
    expect(figures.hidden.map(({ title, count }) => ({ title, count })).sort((a, b) => b.count - a.count)).toEqual([
      { title: "Account bob", count: 3 },
      { title: "Scanner of our own", count: 1 },
    ]);
    const listed = await admin.all<Exception>("/api/v1/exceptions?state=active");
    expect(listed).toMatchObject([{ id: bob.id, hidden: 3 }]);
    expect((await detail(FAILED)).rule.exceptions).toBe(1);
  });

  test("after its end the rule finds again", async () => {
    const end = new Date(Date.now() + 800).toISOString();
    expect((await change<Exception>(`/api/v1/exceptions/${bob.id}`, { until: end })).status).toBe(200);
    await pause(900);
    await refused("bob", "198.51.100.2");
    expect((await stats(FAILED)).fired).toBe(6);
    const [known] = await admin.all<Exception>(`/api/v1/rules/${FAILED}/exceptions`);
    expect(known).toMatchObject({ id: bob.id, state: "expired", hidden: 3 });
  });

  test("a wrong text is refused with its own lines; a hostile one names no other rule", async () => {
    const path = `/api/v1/rules/${FAILED}/exceptions`;
    const text = (body: string) => ({ ...forUser("x"), tests: undefined, text: body });
    const wrong = await admin.post<Problem>(path, text("selection:\n  user: x\ncondition: not other\n"));
    expect(wrong.status).toBe(422);
    expect(wrong.body.code).toBe("detection.exception.refused");
    expect(wrong.body.problems).toMatchObject([{ file: "exception", line: 3 }]);
    const both = await admin.post<Problem>(path, { ...forUser("x"), text: "selection:\n  a: b" });
    expect(both.body.code).toBe("detection.exception.shape");
    const evil = await admin.post<Problem>(path, text("selection:\n  user|re: '(a)\\1'\ncondition: not selection"));
    expect(evil.body.code).toBe("detection.exception.refused");
    const other = await admin.post<Problem>(path, text("rules: any\nselection:\n  user: x\ncondition: not selection"));
    expect(other.status).toBe(422);
    const long = await admin.post<Problem>(path, text(`selection:\n  user: ${"x".repeat(20_000)}`));
    expect(long.status).toBe(422);
    const named = await admin.post<Problem>(path, forUser("x", { title: "a\nid: other" }));
    expect(named.status).toBe(422);
    const past = await admin.post<Problem>(path, forUser("x", { until: "2020-01-01T00:00:00Z" }));
    expect(past.body.code).toBe("detection.exception.period");
    const correlation = await admin.post<Problem>(`/api/v1/rules/${MANY}/exceptions`, forUser("x"));
    expect(correlation.body.code).toBe("detection.exception.kind");
  });
});

describe("level and suppression", () => {
  test("a level set here is what the next alert carries", async () => {
    const answer = await change<Summary>(`/api/v1/rules/${FAILED}`, { level: "critical", reason: "bastion host" });
    expect(answer.body).toMatchObject({ level: "critical", ownLevel: "low" });
    await refused("carol", "198.51.100.3");
    const alerts = await alertsOf(FAILED);
    expect(alerts.find(({ entity }) => entity.value === "carol")?.rule.level).toBe("critical");
    expect(alerts.find(({ entity }) => entity.value === "bob")?.rule.level).toBe("low");
  });

  test("suppression lets one finding of a window through and counts the others", async () => {
    const before = (await stats(FAILED)).fired;
    await change(`/api/v1/rules/${FAILED}`, { suppression: { fields: ["user"], windowMs: 3_600_000 } });
    await refused("dave", "198.51.100.4", 5);
    await refused("erin", "198.51.100.4", 1);
    const after = await stats(FAILED);
    expect(after.fired - before).toBe(2);
    expect(after.suppressed).toBe(4);
    await change(`/api/v1/rules/${FAILED}`, { suppression: null });
  });

  test("all of it is in the rule's history and in the audit log", async () => {
    const items = await admin.all<{ action: string; by: string }>(`/api/v1/rules/${FAILED}/history?limit=3`);
    expect(items.map(({ action }) => action)).toEqual([
      "suppression",
      "suppression",
      "level",
      "exception-changed",
      "updated",
      "exception-added",
      "exception-ended",
      "exception-added",
      "imported",
    ]);
    const verbs = await admin.all<{ verb: string }>("/api/v1/audit?limit=200&verb=detection.");
    expect(new Set(verbs.map(({ verb }) => verb))).toEqual(
      new Set([
        "detection.rules.imported",
        "detection.rules.exported",
        "detection.rule.leveled",
        "detection.rule.suppressed",
        "detection.exception.added",
        "detection.exception.changed",
        "detection.exception.ended",
        "detection.exception.previewed",
      ]),
    );
  });
});

describe("a correlation", () => {
  test("turned on, it finds what its rules find together, and they fall silent", async () => {
    const before = (await stats(FAILED)).fired;
    expect((await change<Summary>(`/api/v1/rules/${MANY}`, { enabled: true })).body.runs).toBe(true);
    await refused("frank", "198.51.100.9", 4);
    // The last event counts when something later of its group or clock has been seen.
    await until("the correlation has come true", async () => (await alertsOf(MANY)).length > 0, 30_000);
    expect((await stats(FAILED)).fired).toBe(before);
    expect((await stats(MANY)).fired).toBe(1);
    await until("its figures are told", async () => (await stats(MANY)).correlation?.findings === 1, 45_000);
  });

  test("confirmed, it keeps an exception from taking its events away", async () => {
    const [alert] = await alertsOf(MANY);
    await admin.post("/api/v1/alerts/actions", { ids: [alert?.id], do: { action: "close", reason: "true_positive" } });
    const refusal = await admin.post<Problem>(`/api/v1/rules/${FAILED}/exceptions`, forUser("frank"));
    expect(refusal.body).toMatchObject({
      code: "detection.exception.hides_true_positive",
      params: { count: 1, alertId: alert?.id, title: '=HYPERLINK("http://example.org")' },
    });
  });

  test("titles of rules reach CSV and YAML as text, not as formulas or further keys", async () => {
    const csv = await admin.ask("GET", `/api/v1/alerts/export?format=csv&rule=${MANY}`);
    expect(csv.text).not.toMatch(/(?:^|,|\n)"?=HYPERLINK/u);
    const page = await admin.ask("GET", `/api/v1/rules/${FAILED}`);
    expect(page.headers.get("content-type")).toContain("application/json");
  });
});

describe("a rule written here", () => {
  const ID = "3b0f6f0e-0000-4000-8000-00000000000a";
  const text = FAILED_TEXT.replace(FAILED, ID).replace(
    "name: failed\n",
    `related:\n  - id: ${FAILED}\n    type: derived\n`,
  );

  test("is created off, edited once per version, and deleted", async () => {
    const created = await admin.post<Detail>("/api/v1/rules/own", { text });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      editable: true,
      rule: { origin: "own", enabled: false, runs: false },
      related: [{ id: FAILED, type: "derived", title: "Failed password <script>alert(1)</script>" }],
    });
    const { version } = created.body;
    const edit = text.replace("level: low", "level: high");
    const edited = await put<Detail>(`/api/v1/rules/own/${ID}`, { text: edit, version });
    expect(edited.body.rule).toMatchObject({ level: "high", enabled: false });
    const late = await put<Problem>(`/api/v1/rules/own/${ID}`, { text, version });
    expect(late.status).toBe(409);
    expect(late.body).toMatchObject({
      code: "detection.own.conflict",
      params: { version: edited.body.version },
    });
    const old = await admin.get<{ text: string }>(`/api/v1/rules/${ID}/versions/${version}`);
    expect(old.text).toBe(text);
    const broken = await put<Problem>(`/api/v1/rules/own/${ID}`, {
      text: edit.replace("condition: selection", "condition: 1 of"),
      version: edited.body.version,
    });
    expect(broken.body.code).toBe("detection.own.refused");
    expect(broken.body.problems).toMatchObject([{ file: "rule.yml", line: 12 }]);
    expect((await admin.post<Problem>("/api/v1/rules/own", { text })).body.code).toBe("detection.own.id_taken");
    expect((await put<Problem>(`/api/v1/rules/own/${FAILED}`, { text, version: "" })).status).toBe(409);
    expect((await admin.ask("DELETE", `/api/v1/rules/own/${ID}`)).status).toBe(204);
    expect((await admin.ask("GET", `/api/v1/rules/${ID}`)).status).toBe(404);
    const history = await admin.all<{ action: string }>(`/api/v1/rules/${ID}/history`);
    expect(history.map(({ action }) => action)).toEqual(["deleted", "edited", "created"]);
  });

  test("hostile texts are refused in time", async () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${[..."bcdefgh"]
      .map((name, at) => `${name}: &${name} [${`*${"abcdefgh"[at]},`.repeat(9)}]`)
      .join("\n")}\n`;
    const texts = [bomb, "[".repeat(200_000), `title: x\n__proto__: {polluted: 1}\n`, "x".repeat(300_000)];
    for (const one of texts) {
      const answer = await admin.post<Problem>("/api/v1/rules/own", { text: one });
      expect(answer.status).toBe(422);
    }
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});
