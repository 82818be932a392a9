import { Readable } from "node:stream";
import type { Approvals } from "../../platform/approvals/index.ts";
import { foldText, toIso } from "../../kernel/index.ts";
import { csvLine } from "../../platform/csv/index.ts";
import { decodeCursor, encodeCursor, type Route, route } from "../../platform/http/index.ts";
import { z } from "../../platform/schema/index.ts";
import { evidenceRoutes } from "./evidence-routes.ts";
import { partRoutes } from "./part-routes.ts";
import { presentCase, presentHistory, presentPage, presentSimilar, presentTemplate } from "./present.ts";
import type { CaseFilter, ListedCase } from "./records.ts";
import {
  AccessChange,
  AccessRequested,
  AlertLinks,
  AlertLinksQuery,
  CaseChange,
  CaseCreate,
  CaseExportQuery,
  CaseGraph,
  CaseHistory,
  CaseList,
  CasePage,
  CaseParams,
  CaseQuery,
  PeopleChange,
  SimilarCases,
  SimilarToAlerts,
  StageChange,
  TemplateList,
  Watching,
} from "./schemas.ts";
import type { Incidents } from "./incidents.ts";
import { type ReportDeps, reportRoute } from "./report-routes.ts";

const CaseCursor = z.object({ sort: z.number(), id: z.string() });

export interface IncidentRouteDeps extends ReportDeps {
  /** Opens a request for a second person and throws Fault approvals.request.opened. */
  readonly gate: Approvals["gate"];
}

export function incidentRoutes(incidents: Incidents, deps: IncidentRouteDeps): Route[] {
  return [
    ...listRoutes(incidents),
    ...viewRoutes(incidents),
    ...changeRoutes(incidents),
    ...partRoutes(incidents),
    ...evidenceRoutes(incidents, deps),
    reportRoute(incidents, deps),
    accessRoute(incidents, deps),
  ];
}

function accessRoute({ access }: Incidents, { gate }: IncidentRouteDeps): Route {
  return route({
    method: "POST",
    path: "/api/v1/case-access-requests",
    summary: "Ask that somebody is named in a restricted case, known by its number alone; a second person has to agree",
    access: "cases.lead",
    audit: "own",
    stepUp: true,
    body: AccessRequested,
    reply: z.strictObject({}),
    handle: async (asked) => {
      await gate(await access.wanted(asked.body, asked.who), asked);
      return {};
    },
  });
}

function listRoutes({ views, cases, templates }: Incidents): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/cases",
      summary: "Cases that exist for the caller",
      access: "cases.read",
      audit: "read",
      query: CaseQuery,
      reply: CaseList,
      handle: async ({ query, who }) => {
        const after = decodeCursor(query.cursor, CaseCursor);
        const page = await views.list(filterOf(query), { who, after, limit: query.limit });
        return {
          items: page.items.map((record) => presentCase(record, who)),
          nextCursor: page.next === undefined ? null : encodeCursor(page.next),
          total: page.total,
        };
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/cases/export",
      summary: "The same as CSV or NDJSON, at most 20,000",
      access: "cases.read",
      audit: "incidents.list.exported",
      query: CaseExportQuery,
      reply: z.any(),
      handle: async ({ query, who }) => {
        const rows = views.all(filterOf(query), who);
        const lines =
          query.format === "csv" ? csvOf(rows) : ndjsonOf(rows, (record) => JSON.stringify(presentCase(record, who)));
        return {
          download: Readable.from(lines, { objectMode: false }),
          contentType: query.format === "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson",
          fileName: `cases.${query.format}`,
        };
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/case-templates",
      summary: "Kinds of cases with the tasks, severity and guidance they bring",
      access: "cases.read",
      audit: "read",
      reply: TemplateList,
      handle: async () => ({ items: templates.map(presentTemplate) }),
    }),
    route({
      method: "GET",
      path: "/api/v1/case-links",
      summary: "Which cases these alerts are in",
      access: "cases.read",
      audit: "read",
      query: AlertLinksQuery,
      reply: AlertLinks,
      handle: async ({ query, who }) => ({
        items: (await views.links(query.alerts, who)).map(({ alertId, caseId, number, title, stage }) => ({
          alert: alertId,
          case: { id: caseId, number, title, stage: stage as z.infer<typeof CasePage>["stage"] },
        })),
      }),
    }),
    route({
      method: "GET",
      path: "/api/v1/case-candidates",
      summary: "Cases that alerts may belong to: what they share, most alike first",
      access: "cases.read",
      audit: "read",
      query: SimilarToAlerts,
      reply: SimilarCases,
      handle: async ({ query, who }) => presentSimilar(await views.similarToAlerts(query.alerts, who), who),
    }),
    route({
      method: "POST",
      path: "/api/v1/cases",
      summary: "Open a case: of alerts, or of what somebody reported",
      access: "cases.write",
      audit: "own",
      body: CaseCreate,
      reply: CasePage,
      status: 201,
      handle: async ({ body, who, peer }) =>
        presentPage(await views.page(await cases.create(body, { who, peer }), who), who, templates),
    }),
  ];
}

function viewRoutes({ views, templates }: Incidents): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/cases/:id",
      summary: "One case with everything in it",
      access: "cases.read",
      audit: "read",
      params: CaseParams,
      reply: CasePage,
      handle: async ({ params, who }) => presentPage(await views.page(params.id, who), who, templates),
    }),
    route({
      method: "GET",
      path: "/api/v1/cases/:id/history",
      summary: "Everything that was ever changed in a case, newest first",
      access: "cases.read",
      audit: "read",
      params: CaseParams,
      reply: CaseHistory,
      handle: async ({ params, who }) => {
        const { items, truncated } = await views.history(params.id, who);
        return { items: items.map(presentHistory), truncated };
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/cases/:id/similar",
      summary: "Cases that share entities, indicators or rules with this one",
      access: "cases.read",
      audit: "read",
      params: CaseParams,
      reply: SimilarCases,
      handle: async ({ params, who }) => presentSimilar(await views.similar(params.id, who), who),
    }),
    route({
      method: "GET",
      path: "/api/v1/cases/:id/graph",
      summary: "What a case hangs together with: alerts, entities, other cases",
      access: "cases.read",
      audit: "read",
      params: CaseParams,
      reply: CaseGraph,
      handle: ({ params, who }) => views.graph(params.id, who),
    }),
  ];
}

function changeRoutes({ views, cases, templates }: Incidents): Route[] {
  const changing = { access: "cases.write", audit: "own", params: CaseParams, reply: CasePage } as const;
  const shown = async (id: string, who: Parameters<typeof views.page>[1]) =>
    presentPage(await views.page(id, who), who, templates);
  return [
    route({
      ...changing,
      method: "PATCH",
      path: "/api/v1/cases/:id",
      summary: "Change title, summary, severity, kind, TLP or tags",
      body: CaseChange,
      handle: async ({ params, body, who, peer }) => {
        await cases.change(params.id, body, { who, peer });
        return shown(params.id, who);
      },
    }),
    route({
      ...changing,
      method: "POST",
      path: "/api/v1/cases/:id/stage",
      summary: "Move a case to another stage; closing needs a resolution, a reason and a summary",
      body: StageChange,
      handle: async ({ params, body, who, peer }) => {
        await cases.step(params.id, body, { who, peer });
        return shown(params.id, who);
      },
    }),
    route({
      ...changing,
      method: "PUT",
      path: "/api/v1/cases/:id/people",
      summary: "Lead, deputies, watchers",
      body: PeopleChange,
      handle: async ({ params, body, who, peer }) => {
        await cases.setPeople(params.id, body, { who, peer });
        return shown(params.id, who);
      },
    }),
    route({
      ...changing,
      method: "PUT",
      path: "/api/v1/cases/:id/access",
      summary: "Show a case to named people only, or to everybody again",
      body: AccessChange,
      handle: async ({ params, body, who, peer }) => {
        await cases.setAccess(params.id, body, { who, peer });
        return shown(params.id, who);
      },
    }),
    route({
      ...changing,
      method: "PUT",
      path: "/api/v1/cases/:id/watching",
      summary: "Hear of what happens in a case, or no more",
      body: Watching,
      handle: async ({ params, body, who, peer }) => {
        await cases.watch(params.id, body.watching, { who, peer });
        return shown(params.id, who);
      },
    }),
  ];
}

function filterOf(asked: z.output<typeof CaseExportQuery> | z.output<typeof CaseQuery>): CaseFilter {
  const { q, stage, severity, kind, tag, whose, exercise, sort } = asked;
  return {
    whose,
    exercise,
    sort,
    ...(q === undefined || q === "" ? {} : { text: foldText(q) }),
    ...(stage === undefined || stage.length === 0 ? {} : { stages: stage }),
    ...(severity === undefined || severity.length === 0 ? {} : { severities: severity }),
    ...(kind === undefined ? {} : { kind }),
    ...(tag === undefined ? {} : { tag }),
  };
}

const CSV_HEAD = [
  "number",
  "title",
  "kind",
  "severity",
  "stage",
  "resolution",
  "tlp",
  "tags",
  "lead",
  "alerts",
  "tasks_done",
  "tasks",
  "exercise",
  "created",
  "updated",
];

async function* csvOf(records: AsyncIterable<ListedCase>): AsyncGenerator<string> {
  yield csvLine(CSV_HEAD);
  for await (const one of records) {
    yield csvLine([
      one.number,
      one.title,
      one.kind,
      one.severity,
      one.stage,
      one.resolution,
      `TLP:${one.tlp}`,
      one.tags.join("; "),
      one.lead?.name ?? null,
      one.alerts,
      one.tasks.done,
      one.tasks.total,
      one.exerciseId,
      toIso(one.createdAt),
      toIso(one.updatedAt),
    ]);
  }
}

async function* ndjsonOf(
  records: AsyncIterable<ListedCase>,
  print: (record: ListedCase) => string,
): AsyncGenerator<string> {
  for await (const record of records) yield `${print(record)}\n`;
}
