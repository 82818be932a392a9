import { toIso } from "../../../kernel/index.ts";
import { type Route, route } from "../../../platform/http/index.ts";
import {
  Counted,
  IgnoredList,
  SeenIgnore,
  SeenList,
  SeenQuery,
  SeenRegister,
  SeenRegistered,
  SeenUnignore,
} from "../schemas.ts";
import type { SeenAssets } from "../seen.ts";

/** Each asks the lake for days of events. */
const ASKS_PER_MINUTE = 60;

/** Seen in traffic, not in the register. */
export function seenRoutes(seen: SeenAssets): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/assets/seen",
      summary: "Hosts or addresses that events name and the register does not, most events first",
      access: "assets.read",
      audit: "read",
      query: SeenQuery,
      ratePerMinute: ASKS_PER_MINUTE,
      reply: SeenList,
      handle: async ({ query, signal }) => {
        const { items, asOf, ...counts } = await seen.list({ ...query, q: query.q, signal });
        return { ...counts, asOf: toIso(asOf), items: items.map((each) => ({ ...each, sensors: [...each.sensors] })) };
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/assets/seen/register",
      summary: "Register what was seen, into a system that is there or a new one",
      access: "assets.write",
      audit: "own",
      body: SeenRegister,
      reply: SeenRegistered,
      handle: async ({ body, who, peer }) => {
        const { system, added } = await seen.register(body.items, body.into, { who, peer });
        return { system: { id: system.id, name: system.name }, added };
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/assets/seen/ignore",
      summary: "Say why what was seen need not be registered",
      access: "assets.write",
      audit: "own",
      body: SeenIgnore,
      reply: Counted,
      handle: async ({ body, who, peer }) => ({ count: await seen.ignore(body.items, body.reason, { who, peer }) }),
    }),
    route({
      method: "POST",
      path: "/api/v1/assets/seen/unignore",
      summary: "Show it among what was seen again",
      access: "assets.write",
      audit: "own",
      body: SeenUnignore,
      reply: Counted,
      handle: async ({ body, who, peer }) => ({ count: await seen.unignore(body.items, { who, peer }) }),
    }),
    route({
      method: "GET",
      path: "/api/v1/assets/seen/ignored",
      summary: "What is ignored, why and by whom, newest first",
      access: "assets.read",
      audit: "read",
      reply: IgnoredList,
      handle: async () => ({
        items: (await seen.ignored()).map(({ kind, value, reason, at, by }) => ({
          kind,
          value,
          reason,
          at: toIso(at),
          by,
        })),
      }),
    }),
  ];
}
