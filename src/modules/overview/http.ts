import { type Route, route } from "../../platform/http/index.ts";
import { z } from "../../platform/schema/index.ts";
import { WatchFloor } from "./schemas.ts";
import type { Overview } from "./service.ts";

const WatchQuery = z.object({
  hours: z.coerce.number().int().min(1).max(168).default(24),
  exercise: z.enum(["exclude", "only"]).default("exclude").describe("Queue figures of the real world, or of exercises"),
});

export function overviewRoutes(overview: Overview): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/watch",
      summary: "The watch floor: rates, silent sensors, the queue and its age",
      access: "watch.read",
      audit: "read",
      query: WatchQuery,
      reply: WatchFloor,
      handle: async ({ query, who }) => overview.watchFloor(query.hours, query.exercise, who),
    }),
  ];
}
