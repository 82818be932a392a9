import { Fault } from "../../kernel/index.ts";
import { type Clock, systemClock } from "../../platform/clock/index.ts";
import { type Route, route } from "../../platform/http/index.ts";
import { z } from "../../platform/schema/index.ts";
import { exported } from "./export.ts";
import { huntRoutes } from "./hunt-routes.ts";
import { rangeOf } from "./asked-range.ts";
import {
  aroundRequestSchema,
  aroundResponseSchema,
  eventPageSchema,
  exportRequestSchema,
  fieldSummaryResponseSchema,
  histogramRequestSchema,
  histogramResponseSchema,
  rangeRequestSchema,
  searchRequestSchema,
  storedEventSchema,
  topRequestSchema,
  topResponseSchema,
} from "./schemas.ts";
import type { LakeStore } from "./store/lake-store.ts";

const IdParams = z.object({ id: z.string().regex(/^[0-9a-f]{32}$/u) });
/** Over HTTP the range may be left open: all times. A person's search states one, and is faster for it. */
const OPEN_RANGE = { from: true, to: true } as const;
const RangeQuery = rangeRequestSchema.partial(OPEN_RANGE);
const SearchQuery = searchRequestSchema.partial(OPEN_RANGE);
const TopQuery = topRequestSchema.partial(OPEN_RANGE);
/** Buckets of all time would say nothing, so a histogram keeps its range. */
const HistogramQuery = histogramRequestSchema;
const ExportQuery = exportRequestSchema.partial(OPEN_RANGE);

/** Searching the lake. Every search carries a time range and stops when its caller goes away. */
export function eventRoutes(store: LakeStore, clock: Clock = systemClock): Route[] {
  return [
    ...huntRoutes(store, clock),
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
          ...rangeOf(asked, clock),
          limit,
          order,
          ...(cursor === undefined ? {} : { cursor }),
        });
        const { events: items, nextCursor = null, tookMs, scanned, leftOut } = page;
        return { items, nextCursor, tookMs, scanned, leftOut };
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
      handle: async (asked) => store.histogram({ ...rangeOf(asked, clock), buckets: asked.query.buckets }),
    }),
    route({
      method: "GET",
      path: "/api/v1/events/top",
      summary: "The most frequent values of a field",
      access: "events.read",
      audit: "read",
      query: TopQuery,
      reply: topResponseSchema,
      handle: async (asked) =>
        store.top({ ...rangeOf(asked, clock), field: asked.query.field, limit: asked.query.limit }),
    }),
    route({
      method: "GET",
      path: "/api/v1/events/fields",
      summary: "Fields present in the matching events, with their top values",
      access: "events.read",
      audit: "read",
      query: RangeQuery,
      reply: fieldSummaryResponseSchema,
      handle: async (asked) => store.fieldSummary(rangeOf(asked, clock)),
    }),
    route({
      method: "GET",
      path: "/api/v1/events/export",
      summary: "What a search finds, with or without commands, as CSV, NDJSON (at most 100,000 rows) or Parquet",
      access: "events.read",
      audit: "lake.events.exported",
      query: ExportQuery,
      reply: z.any(),
      handle: async (asked) => {
        const { format } = asked.query;
        return await exported(store, { ...rangeOf(asked, clock), format, signal: asked.signal });
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
