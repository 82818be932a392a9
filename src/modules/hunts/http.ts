import { Fault, toIso } from "../../kernel/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import { type Route, route } from "../../platform/http/index.ts";
import { z } from "../../platform/schema/index.ts";
import { type LakeStore, rangeOf } from "../lake/index.ts";
import { type EntityKind, entityPage } from "./entities.ts";
import { notebookRoutes } from "./notebook-routes.ts";
import type { Notebooks } from "./notebooks.ts";
import { processTree, type TreeAsk } from "./process-tree.ts";
import type { HuntWithSchedule, SavedHunts } from "./saved.ts";
import {
  Entity,
  EntityParams,
  EntityRequest,
  HuntContent,
  IdParams,
  Link,
  LinkContent,
  SavedHunt,
  SavedHuntList,
  ScheduleContent,
  Session,
  SessionRequest,
  Tree,
  TreeRequest,
} from "./schemas.ts";
import { sessionAround } from "./sessions.ts";

interface Deps {
  readonly saved: SavedHunts;
  readonly notebooks: Notebooks;
  readonly store: LakeStore;
  readonly clock: Clock;
}

/** Saved and scheduled hunts, share links, notebooks, process trees, sessions, entity pages. */
export function savedHuntRoutes(deps: Deps): Route[] {
  return [...savedRoutes(deps.saved), ...linkRoutes(deps.saved), ...notebookRoutes(deps), ...viewRoutes(deps)];
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
      handle: async ({ body, who, peer }) => mutable(await saved.link(body, { who, peer })),
    }),
    route({
      method: "GET",
      path: "/api/v1/hunt-links/:id",
      summary: "What a link stands for",
      access: "events.read",
      audit: "read",
      params: IdParams,
      reply: Link,
      handle: async ({ params }) => mutable(await saved.linked(params.id)),
    }),
  ];
}

function viewRoutes({ store, clock }: Deps): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/process-tree",
      summary: "Parents and children of a process: by event, or by host with GUID or number and a time",
      access: "events.read",
      audit: "read",
      query: TreeRequest,
      reply: Tree,
      handle: async ({ query, signal }) => {
        const { processes, root, truncated } = await processTree(store, treeAsk(query, clock), signal);
        return {
          root,
          truncated,
          processes: processes.map((node) => ({
            eventId: node.eventId,
            parent: node.parent ?? null,
            startedAt: toIso(node.time),
            endedAt: node.endedAt === undefined ? null : toIso(node.endedAt),
            host: node.host,
            pid: node.pid,
            guid: node.guid ?? null,
            image: node.image ?? null,
            commandLine: node.commandLine ?? null,
            user: node.user ?? null,
            parentPid: node.parentPid ?? null,
            parentImage: node.parentImage ?? null,
          })),
        };
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/sessions",
      summary: "The log-on session an event belongs to, with its events",
      access: "events.read",
      audit: "read",
      query: SessionRequest,
      reply: Session,
      handle: async ({ query, signal }) => mutable(await sessionAround(store, query.event, signal)),
    }),
    route({
      method: "GET",
      path: "/api/v1/entities/:kind/:value",
      summary: "A host, user, address, domain or hash: when seen, with whom, where told, latest events",
      access: "events.read",
      audit: "read",
      params: EntityParams,
      query: EntityRequest,
      reply: Entity,
      handle: async (asked) => {
        const { from = "now-30d", to = "now" } = asked.query;
        const range = rangeOf({ query: { query: "", from, to }, signal: asked.signal }, clock);
        const { value } = asked.params;
        const kind: EntityKind = asked.params.kind;
        const page = await entityPage(store, { kind, value, from: range.from, to: range.to, signal: asked.signal });
        return mutable(page);
      },
    }),
  ];
}

function treeAsk(query: z.output<typeof TreeRequest>, clock: Clock): TreeAsk {
  const { event, host, guid, pid } = query;
  if (event !== undefined) return { event };
  const at = query.at === undefined ? clock.now() : Date.parse(query.at);
  if (host !== undefined && guid !== undefined) return { host, guid, at };
  if (host !== undefined && pid !== undefined) return { host, pid, at };
  throw new Fault("invalid", "hunts.process.which", "name an event, or a host with a GUID or a process number");
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

type Mutable<T> = T extends readonly (infer Item)[]
  ? Mutable<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Mutable<T[Key]> }
    : T;

/** Replies are only written out; their types do not say so. */
function mutable<T>(value: T): Mutable<T> {
  return value as Mutable<T>;
}
