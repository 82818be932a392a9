import { join } from "node:path";
import { Fault } from "../kernel/index.ts";
import { AssetRegister, Assessments, assetsMigrations, loadSchemes, SeenAssets } from "../modules/assets/index.ts";
import {
  Alerts,
  alertsMigrations,
  loadRulebook,
  RuleTrackRecord,
  SavedQueues,
  Triage,
  TriageFigures,
  Weighing,
} from "../modules/alerts/index.ts";
import {
  DetectionProgress,
  detectionMigrations,
  loadAttackTables,
  RuleExceptions,
  RuleLibrary,
  RuleStatistics,
} from "../modules/detection/index.ts";
import { drillsMigrations, Exercises, loadScenarios } from "../modules/drills/index.ts";
import { HuntScheduler, huntsMigrations, Notebooks, SavedHunts } from "../modules/hunts/index.ts";
import {
  type ImportanceOf,
  incidentsMigrations,
  loadCaseTemplates,
  openIncidents,
} from "../modules/incidents/index.ts";
import { ingestMigrations, parserProblems, Sensors, SilenceWatch } from "../modules/ingest/index.ts";
import {
  Integrity,
  lakeMigrations,
  SegmentChecks,
  loadRetentionRules,
  openLake,
  Retention,
  segmentDirOf,
} from "../modules/lake/index.ts";
import { loadLandscapes, Overview } from "../modules/overview/index.ts";
import { approvalMigrations, Approvals } from "../platform/approvals/index.ts";
import { loadProfiles, peopleMigrations } from "../modules/people/index.ts";
import { auditMigrations, openAudit, RECORDS_FILE } from "../platform/audit/index.ts";
import { authMigrations, openAuth } from "../platform/auth/index.ts";
import { systemClock } from "../platform/clock/index.ts";
import type { Config } from "../platform/config/index.ts";
import { type Migration, openRecords } from "../platform/db/index.ts";
import { Press } from "../platform/documents/index.ts";
import { EgressGate } from "../platform/egress/index.ts";
import { LiveChannel } from "../platform/live/index.ts";
import { openLog } from "../platform/log/index.ts";
import { noticesMigrations } from "../platform/notices/index.ts";
import { Outbox, outboxMigrations } from "../platform/outbox/index.ts";
import { decidersOf, wireApprovals, wireCaseAccess } from "./approvals.ts";
import { Presence } from "../platform/presence/index.ts";
import { wireAuthoring } from "./authoring.ts";
import { BackupLeases } from "./backup/leases.ts";
import { checkDoorSettings, natsDestinations } from "./door-settings.ts";
import { Doors } from "./doors.ts";
import { evidencePorts } from "./evidence-ports.ts";
import { ExerciseCourier } from "./exercise-courier.ts";
import { defaultThreads, Pipeline } from "./pipeline/pipeline.ts";
import { loadFedLogSources } from "./log-sources.ts";
import {
  ATTACK_DIR,
  CASE_TEMPLATES_DIR,
  CLASSIFICATIONS_DIR,
  EVIDENCE_PAPERS_DIR,
  LANDSCAPE_DIR,
  RETENTION_DIR,
  RULES_DIR,
  SCENARIOS_DIR,
  TRIAGE_DIR,
  URGENCY_DIR,
  WORKFORCE_DIR,
} from "./places.ts";
import { OwnNews } from "./notices/own-news.ts";
import { tellNews } from "./notices/topics.ts";
import { checkMailSettings, mailDestinations, wireNotices } from "./notices/wire-notices.ts";
import { wirePeople } from "./people.ts";
import { mayLook, onDuty, openCases } from "./sight.ts";
import { checkOidcSettings, oidcDestinations, oidcSettings } from "./oidc-settings.ts";
import { wireReactions } from "./reactions.ts";
import { version } from "./version.ts";

export const migrations: readonly Migration[] = [
  ...outboxMigrations,
  ...auditMigrations,
  ...authMigrations,
  ...approvalMigrations,
  ...lakeMigrations,
  ...ingestMigrations,
  ...assetsMigrations,
  ...detectionMigrations,
  ...alertsMigrations,
  ...huntsMigrations,
  ...drillsMigrations,
  ...incidentsMigrations,
  ...noticesMigrations,
  ...peopleMigrations,
];

/** The records of a data directory, for the server and for commands that work beside it. */
export function openRecordsOf(config: Config) {
  return openRecords({ file: join(config.dataDir, RECORDS_FILE), migrations });
}

/** What a test may set and an operator has no reason to. */
export interface Tuning {
  /** How long the replay of a scenario takes. */
  readonly replayMs?: number;
}

/** Every part of the server, built in dependency order. Nothing here decides anything: read it as the parts list. */
export async function wire(config: Config, tuning: Tuning = {}) {
  const log = openLog(config.logLevel);
  const clock = systemClock;
  const live = new LiveChannel();

  const lake = await openLake({
    dir: join(config.dataDir, "lake"),
    clock,
    memoryLimitMb: config.lakeMemoryMb,
    journalSegmentBytes: config.journalSegmentMb * 1024 * 1024,
    onJournalProblem: (problem) => log.error({ ...problem }, "journal problem"),
    onStoreEnd: (fault) => log.error({ code: fault.code, detail: fault.message }, "the event store ended by itself"),
  });
  const records = openRecordsOf(config);
  const audit = await openAudit({ records, clock, dataDir: config.dataDir, log });
  const segmentDir = segmentDirOf(join(config.dataDir, "lake"));
  const integrity = new Integrity({ store: lake.store, journal: lake.journal, records, audit, clock, log, segmentDir });
  const retentionRules = await loadRetentionRules(RETENTION_DIR);
  const retention = new Retention({
    integrity,
    store: lake.store,
    records,
    audit,
    clock,
    log,
    rules: retentionRules.rules,
  });
  const backups = new BackupLeases({ integrity, audit, clock });
  const checks = new SegmentChecks({ integrity, audit, clock, log, dataDir: config.dataDir });
  const outbox = new Outbox({ records, clock, log });
  const egress = new EgressGate({
    allow: config.egressAllow,
    connections: {
      nats: natsDestinations(config),
      mail: mailDestinations(config),
      oidc: oidcDestinations(config),
    },
    log,
    onAttempt: (attempt) => {
      void audit.record({
        actor: SYSTEM,
        verb: "egress.connection.attempted",
        outcome: attempt.allowed ? "ok" : "denied",
        details: attempt,
      });
    },
  });
  const auth = await openAuth({
    ...config,
    records,
    audit,
    clock,
    outbox,
    live,
    version,
    oidc: oidcSettings(config, egress),
  });
  const approvals = new Approvals({
    records,
    audit,
    clock,
    outbox,
    live,
    deciders: (also) => decidersOf(auth, also),
  });
  wireApprovals({ approvals, auth, retention });

  const sensors = new Sensors({ records, audit, clock, live });
  const silenceWatch = new SilenceWatch({
    records,
    outbox,
    live,
    habits: sensors.habits,
    listening: sensors.listening,
  });
  const register = new AssetRegister({
    records,
    audit,
    clock,
    live,
    nameOf: (id) => auth.service.nameOf(id),
    // What is important decides what is urgent.
    onChanged: () => weighing.changed("all"),
  });
  const seenAssets = new SeenAssets({ register, lake: lake.store });
  const classifications = await loadSchemes(CLASSIFICATIONS_DIR);
  const assessments = new Assessments({ register, schemes: classifications.schemes });
  const logSources = await loadFedLogSources(config.placeholdersFile);
  const rules = new RuleLibrary({ records, audit, clock, live, rulesDir: RULES_DIR, logSources: logSources.map });
  const detection = new DetectionProgress({ records, outbox, clock });
  const rulebook = await loadRulebook({ urgency: URGENCY_DIR, policy: TRIAGE_DIR });
  const { book } = rulebook;
  const importanceOf: ImportanceOf = (entities) => register.importanceOf(entities);
  const weighing = new Weighing({ records, live, book, importanceOf });
  const alerts = new Alerts({ records, clock, live, weighing, book });
  const triage = new Triage({ records, audit, clock, live, outbox, weighing, book });
  const savedQueues = new SavedQueues({ records, audit, clock });
  const triageFigures = new TriageFigures({ records, clock });
  const trackRecord = new RuleTrackRecord(records);
  const exceptions = new RuleExceptions({ library: rules, clock, events: lake.store, trackRecord });
  const ruleStatistics = new RuleStatistics({ records, clock, library: rules, trackRecord });
  const pipeline = new Pipeline({
    journal: lake.journal,
    lake: lake.store,
    detection,
    sensors,
    records,
    outbox,
    clock,
    log,
    logSources: logSources.map,
    threads: config.matchThreads === 0 ? defaultThreads() : config.matchThreads,
    memory: { dir: join(config.dataDir, "detection") },
  });
  const attack = await loadAttackTables(ATTACK_DIR);
  const authoring = wireAuthoring({
    records,
    audit,
    clock,
    live,
    log,
    outbox,
    lake,
    rules,
    detection,
    attack: attack.tables,
  });
  const savedHunts = new SavedHunts({ records, audit, clock, nameOf: (id) => auth.service.nameOf(id) });
  const notebooks = new Notebooks({ records, audit, clock, store: lake.store });
  const huntScheduler = new HuntScheduler({ records, clock, outbox, log, store: lake.store });
  const caseTemplates = await loadCaseTemplates(CASE_TEMPLATES_DIR);
  const incidents = await openIncidents({
    records,
    audit,
    clock,
    live,
    outbox,
    templates: caseTemplates.templates,
    nameOf: (id) => auth.service.nameOf(id),
    alerts: async (ids) => (await alerts.many(ids)).items,
    findings: async (id, limit) => (await alerts.findings(id, { after: undefined, limit })).items,
    importanceOf,
    dataDir: config.dataDir,
    papersDir: EVIDENCE_PAPERS_DIR,
    ports: evidencePorts({ lake, records, audit, integrity, retention, notebooks }),
  });
  wireCaseAccess({ approvals, auth, incidents });
  const doors = new Doors({ config, journal: lake.journal, clock, log, egress });
  const courier = new ExerciseCourier();
  const workforce = await loadProfiles(WORKFORCE_DIR);
  const { scenarios, problems } = await loadScenarios(SCENARIOS_DIR);
  const landscape = await loadLandscapes(LANDSCAPE_DIR);
  for (const problem of [
    ...landscape.problems,
    ...retentionRules.problems,
    ...classifications.problems,
    ...logSources.problems,
    ...parserProblems(),
    ...caseTemplates.problems,
    ...attack.problems,
    ...rulebook.problems,
    ...problems,
    ...workforce.problems,
  ])
    log.error({ ...problem }, "content is wrong");
  const exercises = new Exercises({
    records,
    audit,
    clock,
    live,
    log,
    scenarios,
    send: (parcel, signal) => courier.send(parcel, signal),
    countAlerts: (exerciseId) => alerts.countOfExercise(exerciseId),
    ...(tuning.replayMs === undefined ? {} : { replayMs: tuning.replayMs }),
  });
  const notices = wireNotices({ config, records, audit, auth, clock, live, log, egress });
  const ownNews = new OwnNews({ notices: notices.notices, alerts, clock, peopleWho: notices.peopleWho });

  const people = wirePeople({
    records,
    audit,
    clock,
    live,
    outbox,
    auth,
    alerts,
    sensors,
    exercises,
    incidents,
    profiles: workforce.profiles,
    openWays: notices.openNoticeWays,
  });

  const overview = new Overview({
    clock,
    sensors,
    alerts,
    rules,
    exercises,
    attack: attack.tables,
    landscapes: landscape.landscapes,
    onDuty: (now) => onDuty(people, now),
    openCases: (who) => openCases(incidents, who),
    flow: () => ({
      eventsPerSecond: pipeline.eventsPerSecond,
      backlog: pipeline.backlog,
      droppedLastHour: doors.droppedLastHour(),
    }),
  });
  wireReactions(outbox, { alerts, triage, ownNews });
  tellNews(outbox, { notices: notices.notices, log });
  const presence = new Presence({
    clock,
    live,
    mayLook: (who, object) => mayLook(incidents, who, object),
    nameOf: (id) => auth.service.nameOf(id),
  });
  return {
    config,
    log,
    clock,
    live,
    lake,
    records,
    audit,
    integrity,
    retention,
    backups,
    checks,
    outbox,
    auth,
    approvals,
    egress,
    sensors,
    silenceWatch,
    register,
    seenAssets,
    assessments,
    press: new Press(),
    rules,
    exceptions,
    ruleStatistics,
    trackRecord,
    attack: attack.tables,
    ...authoring,
    savedHunts,
    notebooks,
    huntScheduler,
    incidents,
    detection,
    alerts,
    triage,
    triageFigures,
    savedQueues,
    weighing,
    pipeline,
    doors,
    courier,
    exercises,
    overview,
    ...notices,
    ownNews,
    people,
    presence,
  };
}

export type Parts = Awaited<ReturnType<typeof wire>>;
const SYSTEM = { kind: "system", id: "system", name: "Khiên" } as const;

/** Refuses to run on settings that contradict each other. */
export function checkConfig(config: Config): void {
  checkDoorSettings(config);
  checkMailSettings(config);
  checkOidcSettings(config);
  const loopback = config.httpHost === "127.0.0.1" || config.httpHost === "::1" || config.httpHost === "localhost";
  if (!loopback && config.publicUrl === undefined) {
    throw new Fault(
      "invalid",
      "config.public_url.missing",
      `httpHost ${config.httpHost} opens the console to the network: put a TLS-terminating proxy in front and set publicUrl to its https address`,
    );
  }
}
