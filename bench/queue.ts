/**
 * What the triage queue costs as it grows: list, pages, filters, text, counts, actions on one and on many, export,
 * the watch floor's figures. Run: node bench/queue.ts [largest number of open alerts]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Alerts, alertsMigrations, PLAIN_BOOK, toFilter, Triage, Weighing } from "../src/modules/alerts/index.ts";
import { auditMigrations, openAudit } from "../src/platform/audit/index.ts";
import { systemClock } from "../src/platform/clock/index.ts";
import { openRecords } from "../src/platform/db/index.ts";
import type { Principal } from "../src/platform/http/index.ts";
import { LiveChannel } from "../src/platform/live/index.ts";
import { silentLog } from "../src/platform/log/index.ts";
import { Outbox, outboxMigrations } from "../src/platform/outbox/index.ts";
import { fillQueue } from "./queue-load.ts";

const LARGEST = Number(process.argv[2] ?? 100_000);
const DAY_MS = 86_400_000;
const who: Principal = { kind: "user", id: "u1", name: "lan", permissions: new Set(["alerts.read", "alerts.write"]) };
const by = { who, peer: "::1", displayName: "Lan" };
type Work = () => Promise<unknown>;

const sizes = [
  { name: "1,000 alerts", groups: 1_000, findings: 1_000 },
  { name: "10,000 alerts", groups: 10_000, findings: 10_000 },
  { name: "100,000 findings in 5,000", groups: 5_000, findings: LARGEST },
  { name: `${LARGEST.toLocaleString("en")} alerts`, groups: LARGEST, findings: LARGEST },
];
const table = new Map<string, number[]>();
for (const size of sizes) {
  const dir = mkdtempSync(join(tmpdir(), "khien-bench-"));
  try {
    await measure(dir, size);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
print();

async function measure(dir: string, size: (typeof sizes)[number]): Promise<void> {
  const records = openRecords({
    file: join(dir, "records.sqlite"),
    migrations: [...outboxMigrations, ...auditMigrations, ...alertsMigrations],
  });
  const audit = await openAudit({ records, clock: systemClock, dataDir: dir, log: silentLog });
  const live = new LiveChannel();
  const weighing = new Weighing({ records, live, book: PLAIN_BOOK, importanceOf: async () => new Map() });
  const outbox = new Outbox({ records, clock: systemClock, log: silentLog });
  const parts = { records, audit, clock: systemClock, live, outbox, weighing, book: PLAIN_BOOK };
  const alerts = new Alerts(parts);
  const triage = new Triage(parts);
  const started = performance.now();
  const nextSeq = await fillQueue(alerts, { ...size, now: Date.now() });
  note("a finding taken in, ms", (performance.now() - started) / size.findings);
  const list = (asked: Partial<Parameters<typeof toFilter>[0]> = {}) =>
    alerts.list(toFilter({ status: ["open", "taken", "escalated"], exercise: "include", sort: "urgency", ...asked }), {
      after: undefined,
      limit: 200,
    });
  await each("first page, with count", 20, () => list());
  await each("sorted by last seen", 20, () => list({ sort: "lastSeen" }));
  await each("sorted by count", 20, () => list({ sort: "count" }));
  await each("of one level, no exercises", 20, () => list({ level: ["low"], exercise: "exclude" }));
  await each("one person's", 20, () => list({ assignee: "u1" }));
  await each("of one host", 20, () => list({ entity: "may-tram-0003.songlam.vn" }));
  await each("text that many hold", 10, () => list({ q: "modbus" }));
  await each("text that nothing holds", 10, () => list({ q: "không có gì như thế" }));
  await each("open and closed", 10, () => list({ status: [] }));
  await each("page in the middle", 20, await middle(alerts, size.groups));
  const ids = (await list()).items.map(({ id }) => id);
  let turn = 0;
  await each("one alert with history", 20, () => alerts.get(ids[turn++ % ids.length] ?? ""));
  turn = 0;
  for (const [name, windowMs] of Object.entries({ "1 h": 3_600_000, "7 d": 7 * 86_400_000 }))
    await each(`related alerts, ${name}`, 20, () => alerts.related(ids[turn++ % ids.length] ?? "", windowMs));
  turn = 0;
  await each("take one", 50, () => triage.act([ids[turn++] ?? ""], { action: "take" }, by));
  turn = 0;
  await each("close one", 50, () => triage.act([ids[turn++] ?? ""], { action: "close", reason: "benign" }, by));
  const many = (
    await alerts.list(toFilter({ status: ["open"], exercise: "include", sort: "urgency" }), {
      after: undefined,
      limit: 1_000,
    })
  ).items;
  await each("take 1,000 at once", 1, () =>
    triage.act(
      many.map(({ id }) => id),
      { action: "take" },
      by,
    ),
  );
  await each("figures of the watch floor", 10, () =>
    alerts.queueState({ from: Date.now() - DAY_MS, bucketMs: 3_600_000 }, "exclude"),
  );
  await each("weigh all anew", 1, () => {
    weighing.changed("all");
    return weighing.runDue();
  });
  let rows = 0;
  const exported = performance.now();
  for await (const _ of alerts.all(toFilter({ exercise: "include", sort: "urgency" }))) rows += 1;
  note("export, ms per 1,000 rows", ((performance.now() - exported) / rows) * 1_000);
  await fillQueue(alerts, { ...size, findings: 500, now: Date.now(), salt: "late", firstSeq: nextSeq });
  await audit.close();
  await records.close();
}

/** The key a reader has after paging down half the list, without paging there. */
async function middle(alerts: Alerts, groups: number): Promise<Work> {
  const filter = toFilter({ status: ["open"], exercise: "include", sort: "urgency" });
  const step = Math.max(1, Math.floor(groups / 2));
  let after: Parameters<Alerts["list"]>[1]["after"];
  for (let seen = 0; seen < step; seen += 5_000) {
    const page = await alerts.list(filter, { after, limit: Math.min(5_000, step) });
    if (page.next === undefined) break;
    after = page.next;
  }
  return () => alerts.list(filter, { after, limit: 200 });
}

/** The 95 % of the times, after one turn that warms up. */
async function each(name: string, times: number, work: Work): Promise<void> {
  if (times > 1 && !name.includes(" one")) await work();
  const took: number[] = [];
  for (let turn = 0; turn < times; turn += 1) {
    const started = performance.now();
    await work();
    took.push(performance.now() - started);
  }
  took.sort((a, b) => a - b);
  note(`${name}, ms`, took[Math.floor((took.length - 1) * 0.95)] ?? 0);
}

function note(name: string, value: number): void {
  table.set(name, [...(table.get(name) ?? []), value]);
}

function print(): void {
  console.log(["p95".padEnd(32), ...sizes.map(({ name }) => name.padStart(26)), "ratio".padStart(8)].join(""));
  for (const [name, values] of table) {
    const cells = values.map((value) => value.toFixed(value < 1 ? 3 : 1).padStart(26));
    const ratio = (values.at(-1) ?? 0) / Math.max(values[0] ?? 0, 1e-9);
    console.log([name.padEnd(32), ...cells, `${ratio.toFixed(1)}×`.padStart(8)].join(""));
  }
}
