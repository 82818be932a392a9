import { Readable } from "node:stream";
import { EARLIEST, Fault, LATEST } from "../../kernel/index.ts";
import { csvLine } from "../../platform/csv/index.ts";
import { type Asked, type Route, route } from "../../platform/http/index.ts";
import { z } from "../../platform/schema/index.ts";
import {
  aroundRequestSchema,
  aroundResponseSchema,
  eventPageSchema,
  exportRequestSchema,
  fieldSummaryResponseSchema,
  histogramRequestSchema,
  histogramResponseSchema,
  rangeRequestSchema,
  type StoredEvent,
  searchRequestSchema,
  storedEventSchema,
  topRequestSchema,
  topResponseSchema,
} from "./schemas.ts";
import type { LakeStore } from "./store/lake-store.ts";

const IdParams = z.object({ id: z.string().regex(/^[0-9a-f]{32}$/u) });
const EXPORT_ROWS = 100_000;
const EXPORT_PAGE = 1_000;

/** Over HTTP the range may be left open: all times. A person's search states one, and is faster for it. */
const OPEN_RANGE = { from: true, to: true } as const;
const RangeQuery = rangeRequestSchema.partial(OPEN_RANGE);
const SearchQuery = searchRequestSchema.partial(OPEN_RANGE);
const TopQuery = topRequestSchema.partial(OPEN_RANGE);
/** Buckets of all time would say nothing, so a histogram keeps its range. */
const HistogramQuery = histogramRequestSchema;
const ExportQuery = exportRequestSchema.partial(OPEN_RANGE);

type RangeQuery = z.output<typeof RangeQuery>;

/** Searching the lake. Every search carries a time range and stops when its caller goes away. */
export function eventRoutes(store: LakeStore): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/events",
      summary: "Search events; the language is in docs/hunting.md",
      access: "events.read",
      audit: "read",
      query: SearchQuery,
      reply: eventPageSchema,
      handle: async (asked) => {
        const { limit, cursor, order } = asked.query;
        const page = await store.search({
          ...rangeOf(asked),
          limit,
          order,
          ...(cursor === undefined ? {} : { cursor }),
        });
        return { items: page.events, nextCursor: page.nextCursor ?? null, tookMs: page.tookMs, scanned: page.scanned };
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/events/histogram",
      summary: "Events over time",
      access: "events.read",
      audit: "read",
      query: HistogramQuery,
      reply: histogramResponseSchema,
      handle: async (asked) => store.histogram({ ...rangeOf(asked), buckets: asked.query.buckets }),
    }),
    route({
      method: "GET",
      path: "/api/v1/events/top",
      summary: "The most frequent values of a field",
      access: "events.read",
      audit: "read",
      query: TopQuery,
      reply: topResponseSchema,
      handle: async (asked) => store.top({ ...rangeOf(asked), field: asked.query.field, limit: asked.query.limit }),
    }),
    route({
      method: "GET",
      path: "/api/v1/events/fields",
      summary: "Fields present in the matching events, with their top values",
      access: "events.read",
      audit: "read",
      query: RangeQuery,
      reply: fieldSummaryResponseSchema,
      handle: async (asked) => store.fieldSummary(rangeOf(asked)),
    }),
    route({
      method: "GET",
      path: "/api/v1/events/export",
      summary: "Matching events as CSV or NDJSON, at most 100,000",
      access: "events.read",
      audit: "lake.events.exported",
      query: ExportQuery,
      reply: z.any(),
      handle: async (asked) => {
        const events = allEvents(store, asked);
        // The first page is fetched before the answer begins, so that a wrong query is a problem and not a torn file.
        const first = await events.next();
        const lines = asked.query.format === "csv" ? csvLines(first, events) : ndjsonLines(first, events);
        const contentType = asked.query.format === "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson";
        return {
          download: Readable.from(lines, { objectMode: false }),
          contentType,
          fileName: `events.${asked.query.format}`,
        };
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/events/:id",
      summary: "One event",
      access: "events.read",
      audit: "read",
      params: IdParams,
      reply: storedEventSchema,
      handle: async ({ params, signal }) => {
        const event = await store.event(params.id, { signal });
        if (event === undefined) throw new Fault("missing", "lake.event.missing", "no such event", { id: params.id });
        return event;
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/events/:id/around",
      summary: "What the same host or user did around an event",
      access: "events.read",
      audit: "read",
      params: IdParams,
      query: aroundRequestSchema,
      reply: aroundResponseSchema,
      handle: async ({ params, query, signal }) => store.around({ id: params.id, windowMs: query.windowMs, signal }),
    }),
  ];
}

function rangeOf(asked: Pick<Asked<unknown, RangeQuery, unknown>, "query" | "signal">) {
  const { query, from, to } = asked.query;
  return {
    query,
    // Nothing is kept outside these, and buckets beyond them would have years no RFC 3339 time can say.
    from: from === undefined ? EARLIEST : Math.max(EARLIEST, Date.parse(from)),
    to: to === undefined ? LATEST : Math.min(LATEST, Date.parse(to)),
    signal: asked.signal,
  };
}

async function* allEvents(
  store: LakeStore,
  asked: Pick<Asked<unknown, RangeQuery, unknown>, "query" | "signal">,
): AsyncGenerator<readonly StoredEvent[], undefined> {
  let cursor: string | undefined;
  for (let given = 0; given < EXPORT_ROWS; given += EXPORT_PAGE) {
    const page = await store.search({
      ...rangeOf(asked),
      limit: EXPORT_PAGE,
      order: "newest",
      ...(cursor === undefined ? {} : { cursor }),
    });
    yield page.events;
    if (page.nextCursor === undefined) return;
    cursor = page.nextCursor;
  }
}

type First = IteratorResult<readonly StoredEvent[], undefined>;

async function* ndjsonLines(first: First, rest: AsyncIterable<readonly StoredEvent[]>): AsyncGenerator<string> {
  if (first.done !== true) yield ndjsonPage(first.value);
  for await (const page of rest) yield ndjsonPage(page);
}

function ndjsonPage(page: readonly StoredEvent[]): string {
  return page.map((event) => `${JSON.stringify(event)}\n`).join("");
}

const ENTITY_COLUMNS = [
  "user",
  "process",
  "commandLine",
  "parentProcess",
  "srcIp",
  "srcPort",
  "dstIp",
  "dstPort",
  "domain",
  "url",
  "hash",
  "email",
  "file",
] as const;

async function* csvLines(first: First, rest: AsyncIterable<readonly StoredEvent[]>): AsyncGenerator<string> {
  yield csvLine([
    "id",
    "time",
    "ingested_at",
    "sensor",
    "product",
    "category",
    "service",
    "format",
    "host",
    ...ENTITY_COLUMNS,
    "exercise",
    "raw",
  ]);
  if (first.done !== true) yield csvPage(first.value);
  for await (const page of rest) yield csvPage(page);
}

function csvPage(page: readonly StoredEvent[]): string {
  return page
    .map((event) =>
      csvLine([
        event.id,
        event.time,
        event.ingestedAt,
        event.sensor,
        event.logsource.product,
        event.logsource.category,
        event.logsource.service,
        event.format,
        event.host,
        ...ENTITY_COLUMNS.map((name) => event.entities[name]),
        event.exerciseId,
        event.raw,
      ]),
    )
    .join("");
}
