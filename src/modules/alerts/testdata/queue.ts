/** A queue in a folder of its own, with a clock the test turns. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EventId, ExerciseId, FindingId, Severity } from "../../../kernel/index.ts";
import { auditMigrations, openAudit } from "../../../platform/audit/index.ts";
import { ManualClock } from "../../../platform/clock/index.ts";
import { openRecords } from "../../../platform/db/index.ts";
import type { Principal } from "../../../platform/http/index.ts";
import { LiveChannel, type LiveMessage } from "../../../platform/live/index.ts";
import { silentLog } from "../../../platform/log/index.ts";
import { Outbox, outboxMigrations } from "../../../platform/outbox/index.ts";
import type { Finding } from "../../detection/index.ts";
import { PLAIN_BOOK } from "../content.ts";
import type { Rulebook } from "../settle.ts";
import { Alerts, alertsMigrations, type ImportanceOf, Triage, Weighing } from "../index.ts";

export const NOW = Date.UTC(2026, 10, 20, 8);

export interface FindingAsk {
  readonly n: number;
  readonly rule?: string;
  readonly level?: Severity;
  readonly host?: string;
  readonly user?: string;
  readonly at?: number;
  readonly srcIp?: string;
  readonly dstIp?: string;
  readonly sensor?: string;
  /** Which event it is; a number of its own by default. */
  readonly event?: number;
  readonly tags?: readonly string[];
  readonly exercise?: string;
}

export type TestQueue = Awaited<ReturnType<typeof openQueue>>;

export async function openQueue(options: { book?: Partial<Rulebook>; importanceOf?: ImportanceOf } = {}) {
  const dir = mkdtempSync(join(tmpdir(), "khien-alerts-"));
  const clock = new ManualClock(NOW);
  const records = openRecords({
    file: join(dir, "records.sqlite"),
    migrations: [...outboxMigrations, ...auditMigrations, ...alertsMigrations],
  });
  const audit = await openAudit({ records, clock, dataDir: dir, log: silentLog });
  const live = new LiveChannel();
  const told: LiveMessage[] = [];
  live.subscribe((message) => told.push(message));
  const outbox = new Outbox({ records, clock, log: silentLog });
  const book = { ...PLAIN_BOOK, ...options.book };
  const importanceOf = options.importanceOf ?? (async () => new Map());
  const weighing = new Weighing({ records, live, book, importanceOf });
  const parts = { records, audit, clock, live, outbox, weighing, book };
  const alerts = new Alerts(parts);
  const triage = new Triage(parts);
  let seq = 0;
  return {
    alerts,
    triage,
    outbox,
    weighing,
    records,
    audit,
    clock,
    told,
    raise: async (...asked: readonly FindingAsk[]) => {
      const findings = asked.map((one) => findingOf(one, clock.now()));
      const rules = Object.fromEntries(asked.map((one) => [ruleOf(one).id, ruleOf(one)]));
      await alerts.absorb({ rules, findings }, (seq += 1));
    },
    queue: async () =>
      (await alerts.list({ exercise: "include", sort: "urgency" }, { after: undefined, limit: 500 })).items,
    forgetFacts: () => records.query.withTables<{ alerts_facts: object }>().deleteFrom("alerts_facts").execute(),
    forgetEntities: async () => {
      const kept = records.query.withTables<{ alerts_entities: object; alerts_groups: { entities_folded: number } }>();
      await kept.deleteFrom("alerts_entities").execute();
      await kept.updateTable("alerts_groups").set({ entities_folded: 0 }).execute();
    },
    close: async () => {
      await audit.close();
      await records.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export const person = (id: string, name: string) => ({
  who: { kind: "user", id, name, permissions: new Set(["alerts.read", "alerts.write"]) } satisfies Principal as Principal,
  peer: "::1",
  displayName: name,
});
export const LAN = person("u-lan", "Lan");
export const MINH = person("u-minh", "Minh");

function ruleOf({ rule = "r1", level = "high", tags = [] }: FindingAsk) {
  return { id: rule, title: `Rule ${rule}`, titleVi: null, level, author: null, licence: null, tags };
}

function findingOf(asked: FindingAsk, now: number): Finding {
  const id = createHash("sha256")
    .update(`${asked.rule ?? "r1"}\0${asked.n}`)
    .digest("hex")
    .slice(0, 32);
  const event = createHash("sha256").update(`event ${asked.event ?? asked.n}`).digest("hex").slice(0, 32);
  return {
    id: id as FindingId,
    ruleId: ruleOf(asked).id,
    ruleVersion: "1",
    detectedAt: now,
    event: {
      id: event as EventId,
      time: asked.at ?? now,
      sensor: asked.sensor ?? "s1",
      host: asked.host ?? "h1",
      ingestedAt: now,
      entities: {
        ...(asked.user === undefined ? {} : { user: asked.user }),
        ...(asked.srcIp === undefined ? {} : { srcIp: asked.srcIp }),
        ...(asked.dstIp === undefined ? {} : { dstIp: asked.dstIp }),
      },
      ...(asked.exercise === undefined ? {} : { exerciseId: asked.exercise as ExerciseId }),
    },
  };
}
