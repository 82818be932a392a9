import { CommaList, Cursor, IsoTime, Limit, pageOf } from "../../platform/http/shapes.ts";
import { z } from "../../platform/schema/index.ts";

const Level = z.enum(["informational", "low", "medium", "high", "critical"]);

export const RuleSummary = z
  .object({
    id: z.string(),
    title: z.string(),
    titleVi: z.string().nullable(),
    level: Level,
    status: z.string().nullable().describe("Sigma status: stable, test, experimental …"),
    author: z.string().nullable(),
    licence: z.string().nullable(),
    tags: z.array(z.string()),
    logsource: z.object({
      product: z.string().optional(),
      category: z.string().optional(),
      service: z.string().optional(),
    }),
    /** `builtin` or the id of the import it came with. */
    origin: z.string(),
    enabled: z.boolean(),
    /** `live`: events of this log source arrived in the last 7 days; `quiet`: known source, no events; `none`: no map entry feeds it. */
    dataSource: z.enum(["live", "quiet", "none"]),
    firedCount: z.int(),
    lastFiredAt: IsoTime.nullable(),
  })
  .meta({ id: "RuleSummary" });
export const RuleQuery = z.object({
  cursor: Cursor,
  limit: Limit(500, 100),
  q: z.string().max(200).optional().describe("Part of title, id or tag"),
  level: CommaList(Level).optional(),
  product: z.string().max(64).optional(),
  origin: z.string().max(64).optional(),
  dataSource: CommaList(z.enum(["live", "quiet", "none"])).optional(),
  enabled: z.enum(["true", "false"]).optional(),
  sort: z.enum(["title", "level", "fired"]).default("level"),
});
export const RulePage = pageOf(RuleSummary).extend({ total: z.int() });
export const RuleDetail = z.object({
  rule: RuleSummary,
  text: z.string(),
  file: z.string(),
  description: z.string().nullable(),
  descriptionVi: z.string().nullable(),
  falsePositives: z.array(z.string()),
  falsePositivesVi: z.array(z.string()),
  references: z.array(z.string()),
});
export const RuleChange = z.object({ enabled: z.boolean() });

/** Import report: what became of every document of a folder or archive. */
export const RuleImport = z
  .object({
    id: z.string(),
    name: z.string(),
    at: IsoTime,
    by: z.string(),
    loaded: z.int(),
    rejected: z.int().describe("Files with at least one error"),
    noDataSource: z.int(),
    unsupported: z.int().describe("Correlations, filters: recognised, not yet run"),
    licence: z.string().nullable(),
    tookMs: z.number(),
  })
  .meta({ id: "RuleImport" });
export const RuleImportList = pageOf(RuleImport);
export const RuleImportProblem = z.object({
  file: z.string(),
  line: z.int(),
  code: z.string(),
  message: z.string(),
  hint: z.string().nullable(),
});
export const RuleImportReport = z.object({
  import: RuleImport,
  problems: z.array(RuleImportProblem),
  noDataSource: z.array(
    z.object({
      ruleId: z.string(),
      title: z.string(),
      logsource: z.object({
        product: z.string().optional(),
        category: z.string().optional(),
        service: z.string().optional(),
      }),
    }),
  ),
});

/** Which log sources rules ask for, and what actually arrives. */
export const DataSourceCoverage = z.object({
  items: z.array(
    z.object({
      logsource: z.object({
        product: z.string().optional(),
        category: z.string().optional(),
        service: z.string().optional(),
      }),
      rules: z.int(),
      state: z.enum(["live", "quiet", "none"]),
      events7d: z.int(),
      lastEventAt: IsoTime.nullable(),
    }),
  ),
});
