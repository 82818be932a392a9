import { Fault, toIso } from "../../../kernel/index.ts";
import { decodeCursor, encodeCursor, type Principal, type Route, route } from "../../../platform/http/index.ts";
import { z } from "../../../platform/schema/index.ts";
import type { Drafts } from "./drafts.ts";
import type { HuntRecord, KeptMatch } from "./hunt-record.ts";
import {
  DraftCheck,
  DraftCheckRequest,
  DraftTest,
  DraftTestRequest,
  RetroHunt,
  RetroHuntPage,
  RetroHuntQuery,
  RetroHuntRequest,
  type RetroMatch,
  RetroMatchPage,
  RetroMatchQuery,
} from "./schemas.ts";
import type { RetroHunts } from "./service.ts";
import { alertsPerDay } from "./tally.ts";

const IdParams = z.object({ id: z.string().max(64) });
const OffsetCursor = z.object({ offset: z.int().min(0) });
const AfterCursor = z.object({ after: z.int().min(0) });

export function retroRoutes(hunts: RetroHunts, drafts: Drafts): Route[] {
  return [...draftRoutes(drafts), ...huntRoutes(hunts)];
}

function draftRoutes(drafts: Drafts): Route[] {
  return [
    route({
      method: "POST",
      path: "/api/v1/rules/drafts/check",
      summary: "What is wrong with a rule text, what could be better, and the rule as a search",
      access: "rules.read",
      audit: "read",
      asksOnly: true,
      body: DraftCheckRequest,
      ratePerMinute: 240,
      reply: DraftCheck,
      handle: async ({ body }) => drafts.check(body.text),
    }),
    route({
      method: "POST",
      path: "/api/v1/rules/drafts/test",
      summary: "Run a rule text against pasted records or stored events, with the reason for each",
      access: "rules.read",
      audit: "read",
      asksOnly: true,
      body: DraftTestRequest,
      ratePerMinute: 60,
      reply: DraftTest,
      handle: async ({ body, who, signal }) => {
        if (body.eventIds !== undefined && body.eventIds.length > 0) mayReadEvents(who);
        return drafts.test(body, signal);
      },
    }),
  ];
}

function huntRoutes(hunts: RetroHunts): Route[] {
  return [
    route({
      method: "POST",
      path: "/api/v1/retro-hunts",
      summary: "Run a rule over stored events: retro-hunt, or back-test before it is turned on",
      access: "rules.write",
      audit: "own",
      body: RetroHuntRequest,
      ratePerMinute: 30,
      reply: RetroHunt,
      status: 202,
      handle: async ({ body, who, peer }) => {
        mayReadEvents(who);
        const { from, to, kind, ruleId, text, document, query, raise } = body;
        const ask = { kind, ruleId, text, document, query, raise, from: Date.parse(from), to: Date.parse(to) };
        return present(await hunts.start(ask, { who, peer }));
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/retro-hunts",
      summary: "Retro-hunts and back-tests, newest first",
      access: "rules.read",
      audit: "read",
      query: RetroHuntQuery,
      reply: RetroHuntPage,
      handle: async ({ query }) => {
        const offset = decodeCursor(query.cursor, OffsetCursor)?.offset ?? 0;
        const found = await hunts.list({ limit: query.limit + 1, offset });
        const nextCursor = found.length > query.limit ? encodeCursor({ offset: offset + query.limit }) : null;
        return { items: found.slice(0, query.limit).map(present), nextCursor };
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/retro-hunts/:id",
      summary: "One retro-hunt or back-test with its counts",
      access: "rules.read",
      audit: "read",
      params: IdParams,
      reply: RetroHunt,
      handle: async ({ params }) => present(await hunts.get(params.id)),
    }),
    route({
      method: "GET",
      path: "/api/v1/retro-hunts/:id/matches",
      summary: "Its matches in time order; at most 10,000 are kept",
      access: "events.read",
      audit: "read",
      params: IdParams,
      query: RetroMatchQuery,
      reply: RetroMatchPage,
      handle: async ({ params, query }) => {
        const after = decodeCursor(query.cursor, AfterCursor)?.after ?? -1;
        const found = await hunts.matches(params.id, { after, limit: query.limit + 1 });
        const page = found.slice(0, query.limit);
        const last = page.at(-1);
        const more = found.length > page.length && last !== undefined;
        return {
          items: page.map(({ match }) => presentMatch(match)),
          nextCursor: more ? encodeCursor({ after: last.seq }) : null,
        };
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v1/retro-hunts/:id",
      summary: "Cancel a retro-hunt that waits or runs; remove one that is over",
      access: "rules.write",
      audit: "own",
      params: IdParams,
      reply: z.undefined(),
      status: 204,
      handle: async ({ params, who, peer }) => {
        await hunts.remove(params.id, { who, peer });
        return undefined;
      },
    }),
  ];
}

/** A route states one permission; these also show what events hold. */
function mayReadEvents(who: Principal): void {
  if (!who.permissions.has("events.read")) {
    const permission = { permission: "events.read" };
    throw new Fault("forbidden", "auth.permission.missing", "this also needs the right to read events", permission);
  }
}

function present(record: HuntRecord): z.input<typeof RetroHunt> {
  const { report, state } = record;
  const { scanned, total, ratio, perDay, hosts, ...counts } = report;
  return {
    id: record.id,
    kind: record.kind,
    rule: record.rule,
    from: toIso(record.from),
    to: toIso(record.to),
    query: record.query,
    raise: record.raise,
    state,
    progress: { scanned, total, ratio },
    ...counts,
    hosts: [...hosts],
    perDay: [...perDay],
    alertsPerDay: alertsPerDay(report.alerts, record),
    createdAt: toIso(record.createdAt),
    startedAt: record.startedAt === null ? null : toIso(record.startedAt),
    finishedAt: record.finishedAt === null ? null : toIso(record.finishedAt),
    by: record.by,
  };
}

function presentMatch(match: KeptMatch): z.input<typeof RetroMatch> {
  return { ...match, time: toIso(match.time), group: [...match.group] };
}
