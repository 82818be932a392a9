import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { EventId, KhienEvent } from "../../../kernel/index.ts";
import { auditMigrations, openAudit } from "../../../platform/audit/index.ts";
import { ManualClock } from "../../../platform/clock/index.ts";
import { openRecords, type Records } from "../../../platform/db/index.ts";
import type { Principal } from "../../../platform/http/index.ts";
import { LiveChannel } from "../../../platform/live/index.ts";
import { openLog } from "../../../platform/log/index.ts";
import { Outbox, outboxMigrations } from "../../../platform/outbox/index.ts";
import { yamlParser } from "../../../platform/yaml/index.ts";
import { type Lake, openLake } from "../../lake/index.ts";
import type { RuleDocument } from "../core/references.ts";
import { EMPTY_LOG_SOURCE_MAP, parseRules } from "../core/sigma/index.ts";
import { detectionMigrations, FINDINGS_RAISED, findingId, type FindingsRaised } from "../index.ts";
import { DetectionProgress } from "../raise.ts";
import { MAX_KEPT_MATCHES, MAX_WAITING_HUNTS } from "./limits.ts";
import { type HuntAsk, type HuntLibrary, RetroHunts } from "./service.ts";

const DAY = 86_400_000;
const START = Date.UTC(2026, 10, 1);
const clock = new ManualClock(START + 30 * DAY);
const lan: Principal = { kind: "user", id: "u1", name: "Lan", permissions: new Set(["rules.write", "events.read"]) };
const by = { who: lan, peer: "203.0.113.1" };

const text = `title: One
id: rule-one
name: one
level: high
logsource: {product: linux, service: app}
detection:
  s:
    message|contains: evil
  f:
    user: known
  condition: s and not f
---
title: Other
id: rule-other
logsource: {product: linux, service: app}
detection:
  s:
    message|contains: nothing
  condition: s
---
title: Many
id: rule-many
correlation:
  type: event_count
  rules: [one]
  group-by: [host]
  timespan: 1h
  condition: {gte: 3}
---
title: Not on Fridays
id: filter-one
logsource: {product: linux, service: app}
filter:
  rules: [rule-one]
  selection:
    host: quiet
  condition: not selection
`;

const parsed = parseRules(text, { documents: yamlParser, file: "rules.yml", version: "v1" });
const documents: readonly RuleDocument[] = [...parsed.rules, ...parsed.correlations, ...parsed.filters];

function event(n: number, fields: KhienEvent["fields"], time = START + n * 60_000): KhienEvent {
  return {
    id: n.toString(16).padStart(32, "0") as EventId,
    time,
    ingestedAt: time,
    sensor: "app",
    logsource: { product: "linux", service: "app" },
    format: "test",
    host: String(fields["host"] ?? "web"),
    entities: {},
    fields,
    raw: JSON.stringify(fields),
  };
}

let dir: string;
let lake: Lake;
/** 30,000 events in three days; every second is evil, some of it by somebody known. */
const TOTAL = 30_000;
const many = Array.from({ length: TOTAL }, (_, n) =>
  event(
    n,
    {
      message: n % 2 === 0 ? "something EVIL came" : "fine",
      user: n % 27 === 0 ? "known" : `u${n % 7}`,
      host: `h${n % 5}`,
    },
    START + Math.floor((n * 3 * DAY) / TOTAL),
  ),
);
const EVIL = many.filter(({ fields }) => fields["message"] !== "fine" && fields["user"] !== "known").length;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "khien-hunts-"));
  lake = await openLake({ dir, clock });
  await lake.store.append({ events: many, upTo: TOTAL });
  await lake.store.append({
    events: [
      event(40_000, { message: "evil", host: "quiet" }, START + 10 * DAY),
      event(40_001, { message: "evil", host: "loud" }, START + 10 * DAY),
    ],
    upTo: TOTAL + 2,
  });
});
afterAll(async () => {
  await lake.close();
  rmSync(dir, { recursive: true, force: true });
});

interface House {
  readonly hunts: RetroHunts;
  readonly records: Records;
  readonly raised: FindingsRaised[];
  readonly told: string[];
}

let house: House;
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function open(records?: Records, library: Partial<HuntLibrary> = {}): Promise<House> {
  const own =
    records ??
    openRecords({ file: ":memory:", migrations: [...outboxMigrations, ...auditMigrations, ...detectionMigrations] });
  const log = openLog("silent");
  const outbox = new Outbox({ records: own, clock, log });
  const raised: FindingsRaised[] = [];
  outbox.on(FINDINGS_RAISED, async (payload) => void raised.push(payload as FindingsRaised));
  const live = new LiveChannel();
  const told: string[] = [];
  live.subscribe(({ data }) => void told.push(JSON.stringify(data)));
  const audit = await openAudit({ records: own, clock, dataDir: mkdtempSync(join(dir, "audit-")) });
  const hunts = new RetroHunts({
    records: own,
    audit,
    clock,
    live,
    log,
    outbox,
    store: lake.store,
    library: {
      documents: () => documents,
      filters: () => documents.filter(({ kind }) => kind === "filter"),
      standingOf: () => ({ problems: [] }),
      levels: () => ({}),
      logSources: EMPTY_LOG_SOURCE_MAP,
      ...library,
    },
    progress: new DetectionProgress({ records: own, outbox, clock }),
    alertKey: ({ event: { host } }) => host ?? "",
    readDraft: (draft) => [...parseRules(draft, { documents: yamlParser, version: "draft" }).rules],
  });
  opened.push(hunts, audit);
  return { hunts, records: own, raised, told };
}

const ask = (more: Partial<HuntAsk> = {}): HuntAsk => ({
  kind: "retro-hunt",
  ruleId: "rule-one",
  text: undefined,
  document: undefined,
  from: START,
  to: START + 3 * DAY,
  query: undefined,
  raise: false,
  ...more,
});

async function over(hunts: RetroHunts, id: string) {
  for (;;) {
    const hunt = await hunts.get(id);
    if (hunt.state !== "waiting" && hunt.state !== "running") return hunt;
    await pause(10);
  }
}
const hunted = async (more: Partial<HuntAsk> = {}) => over(house.hunts, (await house.hunts.start(ask(more), by)).id);

beforeEach(async () => {
  house = await open();
});

describe("a hunt", () => {
  test("finds exactly what the engine finds, keeps the first of it, and counts the rest by day and host", async () => {
    const { report, state } = await hunted();
    expect(state).toBe("done");
    expect(report).toMatchObject({ matches: EVIL, kept: Math.min(EVIL, MAX_KEPT_MATCHES), raised: 0, error: null });
    expect(report.perDay.map(({ day }) => day)).toEqual(["2026-11-01", "2026-11-02", "2026-11-03"]);
    expect(report.perDay.reduce((sum, { matches }) => sum + matches, 0)).toBe(EVIL);
    expect(report.hosts).toHaveLength(5);
    // One group a host that never rests for a day.
    expect(report.alerts).toBe(5);
    expect(report.scanned).toBe(report.total);
    expect(report.scanned).toBeLessThan(TOTAL * 0.6);
    expect(report.costPerEventUs).toBeGreaterThan(0);
    expect(house.told.length).toBeGreaterThan(1);
  });

  test("applies the filters of the live stream", async () => {
    const { report } = await hunted({ from: START + 9 * DAY, to: START + 11 * DAY });
    expect(report).toMatchObject({ matches: 1, hosts: [{ host: "loud", count: 1 }] });
  });

  test("raises every match with the id live matching gives it", async () => {
    const { report, id } = await hunted({ to: START + 3_600_000, raise: true });
    await pause(50);
    const findings = house.raised.flatMap((news) => news.findings);
    expect(findings).toHaveLength(report.matches);
    const kept = await house.hunts.matches(id, { after: -1, limit: 1_000 });
    const rule = parsed.rules[0];
    for (const { match } of kept)
      expect(match.findingId).toBe(findingId("rule-one", rule?.version ?? "", match.eventId as EventId));
    expect(findings.map((finding) => finding.id as string)).toEqual(kept.map(({ match }) => match.findingId));
  });

  test("of a correlation counts events in the order of their time", async () => {
    const { report, state } = await hunted({ ruleId: "rule-many", to: START + 6 * 3_600_000 });
    expect(state).toBe("done");
    expect(report.matches).toBeGreaterThan(20);
    expect(report.hosts.map(({ host }) => host).toSorted()).toEqual(["h0", "h1", "h2", "h3", "h4"]);
  });

  test("is cancelled at once, whether it runs or waits", async () => {
    const first = await house.hunts.start(ask(), by);
    const second = await house.hunts.start(ask(), by);
    await house.hunts.remove(second.id, by);
    expect((await over(house.hunts, second.id)).state).toBe("cancelled");
    await house.hunts.remove(first.id, by);
    const cancelled = await over(house.hunts, first.id);
    expect(cancelled.state).toBe("cancelled");
    await house.hunts.remove(first.id, by);
    await expect(house.hunts.get(first.id)).rejects.toMatchObject({ code: "detection.hunt.missing" });
  });

  test("that was under way when the program ended is told as interrupted", async () => {
    const { id } = await house.hunts.start(ask(), by);
    const waiting = await house.hunts.start(ask(), by);
    await house.hunts.close();
    const again = await open(house.records);
    await again.hunts.recover();
    expect((await again.hunts.get(id)).state).toBe("interrupted");
    expect((await again.hunts.get(waiting.id)).state).toBe("interrupted");
  });

  test("waits in a queue that has an end", async () => {
    const started = [];
    for (let n = 0; n <= MAX_WAITING_HUNTS; n++) started.push(await house.hunts.start(ask(), by));
    await expect(house.hunts.start(ask(), by)).rejects.toMatchObject({
      kind: "busy",
      code: "detection.hunt.queue_full",
    });
    for (const { id } of started.toReversed()) await house.hunts.remove(id, by);
    for (const { id } of started) expect((await over(house.hunts, id)).state).toBe("cancelled");
  });

  test("leaves the thread to others", async () => {
    let turns = 0;
    const timer = setInterval(() => {
      turns++;
    }, 1);
    await hunted();
    clearInterval(timer);
    // One read of the store alone would let the thread go once; between slices of matching it goes again and again.
    expect(turns).toBeGreaterThan(5);
  });

  test.each<[string, Partial<HuntAsk>]>([
    ["detection.rule.missing", { ruleId: "nobody" }],
    ["detection.hunt.filter", { ruleId: "filter-one" }],
    ["detection.hunt.range", { to: START }],
    ["lake.query.term_missing", { query: "a and" }],
    ["detection.draft.no_rule", { ruleId: undefined, text: "title: x" }],
    ["detection.hunt.raise_draft", { ruleId: undefined, text, raise: true }],
    ["detection.draft.several", { ruleId: undefined, text }],
    ["detection.draft.document", { ruleId: undefined, text, document: "nobody" }],
  ])("is refused: %s", async (code, more) => {
    await expect(house.hunts.start(ask(more), by)).rejects.toMatchObject({ code });
  });

  test("of a draft with several rules runs the one that is named, by id or name", async () => {
    for (const document of ["rule-one", "one"]) {
      const { rule } = await house.hunts.start(ask({ ruleId: undefined, text, document }), by);
      expect(rule.id).toBe("rule-one");
    }
  });

  test("of what waits for values of placeholders is refused with the name, by itself and under a correlation", async () => {
    const problem = {
      file: "a.yml",
      line: 7,
      code: "sigma.modifier.placeholder",
      message: "no values for the placeholder %who%",
    };
    const waiting = await open(undefined, {
      standingOf: (id) => ({ problems: id === "rule-one" ? [problem] : [] }),
    });
    for (const ruleId of ["rule-one", "rule-many"]) {
      await expect(waiting.hunts.start(ask({ ruleId }), by)).rejects.toMatchObject({
        code: "detection.hunt.rule",
        params: { detail: "no values for the placeholder %who%" },
      });
    }
  });

  test("of a correlation whose rule is missing is refused with its name", async () => {
    const lonely = await open(undefined, { documents: () => parsed.correlations });
    await expect(lonely.hunts.start(ask({ ruleId: "rule-many" }), by)).rejects.toMatchObject({
      code: "detection.hunt.reference",
      params: { reference: "one" },
    });
  });
});
