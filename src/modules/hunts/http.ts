import { toIso } from "../../kernel/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import { type Route, route } from "../../platform/http/index.ts";
import { z } from "../../platform/schema/index.ts";
import type { LakeStore } from "../lake/index.ts";
import { notebookRoutes } from "./notebook-routes.ts";
import type { Notebooks } from "./notebooks.ts";
import { runRoutes } from "./run-routes.ts";
import type { HuntWithSchedule, SavedHunts } from "./saved.ts";
import type { HuntScheduler } from "./scheduler.ts";
import { HuntContent, IdParams, Link, LinkContent, SavedHunt, SavedHuntList, ScheduleContent } from "./schemas.ts";
import { viewRoutes } from "./view-routes.ts";

interface Deps {
  readonly saved: SavedHunts;
  readonly scheduler: HuntScheduler;
  readonly notebooks: Notebooks;
  readonly store: LakeStore;
  readonly clock: Clock;
}

/** Saved and scheduled hunts, share links, notebooks, process trees, sessions, entity pages. */
export function savedHuntRoutes(deps: Deps): Route[] {
  return [
    ...savedRoutes(deps.saved),
    ...runRoutes(deps),
    ...linkRoutes(deps.saved),
    ...notebookRoutes(deps),
    ...viewRoutes(deps),
  ];
}

function savedRoutes(saved: SavedHunts): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/saved-hunts",
      summary: "The caller's hunts and shared ones, last changed first",
      access: "events.read",
      audit: "read",
      reply: SavedHuntList,
      handle: async ({ who }) => ({ items: (await saved.list(who)).map(shown) }),
    }),
    route({
      method: "POST",
      path: "/api/v1/saved-hunts",
      summary: "Keep a hunt",
      access: "hunts.write",
      audit: "own",
      body: HuntContent,
      reply: SavedHunt,
      status: 201,
      handle: async ({ body, who, peer }) => shown(await saved.create(body, { who, peer })),
    }),
    route({
      method: "GET",
      path: "/api/v1/saved-hunts/:id",
      summary: "One saved hunt",
      access: "events.read",
      audit: "read",
      params: IdParams,
      reply: SavedHunt,
      handle: async ({ params, who }) => shown(await saved.get(params.id, who)),
    }),
    route({
      method: "PUT",
      path: "/api/v1/saved-hunts/:id",
      summary: "Change a saved hunt",
      access: "hunts.write",
      audit: "own",
      params: IdParams,
      body: HuntContent,
      reply: SavedHunt,
      handle: async ({ params, body, who, peer }) => shown(await saved.update(params.id, body, { who, peer })),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/saved-hunts/:id",
      summary: "Remove a saved hunt and its schedule",
      access: "hunts.write",
      audit: "own",
      params: IdParams,
      reply: z.undefined(),
      status: 204,
      handle: async ({ params, who, peer }) => {
        await saved.remove(params.id, { who, peer });
        return undefined;
      },
    }),
    route({
      method: "PUT",
      path: "/api/v1/saved-hunts/:id/schedule",
      summary: "Run a shared hunt regularly; rows become findings, each once",
      access: "rules.write",
      audit: "own",
      params: IdParams,
      body: ScheduleContent,
      reply: SavedHunt,
      handle: async ({ params, body, who, peer }) => shown(await saved.schedule(params.id, body, { who, peer })),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/saved-hunts/:id/schedule",
      summary: "Stop running a hunt regularly",
      access: "rules.write",
      audit: "own",
      params: IdParams,
      reply: z.undefined(),
      status: 204,
      handle: async ({ params, who, peer }) => {
        await saved.unschedule(params.id, { who, peer });
        return undefined;
      },
    }),
  ];
}

function linkRoutes(saved: SavedHunts): Route[] {
  return [
    route({
      method: "POST",
      path: "/api/v1/hunt-links",
      summary: "A stable link to a query with its range and columns",
      access: "hunts.write",
      audit: "hunts.link.created",
      body: LinkContent,
      reply: Link,
      status: 201,
      handle: async ({ body, who, peer }) => linked(await saved.link(body, { who, peer })),
    }),
    route({
      method: "GET",
      path: "/api/v1/hunt-links/:id",
      summary: "What a link stands for",
      access: "events.read",
      audit: "read",
      params: IdParams,
      reply: Link,
      handle: async ({ params }) => linked(await saved.linked(params.id)),
    }),
  ];
}

function linked(link: Awaited<ReturnType<SavedHunts["linked"]>>): z.input<typeof Link> {
  return { ...link, columns: [...link.columns] };
}

function shown({ schedule, ...hunt }: HuntWithSchedule): z.input<typeof SavedHunt> {
  return {
    ...hunt,
    columns: [...hunt.columns],
    createdAt: toIso(hunt.createdAt),
    updatedAt: toIso(hunt.updatedAt),
    schedule:
      schedule === null
        ? null
        : {
            ...schedule,
            nextRunAt: toIso(schedule.nextRunAt),
            lastRunAt: schedule.lastRunAt === null ? null : toIso(schedule.lastRunAt),
          },
  };
}
