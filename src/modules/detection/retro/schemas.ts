/** Shapes of rule drafts, retro-hunts and back-tests as the HTTP API and the console see them. */
import { Cursor, IsoTime, Limit, pageOf } from "../../../platform/http/shapes.ts";
import { z } from "../../../platform/schema/index.ts";
import { MAX_DRAFT_CHARACTERS, MAX_DRAFT_EVENT_IDS, MAX_DRAFT_LINES_CHARACTERS } from "./limits.ts";

const Level = z.enum(["informational", "low", "medium", "high", "critical"]);
const RuleKind = z.enum(["detection", "correlation", "filter"]);
const EventIdText = z.string().regex(/^[0-9a-f]{32}$/u);
const FieldScalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const FieldValue = z.union([FieldScalar, z.array(FieldScalar)]);
const LogSourceShape = z.object({
  product: z.string().optional(),
  category: z.string().optional(),
  service: z.string().optional(),
});

// ── drafts ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const DraftText = z.string().max(MAX_DRAFT_CHARACTERS);

export const DraftCheckRequest = z.object({ text: DraftText });

/** What stops the draft from running. */
export const DraftProblem = z.object({
  line: z.int().describe("1-based; 0 = the whole text"),
  column: z.int().nullable(),
  code: z.string(),
  message: z.string(),
  hint: z.string().nullable(),
});

/** What makes a rule worse than it could be. `fix.text` is the whole draft with this one thing mended. */
export const DraftRemark = z.object({
  line: z.int(),
  code: z.string(),
  level: z.enum(["error", "warning", "info"]),
  message: z.string(),
  hint: z.string().nullable(),
  fix: z.object({ description: z.string(), text: z.string() }).nullable(),
});

export const DraftDocument = z.object({
  kind: RuleKind,
  id: z.string(),
  title: z.string(),
  level: Level,
  line: z.int(),
  fed: z.boolean().nullable().describe("Whether anything this program reads can feed it; null for filters"),
});

export const DraftCheck = z
  .object({
    documents: z.array(DraftDocument),
    problems: z.array(DraftProblem),
    lint: z.array(DraftRemark),
    /** The first detection rule in the search language, when it can be written so; `queryExact` says whether nothing is left out. */
    query: z.string().nullable(),
    queryExact: z.boolean(),
  })
  .meta({ id: "DraftCheck" });

export const DraftTestRequest = z.object({
  text: DraftText,
  lines: z
    .string()
    .max(MAX_DRAFT_LINES_CHARACTERS)
    .optional()
    .describe("Pasted log lines or JSON, at most 500 records"),
  eventIds: z.array(EventIdText).max(MAX_DRAFT_EVENT_IDS).optional().describe("Stored events; needs events.read"),
});

/** As the explanation of a finding, with the lines that were not met. */
export const DraftExplanation = z.object({
  condition: z.string(),
  matched: z.array(
    z.object({
      selection: z.string(),
      line: z.int().nullable(),
      field: z.string().nullable(),
      value: z.string(),
      ranges: z.array(z.object({ from: z.int(), to: z.int() })),
    }),
  ),
  selections: z.array(
    z.object({
      name: z.string(),
      line: z.int(),
      holds: z.boolean(),
      items: z.array(
        z.object({
          line: z.int(),
          key: z.string(),
          field: z.string().nullable(),
          value: FieldValue.nullable().describe("What the event holds there; null when the field is missing"),
          missing: z.boolean(),
          holds: z.boolean(),
        }),
      ),
    }),
  ),
});

export const DraftVerdict = z.object({
  ruleId: z.string(),
  title: z.string(),
  matched: z.boolean(),
  reachedLogSource: z.boolean(),
  explanation: DraftExplanation,
});

export const DraftEvent = z.object({
  index: z.int(),
  eventId: z.string().nullable().describe("Null for pasted records"),
  time: IsoTime,
  logsource: LogSourceShape,
  format: z.string(),
  fields: z.record(z.string(), FieldValue),
  raw: z.string(),
  parseFailure: z.string().nullable(),
  matched: z.boolean().describe("Any rule of the draft matches"),
  reachedLogSource: z.boolean().describe("Any rule of the draft looks at events of this log source"),
  /** Of the first rule that matches, else of the first that looks at such events. */
  explanation: DraftExplanation,
  rules: z.array(DraftVerdict),
});

/** What a correlation of the draft finds in the events, taken together. */
export const DraftFinding = z.object({
  ruleId: z.string(),
  title: z.string(),
  group: z.array(z.object({ field: z.string(), value: z.string() })),
  from: IsoTime,
  to: IsoTime,
  count: z.int(),
  value: z.number(),
  events: z.array(z.object({ index: z.int().nullable(), id: z.string(), time: IsoTime, ruleId: z.string() })),
});

export const DraftTest = z
  .object({
    events: z.array(DraftEvent),
    findings: z.array(DraftFinding),
    problems: z.array(DraftProblem),
    /** Stored events asked for that are no longer kept. */
    missing: z.array(z.string()),
  })
  .meta({ id: "DraftTest" });

// ── retro-hunts and back-tests ──────────────────────────────────────────────────────────────────────────────────────

const HuntKind = z.enum(["retro-hunt", "back-test"]);

export const RetroHuntRequest = z
  .object({
    kind: HuntKind,
    ruleId: z.string().max(256).optional(),
    text: DraftText.optional(),
    document: z.string().max(256).optional().describe("Id or name of the rule that is meant, of a text with several"),
    from: IsoTime,
    to: IsoTime,
    query: z.string().max(4_096).optional().describe("A hunt query to narrow the events further"),
    raise: z.boolean().default(false).describe("Publish the matches as findings, exactly once"),
  })
  .refine((asked) => (asked.ruleId === undefined) !== (asked.text === undefined), {
    message: "either ruleId or text",
  })
  .refine(({ text, document }) => document === undefined || text !== undefined, { message: "document is of a text" });

export const RetroHunt = z
  .object({
    id: z.string(),
    kind: HuntKind,
    rule: z.object({ id: z.string(), title: z.string(), level: Level, kind: RuleKind }),
    from: IsoTime,
    to: IsoTime,
    query: z.string().nullable(),
    raise: z.boolean(),
    state: z.enum(["waiting", "running", "done", "cancelled", "failed", "interrupted"]),
    progress: z.object({
      scanned: z.int(),
      total: z.int().describe("Events in range that the store preselects"),
      ratio: z.number().min(0).max(1),
    }),
    matches: z.int(),
    /** Matches kept for reading; those beyond are only counted. */
    kept: z.int(),
    raised: z.int().describe("Findings published"),
    hosts: z.array(z.object({ host: z.string(), count: z.int() })),
    perDay: z.array(z.object({ day: z.string(), matches: z.int(), alerts: z.int() })),
    /** Expected alerts: groups as alerts would form them. */
    alerts: z.int(),
    alertsPerDay: z.number(),
    costPerEventUs: z.number().nullable(),
    storeQuery: z.string().nullable().describe("What the store was asked, in the search language"),
    createdAt: IsoTime,
    startedAt: IsoTime.nullable(),
    finishedAt: IsoTime.nullable(),
    by: z.string(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
  })
  .meta({ id: "RetroHunt" });

export const RetroHuntQuery = z.object({ cursor: Cursor, limit: Limit(200, 50) });
export const RetroHuntPage = pageOf(RetroHunt);

export const RetroMatchQuery = z.object({ cursor: Cursor, limit: Limit(500, 100) });
export const RetroMatch = z.object({
  eventId: z.string().describe("For a correlation: of the event that completed it"),
  time: IsoTime,
  host: z.string().nullable(),
  user: z.string().nullable(),
  process: z.string().nullable(),
  commandLine: z.string().nullable(),
  srcIp: z.string().nullable(),
  dstIp: z.string().nullable(),
  sensor: z.string(),
  findingId: z.string(),
  /** For a correlation: its group and how many events count. */
  group: z.array(z.object({ field: z.string(), value: z.string() })),
  events: z.int(),
});
export const RetroMatchPage = pageOf(RetroMatch);
