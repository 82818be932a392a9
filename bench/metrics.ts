/**
 * What figures of a year cost: 200,000 alerts with 1,000,000 transitions, asked as the screen asks.
 * Run: node bench/metrics.ts [alerts]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { alertsMigrations, PLAIN_BOOK, Triage, TriageFigures, Weighing } from "../src/modules/alerts/index.ts";
import { auditMigrations, openAudit } from "../src/platform/audit/index.ts";
import { ManualClock } from "../src/platform/clock/index.ts";
import { openRecords } from "../src/platform/db/index.ts";
import { LiveChannel } from "../src/platform/live/index.ts";
import { silentLog } from "../src/platform/log/index.ts";
import { Outbox, outboxMigrations } from "../src/platform/outbox/index.ts";

const ALERTS = Number(process.argv[2] ?? 200_000);
const YEAR_MS = 365 * 86_400_000;
const TO = Date.UTC(2026, 10, 22);
const FROM = TO - YEAR_MS;
const dir = mkdtempSync(join(tmpdir(), "khien-bench-"));
const file = join(dir, "records.sqlite");
const migrations = [...outboxMigrations, ...auditMigrations, ...alertsMigrations];
await openRecords({ file, migrations }).close();
seed();
const records = openRecords({ file, migrations });
const clock = new ManualClock(TO);
const audit = await openAudit({ records, clock, dataDir: dir, log: silentLog });
try {
  await measure();
} finally {
  await audit.close();
  await records.close();
  rmSync(dir, { recursive: true, force: true });
}

async function measure(): Promise<void> {
  const live = new LiveChannel();
  const outbox = new Outbox({ records, clock, log: silentLog });
  const weighing = new Weighing({ records, live, book: PLAIN_BOOK, importanceOf: async () => new Map() });
  const triage = new Triage({ records, audit, clock, live, outbox, weighing, book: PLAIN_BOOK });
  const folding = performance.now();
  const folded = await triage.foldMissing();
  const each = (performance.now() - folding) / folded;
  console.log(`folding the facts of one alert from its history: ${each.toFixed(2)} ms`);
  fillFacts();
  const figures = new TriageFigures({ records, clock });
  for (const by of [undefined, "level", "rule"] as const) {
    const started = performance.now();
    const cpu = process.cpuUsage();
    const found = await figures.ask({ from: FROM, to: TO, exercise: "exclude", ...(by === undefined ? {} : { by }) });
    const took = performance.now() - started;
    const [detect] = found.figures;
    console.log(
      `a year, ${by ?? "whole"}: ${Math.round(took)} ms for all metrics (${Math.round(process.cpuUsage(cpu).user / 1_000)} ms ` +
        `of processor), ${found.alerts} alerts, ` +
        `median of detection ${Math.round((detect?.medianMs ?? 0) / 1_000)} s`,
    );
  }
}

/** Five transitions each: created, looked at, taken, judged, closed. Every 20th is still open. */
function seed(): void {
  const database = new DatabaseSync(file);
  database.exec(`
    PRAGMA synchronous = OFF;
    CREATE TEMP TABLE n AS WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < ${ALERTS - 1})
      SELECT i, printf('%032x', i) AS id, ${FROM} + i * ${Math.floor(YEAR_MS / ALERTS)} AS at,
        (i * 7919 % 3600) * 1000 AS late FROM c;
    INSERT INTO alerts_groups (id, group_key, rule_id, rule_title, rule_tags, level, level_rank, entity_kind,
        entity_value, search, status, close_reason, urgency, finding_count, note_count, first_seen, last_seen,
        created_at, updated_at, live, more, own_count, own_first, own_last)
      SELECT id, 'k' || i, 'rule-' || (i % 200), 'Rule', '[]', 'high', 3, 'host', 'h' || (i % 500), 'rule',
        iif(i % 20 = 0, 'taken', 'closed'), iif(i % 20 = 0, NULL, 'benign'), 75, 1, 0, at - late, at, at, at,
        i % 20 = 0, NULL, 1, at - late, at FROM n;
    INSERT INTO alerts_transitions (id, alert_id, at, actor_id, actor_name, action, from_status, to_status, reason)
      SELECT id || step, id, at + late * step / 2, iif(step = 0, 'system', 'u' || (i % 12)), 'x',
        CASE step WHEN 0 THEN 'created' WHEN 1 THEN 'view' WHEN 2 THEN 'take' WHEN 3 THEN 'judge' ELSE 'close' END,
        iif(step = 0, NULL, iif(step < 3, 'open', 'taken')),
        CASE step WHEN 0 THEN 'open' WHEN 1 THEN 'open' WHEN 4 THEN 'closed' ELSE 'taken' END,
        iif(step = 4, 'benign', NULL)
      FROM n, (SELECT 0 AS step UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4)
      WHERE NOT (step = 4 AND i % 20 = 0);
  `);
  const { n } = database.prepare("SELECT count(*) AS n FROM alerts_transitions").get() as { n: number };
  console.log(`${ALERTS.toLocaleString("en")} alerts, ${Number(n).toLocaleString("en")} transitions`);
  database.close();
}

/** What folding alert by alert would write, at once. */
function fillFacts(): void {
  const database = new DatabaseSync(file);
  database.exec(`
    PRAGMA synchronous = OFF;
    INSERT OR IGNORE INTO alerts_facts (alert_id, rule_id, level, is_exercise, is_merged, created_at, occurred_at,
      ingested_at, view_at, ack_at, ack_by, qual_at, verdict, cont_at, res_at, close_at, paused_ms, reopened)
      SELECT g.id, g.rule_id, g.level, 0, 0, g.created_at, g.first_seen, NULL,
      max(iif(action = 'view', at, NULL)), max(iif(action = 'take', at, NULL)),
      max(iif(action = 'take', actor_id, NULL)), max(iif(action = 'judge', at, NULL)), 'benign', NULL,
      max(iif(action = 'close', at, NULL)), max(iif(action = 'close', at, NULL)), 0, 0
      FROM alerts_groups g JOIN alerts_transitions ON alert_id = g.id GROUP BY g.id;
  `);
  database.close();
}
