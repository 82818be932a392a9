import { toIso } from "../../kernel/index.ts";
import { csvLine } from "../../platform/csv/index.ts";
import { decodeCursor, encodeCursor, type Principal, type Route, route } from "../../platform/http/index.ts";
import { z } from "../../platform/schema/index.ts";
import { presentAlert, presentDuplicates, presentFinding, presentRelated, presentTransition } from "./present.ts";
import type { AlertRecord } from "./records.ts";
import {
  AlertDetail,
  AlertedEvents,
  AlertedEventsQuery,
  AlertPage,
  AlertParts,
  AlertQuery,
  FindingPage,
} from "./schemas.ts";
import { ProbableDuplicates, RelatedAlerts, RelatedQuery } from "./related/schemas.ts";
import { type Alerts, streamLines, toFilter } from "./service.ts";

const IdParams = z.object({ id: z.string().max(64) });
const AlertCursor = z.object({ sort: z.number(), lastSeen: z.number(), id: z.string() });
const FindingCursor = z.object({ time: z.number(), id: z.string() });
const ExportQuery = AlertQuery.omit({ cursor: true, limit: true }).extend({
  format: z.enum(["csv", "ndjson"]).default("csv"),
});
const WINDOW_MS = { "1h": 3_600_000, "24h": 86_400_000, "7d": 7 * 86_400_000 } as const;
const FindingsQuery = AlertQuery.pick({ cursor: true, limit: true });

/** Reading the queue. */
export function queueRoutes(alerts: Alerts): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/alerts",
      summary: "Alerts, most urgent first unless sorted otherwise",
      access: "alerts.read",
      audit: "read",
      query: AlertQuery,
      reply: AlertPage,
      handle: async ({ query, who }) => {
        const page = await alerts.list(toFilter(resolveMe(query, who)), {
          after: decodeCursor(query.cursor, AlertCursor),
          limit: query.limit,
        });
        return {
          items: page.items.map((record) => presentAlert(record, page.endsBefore)),
          nextCursor: page.next === undefined ? null : encodeCursor(page.next),
          total: page.total,
          totalIsLeast: page.totalIsLeast,
        };
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/alerts/export",
      summary: "Alerts as CSV or NDJSON, at most 100,000",
      access: "alerts.read",
      audit: "alerts.alert.exported",
      query: ExportQuery,
      reply: z.any(),
      handle: async ({ query, who }) => {
        const rows = alerts.all(toFilter(resolveMe(query, who)));
        return query.format === "csv"
          ? { download: streamLines(toCsv(rows)), contentType: "text/csv; charset=utf-8", fileName: "alerts.csv" }
          : { download: streamLines(toNdjson(rows)), contentType: "application/x-ndjson", fileName: "alerts.ndjson" };
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/alerts/:id",
      summary: "One alert with its whole history",
      access: "alerts.read",
      audit: "read",
      params: IdParams,
      reply: AlertDetail,
      handle: async ({ params }) => {
        const { alert, history, endsBefore } = await alerts.get(params.id);
        return { alert: presentAlert(alert, endsBefore), transitions: history.map(presentTransition) };
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/alerts/:id/findings",
      summary: "The rule matches behind an alert, newest event first",
      access: "alerts.read",
      audit: "read",
      params: IdParams,
      query: FindingsQuery,
      reply: FindingPage,
      handle: async ({ params, query }) => {
        const page = await alerts.findings(params.id, {
          after: decodeCursor(query.cursor, FindingCursor),
          limit: query.limit,
        });
        return {
          items: page.items.map(presentFinding),
          nextCursor: page.next === undefined ? null : encodeCursor(page.next),
        };
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/alerts/:id/parts",
      summary: "What the findings of an alert are about, for splitting it",
      access: "alerts.read",
      audit: "read",
      params: IdParams,
      reply: AlertParts,
      handle: async ({ params }) => ({
        items: (await alerts.parts(params.id)).map(({ kind, value, n }) => ({ kind, value, count: n })),
      }),
    }),
    route({
      method: "GET",
      path: "/api/v1/alerts/:id/related",
      summary: "Other alerts about the same hosts, people, addresses … around an alert, at most 200",
      access: "alerts.read",
      audit: "read",
      params: IdParams,
      query: RelatedQuery,
      reply: RelatedAlerts,
      handle: async ({ params, query }) => presentRelated(await alerts.related(params.id, WINDOW_MS[query.window])),
    }),
    route({
      method: "GET",
      path: "/api/v1/alerts/:id/duplicates",
      summary: "Alerts that probably say the same as one, with the reason and the score, at most 5",
      access: "alerts.read",
      audit: "read",
      params: IdParams,
      reply: ProbableDuplicates,
      handle: async ({ params }) => presentDuplicates(await alerts.duplicates(params.id)),
    }),
    route({
      method: "GET",
      path: "/api/v1/alerted-events",
      summary: "Events of one host in a range that rules matched, for marking them in other views",
      access: "alerts.read",
      audit: "read",
      query: AlertedEventsQuery,
      reply: AlertedEvents,
      handle: async ({ query }) => {
        const { host, from, to } = query;
        const marked = await alerts.markedEvents({ host, from: Date.parse(from), to: Date.parse(to) });
        return { ...marked, items: marked.items.map((item) => ({ ...item, time: toIso(item.time) })) };
      },
    }),
  ];
}

export function resolveMe<Asked extends { assignee?: string }>(query: Asked, who: Principal): Asked {
  return query.assignee === "me" ? { ...query, assignee: who.id } : query;
}

async function* toCsv(records: AsyncIterable<AlertRecord>): AsyncGenerator<string> {
  yield csvLine([
    "id",
    "level",
    "urgency",
    "status",
    "reason",
    "rule_id",
    "rule",
    "rule_author",
    "rule_licence",
    "entity_kind",
    "entity",
    "count",
    "first_seen",
    "last_seen",
    "assignee",
    "tags",
    "due",
    "exercise",
  ]);
  for await (const one of records) {
    yield csvLine([
      one.id,
      one.rule.level,
      one.urgency,
      one.state.status,
      one.state.closeReason,
      one.rule.id,
      one.rule.title,
      one.rule.author,
      one.rule.licence,
      one.entity.kind,
      one.entity.value,
      one.count,
      toIso(one.firstSeen),
      toIso(one.lastSeen),
      one.state.assignee?.name ?? null,
      one.state.tags.join(" "),
      one.due === null ? null : toIso(one.due.dueAt),
      one.exerciseId,
    ]);
  }
}

async function* toNdjson(records: AsyncIterable<AlertRecord>): AsyncGenerator<string> {
  for await (const record of records) yield `${JSON.stringify(presentAlert(record, new Map()))}\n`;
}
