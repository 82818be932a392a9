import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Fault, foldText, type Instant, type LogSource, severityRank, toIso } from "../../kernel/index.ts";
import { decodeCursor, encodeCursor, type Route, route } from "../../platform/http/index.ts";
import { z } from "../../platform/schema/index.ts";
import type { SeenSource } from "./core/data-source.ts";
import { vietnameseOf } from "./engine.ts";
import type { ImportOutcome, LibraryRule, RuleLibrary } from "./library.ts";
import {
  DataSourceCoverage,
  RuleChange,
  RuleDetail,
  RuleImport,
  RuleImportList,
  RuleImportReport,
  RulePage,
  RuleQuery,
  RuleSummary,
} from "./schemas.ts";
import type { ImportRecord } from "./store.ts";

/** How often rules have fired; alerts know it. */
export type FiredStats = () => Promise<ReadonlyMap<string, { count: number; lastAt: Instant }>>;

/** Largest archive taken in one upload. SigmaHQ's whole set is 2 MB. */
const MAX_UPLOAD_BYTES = 64 * 1024 * 1024;
const IdParams = z.object({ id: z.string().max(256) });
const OffsetCursor = z.object({ offset: z.int().min(0) });
const UploadQuery = z.object({ name: z.string().trim().min(1).max(200) });

type Summary = z.input<typeof RuleSummary>;

export function ruleRoutes(library: RuleLibrary, deps: { fired: FiredStats; tempDir: string }): Route[] {
  const summaries = async (rules: readonly LibraryRule[]): Promise<Summary[]> => {
    const [fired, seen] = [await deps.fired(), await library.seenSources()];
    return rules.map((rule) => summarise(rule, { library, fired, seen }));
  };
  const summary = async (rule: LibraryRule): Promise<Summary> => (await summaries([rule]))[0] as Summary;
  return [
    route({
      method: "GET",
      path: "/api/v1/rules",
      summary: "Rules with their data-source state and how often they fired",
      access: "rules.read",
      audit: "read",
      query: RuleQuery,
      reply: RulePage,
      handle: async ({ query }) => {
        const fitting = sortSummaries(filterSummaries(await summaries(library.all()), query), query.sort);
        const offset = decodeCursor(query.cursor, OffsetCursor)?.offset ?? 0;
        const end = offset + query.limit;
        return {
          items: fitting.slice(offset, end),
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
      reply: DataSourceCoverage,
      handle: async () => ({ items: await coverage(library) }),
    }),
    route({
      method: "GET",
      path: "/api/v1/rules/imports",
      summary: "Imports, newest first",
      access: "rules.read",
      audit: "read",
      reply: RuleImportList,
      handle: async () => ({ items: (await library.imports()).map(presentImport), nextCursor: null }),
    }),
    route({
      method: "POST",
      path: "/api/v1/rules/imports",
      summary: "Import a rule archive (.zip, .tar, .tar.gz) or one .yml",
      access: "rules.write",
      audit: "own",
      query: UploadQuery,
      rawBody: true,
      ratePerMinute: 20,
      reply: RuleImportReport,
      handle: async ({ query, raw, who, peer }) => {
        const path = await receiveUpload(raw, { name: query.name, tempDir: deps.tempDir });
        try {
          return presentOutcome(await library.import({ path, name: query.name }, { who, peer }));
        } finally {
          await rm(path, { force: true });
        }
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/rules/imports/:id",
      summary: "What became of every document of an import",
      access: "rules.read",
      audit: "read",
      params: IdParams,
      reply: RuleImportReport,
      handle: async ({ params }) => presentOutcome(await library.importOutcome(params.id)),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/rules/imports/:id",
      summary: "Remove an import and its rules",
      access: "rules.write",
      audit: "own",
      params: IdParams,
      reply: z.undefined(),
      status: 204,
      handle: async ({ params, who, peer }) => {
        await library.removeImport(params.id, { who, peer });
        return undefined;
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/rules/:id",
      summary: "One rule with its text",
      access: "rules.read",
      audit: "read",
      params: IdParams,
      reply: RuleDetail,
      handle: async ({ params }) => {
        const known = library.get(params.id);
        const vi = vietnameseOf(known.rule);
        return {
          rule: await summary(known),
          text: known.text,
          file: known.rule.file,
          description: known.rule.description ?? null,
          descriptionVi: vi.description,
          falsePositives: [...known.rule.falsepositives],
          falsePositivesVi: vi.falsePositives,
          references: [...known.rule.references],
        };
      },
    }),
    route({
      method: "PATCH",
      path: "/api/v1/rules/:id",
      summary: "Turn a rule on or off",
      access: "rules.write",
      audit: "own",
      params: IdParams,
      body: RuleChange,
      reply: RuleSummary,
      handle: async ({ params, body, who, peer }) =>
        summary(await library.setEnabled(params.id, body.enabled, { who, peer })),
    }),
  ];
}

function summarise(
  { rule, origin, enabled }: LibraryRule,
  known: {
    library: RuleLibrary;
    fired: ReadonlyMap<string, { count: number; lastAt: Instant }>;
    seen: readonly SeenSource[];
  },
): Summary {
  const fired = known.fired.get(rule.id);
  return {
    id: rule.id,
    title: rule.title,
    titleVi: vietnameseOf(rule).title,
    level: rule.level,
    status: rule.status ?? null,
    author: rule.author ?? null,
    licence: rule.licence ?? null,
    tags: [...rule.tags],
    logsource: sourceOf(rule.logsource),
    origin,
    enabled,
    dataSource: known.library.dataSource(rule, known.seen).state,
    firedCount: fired?.count ?? 0,
    lastFiredAt: fired === undefined ? null : toIso(fired.lastAt),
  };
}

function filterSummaries(rules: readonly Summary[], query: z.output<typeof RuleQuery>): Summary[] {
  const text = query.q === undefined ? "" : foldText(query.q);
  return rules.filter(
    (rule) =>
      (text === "" ||
        foldText(`${rule.title} ${rule.titleVi ?? ""} ${rule.id} ${rule.tags.join(" ")}`).includes(text)) &&
      (query.level === undefined || query.level.length === 0 || query.level.includes(rule.level)) &&
      (query.product === undefined || rule.logsource.product === query.product) &&
      (query.origin === undefined || rule.origin === query.origin) &&
      (query.dataSource === undefined || query.dataSource.length === 0 || query.dataSource.includes(rule.dataSource)) &&
      (query.enabled === undefined || String(rule.enabled) === query.enabled),
  );
}

function sortSummaries(rules: readonly Summary[], sort: z.output<typeof RuleQuery>["sort"]): Summary[] {
  const byTitle = (a: Summary, b: Summary): number => (a.title < b.title ? -1 : a.title > b.title ? 1 : 0);
  return [...rules].sort((a, b) => {
    if (sort === "level") return severityRank(b.level) - severityRank(a.level) || byTitle(a, b);
    if (sort === "fired") return b.firedCount - a.firedCount || byTitle(a, b);
    return byTitle(a, b);
  });
}

async function coverage(library: RuleLibrary): Promise<z.input<typeof DataSourceCoverage>["items"]> {
  const seen = await library.seenSources();
  const active = library.all().filter(({ enabled }) => enabled);
  const groups = Map.groupBy(active, ({ rule: { logsource } }) => JSON.stringify(sourceOf(logsource)));
  const rows = [...groups.values()].flatMap((rules) => {
    const first = rules[0]?.rule;
    if (first === undefined) return [];
    const { state, events, lastAt } = library.dataSource(first, seen);
    return [
      {
        logsource: sourceOf(first.logsource),
        rules: rules.length,
        state,
        events7d: events,
        lastEventAt: lastAt === null ? null : toIso(lastAt),
      },
    ];
  });
  return rows.sort((a, b) => b.rules - a.rules);
}

function sourceOf({ product, category, service }: LogSource): LogSource {
  return {
    ...(product === undefined ? {} : { product }),
    ...(category === undefined ? {} : { category }),
    ...(service === undefined ? {} : { service }),
  };
}

function presentImport(record: ImportRecord): z.input<typeof RuleImport> {
  return { ...record, at: toIso(record.at) };
}

function presentOutcome(outcome: ImportOutcome): z.input<typeof RuleImportReport> {
  return {
    import: presentImport(outcome.record),
    problems: outcome.problems.map(({ file, line, code, message, hint }) => ({
      file,
      line,
      code,
      message,
      hint: hint ?? null,
    })),
    noDataSource: outcome.noDataSource.map(({ ruleId, title, logsource }) => ({
      ruleId,
      title,
      logsource: sourceOf(logsource),
    })),
  };
}

/** Writes the body to a file of our own naming; only the extension follows the caller's name. */
async function receiveUpload(body: AsyncIterable<Uint8Array>, to: { name: string; tempDir: string }): Promise<string> {
  const extension = /\.(?:zip|tar|tgz|tar\.gz|ya?ml)$/iu.exec(to.name)?.[0]?.toLowerCase();
  if (extension === undefined) {
    throw new Fault("unsupported", "detection.import.kind", "send a .zip, .tar, .tar.gz, .tgz or .yml", {
      name: to.name,
    });
  }
  await mkdir(to.tempDir, { recursive: true });
  const path = join(to.tempDir, `${crypto.randomUUID()}${extension}`);
  try {
    await pipeline(body, atMost(MAX_UPLOAD_BYTES), createWriteStream(path, { flags: "wx", mode: 0o600 }));
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return path;
}

function atMost(limit: number): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen > limit)
        done(new Fault("too_large", "detection.import.too_large", "the archive is larger than allowed", { limit }));
      else done(null, chunk);
    },
  });
}
