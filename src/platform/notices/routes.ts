import { type Instant, toIso } from "../../kernel/index.ts";
import { decodeCursor, encodeCursor, type Route, route } from "../http/index.ts";
import { z } from "../schema/index.ts";
import type { Notices } from "./notices.ts";
import type { Preferences } from "./preferences.ts";
import {
  NoticeCount,
  NoticePage,
  NoticeQuery,
  ReadReply,
  ReadRequest,
  RulesChange,
  RulesView,
  TryReply,
  TryRequest,
} from "./schemas.ts";
import type { StoredNotice, VersionedRules } from "./store/index.ts";

const After = z.object({ at: z.int(), id: z.string().max(64) });

/** A person's own notices and rules. */
export function ownNoticeRoutes({ notices, preferences }: { notices: Notices; preferences: Preferences }): Route[] {
  return [...inboxRoutes(notices), ...rulesRoutes(preferences)];
}

function inboxRoutes(notices: Notices): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/notices",
      summary: "The caller's notices, newest first",
      access: "session",
      audit: "read",
      query: NoticeQuery,
      reply: NoticePage,
      handle: async ({ who, query }) => {
        const after = decodeCursor(query.cursor, After);
        const rows = await notices.list(who.id, { after, limit: query.limit + 1, unread: query.unread === "true" });
        const items = rows.slice(0, query.limit);
        const last = items.at(-1);
        const more = rows.length > items.length && last !== undefined;
        return { items: items.map(shown), nextCursor: more ? encodeCursor({ at: last.at, id: last.id }) : null };
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/notices/count",
      summary: "How many of the caller's notices are unread",
      access: "session",
      audit: "read",
      reply: NoticeCount,
      handle: ({ who }) => notices.count(who.id),
    }),
    route({
      method: "POST",
      path: "/api/v1/notices/read",
      summary: "Mark the caller's notices read",
      access: "session",
      // A person's own reading changes nothing others see.
      audit: "own",
      body: ReadRequest,
      reply: ReadReply,
      handle: async ({ who, body }) => ({
        changed: await notices.read(who.id, "ids" in body ? body : { upTo: Date.parse(body.upTo) }),
      }),
    }),
  ];
}

function rulesRoutes(preferences: Preferences): Route[] {
  const view = async (found: VersionedRules) => ({
    ...found.rules,
    choices: [...found.rules.choices],
    version: found.version,
    kinds: [...preferences.kinds].map(([kind, urgency]) => ({ kind, urgency })),
    ways: (await preferences.ways()).map(({ way, name }) => ({ way, name, unchosen: preferences.unchosen(way) })),
  });
  return [
    route({
      method: "GET",
      path: "/api/v1/notices/rules",
      summary: "How the caller wants to be told",
      access: "session",
      audit: "read",
      reply: RulesView,
      handle: async ({ who }) => view(await preferences.of(who.id)),
    }),
    route({
      method: "PUT",
      path: "/api/v1/notices/rules",
      summary: "Change how the caller wants to be told",
      access: "session",
      audit: "own",
      body: RulesChange,
      reply: RulesView,
      handle: async ({ body: { version, ...rules }, who, peer }) =>
        view(await preferences.change(rules, version, { who, peer })),
    }),
    route({
      method: "POST",
      path: "/api/v1/notices/rules/try",
      summary: "Send the caller a message by one way, now",
      access: "session",
      audit: "notices.way.tried",
      body: TryRequest,
      reply: TryReply,
      ratePerMinute: 6,
      handle: ({ body, who }) => preferences.tryWay(body.way, who),
    }),
  ];
}

function shown({ personId: _, ...notice }: StoredNotice) {
  const iso = (at: Instant | null) => (at === null ? null : toIso(at));
  return { ...notice, firstAt: toIso(notice.firstAt), at: toIso(notice.at), readAt: iso(notice.readAt) };
}
