import { type Route, route } from "../../platform/http/index.ts";
import { z } from "../../platform/schema/index.ts";
import type { Incidents } from "./incidents.ts";
import { presentPage, presentPart } from "./present.ts";
import {
  AlertParams,
  AlertRemoved,
  AlertsAdded,
  CasePage,
  CaseParams,
  MergeRequest,
  Part,
  PartAdded,
  PartChanged,
  PartHidden,
  PartParams,
  UnmergeRequest,
} from "./schemas.ts";

const MergedParams = z.object({ id: z.string().max(64), from: z.string().max(64) });

const writing = { access: "cases.write", audit: "own" } as const;

/** What a case is made of: parts, alerts, other cases. */
export function partRoutes(incidents: Incidents): Route[] {
  return [...writtenRoutes(incidents), ...joinedRoutes(incidents)];
}

function writtenRoutes({ parts }: Incidents): Route[] {
  return [
    route({
      ...writing,
      method: "POST",
      path: "/api/v1/cases/:id/parts",
      summary: "Add a fact, task, asset, indicator, note, message, decision or comment",
      params: CaseParams,
      body: PartAdded,
      reply: Part,
      status: 201,
      handle: async ({ params, body, who, peer }) =>
        presentPart(await parts.add(params.id, body.content, { who, peer })),
    }),
    route({
      ...writing,
      method: "PUT",
      path: "/api/v1/cases/:id/parts/:part",
      summary: "Change a part; every version stays in the history",
      params: PartParams,
      body: PartChanged,
      reply: Part,
      handle: async ({ params, body, who, peer }) =>
        presentPart(await parts.change(params.id, params.part, { asked: body, by: { who, peer } })),
    }),
    route({
      ...writing,
      method: "POST",
      path: "/api/v1/cases/:id/parts/:part/hidden",
      summary: "Hide a part, or show it again; nothing is deleted",
      params: PartParams,
      body: PartHidden,
      reply: Part,
      handle: async ({ params, body, who, peer }) =>
        presentPart(await parts.hide(params.id, params.part, { asked: body, by: { who, peer } })),
    }),
  ];
}

function joinedRoutes({ views, alerts, merging, templates }: Incidents): Route[] {
  const shown = async (id: string, who: Parameters<typeof views.page>[1]) =>
    presentPage(await views.page(id, who), who, templates);
  return [
    route({
      ...writing,
      method: "POST",
      path: "/api/v1/cases/:id/alerts",
      summary: "Put alerts into a case",
      params: CaseParams,
      body: AlertsAdded,
      reply: CasePage,
      handle: async ({ params, body, who, peer }) => {
        await alerts.add(params.id, body.alerts, { who, peer });
        return shown(params.id, who);
      },
    }),
    route({
      ...writing,
      method: "POST",
      path: "/api/v1/cases/:id/alerts/:alert/removal",
      summary: "Take an alert out of a case; what it brought stays",
      params: AlertParams,
      body: AlertRemoved,
      reply: CasePage,
      handle: async ({ params, body, who, peer }) => {
        await alerts.remove(params.id, params.alert, { reason: body.reason, by: { who, peer } });
        return shown(params.id, who);
      },
    }),
    route({
      ...writing,
      method: "POST",
      path: "/api/v1/cases/:id/merge",
      summary: "Merge another case into this one, with a choice of what is carried",
      params: CaseParams,
      body: MergeRequest,
      reply: CasePage,
      handle: async ({ params, body, who, peer }) => {
        await merging.merge(params.id, body, { who, peer });
        return shown(params.id, who);
      },
    }),
    route({
      ...writing,
      method: "POST",
      path: "/api/v1/cases/:id/merged/:from/removal",
      summary: "Two cases again; what was worked on since stays here",
      params: MergedParams,
      body: UnmergeRequest,
      reply: CasePage,
      handle: async ({ params, body, who, peer }) => {
        await merging.unmerge(params.id, params.from, { asked: body, by: { who, peer } });
        return shown(params.id, who);
      },
    }),
  ];
}
