import { toIso } from "../../kernel/index.ts";
import { type Route, route } from "../../platform/http/index.ts";
import type { SavedHunts } from "./saved.ts";
import type { HuntScheduler } from "./scheduler.ts";
import { HuntRunList, IdParams, Preview, PreviewRequest } from "./schemas.ts";

/** What a schedule did, and what it would do now. */
export function runRoutes({
  saved,
  scheduler,
}: {
  readonly saved: SavedHunts;
  readonly scheduler: HuntScheduler;
}): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/saved-hunts/:id/runs",
      summary: "The latest runs of a scheduled hunt, with what went wrong",
      access: "events.read",
      audit: "read",
      params: IdParams,
      reply: HuntRunList,
      handle: async ({ params, who }) => {
        const runs = await saved.runs(params.id, who);
        return { items: runs.map((run) => ({ ...run, at: toIso(run.at) })) };
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/saved-hunts/:id/preview",
      summary: "What a run would raise if it ran now; nobody is told",
      access: "events.read",
      audit: "read",
      params: IdParams,
      query: PreviewRequest,
      reply: Preview,
      handle: async ({ params, query, who, signal }) => {
        const hunt = await saved.get(params.id, who);
        const preview = await scheduler.preview(hunt, { lookbackMs: query.lookbackMs, signal });
        return {
          ...preview,
          from: toIso(preview.from),
          to: toIso(preview.to),
          columns: [...preview.columns],
          examples: preview.examples.map(({ event, cells }) => ({ event: event ?? null, cells: [...cells] })),
        };
      },
    }),
  ];
}
