import { join } from "node:path";
import { alertRoutes } from "../modules/alerts/index.ts";
import { attackRoutes, retroRoutes, ruleRoutes } from "../modules/detection/index.ts";
import { drillRoutes } from "../modules/drills/index.ts";
import { ingestRoutes } from "../modules/ingest/index.ts";
import { eventRoutes } from "../modules/lake/index.ts";
import { overviewRoutes } from "../modules/overview/index.ts";
import { auditRoutes } from "../platform/audit/index.ts";
import type { Route } from "../platform/http/index.ts";
import { coveredRules } from "./authoring.ts";
import { explanationRoute } from "./explanation-route.ts";
import { healthRoutes } from "./health-routes.ts";
import { liveRoute } from "./live-route.ts";
import { journalSink } from "./sink.ts";
import type { Parts } from "./wire.ts";

/** Every route of the server: the API's table of contents. */
export function routesOf(parts: Parts, state: { ready: () => boolean; address: () => string }): Route[] {
  const { lake, pipeline, rules, doors } = parts;
  return [
    ...healthRoutes(() => ({ ready: state.ready(), rules: rules.active().rules.length, backlog: pipeline.backlog })),
    ...parts.auth.routes,
    ...auditRoutes(parts.audit),
    ...ingestRoutes({
      sensors: parts.sensors,
      sink: journalSink(lake.journal),
      clock: parts.clock,
      state: async () => {
        const journal = lake.journal.stats();
        return {
          listeners: [
            { name: "http", address: state.address(), received: journal.end, dropped: 0, connections: null },
            ...doors.states(),
          ],
          journal: { end: journal.end, bytes: journal.bytes, oldestAt: null },
          backlog: pipeline.backlog,
          eventsPerSecond: pipeline.eventsPerSecond,
        };
      },
    }),
    ...eventRoutes(lake.store),
    ...ruleRoutes({
      library: rules,
      exceptions: parts.exceptions,
      statistics: parts.ruleStatistics,
      fired: () => parts.alerts.firedByRule(),
      tempDir: join(parts.config.dataDir, "tmp"),
    }),
    ...retroRoutes(parts.hunts, parts.drafts),
    ...attackRoutes({ tables: parts.attack, rules: () => coveredRules(parts) }),
    ...alertRoutes(parts.alerts, (id) => parts.auth.service.nameOf(id)),
    explanationRoute(parts),
    ...drillRoutes(parts.exercises),
    ...overviewRoutes(parts.overview),
    liveRoute(parts.live, parts.exercises),
  ];
}
