import { join } from "node:path";
import { toIso } from "../kernel/index.ts";
import { assetRoutes } from "../modules/assets/index.ts";
import { figureRoutes, queueRoutes, savedQueueRoutes, triageRoutes } from "../modules/alerts/index.ts";
import { attackRoutes, retroRoutes, ruleRoutes } from "../modules/detection/index.ts";
import { drillRoutes } from "../modules/drills/index.ts";
import { savedHuntRoutes } from "../modules/hunts/index.ts";
import { incidentRoutes } from "../modules/incidents/index.ts";
import { handoverPaperRoutes } from "../modules/people/index.ts";
import { doorRoutes, ingestRoutes } from "../modules/ingest/index.ts";
import { eventRoutes, proveEvent, storageOf, storageRoutes } from "../modules/lake/index.ts";
import { overviewRoutes } from "../modules/overview/index.ts";
import { approvalRoutes } from "../platform/approvals/index.ts";
import { auditRoutes, RECORDS_FILE } from "../platform/audit/index.ts";
import { Press } from "../platform/documents/index.ts";
import type { Route } from "../platform/http/index.ts";
import { concealedFrom } from "./audit-sight.ts";
import { presenceRoutes } from "../platform/presence/index.ts";
import { coveredRules } from "./authoring.ts";
import { backupRoutes } from "./backup/routes.ts";
import { explanationRoute } from "./explanation-route.ts";
import { healthRoutes } from "./health-routes.ts";
import { liveRoute } from "./live-route.ts";
import { memoryRoute } from "./memory-route.ts";
import { journalSink } from "./sink.ts";
import { storageCareRoute } from "./storage-care-route.ts";
import { loadTexts } from "./texts.ts";
import { catalogues } from "./texts.ts";
import type { Parts } from "./wire.ts";

/** Every route of the server: the API's table of contents. */
export function routesOf(parts: Parts, state: { ready: () => boolean; address: () => string }): Route[] {
  const { lake, pipeline, rules, doors } = parts;
  const press = new Press();
  const saying = catalogues();
  return [
    ...healthRoutes(() => ({ ready: state.ready(), rules: rules.active().rules.length, backlog: pipeline.backlog })),
    ...parts.auth.routes,
    ...auditRoutes(parts.audit, concealedFrom(parts.incidents.views)),
    ...approvalRoutes(parts.approvals),
    ...ingestRoutes({
      sensors: parts.sensors,
      sink: journalSink(lake.journal),
      clock: parts.clock,
      counters: doors.counters,
      state: async () => {
        const journal = lake.journal.stats();
        return {
          listeners: doors.states(state.address()),
          doors: doors.counters.list().map((count) => ({ ...count, lastAt: toIso(count.lastAt) })),
          journal: { end: journal.end, bytes: journal.bytes, oldestAt: null, refusal: journal.refusal },
          backlog: pipeline.backlog,
          eventsPerSecond: pipeline.eventsPerSecond,
        };
      },
    }),
    ...doorRoutes({ sink: journalSink(lake.journal), clock: parts.clock, counters: doors.counters }),
    ...eventRoutes(lake.store, parts.clock),
    ...storageRoutes({
      retention: parts.retention,
      checks: parts.checks,
      clock: parts.clock,
      gate: (wanted, asked) => parts.approvals.gate(wanted, asked),
      sightOf: ({ id }) => parts.incidents.views.holdSight(id),
      storage: () =>
        storageOf({
          ...parts,
          store: lake.store,
          journal: lake.journal,
          recordsFile: join(parts.config.dataDir, RECORDS_FILE),
        }),
      prove: (id) => proveEvent(id, { ...parts, store: lake.store, segmentDir: parts.integrity.segmentDir }),
    }),
    ...backupRoutes(parts.backups),
    storageCareRoute(parts),
    ...savedHuntRoutes({
      saved: parts.savedHunts,
      scheduler: parts.huntScheduler,
      notebooks: parts.notebooks,
      store: lake.store,
      clock: parts.clock,
    }),
    ...assetRoutes({
      register: parts.register,
      seen: parts.seenAssets,
      assessments: parts.assessments,
      press: parts.press,
      sayIn: (language) => loadTexts(language).say,
    }),
    ...ruleRoutes({
      library: rules,
      exceptions: parts.exceptions,
      statistics: parts.ruleStatistics,
      fired: () => parts.alerts.firedByRule(),
      tempDir: join(parts.config.dataDir, "tmp"),
    }),
    ...retroRoutes(parts.hunts, parts.drafts),
    ...attackRoutes({ tables: parts.attack, rules: () => coveredRules(parts) }),
    ...queueRoutes(parts.alerts),
    ...triageRoutes({
      alerts: parts.alerts,
      triage: parts.triage,
      nameOfUser: (id) => parts.auth.service.nameOf(id),
    }),
    ...savedQueueRoutes({
      queues: parts.savedQueues,
      clock: parts.clock,
      nameOfUser: (id) => parts.auth.service.nameOf(id),
    }),
    ...figureRoutes({
      figures: parts.triageFigures,
      triage: parts.triage,
      clock: parts.clock,
      nameOfUser: (id) => parts.auth.service.nameOf(id),
    }),
    explanationRoute(parts),
    ...incidentRoutes(parts.incidents, {
      audit: parts.audit,
      print: (paper, form) => press.print(paper, form),
      say: saying,
      gate: (wanted, asked) => parts.approvals.gate(wanted, asked),
    }),
    ...drillRoutes(parts.exercises),
    ...overviewRoutes(parts.overview),
    ...parts.noticeRoutes,
    ...parts.people.routes,
    ...handoverPaperRoutes({
      handovers: parts.people.handovers,
      audit: parts.audit,
      print: (paper, form) => press.print(paper, form),
      sayIn: (language) => loadTexts(language).say,
    }),
    ...presenceRoutes(parts.presence),
    memoryRoute(parts),
    liveRoute(parts.live, parts.exercises),
  ];
}
