import { PassThrough } from "node:stream";
import { toIso } from "../../kernel/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import { type Route, route } from "../../platform/http/index.ts";
import { z } from "../../platform/schema/index.ts";
import { rangeOf } from "./asked-range.ts";
import { parsePipeline } from "./core/query/parse-pipes.ts";
import { RunningQueries } from "./running-queries.ts";
import { MAX_SEARCH_ROWS } from "./limits.ts";
import {
  costResponseSchema,
  huntRequestSchema,
  type PipelineResponse,
  pipelineResponseSchema,
  rangeRequestSchema,
  runningQueriesSchema,
  runParamsSchema,
  suggestRequestSchema,
  suggestResponseSchema,
  tailRequestSchema,
} from "./schemas.ts";
import type { AskOptions, LakeStore, RangeAsk } from "./store/lake-store.ts";

const OPEN_RANGE = { from: true, to: true } as const;
const HuntQuery = huntRequestSchema.partial(OPEN_RANGE);
type HuntQuery = z.output<typeof HuntQuery>;

/** The language whole: searches with commands, what they cost, what runs, what may be written, what is new. */
export function huntRoutes(store: LakeStore, clock: Clock): Route[] {
  const running = new RunningQueries(store);
  return [
    route({
      method: "GET",
      path: "/api/v1/hunt",
      summary: "A search with commands (docs/hunting.md): events or a table",
      access: "events.read",
      audit: "read",
      query: HuntQuery,
      reply: pipelineResponseSchema,
      handle: async (asked) => {
        const range = rangeOf(asked, clock);
        const { run } = asked.query;
        if (run === undefined) return await answer(store, { ...range }, asked.query);
        return await running.during({ owner: asked.who.id, run, ask: range }, (watched) =>
          answer(store, { ...range, ...watched }, asked.query),
        );
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/hunt/cost",
      summary: "What a search reads at most, without running it",
      access: "events.read",
      audit: "read",
      query: rangeRequestSchema.partial(OPEN_RANGE),
      reply: costResponseSchema,
      handle: async (asked) => store.cost(rangeOf(asked, clock)),
    }),
    route({
      method: "GET",
      path: "/api/v1/hunt/running",
      summary: "The caller's own named runs, with how far they are",
      access: "events.read",
      audit: "read",
      reply: runningQueriesSchema,
      handle: async ({ who }) => ({ items: await running.list(who.id) }),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/hunt/running/:run",
      summary: "Stop one of the caller's runs at once",
      access: "hunts.write",
      audit: "lake.query.stopped",
      params: runParamsSchema,
      reply: z.object({ stopped: z.boolean() }),
      handle: async ({ params, who }) => ({ stopped: running.stop(who.id, params.run) }),
    }),
    route({
      method: "GET",
      path: "/api/v1/suggest",
      summary: "What may be written at a place of a query: fields, values, commands, functions",
      access: "events.read",
      audit: "read",
      query: suggestRequestSchema.partial(OPEN_RANGE),
      reply: suggestResponseSchema,
      handle: async (asked) => store.suggest({ ...rangeOf(asked, clock), cursor: asked.query.cursor }),
    }),
    tailRoute(store),
  ];
}

/** A search without commands has pages; anything else is one bounded answer. */
async function answer(store: LakeStore, ask: RangeAsk & AskOptions, asked: HuntQuery): Promise<PipelineResponse> {
  const parsed = parsePipeline(asked.query);
  if (!parsed.ok || parsed.pipeline.stages.length > 0) return await store.pipeline({ ...ask, limit: asked.limit });
  const { cursor, order } = asked;
  const limit = Math.min(asked.limit, MAX_SEARCH_ROWS);
  const page = await store.search({ ...ask, limit, order, ...(cursor === undefined ? {} : { cursor }) });
  return {
    kind: "events",
    events: page.events,
    nextCursor: page.nextCursor ?? null,
    from: toIso(ask.from),
    to: toIso(ask.to),
    scanned: page.scanned,
    segments: page.segments,
    unknownFields: page.unknownFields,
    truncated: page.nextCursor !== undefined,
    leftOut: page.leftOut,
    tookMs: page.tookMs,
  };
}

const HEARTBEAT_MS = 15_000;
const MAX_BEHIND_BYTES = 4 * 1_048_576;

function tailRoute(store: LakeStore): Route {
  return route({
    method: "GET",
    path: "/api/v1/events/tail",
    summary: "Server-sent events: new events that match, as they are stored",
    access: "events.read",
    audit: "read",
    query: tailRequestSchema,
    reply: z.any(),
    handle: async ({ query, signal, setHeader }) => {
      setHeader("x-accel-buffering", "no");
      const stream = new PassThrough({ highWaterMark: 64 * 1024 });
      let notShown = 0;
      let notExamined = 0;
      const end = store.tail(query.query, (news) => {
        // A reader that is behind loses events, never time of the store; what it lost is told with the next.
        const isBehind = stream.writableLength > MAX_BEHIND_BYTES;
        notShown += news.notShown + (isBehind ? news.events.length : 0);
        notExamined += news.notExamined;
        if (isBehind) return;
        const events = news.events.map((event) => ({
          ...event,
          time: toIso(event.time),
          ingestedAt: toIso(event.ingestedAt),
        }));
        stream.write(`event: events\ndata: ${JSON.stringify({ events, notShown, notExamined })}\n\n`);
        notShown = 0;
        notExamined = 0;
      });
      stream.write("retry: 2000\n\n");
      const heartbeat = setInterval(() => stream.write(": still here\n\n"), HEARTBEAT_MS);
      const stop = (): void => {
        clearInterval(heartbeat);
        end();
        stream.destroy();
      };
      stream.once("close", stop);
      signal.addEventListener("abort", stop);
      return { download: stream, contentType: "text/event-stream; charset=utf-8" };
    },
  });
}
