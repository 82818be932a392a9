import { toIso } from "../../kernel/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import { type Route, route } from "../../platform/http/index.ts";
import { z } from "../../platform/schema/index.ts";
import { LIVE_STATUSES } from "./core/workflow.ts";
import { resolveMe } from "./http.ts";
import type { SavedQueues } from "./queues.ts";
import { AlertQuery, QueueChange, QueueList, QueueOrder, QueueStart, QueueWish, SavedQueue } from "./schemas.ts";
import { toFilter } from "./service.ts";
import type { SavedQueue as Saved } from "./store/queues.ts";
import type { NameOfUser } from "./triage-routes.ts";

const IdParams = z.object({ id: z.string().max(64) });

interface Desk {
  readonly clock: Clock;
  readonly queues: SavedQueues;
  readonly nameOfUser: NameOfUser;
}

export function savedQueueRoutes(desk: Desk): Route[] {
  return [...viewRoutes(desk), ...changeRoutes(desk)];
}

/** What one sees, and in which order. */
function viewRoutes({ queues, clock }: Desk): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/alert-queues",
      summary: "Saved queues, one's own and shared ones, with how many alerts are in each",
      access: "alerts.read",
      audit: "read",
      reply: QueueList,
      handle: async ({ who }) => {
        const items = [];
        for (const queue of await queues.list(who.id)) {
          const asked = AlertQuery.safeParse(queryOfScreen(queue.filter, clock.now()));
          // A filter of an older version is kept and opened as it is, but nothing is claimed about it.
          const count = asked.success ? await queues.count(toFilter(resolveMe(asked.data, who))) : undefined;
          items.push({ ...present(queue), count: count?.n ?? null, countIsLeast: count?.isLeast ?? false });
        }
        const start = await queues.start(who.id);
        return { items, start: start?.id ?? null };
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/alert-queue-start",
      summary: "The saved queue one starts with",
      access: "alerts.read",
      audit: "read",
      reply: QueueStart,
      handle: async ({ who }) => {
        const start = await queues.start(who.id);
        return { start: start === undefined ? null : present(start) };
      },
    }),
    route({
      method: "PUT",
      path: "/api/v1/alert-queue-order",
      summary: "Arrange the saved queues one sees, and choose which to start with; colleagues keep their own order",
      access: "alerts.write",
      audit: "own",
      body: QueueOrder,
      reply: z.undefined(),
      status: 204,
      handle: async ({ body, who, peer }) => {
        await queues.arrange(body, { who, peer });
        return undefined;
      },
    }),
  ];
}

function changeRoutes({ queues, nameOfUser }: Desk): Route[] {
  return [
    route({
      method: "POST",
      path: "/api/v1/alert-queues",
      summary: "Save a filter of the queue under a name",
      access: "alerts.write",
      audit: "own",
      body: QueueWish,
      reply: SavedQueue,
      status: 201,
      handle: async ({ body, who, peer }) =>
        present(await queues.create(body, { who, peer, displayName: await nameOfUser(who.id) })),
    }),
    route({
      method: "PUT",
      path: "/api/v1/alert-queues/:id",
      summary: "Change one's own saved queue",
      access: "alerts.write",
      audit: "own",
      params: IdParams,
      body: QueueChange,
      reply: SavedQueue,
      handle: async ({ params, body, who, peer }) => present(await queues.change(params.id, body, { who, peer })),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/alert-queues/:id",
      summary: "Remove one's own saved queue",
      access: "alerts.write",
      audit: "own",
      params: IdParams,
      reply: z.undefined(),
      status: 204,
      handle: async ({ params, who, peer }) => {
        await queues.remove(params.id, { who, peer });
        return undefined;
      },
    }),
  ];
}

const RANGE = /^(\d{1,3})([hd])$/u;
const UNIT_MS = { h: 3_600_000, d: 86_400_000 } as const;

/** As the screen asks: without a state those in the queue, without sleeping ones; a range ends now. */
function queryOfScreen(filter: Saved["filter"], now: number): Record<string, string> {
  const { range, status, ...rest } = filter;
  const [, size, unit] = RANGE.exec(range ?? "") ?? [];
  const span = Number(size) * UNIT_MS[unit === "d" ? "d" : "h"];
  return {
    snoozed: status === "all" ? "include" : "exclude",
    ...rest,
    ...(status === "all" ? {} : { status: status ?? LIVE_STATUSES.join(",") }),
    ...(size === undefined ? {} : { from: toIso(now - span) }),
  };
}

function present(queue: Saved): z.input<typeof SavedQueue> {
  const { id, name, filter, owner, isShared, place, version } = queue;
  return { id, name, filter, owner, isShared, place, version };
}
