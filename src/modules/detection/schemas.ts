/** Shapes of the rule library as the HTTP API and the console see them. Times are RFC 3339 in UTC. */
import { CommaList, Cursor, IsoTime, Limit, pageOf } from "../../platform/http/shapes.ts";
import { z } from "../../platform/schema/index.ts";
import {
  MAX_EXCEPTION_REASON,
  MAX_EXCEPTION_TESTS,
  MAX_EXCEPTION_TEXT,
  MAX_EXCEPTION_VALUES,
  MAX_FIELD_NAME,
  MAX_FIELD_VALUE,
  MAX_RULE_TEXT,
  MAX_SUPPRESSION_FIELDS,
  MAX_SUPPRESSION_MS,
} from "./limits.ts";

export const Level = z.enum(["informational", "low", "medium", "high", "critical"]);
export const RuleKind = z.enum(["detection", "correlation", "filter"]);
export const DataSource = z.enum(["live", "quiet", "none"]);
export const RuleLogSourceShape = z.object({
  product: z.string().optional(),
  category: z.string().optional(),
  service: z.string().optional(),
});
const Day = z.string().describe("YYYY-MM-DD, UTC");
/** One line of plain text for people: no control characters, so that lists and exports stay lists. */
const Line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}]*$/u, "control characters");

// ── rules ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export const RuleSummary = z
  .object({
    id: z.string(),
    kind: RuleKind,
    title: z.string(),
    titleVi: z.string().nullable(),
    level: Level.describe("What findings carry: the installation's own level where one was set"),
    ownLevel: Level.describe("As the rule's author wrote it"),
    status: z.string().nullable().describe("Sigma status: stable, test, experimental …"),
    author: z.string().nullable(),
    licence: z.string().nullable(),
    tags: z.array(z.string()),
    techniques: z.array(z.string()).describe("ATT&CK techniques of the tags: T1059, T1059.001 …"),
    /** Empty for correlations. */
    logsource: RuleLogSourceShape,
    /** `builtin`, `own` or the id of the import it came with. */
    origin: z.string(),
    enabled: z.boolean(),
    /** False when it is off, and when something it refers to is missing or off: see `problems` of the rule. */
    runs: z.boolean(),
    /**
     * `live`: events of this log source arrived in the last 7 days; `quiet`: known source, no events; `none`: no map
     * entry feeds it. Of a correlation: the worst of the rules it looks at.
     */
    dataSource: DataSource,
    exceptions: z.int().describe("Exceptions that hold now"),
    firedCount: z.int(),
    lastFiredAt: IsoTime.nullable(),
  })
  .meta({ id: "RuleSummary" });
const RuleFilter = z.object({
  q: z.string().max(200).optional().describe("Part of title, id or tag"),
  kind: CommaList(RuleKind).optional(),
  level: CommaList(Level).optional(),
  product: z.string().max(64).optional(),
  origin: z.string().max(64).optional(),
  dataSource: CommaList(DataSource).optional(),
  enabled: z.enum(["true", "false"]).optional(),
  technique: z
    .string()
    .regex(/^[Tt]\d{4}(?:\.\d{3})?$/u)
    .optional()
    .describe("T1059 (with its sub-techniques) or T1059.001"),
  correlated: z.enum(["true", "false"]).optional().describe("Whether a correlation looks at it"),
});
export const RuleQuery = RuleFilter.extend({
  cursor: Cursor,
  limit: Limit(500, 100),
  sort: z.enum(["title", "level", "fired"]).default("level"),
});
export const RuleExportQuery = RuleFilter.extend({
  ids: CommaList(z.string().max(256)).optional(),
});
export const RulePage = pageOf(RuleSummary).extend({ total: z.int() });

/** A document another one names. `found` is false when nothing here has that id or name. */
const Reference = z.object({
  /** Its id when found, else the reference as written. */
  id: z.string(),
  title: z.string().nullable(),
  found: z.boolean(),
  enabled: z.boolean(),
});
export const RuleProblem = z.object({
  file: z.string(),
  line: z.int(),
  code: z.string(),
  message: z.string(),
  hint: z.string().nullable(),
});
export const Suppression = z.object({ fields: z.array(z.string()), windowMs: z.int() });
export const RuleDetail = z.object({
  rule: RuleSummary,
  text: z.string(),
  file: z.string(),
  /** Hash of the text; states which text an edit started from. */
  version: z.string(),
  description: z.string().nullable(),
  descriptionVi: z.string().nullable(),
  falsePositives: z.array(z.string()),
  falsePositivesVi: z.array(z.string()),
  references: z.array(z.string()),
  date: z.string().nullable(),
  modified: z.string().nullable(),
  correlation: z
    .object({
      type: z.string(),
      timespanMs: z.int(),
      groupBy: z.array(z.string()),
      rules: z.array(Reference),
      condition: z.string().describe("gte 10, or the boolean text over rules"),
      generate: z.boolean(),
      latenessMs: z.int(),
      suppressMs: z.int(),
    })
    .nullable(),
  filter: z.object({ rules: z.union([z.literal("any"), z.array(Reference)]) }).nullable(),
  /** Correlations and filters that name this rule. */
  usedBy: z.array(z.object({ id: z.string(), title: z.string(), kind: RuleKind })),
  related: z.array(z.object({ id: z.string(), type: z.string(), title: z.string().nullable() })),
  suppression: Suppression.nullable(),
  levelOverride: Level.nullable(),
  /** Own rules can be edited and deleted. */
  editable: z.boolean(),
  /** Why it does not run or does not reach everything it names. */
  problems: z.array(RuleProblem),
});
export const RuleChange = z.object({
  enabled: z.boolean().optional(),
  level: Level.nullable().optional().describe("null: back to the rule's own"),
  suppression: z
    .object({
      fields: z.array(Line(MAX_FIELD_NAME)).max(MAX_SUPPRESSION_FIELDS),
      windowMs: z.int().min(1_000).max(MAX_SUPPRESSION_MS),
    })
    .nullable()
    .optional(),
  reason: Line(MAX_EXCEPTION_REASON).optional(),
  version: z.string().max(64).optional().describe("Of the text that is meant: 409 when the rule has another by now"),
});
export const RuleText = z.object({ text: z.string().min(1).max(MAX_RULE_TEXT) });
export const RuleEdit = RuleText.extend({
  version: z.string().max(64).describe("The version the edit started from"),
});

export const RuleStats = z.object({
  /** Findings, exercises included. */
  fired: z.int(),
  firstFiredAt: IsoTime.nullable(),
  lastFiredAt: IsoTime.nullable(),
  perDay: z.array(z.object({ day: Day, findings: z.int() })).describe("The last 30 days, days without findings too"),
  /** Alerts of the real world by what people decided about them. */
  verdicts: z.object({
    truePositive: z.int(),
    falsePositive: z.int(),
    benign: z.int(),
    other: z.int(),
    open: z.int(),
  }),
  truePositiveRate: z.number().nullable().describe("Of the alerts judged true, false or benign; null when none was"),
  hidden: z.array(z.object({ filterId: z.string(), title: z.string(), count: z.int(), lastAt: IsoTime.nullable() })),
  suppressed: z.int(),
  correlation: z
    .object({
      groups: z.int(),
      held: z.int(),
      findings: z.int(),
      suppressed: z.int(),
      late: z.int(),
      ungrouped: z.int(),
      ahead: z.int(),
      evicted: z.int(),
    })
    .nullable(),
});

export const RuleAction = z.enum([
  "imported",
  "updated",
  "enabled",
  "disabled",
  "level",
  "suppression",
  "exception-added",
  "exception-changed",
  "exception-ended",
  "created",
  "edited",
  "deleted",
]);
export const RuleHistoryPage = pageOf(
  z.object({
    at: IsoTime,
    by: z.string(),
    action: RuleAction,
    details: z.record(z.string(), z.json()),
    version: z.string().nullable(),
  }),
);
export const PageQuery = z.object({ cursor: Cursor, limit: Limit(500, 100) });
export const RuleVersion = z.object({ text: z.string(), at: IsoTime, by: z.string() });

// ── exceptions ──────────────────────────────────────────────────────────────────────────────────────────────────────

export const ExceptionState = z.enum(["active", "planned", "expired", "ended"]);
export const ExceptionOperator = z.enum(["equals", "contains", "startswith", "endswith", "cidr", "re"]);
/** Values are meant literally (`*` is an asterisk), patterns of `re` and networks of `cidr` excepted. */
export const ExceptionTest = z.object({
  field: z
    .string()
    .min(1)
    .max(MAX_FIELD_NAME)
    .regex(/^[^|\p{Cc}]+$/u, "a field name holds neither | nor control characters"),
  op: ExceptionOperator,
  values: z.array(z.string().max(MAX_FIELD_VALUE)).min(1).max(MAX_EXCEPTION_VALUES),
});
export const Exception = z
  .object({
    id: z.string(),
    ruleId: z.string(),
    /** null when the rule is not here any more. */
    ruleTitle: z.string().nullable(),
    title: z.string(),
    reason: z.string(),
    owner: z.string(),
    createdAt: IsoTime,
    createdBy: z.string(),
    from: IsoTime.nullable(),
    until: IsoTime.nullable(),
    state: ExceptionState,
    /** The exception as a Sigma filter document. */
    text: z.string(),
    /** How it was made, when from tests. */
    tests: z.array(ExceptionTest).nullable(),
    hidden: z.int(),
    lastHiddenAt: IsoTime.nullable(),
    /** Why it does not apply although it holds: the rule is gone, or now looks at another log source. */
    problems: z.array(RuleProblem),
  })
  .meta({ id: "RuleException" });
export const ExceptionList = pageOf(Exception);
export const ExceptionQuery = PageQuery.extend({ state: CommaList(ExceptionState).optional() });
export const RuleExceptionQuery = z.object({ cursor: Cursor, limit: Limit(500, 500) });
export const ExceptionDraft = z.object({
  title: Line(200),
  reason: Line(MAX_EXCEPTION_REASON),
  until: IsoTime.nullable(),
  from: IsoTime.nullable().optional(),
  owner: Line(200).optional().describe("Who answers for it; whoever makes it when left out"),
  tests: z.array(ExceptionTest).min(1).max(MAX_EXCEPTION_TESTS).optional().describe("All must hold"),
  text: z
    .string()
    .min(1)
    .max(MAX_EXCEPTION_TEXT)
    .optional()
    .describe("Instead of tests: YAML of selections and condition, as under `filter:` of a Sigma filter"),
  acceptHidingTruePositives: z.boolean().optional(),
});
/** A preview needs only what decides what is hidden. */
export const ExceptionTrial = ExceptionDraft.partial({ title: true, reason: true, until: true });
export const ExceptionChange = z.object({
  until: IsoTime.nullable().optional(),
  reason: Line(MAX_EXCEPTION_REASON).optional(),
});
export const ExceptionPreview = z.object({
  days: z.int(),
  /** `total` of the last `days`; `looked` of them were judged, newest first. */
  findings: z.object({ total: z.int(), looked: z.int(), hidden: z.int() }),
  alerts: z.object({ total: z.int(), hidden: z.int().describe("Alerts of which every finding looked at would go") }),
  perDay: z.array(z.object({ day: Day, findings: z.int(), hidden: z.int() })),
  /** Confirmed ones it would hide, however long ago; also of correlations above the rule, which would miss an event. */
  truePositives: z.array(z.object({ alertId: z.string(), title: z.string(), eventId: z.string(), at: IsoTime })),
  sample: z.array(z.object({ eventId: z.string(), at: IsoTime, host: z.string().nullable(), hidden: z.literal(true) })),
  unreadable: z.int().describe("Events no longer stored: nobody can say"),
});

// ── imports ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Import report: what became of every document of a folder or archive. */
export const RuleImport = z
  .object({
    id: z.string(),
    name: z.string(),
    at: IsoTime,
    by: z.string(),
    loaded: z.int().describe("Documents of all kinds"),
    correlations: z.int().describe("Of those loaded"),
    filters: z.int().describe("Of those loaded"),
    rejected: z.int().describe("Files with at least one error"),
    noDataSource: z.int(),
    unsupported: z.int().describe("Recognised and not run; of imports made by earlier versions"),
    licence: z.string().nullable(),
    tookMs: z.number(),
  })
  .meta({ id: "RuleImport" });
export const RuleImportList = pageOf(RuleImport);
export const RuleImportProblem = RuleProblem;
export const RuleImportReport = z.object({
  import: RuleImport,
  problems: z.array(RuleImportProblem),
  noDataSource: z.array(z.object({ ruleId: z.string(), title: z.string(), logsource: RuleLogSourceShape })),
});

/** Which log sources rules ask for, and what actually arrives. */
export const DataSourceCoverage = z.object({
  items: z.array(
    z.object({
      logsource: RuleLogSourceShape,
      rules: z.int(),
      state: DataSource,
      events7d: z.int(),
      lastEventAt: IsoTime.nullable(),
    }),
  ),
});
