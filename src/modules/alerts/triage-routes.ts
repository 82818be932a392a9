import { toIso } from "../../kernel/index.ts";
import { type Route, route } from "../../platform/http/index.ts";
import { z } from "../../platform/schema/index.ts";
import type { ActOutcome } from "./act.ts";
import type { AlertDeed } from "./core/workflow.ts";
import { presentAlert } from "./present.ts";
import {
  AlertAction,
  AlertActionRequest,
  AlertActionResult,
  EntityPart,
  Grouping,
  GroupingRequest,
  MergeRequest,
  TriagePolicy,
  UndoRequest,
} from "./schemas.ts";
import type { Alerts } from "./service.ts";
import type { GroupingRecord } from "./store/index.ts";
import type { Doer, Triage } from "./triage.ts";

/** Names of people alerts can be assigned to. */
export type NameOfUser = (id: string) => Promise<string | undefined>;

interface Desk {
  readonly alerts: Alerts;
  readonly triage: Triage;
  readonly nameOfUser: NameOfUser;
}

const IdParams = z.object({ id: z.string().max(64) });

/** What people do to alerts. */
export function triageRoutes(desk: Desk): Route[] {
  const { triage, nameOfUser } = desk;
  const named: Named = async ({ who, peer }: Pick<Doer, "who" | "peer">): Promise<Doer> => ({
    who,
    peer,
    displayName: await nameOfUser(who.id),
  });
  return [...deedRoutes(desk, named), ...familyRoutes(desk, named), ...policyRoutes(triage, named)];
}

type Named = (asked: Pick<Doer, "who" | "peer">) => Promise<Doer>;

function deedRoutes({ alerts, triage, nameOfUser }: Desk, named: Named): Route[] {
  return [
    route({
      method: "POST",
      path: "/api/v1/alerts/actions",
      summary: "Do one thing to up to 1,000 alerts: take, assign, close, snooze, tag …",
      access: "alerts.write",
      audit: "own",
      body: AlertActionRequest,
      reply: AlertActionResult,
      handle: async ({ body, ...asked }) => {
        const deed = await toDeed(body.do, nameOfUser);
        if (deed === undefined) {
          const refused = body.ids.map((id) => ({ id, code: "alerts.assignee.missing" }));
          return { changed: [], refused, undoId: null };
        }
        const by = { ...(await named(asked)), ...(body.seen === undefined ? {} : { seen: body.seen }) };
        return presentOutcome(alerts, await triage.act(body.ids, deed, by));
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/alerts/undo",
      summary: "Take one's own last action back, within 10 minutes",
      access: "alerts.write",
      audit: "own",
      body: UndoRequest,
      reply: AlertActionResult,
      handle: async ({ body, ...asked }) => presentOutcome(alerts, await triage.undo(body.undoId, await named(asked))),
    }),
  ];
}

function familyRoutes({ alerts, triage }: Desk, named: Named): Route[] {
  return [
    route({
      method: "POST",
      path: "/api/v1/alerts/merge",
      summary: "Make several alerts one: the oldest takes the others in",
      access: "alerts.write",
      audit: "own",
      body: MergeRequest,
      reply: AlertActionResult,
      handle: async ({ body, ...asked }) => presentOutcome(alerts, await triage.merge(body.ids, await named(asked))),
    }),
    route({
      method: "POST",
      path: "/api/v1/alerts/:id/split",
      summary: "Cut what is about one value out into an alert of its own; later findings about it follow",
      access: "alerts.write",
      audit: "own",
      params: IdParams,
      body: EntityPart,
      reply: AlertActionResult,
      handle: async ({ params, body, ...asked }) =>
        presentOutcome(alerts, await triage.split(params.id, body, await named(asked))),
    }),
    route({
      method: "POST",
      path: "/api/v1/alerts/:id/viewed",
      summary: "Somebody who may act on it looks at the alert; written down the first time",
      access: "alerts.write",
      audit: "own",
      params: IdParams,
      reply: z.undefined(),
      status: 204,
      handle: async ({ params, ...asked }) => {
        await triage.view(params.id, await named(asked));
        return undefined;
      },
    }),
  ];
}

function policyRoutes(triage: Triage, named: Named): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/alerts/policy",
      summary: "How this installation triages: texts, confirmation, promised times, shifts",
      access: "alerts.read",
      audit: "read",
      reply: TriagePolicy,
      handle: async () => {
        const { shifts, pauseWhileSnoozed: _, ...policy } = triage.policy;
        return { ...policy, shifts: [...shifts] };
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/alert-grouping/:id",
      summary: "What findings of a rule are grouped by, when somebody chose it",
      access: "alerts.read",
      audit: "read",
      params: IdParams,
      reply: Grouping,
      handle: async ({ params }) => presentGrouping(await triage.grouping(params.id)),
    }),
    route({
      method: "PUT",
      path: "/api/v1/alert-grouping/:id",
      summary: "Choose what findings of a rule are grouped by from now on",
      access: "rules.write",
      audit: "own",
      params: IdParams,
      body: GroupingRequest,
      reply: Grouping,
      handle: async ({ params, body, ...asked }) =>
        presentGrouping(await triage.group(params.id, body, await named(asked))),
    }),
  ];
}

function presentGrouping(record: GroupingRecord): z.input<typeof Grouping> {
  return {
    kinds: [...record.kinds],
    version: record.version,
    updatedAt: record.version === 0 ? null : toIso(record.updatedAt),
    updatedBy: record.version === 0 ? null : record.updatedBy,
  };
}

async function presentOutcome(alerts: Alerts, outcome: ActOutcome): Promise<z.input<typeof AlertActionResult>> {
  const { items, endsBefore } = await alerts.many(outcome.changedIds);
  return {
    changed: items.map((record) => presentAlert(record, endsBefore)),
    refused: outcome.refused.map(({ meanwhile, ...refused }) => ({
      ...refused,
      ...(meanwhile === undefined ? {} : { meanwhile: { ...meanwhile, at: toIso(meanwhile.at) } }),
    })),
    undoId: outcome.undoId,
  };
}

async function toDeed(asked: z.output<typeof AlertAction>, nameOfUser: NameOfUser): Promise<AlertDeed | undefined> {
  switch (asked.action) {
    case "assign": {
      const name = await nameOfUser(asked.assignee);
      return name === undefined ? undefined : { action: "assign", assignee: { id: asked.assignee, name } };
    }
    case "snooze":
      return { action: "snooze", until: Date.parse(asked.until) };
    case "note": {
      const mentions: string[] = [];
      for (const id of new Set(asked.mentions)) if ((await nameOfUser(id)) !== undefined) mentions.push(id);
      return { action: "note", note: asked.note, mentions };
    }
    default:
      return asked;
  }
}
