import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EventId, Fault, type Fields, type KhienEvent } from "../../kernel/index.ts";
import { auditMigrations, openAudit } from "../../platform/audit/index.ts";
import { ManualClock } from "../../platform/clock/index.ts";
import { openRecords, type Records, sql } from "../../platform/db/index.ts";
import type { Principal } from "../../platform/http/index.ts";
import { silentLog } from "../../platform/log/index.ts";
import { Outbox, outboxMigrations } from "../../platform/outbox/index.ts";
import { FINDINGS_RAISED, type FindingsRaised } from "../detection/index.ts";
import { type Lake, openLake } from "../lake/index.ts";
import { entityPage } from "./entities.ts";
import { HuntScheduler, huntsMigrations, matchedParts, Notebooks, SavedHunts } from "./index.ts";
import { logOns } from "./log-ons.ts";
import { hostProcesses, processTree } from "./process-tree.ts";
import { sessionAround } from "./sessions.ts";

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 21, 10);
const clock = new ManualClock(START + 60 * MINUTE);
const person = (id: string): Principal => ({ kind: "user", id, name: id, permissions: new Set(["events.read"]) });
const lan = { who: person("lan"), peer: "203.0.113.1" };
const minh = { who: person("minh"), peer: "203.0.113.2" };
const { signal } = new AbortController();

let dir: string;
let lake: Lake;
let records: Records;
let outbox: Outbox;
let saved: SavedHunts;
let notebooks: Notebooks;
let scheduler: HuntScheduler;
let position = 0;
const raised: FindingsRaised[] = [];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "khien-hunts-"));
  lake = await openLake({ dir, clock });
  const migrations = [...outboxMigrations, ...auditMigrations, ...huntsMigrations];
  records = openRecords({ file: ":memory:", migrations });
  const log = silentLog;
  const audit = await openAudit({ records, clock, dataDir: dir, log });
  outbox = new Outbox({ records, clock, log });
  outbox.on(FINDINGS_RAISED, async (payload) => void raised.push(payload as FindingsRaised));
  saved = new SavedHunts({ records, audit, clock, nameOf: async () => undefined });
  notebooks = new Notebooks({ records, audit, clock, store: lake.store });
  scheduler = new HuntScheduler({ records, clock, outbox, log, store: lake.store });
}, 60_000);
afterAll(async () => {
  await lake.close();
  await records.close();
  rmSync(dir, { recursive: true, force: true });
});

async function store(...events: readonly (Partial<KhienEvent> & { readonly fields: Fields })[]): Promise<string[]> {
  const whole = events.map((event): KhienEvent => {
    position += 1;
    const time = event.time ?? START + position * MINUTE;
    return {
      id: position.toString(16).padStart(32, "0") as EventId,
      ingestedAt: time,
      sensor: "dc",
      logsource: { product: "windows" },
      format: "test",
      host: "pc",
      entities: {},
      raw: JSON.stringify(event.fields),
      ...event,
      time,
    };
  });
  await lake.store.append({ events: whole, upTo: position });
  return whole.map(({ id }) => id);
}

const content = {
  name: "Failed log-ons",
  query: "EventID:4625 | stats count() by user, host | where count:>2",
  span: "24h",
  columns: [],
  description: { vi: "", en: "" },
  shared: true,
};

describe("saved hunts", () => {
  test("private ones are their owner's alone; shared ones are read by all and changed by the owner", async () => {
    const own = await saved.create({ ...content, name: "own", shared: false }, lan);
    const shared = await saved.create({ ...content, name: "shared" }, lan);
    expect((await saved.list(minh.who)).map(({ name }) => name)).toEqual(["shared"]);
    await expect(saved.get(own.id, minh.who)).rejects.toMatchObject({ code: "hunts.saved.missing" });
    await expect(saved.update(shared.id, content, minh)).rejects.toMatchObject({ code: "hunts.saved.not_yours" });
    await expect(saved.update(shared.id, { ...content, query: "a | bad" }, lan)).rejects.toMatchObject({
      code: "lake.query.pipe_unknown",
      params: { from: 4 },
    });
    expect(await saved.update(shared.id, { ...content, name: "renamed" }, lan)).toMatchObject({
      name: "renamed",
      owner: { id: "lan" },
    });
    await saved.remove(own.id, lan);
    await saved.remove(shared.id, lan);
    expect(await saved.list(lan.who)).toEqual([]);
  });

  test("the same link twice is one link, and says what it was made of", async () => {
    const link = {
      query: "user:lan",
      from: "2026-11-21T00:00:00Z",
      to: "2026-11-22T00:00:00Z",
      at: "2026-11-22T00:00:00Z",
      columns: ["user"],
    };
    const { id } = await saved.link(link, lan);
    expect((await saved.link(link, minh)).id).toBe(id);
    expect(await saved.linked(id)).toEqual({ id, ...link });
    await expect(saved.linked("nothing")).rejects.toMatchObject({ code: "hunts.link.missing" });
  });
});

describe("scheduled hunts", () => {
  const failed = (user: string, time: number) => ({ time, fields: { EventID: 4625 }, entities: { user } });
  const plan = {
    timing: { kind: "every", minutes: 5 },
    level: "high",
    lookbackMs: 24 * 60 * MINUTE,
    enabled: true,
  } as const;

  test("a row becomes a finding once, whatever runs again; late events are covered", async () => {
    const hunt = await saved.create(content, lan);
    await saved.schedule(hunt.id, plan, lan);
    const ids = await store(...[1, 2, 3].map((n) => failed("an", START + n * MINUTE)));
    await scheduler.runDue();
    expect(raised).toEqual([]);
    clock.advance(5 * MINUTE);
    await scheduler.runDue();
    expect(raised).toHaveLength(1);
    const [finding] = raised[0]?.findings ?? [];
    expect(finding).toMatchObject({
      ruleId: `hunt:${hunt.id}`,
      event: { id: ids[2], host: "pc", entities: { user: "an" } },
      groupBy: { field: "user", value: "an" },
    });
    expect(raised[0]?.rules[`hunt:${hunt.id}`]).toMatchObject({
      title: "Failed log-ons",
      level: "high",
      author: "lan",
    });
    clock.advance(5 * MINUTE);
    await scheduler.runDue();
    expect(raised).toHaveLength(1);
    // Events of the past that arrive now.
    await store(...[4, 5, 6].map((n) => failed("binh", START + n * MINUTE)));
    clock.advance(5 * MINUTE);
    await scheduler.runDue();
    expect(raised.flatMap((news) => news.findings.map(({ groupBy }) => groupBy?.value))).toEqual(["an", "binh"]);
    const { schedule } = await saved.get(hunt.id, lan.who);
    expect(schedule).toMatchObject({ lastRows: 2, lastRaised: 1, lastError: null });
    expect(schedule?.nextRunAt).toBeGreaterThan(clock.now());
    await saved.remove(hunt.id, lan);
  });

  test("events are told by their ids; a private hunt alerts nobody", async () => {
    const hunt = await saved.create({ ...content, query: "EventID:1102", name: "log cleared" }, lan);
    await saved.schedule(hunt.id, plan, lan);
    const ids = await store({ fields: { EventID: 1102 } }, { fields: { EventID: 1102 } });
    raised.length = 0;
    clock.advance(5 * MINUTE);
    await scheduler.runDue();
    await scheduler.runDue();
    expect(raised.flatMap((news) => news.findings.map(({ event }) => event.id)).sort()).toEqual(ids);
    const own = await saved.create({ ...content, shared: false }, lan);
    await expect(saved.schedule(own.id, plan, lan)).rejects.toMatchObject({ code: "hunts.schedule.private" });
  });
});

describe("what schedules did and would do", () => {
  const plan = {
    timing: { kind: "every", minutes: 5 },
    level: "high",
    lookbackMs: 60 * MINUTE,
    enabled: true,
  } as const;
  const turn = async () => {
    clock.advance(5 * MINUTE);
    await scheduler.runDue();
  };

  test("a preview counts what nobody was told of, and tells nobody", async () => {
    const hunt = await saved.create(
      { ...content, name: "Cleared logs", query: "EventID:1103 | stats count() by host", shared: true },
      lan,
    );
    await saved.schedule(hunt.id, plan, lan);
    await store({ time: clock.now(), host: "a", fields: { EventID: 1103 } });
    raised.length = 0;
    const asked = { lookbackMs: plan.lookbackMs, signal };
    const before = await scheduler.preview(await saved.get(hunt.id, lan.who), asked);
    expect(before).toMatchObject({ rows: 1, fresh: 1, truncated: false, examples: [{ cells: ["a", 1] }] });
    expect(raised).toEqual([]);
    await turn();
    await store({ time: clock.now(), host: "b", fields: { EventID: 1103 } });
    const after = await scheduler.preview(await saved.get(hunt.id, lan.who), asked);
    expect(after).toMatchObject({ rows: 2, fresh: 1, examples: [{ cells: ["b", 1] }] });
    await turn();
    expect((await saved.get(hunt.id, lan.who)).raised).toBe(2);
    expect((await saved.runs(hunt.id, lan.who)).map(({ rows, raised: told }) => [rows, told])).toEqual([
      [2, 1],
      [1, 1],
    ]);
    const [finding] = raised.at(-1)?.findings ?? [];
    const told = await saved.raisedBy({ id: finding?.id ?? "", huntId: hunt.id }, minh.who);
    expect(told.row).toMatchObject({ huntName: "Cleared logs", cells: ["b", 1], query: hunt.query });
    await saved.remove(hunt.id, lan);
    const gone = await saved.raisedBy({ id: finding?.id ?? "", huntId: hunt.id }, minh.who);
    expect(gone).toMatchObject({ row: { query: hunt.query }, hunt: undefined });
  });

  test("a run that fails is remembered as such; a schedule changed while it ran stays changed", async () => {
    const hunt = await saved.create({ ...content, query: "EventID:1104", shared: true }, lan);
    await saved.schedule(hunt.id, plan, lan);
    const failing = new HuntScheduler({
      records,
      clock,
      outbox,
      log: silentLog,
      store: {
        ...lake.store,
        pipeline: async () => {
          await saved.schedule(hunt.id, { ...plan, level: "low" }, lan);
          throw new Fault("busy", "lake.query.timeout", "too long", { limitMs: 1 });
        },
      } as never,
    });
    clock.advance(5 * MINUTE);
    await failing.runDue();
    const { schedule } = await saved.get(hunt.id, lan.who);
    expect(schedule).toMatchObject({ level: "low", lastError: "lake.query.timeout" });
    expect(await saved.runs(hunt.id, lan.who)).toMatchObject([{ raised: 0, error: "lake.query.timeout" }]);
    await expect(saved.update(hunt.id, { ...content, shared: false }, lan)).rejects.toMatchObject({
      code: "hunts.schedule.private",
    });
    await saved.remove(hunt.id, lan);
  });
});

describe("why an event is among the rows", () => {
  const event = {
    id: "0".repeat(32),
    time: "2026-11-21T10:00:00.000Z",
    ingestedAt: "2026-11-21T10:00:00.000Z",
    sensor: "dc",
    logsource: {},
    format: "test",
    host: "PC-01",
    entities: { user: "lan", commandLine: "powershell -Enc AAAA" },
    fields: { Groups: ["Users", "Admins"] },
    raw: "powershell -Enc AAAA",
  };

  test("conditions that hold, with their values and where the text stands", () => {
    const told = matchedParts(
      'host:pc-* (CommandLine:*"-enc "* or user:minh) not sensor:web | where Groups:admins',
      event,
    );
    expect(told.map(({ field, value }) => [field, value])).toEqual([
      ["host", "PC-01"],
      ["CommandLine", "powershell -Enc AAAA"],
      ["Groups", "Admins"],
    ]);
    expect(told[1]?.ranges).toEqual([{ from: 11, to: 16 }]);
  });

  test("words are looked for in the whole record; a broken query tells nothing", () => {
    expect(matchedParts("powershell", event)).toMatchObject([{ field: null, value: event.raw }]);
    expect(matchedParts("host:(", event)).toEqual([]);
  });
});

describe("notebooks", () => {
  test("everything written stays, sealed; a frozen result is what was there then", async () => {
    const { id } = await notebooks.create({ title: "Case", shared: true }, lan);
    await store({ fields: { EventID: 7045, name: "svc" }, entities: { user: "an" } });
    const text = (markdown: string) => ({ kind: "text", markdown }) as const;
    const page = await notebooks.change(
      id,
      { expected: 0, changes: [{ op: "add", cell: "a", after: null, content: text("# Seen") }] },
      lan,
    );
    expect(page.entries).toBe(1);
    await expect(
      notebooks.change(id, { expected: 0, changes: [{ op: "remove", cell: "a" }] }, lan),
    ).rejects.toMatchObject({ code: "hunts.notebook.changed_meanwhile" });
    const frozen = await notebooks.freeze(
      id,
      { query: "EventID:7045 | stats count() by user", from: START, to: START + 1e9, after: "a" },
      { ...lan, signal },
    );
    const result = frozen.cells[1]?.content;
    expect(result).toMatchObject({ kind: "result", result: { rows: [["an", 1]], total: 1, truncated: false } });
    await store({ fields: { EventID: 7045 }, entities: { user: "an" } });
    expect((await notebooks.get(id, minh.who)).cells[1]?.content).toEqual(result);
    const cell = frozen.cells[1]?.id ?? "";
    await expect(
      notebooks.change(id, { expected: 2, changes: [{ op: "edit", cell, content: text("other") }] }, lan),
    ).rejects.toMatchObject({ code: "hunts.notebook.result_fixed" });
    await notebooks.change(id, { expected: 2, changes: [{ op: "remove", cell }] }, lan);
    expect((await notebooks.get(id, lan.who)).cells).toHaveLength(1);
    expect((await notebooks.get(id, lan.who, 2)).cells).toHaveLength(2);
    expect(await notebooks.verify(id, lan.who)).toEqual({ entries: 3, brokenAt: null });
    await expect(
      notebooks.change(id, { expected: 3, changes: [{ op: "remove", cell: "a" }] }, minh),
    ).rejects.toMatchObject({ code: "hunts.notebook.not_yours" });
  });

  test("the database refuses to change history, and verification finds what got round it", async () => {
    const { id } = await notebooks.create({ title: "Sealed", shared: false }, lan);
    const add = (cell: string, markdown: string) =>
      ({ op: "add", cell, after: null, content: { kind: "text", markdown } }) as const;
    await notebooks.change(id, { expected: 0, changes: [add("a", "one"), add("b", "two")] }, lan);
    const forge = sql`UPDATE hunts_notebook_entries SET change = replace(change, 'one', 'two') WHERE notebook_id = ${id}`;
    await expect(forge.execute(records.query)).rejects.toThrow("append-only");
    await expect(sql`DELETE FROM hunts_notebook_entries`.execute(records.query)).rejects.toThrow("append-only");
    await sql`DROP TRIGGER hunts_notebook_entries_fixed`.execute(records.query);
    await forge.execute(records.query);
    expect(await notebooks.verify(id, lan.who)).toEqual({ entries: 2, brokenAt: 1 });
  });
});

describe("views", () => {
  test("a process tree across sources, without those that had the number at another time", async () => {
    const at = (n: number) => START + 1_000 * MINUTE + n * MINUTE;
    const sysmon = (n: number, pid: number, ppid: number) => ({
      time: at(n),
      fields: {
        EventID: 1,
        ProcessGuid: `{${pid}}`,
        ProcessId: pid,
        Image: `${pid}.exe`,
        ParentProcessGuid: `{${ppid}}`,
        ParentProcessId: ppid,
      },
    });
    const security = (n: number, pid: number, ppid: number) => ({
      time: at(n),
      host: "srv",
      fields: {
        EventID: 4688,
        NewProcessId: `0x${pid.toString(16)}`,
        NewProcessName: `${pid}.exe`,
        ProcessId: `0x${ppid.toString(16)}`,
      },
    });
    const [, b, c] = await store(
      sysmon(0, 10, 1),
      sysmon(1, 20, 10),
      sysmon(2, 30, 20),
      sysmon(3, 40, 20),
      sysmon(4, 50, 99),
    );
    const tree = await processTree(lake.store, { event: b ?? "" }, signal);
    expect(
      tree.processes.map(({ pid, parent }) => [pid, parent === undefined ? undefined : Number.parseInt(parent, 16)]),
    ).toHaveLength(4);
    expect(tree.processes.map(({ pid }) => pid)).toEqual([10, 20, 30, 40]);
    expect(tree.processes.find(({ eventId }) => eventId === c)?.parent).toBe(b);

    const ids = await store(
      security(0, 100, 4),
      security(1, 200, 100),
      { time: at(7), host: "srv", fields: { EventID: 4689, ProcessId: "0x64" } },
      { time: at(2), host: "srv", fields: { EventID: 4689, ProcessId: "0xc8", ProcessName: "200.exe" } },
      security(3, 300, 200),
      security(4, 200, 100),
      security(5, 400, 200),
    );
    const reused = await processTree(lake.store, { event: ids[1] ?? "" }, signal);
    expect(reused.processes.map(({ pid }) => pid)).toEqual([100, 200]);
    expect(reused.processes.map(({ endedAt }) => endedAt)).toEqual([at(7), at(2)]);
    const second = await processTree(lake.store, { host: "srv", pid: 200, at: at(6) }, signal);
    expect(second.processes.map(({ pid }) => pid)).toEqual([100, 200, 400]);
    await expect(processTree(lake.store, { host: "srv", pid: 999, at: at(6) }, signal)).rejects.toMatchObject({
      code: "hunts.process.missing",
    });
  });

  test("a session is from its opening to its closing", async () => {
    const at = (n: number) => START + 3_000 * MINUTE + n * MINUTE;
    const ids = await store(
      { time: at(0), fields: { EventID: 4624, TargetLogonId: "0xabc" } },
      { time: at(1), fields: { EventID: 4688, SubjectLogonId: "0xabc" } },
      { time: at(2), fields: { EventID: 4634, TargetLogonId: "0xABC" } },
      { time: at(3), fields: { EventID: 4624, TargetLogonId: "0xabc" } },
    );
    const session = await sessionAround(lake.store, ids[1] ?? "", signal);
    expect(session).toMatchObject({
      kind: "windows",
      value: "0xabc",
      openedAt: new Date(at(0)).toISOString(),
      closedAt: new Date(at(2)).toISOString(),
    });
    expect(session.events.map(({ id }) => id)).toEqual(ids.slice(0, 3));
  });

  test("all processes of a host in a range, and the newest of too many", async () => {
    const at = (n: number) => START + 5_000 * MINUTE + n * MINUTE;
    const started = (n: number, pid: number, ppid: number) => ({
      time: at(n),
      host: "lone",
      fields: { EventID: 4688, NewProcessId: `0x${pid.toString(16)}`, ProcessId: `0x${ppid.toString(16)}` },
    });
    const [parent] = await store(
      started(0, 100, 4),
      started(1, 200, 100),
      { time: at(2), host: "lone", fields: { EventID: 4689, ProcessId: "0xc8" } },
      started(9, 300, 100),
    );
    const tree = await hostProcesses(lake.store, { host: "lone", from: at(0), to: at(5), signal });
    expect(tree).toMatchObject({ root: undefined, truncated: false });
    expect(tree.processes.map(({ pid, parent: up, endedAt }) => [pid, up, endedAt])).toEqual([
      [100, undefined, undefined],
      [200, parent, at(2)],
    ]);
  });

  test("log-ons with their ends: ids given again, standing sessions left out, records of one log-on told once", async () => {
    const at = (n: number) => START + 7_000 * MINUTE + n * MINUTE;
    const host = "door";
    const logon = (n: number, id: string, user: string) => ({
      time: at(n),
      host,
      entities: { user, srcIp: "10.1.1.1" },
      fields: { EventID: 4624, TargetLogonId: id, TargetUserName: user, LogonType: 10 },
    });
    await store(
      logon(0, "0xa1", "giang"),
      { time: at(1), host, fields: { EventID: 4634, TargetLogonId: "0xA1" } },
      logon(2, "0xa1", "dung"),
      logon(3, "0x3e7", "SYSTEM"),
      ...[0, 10].map((seconds) => ({
        time: at(5) + seconds * 1_000,
        host,
        entities: { user: "giang" },
        fields: { program: "sshd", pid: 77 },
        raw: seconds === 0 ? "Accepted publickey for giang" : "session opened for user giang",
      })),
    );
    const range = { from: at(-1), to: at(60), signal };
    const { items, truncated } = await logOns(lake.store, { kind: "host", value: host, ...range });
    expect(truncated).toBe(false);
    expect(items.map(({ kind, user, openedAt, closedAt }) => [kind, user, openedAt, closedAt])).toEqual(
      [
        ["sshd", "giang", at(5), null],
        ["windows", "dung", at(2), null],
        ["windows", "giang", at(0), at(1)],
      ].map((row) => row.map((cell) => (typeof cell === "number" ? new Date(cell).toISOString() : cell))),
    );
    const ofUser = await logOns(lake.store, { kind: "user", value: "dung", ...range });
    expect(ofUser.items).toMatchObject([{ source: "10.1.1.1", logonType: "10" }]);
    expect((await logOns(lake.store, { kind: "ip", value: "10.1.1.1", ...range })).items).toHaveLength(2);
  });

  test("an entity page counts days, neighbours and sources", async () => {
    const time = START + 20_000 * MINUTE;
    await store(
      { time, fields: {}, entities: { user: "chi", srcIp: "10.9.9.9" } },
      { time: time + 2 * 24 * 60 * MINUTE, fields: {}, host: "other", entities: { user: "Chi", dstIp: "10.9.9.8" } },
    );
    const page = await entityPage(lake.store, {
      kind: "user",
      value: "chi",
      from: START,
      to: START + 60_000 * MINUTE,
      signal,
    });
    expect(page).toMatchObject({
      events: 2,
      firstSeen: new Date(time).toISOString(),
      sources: [{ sensor: "dc", product: "windows", service: null, count: 2 }],
    });
    expect(page.days).toHaveLength(2);
    expect(
      page.neighbours
        .find(({ kind }) => kind === "ip")
        ?.values.map(({ value }) => value)
        .sort(),
    ).toEqual(["10.9.9.8", "10.9.9.9"]);
    expect(page.neighbours.find(({ kind }) => kind === "host")?.values).toHaveLength(2);
    expect(page.recent).toHaveLength(2);
  });
});
