import { Fault, toIso } from "../../../kernel/index.ts";
import { decodeCursor, encodeCursor, type Route, route } from "../../../platform/http/index.ts";
import { z } from "../../../platform/schema/index.ts";
import { identifierOf } from "../core/identifiers.ts";
import type { PlacedIdentifier, SystemContent as Content } from "../core/system.ts";
import { mergeSystems, undoMerge } from "../merging.ts";
import { listed, shownEntry, shownPage, shownSystem } from "../present.ts";
import type { SystemFilter } from "../records.ts";
import type { AssetRegister } from "../register.ts";
import {
  FilterValues,
  History,
  HistoryQuery,
  IdParams,
  ImportanceAnswer,
  ImportanceRequest,
  Merged,
  MergeRequest,
  StateChange,
  System,
  type SystemContent,
  SystemChange,
  SystemCreate,
  SystemList,
  SystemPage,
  SystemQuery,
} from "../schemas.ts";

const PageCursor = z.object({ key: z.union([z.string(), z.number()]), id: z.string() });
const SeqCursor = z.object({ before: z.int() });

/** What a request filters by, in the words of the register. */
export function filterOf(query: Pick<z.output<typeof SystemQuery>, keyof SystemFilter & string>): SystemFilter {
  const { state, q, criticality, level, nis2, zone, owner, parent } = query;
  return { state, q: q === "" ? undefined : q, criticality, level, nis2, zone, owner, parent };
}

function contentOf({ identifiers, ...facts }: z.output<typeof SystemContent>): Content {
  const placed = identifiers.map(({ kind, value, service }): PlacedIdentifier => {
    const identifier = identifierOf(kind, value);
    if (identifier === undefined) {
      throw new Fault("invalid", "assets.identifier.wrong", `not a ${kind}`, { kind, value: value.slice(0, 200) });
    }
    return { ...identifier, service };
  });
  const { name, code, parentId, owner, operator, zone, criticality, purpose, sector, notes, services } = facts;
  return {
    name,
    code,
    parentId,
    owner,
    operator,
    zone,
    criticality,
    purpose,
    sector,
    notes,
    services,
    identifiers: placed,
  };
}

export function registerRoutes(register: AssetRegister): Route[] {
  return [...listRoutes(register), ...systemRoutes(register), ...writingRoutes(register), ...mergeRoutes(register)];
}

function listRoutes(register: AssetRegister): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/assets",
      summary: "Critical information systems",
      access: "assets.read",
      audit: "read",
      query: SystemQuery,
      reply: SystemList,
      handle: async ({ query }) => {
        const after = decodeCursor(query.cursor, PageCursor);
        const page = await register.list({ filter: filterOf(query), sort: query.sort, after, limit: query.limit });
        return {
          items: page.items.map(listed),
          nextCursor: page.next === undefined ? null : encodeCursor(page.next),
          total: page.total,
        };
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/assets/filter-values",
      summary: "Zones and owners in use, most systems first",
      access: "assets.read",
      audit: "read",
      reply: FilterValues,
      handle: async () => await register.filterValues(),
    }),
    route({
      method: "POST",
      path: "/api/v1/assets/importance",
      summary: "How important hosts, addresses, accounts and domains are, and whose they are",
      access: "assets.read",
      audit: "read",
      asksOnly: true,
      body: ImportanceRequest,
      reply: ImportanceAnswer,
      handle: async ({ body }) => {
        const found = await register.importanceOf(body.entities);
        return {
          items: body.entities.flatMap(({ kind, value }) => {
            const standing = found.get(`${kind}\0${value}`);
            return standing === undefined ? [] : [{ kind, value, ...standing }];
          }),
        };
      },
    }),
  ];
}

function systemRoutes(register: AssetRegister): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/assets/:id",
      summary: "One system with its identifiers, place and owners",
      access: "assets.read",
      audit: "read",
      params: IdParams,
      reply: SystemPage,
      handle: async ({ params }) => shownPage(await register.get(params.id)),
    }),
    route({
      method: "GET",
      path: "/api/v1/assets/:id/history",
      summary: "Every change of a system, newest first",
      access: "assets.read",
      audit: "read",
      params: IdParams,
      query: HistoryQuery,
      reply: History,
      handle: async ({ params, query }) => {
        const { items, next } = await register.history(params.id, decodeCursor(query.cursor, SeqCursor)?.before);
        return { items: items.map(shownEntry), nextCursor: next === undefined ? null : encodeCursor({ before: next }) };
      },
    }),
  ];
}

function writingRoutes(register: AssetRegister): Route[] {
  return [
    route({
      method: "POST",
      path: "/api/v1/assets",
      summary: "Register a system",
      access: "assets.write",
      audit: "own",
      body: SystemCreate,
      reply: System,
      status: 201,
      handle: async ({ body, who, peer }) =>
        shownSystem(await register.create(contentOf(body), { who, peer }, body.reason)),
    }),
    route({
      method: "PUT",
      path: "/api/v1/assets/:id",
      summary: "Change a system; a version somebody else has changed since is refused",
      access: "assets.write",
      audit: "own",
      params: IdParams,
      body: SystemChange,
      reply: System,
      handle: async ({ params, body, who, peer }) => {
        const { version, reason } = body;
        return shownSystem(await register.update(params.id, contentOf(body), { version, reason, by: { who, peer } }));
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/assets/:id/retire",
      summary: "Take a system out of use; nothing is deleted",
      access: "assets.write",
      audit: "own",
      params: IdParams,
      body: StateChange,
      reply: System,
      handle: async ({ params, body, who, peer }) =>
        shownSystem(await register.retire(params.id, { ...body, by: { who, peer } })),
    }),
    route({
      method: "POST",
      path: "/api/v1/assets/:id/restore",
      summary: "Take a retired system into use again",
      access: "assets.write",
      audit: "own",
      params: IdParams,
      body: StateChange,
      reply: System,
      handle: async ({ params, body, who, peer }) =>
        shownSystem(await register.restore(params.id, { ...body, by: { who, peer } })),
    }),
  ];
}

function mergeRoutes(register: AssetRegister): Route[] {
  return [
    route({
      method: "POST",
      path: "/api/v1/assets/:id/merge",
      summary: "Merge a system into another: identifiers, services and systems below go there",
      access: "assets.write",
      audit: "own",
      params: IdParams,
      body: MergeRequest,
      reply: Merged,
      handle: async ({ params, body, who, peer }) => {
        const by = { who, peer };
        const { merge, target, undoUntil } = await mergeSystems(register.deps, params.id, { ...body, by });
        return { merge, target: { id: target.id, name: target.name }, undoUntil: toIso(undoUntil) };
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/asset-merges/:id/undo",
      summary: "Take a merge back within ten minutes",
      access: "assets.write",
      audit: "own",
      params: IdParams,
      reply: System,
      handle: async ({ params, who, peer }) => shownSystem(await undoMerge(register.deps, params.id, { who, peer })),
    }),
  ];
}
