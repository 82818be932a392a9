import { toIso } from "../../../kernel/index.ts";
import { decodeCursor, encodeCursor, type Route, route } from "../../../platform/http/index.ts";
import { z } from "../../../platform/schema/index.ts";
import type { RuleHistoryPage } from "../schemas.ts";
import * as shapes from "../schemas.ts";
import { plainSource } from "../core/data-source.ts";
import { MAX_EXPORTED_RULES } from "../limits.ts";
import type { LibraryRule } from "../library/catalogue.ts";
import type { RuleLibrary } from "../library/library.ts";
import { exportText } from "./export.ts";
import { filterSummaries, sortSummaries, type Summary, summariesOf } from "./listing.ts";
import { IdParams, OffsetCursor, type RuleRouteParts } from "./parts.ts";
import { presentDetail, presentStats } from "./present.ts";

const VersionParams = z.object({ id: z.string().max(256), version: z.string().max(64) });
const SeqCursor = z.object({ before: z.int().min(0) });

export async function detailOf(known: LibraryRule, parts: RuleRouteParts): Promise<z.input<typeof shapes.RuleDetail>> {
  return presentDetail(known, { library: parts.library, rule: await summaryOf(known, parts) });
}

async function summaryOf(known: LibraryRule, parts: RuleRouteParts): Promise<Summary> {
  return (await summariesOf([known], parts))[0] as Summary;
}

export function libraryRoutes(parts: RuleRouteParts): Route[] {
  return [...listRoutes(parts), ...oneRuleRoutes(parts)];
}

function listRoutes(parts: RuleRouteParts): Route[] {
  const { library } = parts;
  return [
    route({
      method: "GET",
      path: "/api/v1/rules",
      summary: "Rules with their data-source state and how often they fired",
      access: "rules.read",
      audit: "read",
      query: shapes.RuleQuery,
      reply: shapes.RulePage,
      handle: async ({ query }) => {
        const fitting = filterSummaries(await summariesOf(library.all(), parts), query, library);
        const offset = decodeCursor(query.cursor, OffsetCursor)?.offset ?? 0;
        const end = offset + query.limit;
        return {
          items: sortSummaries(fitting, query.sort).slice(offset, end),
          nextCursor: end < fitting.length ? encodeCursor({ offset: end }) : null,
          total: fitting.length,
        };
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/rules/coverage",
      summary: "Log sources the rules ask for, and what arrives",
      access: "rules.read",
      audit: "read",
      reply: shapes.DataSourceCoverage,
      handle: async () => ({ items: await coverage(library) }),
    }),
    route({
      method: "GET",
      path: "/api/v1/rules/export",
      summary: "Rules as YAML, by id or by filter",
      access: "rules.read",
      audit: "detection.rules.exported",
      query: shapes.RuleExportQuery,
      reply: z.any(),
      handle: async ({ query: { ids, ...filter } }) => {
        const chosen = new Set(
          ids ?? filterSummaries(await summariesOf(library.all(), parts), filter, library).map(({ id }) => id),
        );
        for (const id of chosen) library.get(id);
        const rules = library.all().filter(({ rule }) => chosen.has(rule.id));
        const names = new Map((await library.imports()).map(({ id, name }) => [id, name]));
        return {
          download: exportText(rules.slice(0, MAX_EXPORTED_RULES), (origin) => names.get(origin) ?? null),
          contentType: "application/yaml; charset=utf-8",
          fileName: "rules.yml",
        };
      },
    }),
  ];
}

function oneRuleRoutes(parts: RuleRouteParts): Route[] {
  const { library, statistics } = parts;
  return [
    route({
      method: "GET",
      path: "/api/v1/rules/:id",
      summary: "One rule with its text",
      access: "rules.read",
      audit: "read",
      params: IdParams,
      reply: shapes.RuleDetail,
      handle: async ({ params }) => detailOf(library.get(params.id), parts),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/rules/:id",
      summary: "Turn a rule on or off, set its level here, suppress repetitions",
      access: "rules.write",
      audit: "own",
      params: IdParams,
      body: shapes.RuleChange,
      reply: shapes.RuleSummary,
      handle: async ({ params, body, who, peer }) =>
        summaryOf(await library.change(params.id, present(body), { who, peer }), parts),
    }),
    route({
      method: "GET",
      path: "/api/v1/rules/:id/stats",
      summary: "What a rule found, what people made of it, what tuning kept away",
      access: "rules.read",
      audit: "read",
      params: IdParams,
      reply: shapes.RuleStats,
      handle: async ({ params }) => presentStats(await statistics.of(params.id)),
    }),
    route({
      method: "GET",
      path: "/api/v1/rules/:id/history",
      summary: "What was done to a rule, newest first; also of rules that are gone",
      access: "rules.read",
      audit: "read",
      params: IdParams,
      query: shapes.PageQuery,
      reply: shapes.RuleHistoryPage,
      handle: async ({ params, query }) => history(library, params.id, query),
    }),
    route({
      method: "GET",
      path: "/api/v1/rules/:id/versions/:version",
      summary: "An earlier text of an own or imported rule",
      access: "rules.read",
      audit: "read",
      params: VersionParams,
      reply: shapes.RuleVersion,
      handle: async ({ params }) => {
        const { text, at, by } = await library.version(params.id, params.version);
        return { text, at: toIso(at), by };
      },
    }),
  ];
}

/** What the caller left out, and nothing that merely is undefined. */
function present<Body extends object>(body: Body): { [Key in keyof Body]: Exclude<Body[Key], undefined> } {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Body]: Exclude<Body[Key], undefined>;
  };
}

async function history(
  library: RuleLibrary,
  id: string,
  query: z.output<typeof shapes.PageQuery>,
): Promise<z.input<typeof RuleHistoryPage>> {
  const before = decodeCursor(query.cursor, SeqCursor)?.before;
  const { items, next } = await library.history(id, { before, limit: query.limit });
  return {
    items: items.map(({ at, by, action, details, version }) => ({
      at: toIso(at),
      by,
      action,
      // Written by us as JSON.
      details: details as z.input<typeof RuleHistoryPage>["items"][number]["details"],
      version,
    })),
    nextCursor: next === undefined ? null : encodeCursor({ before: next }),
  };
}

async function coverage(library: RuleLibrary): Promise<z.input<typeof shapes.DataSourceCoverage>["items"]> {
  const seen = await library.seenSources();
  const groups = Map.groupBy(library.active().rules, ({ logsource }) => JSON.stringify(plainSource(logsource)));
  const rows = [...groups.values()].flatMap((rules) => {
    const [first] = rules;
    if (first === undefined) return [];
    const { state, events, lastAt } = library.dataSource(first, seen);
    return [
      {
        logsource: plainSource(first.logsource),
        rules: rules.length,
        state,
        events7d: events,
        lastEventAt: lastAt === null ? null : toIso(lastAt),
      },
    ];
  });
  return rows.sort((a, b) => b.rules - a.rules);
}
