import { Fault, toIso } from "../../kernel/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import { type Route, route } from "../../platform/http/index.ts";
import type { z } from "../../platform/schema/index.ts";
import { type LakeStore, rangeOf } from "../lake/index.ts";
import { type EntityKind, entityPage } from "./entities.ts";
import { hostProcesses, processTree, type ProcessTree, type TreeAsk } from "./process-tree.ts";
import {
  Entity,
  EntityParams,
  EntityRequest,
  Session,
  SessionList,
  SessionListParams,
  SessionRequest,
  Tree,
  TreeRequest,
} from "./schemas.ts";
import { logOns } from "./log-ons.ts";
import { sessionAround } from "./sessions.ts";

interface Deps {
  readonly store: LakeStore;
  readonly clock: Clock;
}

/** What several events make together: process trees, sessions, entity pages. */
export function viewRoutes(deps: Deps): Route[] {
  return [treeRoute(deps), ...sessionRoutes(deps), entityRoute(deps)];
}

function treeRoute({ store, clock }: Deps): Route {
  return route({
    method: "GET",
    path: "/api/v1/process-tree",
    summary: "Parents and children of a process, by event or by host and process; or what ran on a host in a range",
    access: "events.read",
    audit: "read",
    query: TreeRequest,
    reply: Tree,
    handle: async ({ query, signal }) => {
      const { host, guid, pid, from, to } = query;
      if (host !== undefined && guid === undefined && pid === undefined && from !== undefined) {
        const range = rangeOf({ query: { query: "", from, to: to ?? "now" }, signal }, clock);
        return shownTree(await hostProcesses(store, { host, from: range.from, to: range.to, signal }));
      }
      return shownTree(await processTree(store, treeAsk(query, clock), signal));
    },
  });
}

function sessionRoutes({ store, clock }: Deps): Route[] {
  return [
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
      path: "/api/v1/entities/:kind/:value/sessions",
      summary: "Log-ons to a host, of a user or from an address, newest first",
      access: "events.read",
      audit: "read",
      params: SessionListParams,
      query: EntityRequest,
      reply: SessionList,
      handle: async ({ params, query, signal }) => {
        const range = rangeOf({ query: { query: "", ...withDefaults(query) }, signal }, clock);
        const { kind, value } = params;
        return mutable(await logOns(store, { kind, value, from: range.from, to: range.to, signal }));
      },
    }),
  ];
}

function entityRoute({ store, clock }: Deps): Route {
  return route({
    method: "GET",
    path: "/api/v1/entities/:kind/:value",
    summary: "A host, user, address, domain or hash: when seen, with whom, where told, latest events",
    access: "events.read",
    audit: "read",
    params: EntityParams,
    query: EntityRequest,
    reply: Entity,
    handle: async ({ params, query, signal }) => {
      const range = rangeOf({ query: { query: "", ...withDefaults(query) }, signal }, clock);
      const kind: EntityKind = params.kind;
      const { value } = params;
      return mutable(await entityPage(store, { kind, value, from: range.from, to: range.to, signal }));
    },
  });
}

function withDefaults({ from = "now-30d", to = "now" }: z.output<typeof EntityRequest>) {
  return { from, to };
}

function treeAsk(query: z.output<typeof TreeRequest>, clock: Clock): TreeAsk {
  const { event, host, guid, pid } = query;
  if (event !== undefined) return { event };
  const at = query.at === undefined ? clock.now() : Date.parse(query.at);
  if (host !== undefined && guid !== undefined) return { host, guid, at };
  if (host !== undefined && pid !== undefined) return { host, pid, at };
  throw new Fault("invalid", "hunts.process.which", "name an event, or a host with a GUID or a process number");
}

function shownTree({ processes, root, truncated }: ProcessTree): z.input<typeof Tree> {
  return {
    root: root ?? null,
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
