/**
 * Shapes of the lake as the HTTP API and the console see them. Times are RFC 3339 in UTC.
 * The module's own API (index.ts) takes instants in milliseconds and returns these response shapes.
 */
import { z } from "../../platform/schema/index.ts";
import {
  DEFAULT_SEARCH_ROWS,
  MAX_AROUND_WINDOW_MS,
  MAX_HISTOGRAM_BUCKETS,
  MAX_PIPE_ROWS,
  MAX_QUERY_CHARACTERS,
  MAX_SEARCH_ROWS,
  MAX_TOP_VALUES,
} from "./limits.ts";

const isoTime = z.iso.datetime({ offset: true });
/** A moment, or one told from now: `now`, `now-24h`, `now-1d/d`. */
const askedTime = z.union([
  isoTime,
  z
    .string()
    .max(64)
    .regex(/^now([+-][0-9]{1,6}[smhdw])*(\/[smhdw])?$/i),
]);
const fieldScalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const eventId = z.string().regex(/^[0-9a-f]{32}$/);

export const fieldValueSchema = z.union([fieldScalar, z.array(fieldScalar)]);

export const entitiesSchema = z.object({
  user: z.string().optional(),
  process: z.string().optional(),
  commandLine: z.string().optional(),
  parentProcess: z.string().optional(),
  srcIp: z.string().optional(),
  srcPort: z.number().int().optional(),
  dstIp: z.string().optional(),
  dstPort: z.number().int().optional(),
  domain: z.string().optional(),
  url: z.string().optional(),
  hash: z.string().optional(),
  email: z.string().optional(),
  file: z.string().optional(),
});

export const storedEventSchema = z.object({
  id: eventId,
  time: isoTime,
  ingestedAt: isoTime,
  timeMissing: z.boolean().optional(),
  sensor: z.string(),
  logsource: z.object({
    product: z.string().optional(),
    category: z.string().optional(),
    service: z.string().optional(),
  }),
  format: z.string(),
  parseFailure: z.string().optional(),
  host: z.string().optional(),
  entities: entitiesSchema,
  fields: z.record(z.string(), fieldValueSchema),
  raw: z.string(),
  exerciseId: z.string().optional(),
});
export type StoredEvent = z.infer<typeof storedEventSchema>;

/** The part every bounded request shares. `from` is included, `to` is excluded. */
export const rangeRequestSchema = z.object({
  query: z.string().max(MAX_QUERY_CHARACTERS).default(""),
  from: askedTime,
  to: askedTime,
  /** What `now` stands for, in the query and in the range: the same question asked again. */
  at: isoTime.optional(),
});

export const searchRequestSchema = rangeRequestSchema.extend({
  limit: z.coerce.number().int().min(1).max(MAX_SEARCH_ROWS).default(DEFAULT_SEARCH_ROWS),
  cursor: z.string().max(200).optional(),
  order: z.enum(["newest", "oldest"]).default("newest"),
});
export type SearchRequest = z.infer<typeof searchRequestSchema>;

/** Segments of the asked range that are damaged or gone: what they hold is not in the answer. */
export const leftOutSchema = z.object({
  /** The first of them by name; `khien verify` tells what is wrong with each. */
  segments: z.array(z.string()),
  /** Events in all of them. */
  events: z.number().int(),
});
export type LeftOut = z.infer<typeof leftOutSchema>;
const incomplete = { leftOut: leftOutSchema.optional() };

export const searchResponseSchema = z.object({
  ...incomplete,
  events: z.array(storedEventSchema),
  /** Present when there are more; hand it back with the same query, range and order. */
  nextCursor: z.string().optional(),
  tookMs: z.number(),
  /** Events stored in segments and hot rows that the time range could not rule out: the upper bound of what was read. */
  scanned: z.number().int(),
  /** Segments and hot tables these lie in. */
  segments: z.number().int(),
  /** Fields that no stored event has, with the one that was probably meant. */
  unknownFields: z.array(z.object({ name: z.string(), suggestion: z.string().nullable() })),
});
export type SearchResponse = z.infer<typeof searchResponseSchema>;

const pipelineTold = {
  ...incomplete,
  /** Asked range, as far as the search can find anything in it and there is data. */
  from: isoTime,
  to: isoTime,
  /** Upper bounds of what was read: events and parts (segments and hot tables) that the time could not rule out. */
  scanned: z.number().int(),
  segments: z.number().int(),
  /** Fields that no stored event has, with the one that was probably meant. */
  unknownFields: z.array(z.object({ name: z.string(), suggestion: z.string().nullable() })),
  truncated: z.boolean(),
  tookMs: z.number(),
};
export const tableColumnSchema = z.object({ name: z.string(), type: z.enum(["text", "number", "time"]) });
export const cellSchema = z.union([z.string(), z.number(), z.null()]);
export const eventsAnswerSchema = z.object({
  kind: z.literal("events"),
  events: z.array(storedEventSchema),
  /** Only of a search without commands. */
  nextCursor: z.string().nullish(),
  ...pipelineTold,
});
export const tableAnswerSchema = z.object({
  kind: z.literal("table"),
  columns: z.array(tableColumnSchema),
  rows: z.array(z.array(cellSchema)),
  ...pipelineTold,
});
export const pipelineResponseSchema = z.discriminatedUnion("kind", [eventsAnswerSchema, tableAnswerSchema]);
export type PipelineResponse = z.infer<typeof pipelineResponseSchema>;

/** What a search reads at most, before it is run. */
export const costResponseSchema = z.object({
  events: z.number().int(),
  /** Parts: sealed segments and hot tables. */
  segments: z.number().int(),
  segmentBytes: z.number().int(),
  ofEvents: z.number().int(),
});
export type CostResponse = z.infer<typeof costResponseSchema>;

export const runningQuerySchema = z.object({
  run: z.string(),
  query: z.string(),
  state: z.enum(["waiting", "running"]),
  elapsedMs: z.number(),
  ratio: z.number().nullable(),
  cost: costResponseSchema,
});
export type RunningQuery = z.infer<typeof runningQuerySchema>;

export const suggestResponseSchema = z.object({
  /** The part of the text a suggestion replaces. */
  from: z.number().int(),
  to: z.number().int(),
  items: z.array(
    z.object({
      kind: z.enum(["field", "value", "command", "function", "word"]),
      /** What to write there. */
      text: z.string(),
      /** Of a field: what it holds. */
      type: z.enum(["text", "number", "time"]).optional(),
      /** Share of the sampled events that have the field, or the value. */
      share: z.number().optional(),
      /** Of a command: how it is written. */
      usage: z.string().optional(),
    }),
  ),
  tookMs: z.number(),
});
export type SuggestResponse = z.infer<typeof suggestResponseSchema>;

export const countResponseSchema = z.object({ ...incomplete, count: z.number().int(), tookMs: z.number() });
export type CountResponse = z.infer<typeof countResponseSchema>;

export const histogramRequestSchema = rangeRequestSchema.extend({
  /** Wished number of buckets; the answer uses a round width that gives at most this many (one more at the edges). */
  buckets: z.coerce.number().int().min(1).max(MAX_HISTOGRAM_BUCKETS).default(60),
});
export const histogramResponseSchema = z.object({
  ...incomplete,
  bucketMs: z.number().int(),
  total: z.number().int(),
  /** Every bucket of the range in time order, empty ones included. */
  series: z.array(z.object({ start: isoTime, count: z.number().int() })),
  tookMs: z.number(),
});
export type HistogramResponse = z.infer<typeof histogramResponseSchema>;

export const topRequestSchema = rangeRequestSchema.extend({
  field: z.string().min(1).max(256),
  limit: z.coerce.number().int().min(1).max(MAX_TOP_VALUES).default(10),
});
export const topResponseSchema = z.object({
  ...incomplete,
  field: z.string(),
  values: z.array(z.object({ value: z.string(), count: z.number().int() })),
  /** Events of the range and query that carry the field. */
  present: z.number().int(),
  total: z.number().int(),
  tookMs: z.number(),
});
export type TopResponse = z.infer<typeof topResponseSchema>;

export const fieldSummaryResponseSchema = z.object({
  ...incomplete,
  fields: z.array(
    z.object({
      name: z.string(),
      /** `attribute` and `entity` are columns of every event; `native` are the source's own fields. */
      kind: z.enum(["attribute", "entity", "native"]),
      count: z.number().int(),
      /** Different values seen in the sample, counted up to a bound. */
      distinct: z.number().int(),
      top: z.array(z.object({ value: z.string(), count: z.number().int() })),
    }),
  ),
  /** How many events were looked at, and of how many that match. Counts above refer to the sample. */
  sampled: z.number().int(),
  total: z.number().int(),
  isSample: z.boolean(),
  tookMs: z.number(),
});
export type FieldSummaryResponse = z.infer<typeof fieldSummaryResponseSchema>;

export const aroundRequestSchema = z.object({
  windowMs: z.coerce.number().int().min(1_000).max(MAX_AROUND_WINDOW_MS).default(900_000),
});
export const aroundResponseSchema = z.object({
  ...incomplete,
  event: storedEventSchema,
  /** Same host or same user within the window, oldest first, the event itself included. */
  events: z.array(storedEventSchema),
  /** True when the window holds more than fit; those nearest in time are kept. */
  truncated: z.boolean(),
  tookMs: z.number(),
});
export type AroundResponse = z.infer<typeof aroundResponseSchema>;

export const lakeStatsSchema = z.object({
  events: z.number().int(),
  hotEvents: z.number().int(),
  segments: z.number().int(),
  /** Bytes on disk: sealed segments and the hot database with its write-ahead log. */
  segmentBytes: z.number().int(),
  hotBytes: z.number().int(),
  oldest: isoTime.optional(),
  newest: isoTime.optional(),
  bySensor: z.array(z.object({ sensor: z.string(), events: z.number().int(), newestIngest: isoTime })),
  problems: z.array(z.object({ code: z.string(), detail: z.string(), at: isoTime })),
});
export type LakeStats = z.infer<typeof lakeStatsSchema>;

/** Memory of the event store's engine, bytes. */
export const engineMemorySchema = z.object({
  used: z.int(),
  /** Written to the temporary folder because it did not fit. */
  temporary: z.int(),
  purposes: z.array(z.object({ purpose: z.string(), bytes: z.int() })),
});
export type EngineMemory = z.infer<typeof engineMemorySchema>;

/** Where a query is wrong: character offsets into the text, `to` excluded. */
export const queryProblemSchema = z.object({
  code: z.string(),
  from: z.number().int(),
  to: z.number().int(),
  detail: z.string(),
});
export type QueryProblem = z.infer<typeof queryProblemSchema>;

/** A page of the API: the lake's own answer in the shape every list has. */
export const eventPageSchema = z.object({
  ...incomplete,
  items: z.array(storedEventSchema),
  nextCursor: z.string().nullable(),
  tookMs: z.number(),
  scanned: z.number().int(),
});
export type EventPage = z.infer<typeof eventPageSchema>;

export const exportRequestSchema = rangeRequestSchema.extend({
  format: z.enum(["csv", "ndjson", "parquet"]).default("ndjson"),
});

const runName = z.string().regex(/^[A-Za-z0-9-]{1,64}$/);
export const huntRequestSchema = rangeRequestSchema.extend({
  limit: z.coerce.number().int().min(1).max(MAX_PIPE_ROWS).default(DEFAULT_SEARCH_ROWS),
  cursor: z.string().max(200).optional(),
  order: z.enum(["newest", "oldest"]).default("newest"),
  /** A name of the caller's own, by which the run can be watched and stopped. */
  run: runName.optional(),
});
export const runParamsSchema = z.object({ run: runName });
export const runningQueriesSchema = z.object({ items: z.array(runningQuerySchema) });
export const suggestRequestSchema = rangeRequestSchema.extend({
  cursor: z.coerce.number().int().min(0).max(MAX_QUERY_CHARACTERS),
});
export const tailRequestSchema = z.object({ query: z.string().max(MAX_QUERY_CHARACTERS).default("") });

/** A check of all segments and of the audit log under way. */
export const RunningCheck = z.object({
  startedAt: isoTime,
  by: z.string(),
  deep: z.boolean(),
  segments: z.int(),
  /** Segments there are to go through. */
  of: z.int(),
});
export type RunningCheck = z.infer<typeof RunningCheck>;

/** What a check found, as its entry in the audit log tells it. */
export const CheckDetails = z.object({
  deep: z.boolean(),
  /** Null: it was cut short, `error` says why. */
  ok: z.boolean().nullable(),
  segments: z.int(),
  events: z.int(),
  findings: z.int(),
  /** The first of them: codes are storage.finding.<code>. */
  found: z.array(z.object({ code: z.string(), name: z.string() })),
  auditEntries: z.int(),
  auditFlaw: z.object({ index: z.int(), reason: z.string() }).nullable(),
  tookMs: z.int(),
  error: z.string().nullable(),
});
export type CheckDetails = z.infer<typeof CheckDetails>;

export const LastCheck = CheckDetails.extend({ at: isoTime, by: z.string() });
export type LastCheck = z.infer<typeof LastCheck>;
