/** Cases on records of their own, with people and alerts as other modules would tell of them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Audit, auditMigrations, openAudit, RECORDS_FILE } from "../../../platform/audit/index.ts";
import { ManualClock } from "../../../platform/clock/index.ts";
import { openRecords, type Records, sql } from "../../../platform/db/index.ts";
import type { Permission } from "../../../platform/http/index.ts";
import { LiveChannel, type LiveMessage } from "../../../platform/live/index.ts";
import { silentLog } from "../../../platform/log/index.ts";
import { Outbox, outboxMigrations } from "../../../platform/outbox/index.ts";
import { type Incidents, incidentsMigrations, loadCaseTemplates, openIncidents } from "../index.ts";
import type { AlertOfCase, Doer } from "../ports.ts";
import { CaseCreate } from "../schemas.ts";

const NAMES: Readonly<Record<string, string>> = { lan: "Lê Thị Lan", minh: "Trần Minh", khoa: "Phạm Đăng Khoa" };

export interface House {
  readonly dataDir: string;
  readonly incidents: Incidents;
  readonly records: Records;
  readonly audit: Audit;
  readonly clock: ManualClock;
  readonly news: { topic: string; payload: Record<string, unknown> }[];
  readonly live: LiveMessage[];
  as(id: string, ...more: Permission[]): Doer;
  open(content: { title: string } & Partial<(typeof CaseCreate)["_input"]>, by?: Doer): Promise<string>;
  close(): Promise<void>;
}

export const ALERTS: readonly AlertOfCase[] = [
  alert("a1", "rule-ps", "host", "WS-07", null),
  alert("a2", "rule-ps", "host", "WS-08", null),
  alert("a3", "rule-scan", "srcIp", "203.0.113.9", null),
  alert("drill", "rule-ps", "host", "WS-07", "exercise-1"),
];

function alert(id: string, rule: string, kind: string, value: string, exerciseId: string | null): AlertOfCase {
  const title = `Rule ${rule}`;
  return { id, rule: { id: rule, title, titleVi: `Luật ${rule}`, level: "high" }, entity: { kind, value }, exerciseId };
}

function as(id: string, ...more: Permission[]): Doer {
  const permissions = new Set<Permission>(["cases.read", "cases.write", ...more]);
  return { who: { kind: "user", id, name: id, permissions }, peer: "192.0.2.1" };
}

export async function openHouse(): Promise<House> {
  const dataDir = mkdtempSync(join(tmpdir(), "khien-cases-"));
  const clock = new ManualClock(Date.UTC(2026, 10, 21, 8));
  const records = openRecords({
    file: join(dataDir, RECORDS_FILE),
    migrations: [...outboxMigrations, ...auditMigrations, ...incidentsMigrations],
  });
  const audit = await openAudit({ records, clock, dataDir });
  const outbox = new Outbox({ records, clock, log: silentLog });
  const news: House["news"] = [];
  for (const topic of ["incidents.case.told", "incidents.person.mentioned", "incidents.task.assigned", "incidents.alerts.linked"])
    outbox.on(topic, async (payload) => void news.push({ topic, payload: payload as Record<string, unknown> }));
  const channel = new LiveChannel();
  const live: LiveMessage[] = [];
  channel.subscribe((message) => live.push(message));
  const { templates } = await loadCaseTemplates(new URL("../../../../content/cases", import.meta.url).pathname);
  /** Other modules use the same connection: who asks them within a transaction waits for ever. */
  const asOthersDo = () => sql`SELECT 1`.execute(records.query);
  const incidents = await openIncidents({
    records,
    audit,
    clock,
    live: channel,
    outbox,
    templates,
    nameOf: async (id) => {
      await asOthersDo();
      return NAMES[id];
    },
    alerts: async (ids) => {
      await asOthersDo();
      return ALERTS.filter(({ id }) => ids.includes(id));
    },
    findings: async (id, limit) => {
      await asOthersDo();
      return [1, 2, 3, 4, 5, 6, 7]
        .slice(0, limit)
        .map((n) => ({ id: `${id}-f${n}`, eventId: `${n}`.repeat(32), time: clock.now() - n * 1_000, host: "WS-07" }));
    },
    importanceOf: async () => {
      await asOthersDo();
      return new Map();
    },
    dataDir,
    papersDir: new URL("../../../../content/evidence", import.meta.url).pathname,
    ports: {
      event: async () => undefined,
      prove: () => Promise.reject(new Error("no store in this house")),
      notebook: () => Promise.reject(new Error("no notebooks in this house")),
    },
    holds: { releaseKind: "lake.hold.release", place: async () => "hold", release: async () => undefined },
  });
  return {
    dataDir,
    incidents,
    records,
    audit,
    clock,
    news,
    live,
    as,
    open: (content, by = as("lan")) => incidents.cases.create(CaseCreate.parse({ kind: "malware", ...content }), by),
    close: async () => {
      await outbox.wake();
      await audit.close();
      await records.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
