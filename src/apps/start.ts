import type { Config } from "../platform/config/index.ts";
import { buildHttpServer, type HttpServer } from "../platform/http/index.ts";
import { EXPIRE_EVERY_MS } from "../platform/approvals/index.ts";
import { HEALTH_LOOK_MS } from "../modules/ingest/index.ts";
import { SCHEDULE_CHECK_MS } from "../modules/hunts/index.ts";
import { type Job, JobRunner } from "../platform/jobs/index.ts";
import { ESCALATION_LOOK_MS } from "../modules/people/index.ts";
import { MERGE_EVERY_MS, RECONCILE_EVERY_MS, RETENTION_EVERY_MS } from "../modules/lake/index.ts";
import { COURIER_MS } from "../platform/notices/index.ts";
import { routesOf } from "./http.ts";
import { JournalWatch } from "./journal-alerts.ts";
import { CRITICAL_LOOK_MS } from "./notices/own-news.ts";
import { consoleDir } from "./places.ts";
import { version } from "./version.ts";
import type { Tuning } from "./parts/responding.ts";
import { checkConfig, type Parts, wire } from "./wire.ts";

export interface RunningServer {
  readonly url: URL;
  readonly parts: Parts;
  /** One-time link to create the first administrator; undefined once there is one. */
  readonly setupUrl: URL | undefined;
  /** Resolves when the rules are loaded and the pipeline runs. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** The whole server. Listens first; rules are loaded while the doors already acknowledge (the journal keeps everything). */
export async function startServer(config: Config, tuning: Tuning = {}): Promise<RunningServer> {
  checkConfig(config);
  const parts = await wire(config, tuning);
  let isReady = false;
  let address = "";
  const app = await buildHttpServer({
    routes: routesOf(parts, { ready: () => isReady, address: () => address }),
    gatekeeper: parts.courier.admit(parts.auth.gatekeeper),
    log: parts.log,
    version,
    ...optional("consoleDir", consoleDir()),
    ...optional("publicOrigin", config.publicUrl === undefined ? undefined : new URL(config.publicUrl).origin),
  });
  const url = await listen(app, config);
  address = url.host;
  parts.courier.openAt(url);
  parts.openNoticesAt(url);
  parts.auth.service.openAt(url);
  await parts.exercises.recover();
  await parts.hunts.recover();
  await parts.doors.open();
  const jobs = startJobs(parts);
  const ready = loadAndRun(parts).then(() => {
    isReady = true;
  });
  const setupToken = await parts.auth.service.setupToken();
  return {
    url,
    parts,
    ready,
    setupUrl: setupToken === undefined ? undefined : new URL(`/setup#${setupToken}`, config.publicUrl ?? url),
    close: () => closeAll({ app, parts, jobs, ready }),
  };
}

async function listen(app: HttpServer, config: Config): Promise<URL> {
  await app.listen({ host: config.httpHost, port: config.httpPort });
  const bound = app.server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : config.httpPort;
  const host = config.httpHost === "0.0.0.0" || config.httpHost === "::" ? "127.0.0.1" : config.httpHost;
  return new URL(`http://${host.includes(":") ? `[${host}]` : host}:${port}`);
}

async function loadAndRun({ rules, pipeline, sensors, log, outbox }: Parts): Promise<void> {
  const problems = await rules.load();
  for (const problem of problems) log.error({ ...problem }, "content is wrong");
  await sensors.listening.open();
  await pipeline.setRules(rules.active());
  rules.onChange((active) => {
    pipeline
      .setRules(active)
      .catch((error: unknown) => log.error({ error: String(error) }, "rules could not be handed over"));
  });
  await pipeline.start();
  await outbox.wake();
}

function startJobs(parts: Parts): JobRunner {
  const { lake, pipeline, sensors, doors, live, outbox, clock, log } = parts;
  const runner = new JobRunner(log);
  let told = "";
  const journalWatch = new JournalWatch(parts);
  const jobs: Job[] = [
    {
      name: "tell-ingest",
      everyMs: 2 * SECOND_MS,
      run: async () => {
        const { end, refusal } = lake.journal.stats();
        const data = { eventsPerSecond: pipeline.eventsPerSecond, backlog: pipeline.backlog, end, refusal };
        await journalWatch.look(refusal, clock.now());
        const text = JSON.stringify(data);
        if (text !== told) live.publish({ event: "ingest", data });
        told = text;
      },
    },
    // Normally woken by whoever publishes; this is for what a failed reaction left behind.
    { name: "deliver-news", everyMs: 5 * SECOND_MS, run: () => outbox.wake() },
    { name: "run-due-hunts", everyMs: SCHEDULE_CHECK_MS, run: () => parts.huntScheduler.runDue() },
    { name: "look-after-sensors", everyMs: HEALTH_LOOK_MS, run: () => lookAfterSensors(parts) },
    { name: "sample-losses", everyMs: MINUTE_MS, run: async () => doors.sample() },
    { name: "prune-minutes", everyMs: 60 * MINUTE_MS, run: () => sensors.prune() },
    { name: "trim-journal", everyMs: MINUTE_MS, run: () => trimJournal(parts) },
    { name: "seal-into-log", everyMs: RECONCILE_EVERY_MS, run: () => parts.integrity.reconcile() },
    {
      name: "apply-retention",
      everyMs: RETENTION_EVERY_MS,
      run: async () => {
        await parts.retention.apply();
      },
    },
    { name: "merge-small-segments", everyMs: MERGE_EVERY_MS, run: () => mergeWhenQuiet(parts) },
    { name: "forget-absent", everyMs: 5 * SECOND_MS, run: async () => parts.presence.expire() },
    {
      name: "wake-alerts",
      everyMs: 5 * SECOND_MS,
      run: async () => {
        await parts.triage.wakeDue();
        await parts.triage.foldMissing();
      },
    },
    {
      name: "weigh-alerts",
      everyMs: 10 * SECOND_MS,
      run: async () => {
        await parts.weighing.runDue();
      },
    },
    { name: "look-for-critical-alerts", everyMs: CRITICAL_LOOK_MS, run: () => parts.ownNews.lookForCritical() },
    { name: "escalate-untaken", everyMs: ESCALATION_LOOK_MS, run: () => parts.people.escalations.look() },
    { name: "tell-refusal", everyMs: CRITICAL_LOOK_MS, run: () => tellPeopleOfRefusal(parts) },
    { name: "deliver-notices", everyMs: COURIER_MS, run: () => parts.noticeCourier.run() },
    { name: "prune-notices", everyMs: 60 * MINUTE_MS, run: () => parts.notices.prune() },
    { name: "expire-approvals", everyMs: EXPIRE_EVERY_MS, run: () => parts.approvals.expire() },
    { name: "expire-backups", everyMs: MINUTE_MS, run: () => parts.backups.expire() },
  ];
  for (const job of jobs) runner.start(job);
  return runner;
}

/** The records may be full as well: it is tried again until people know, or it is over. */
async function tellPeopleOfRefusal({ lake, ownNews }: Parts): Promise<void> {
  const { refusal, end } = lake.journal.stats();
  if (refusal !== null) await ownNews.intakeRefused(refusal, end);
}

/** While the journal takes nothing in (a full disk), nobody is heard: that time is no sensor's silence. */
async function lookAfterSensors({ lake, pipeline, silenceWatch }: Parts): Promise<void> {
  if (lake.journal.stats().refusal === null) await silenceWatch.look({ backlog: pipeline.backlog });
}

/**
 * The journal may forget only what the lake has sealed, the audit log has been told, no restart of detection has to
 * read again, and no backup is about to copy.
 */
async function trimJournal({ lake, pipeline, integrity, backups }: Parts): Promise<void> {
  const before = Math.min(lake.store.trimmablePosition(), pipeline.neededFrom);
  await integrity.reconcile();
  if (!backups.isTaken) await lake.journal.trim(before);
}

/** One portion at a time, and none while events wait: rewriting takes the disk's and a processor's time. */
async function mergeWhenQuiet({ pipeline, integrity }: Parts): Promise<void> {
  if (pipeline.backlog === 0) await integrity.mergeSmall();
}

async function closeAll(running: {
  app: HttpServer;
  parts: Parts;
  jobs: JobRunner;
  ready: Promise<void>;
}): Promise<void> {
  const { app, parts, jobs } = running;
  await running.ready.catch(() => undefined);
  await jobs.stop();
  await parts.exercises.close();
  await parts.hunts.close();
  await parts.doors.close();
  await parts.checks.close();
  app.server.closeAllConnections();
  await app.close();
  await parts.pipeline.stop();
  await parts.outbox.wake();
  await parts.lake.close();
  await parts.audit.close();
  await parts.records.close();
}

function optional<Key extends string, Value>(key: Key, value: Value | undefined): Partial<Record<Key, Value>> {
  return value === undefined ? {} : ({ [key]: value } as Record<Key, Value>);
}
