import { type Route, route } from "../../http/index.ts";
import { z } from "../../schema/index.ts";
import { acting } from "../acting.ts";
import type { BreakGlass } from "./break-glass.ts";
import * as schemas from "./schemas.ts";

const Empty = z.strictObject({});
const Nothing = z.undefined();
const Id = z.object({ id: z.string().min(1).max(64) });

export function breakGlassRoutes(breakGlass: BreakGlass): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/break-glass/alarms",
      summary: "Uses of the break-glass account that nobody acknowledged yet",
      access: "session",
      audit: "read",
      reply: schemas.OpenAlarms,
      handle: async () => ({ items: await breakGlass.openAlarms() }),
    }),
    route({
      method: "POST",
      path: "/api/v1/break-glass/alarms/:id/acknowledge",
      summary: "Ends the alarm of a use, with a reason",
      access: "users.admin",
      audit: "own",
      stepUp: true,
      params: Id,
      body: schemas.Acknowledgement,
      reply: schemas.OpenAlarms,
      handle: async (asked) => {
        await breakGlass.acknowledge(asked.params.id, asked.body.reason, acting(asked));
        return { items: await breakGlass.openAlarms() };
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/break-glass",
      summary: "Whether the break-glass account is sealed, and its uses",
      access: "users.admin",
      audit: "read",
      reply: schemas.BreakGlassState,
      handle: () => breakGlass.state(),
    }),
    route({
      method: "POST",
      path: "/api/v1/break-glass/seal",
      summary: "A new credential for the break-glass account; the only answer that holds it",
      access: "users.admin",
      audit: "own",
      stepUp: true,
      body: Empty,
      reply: schemas.BreakGlassSealed,
      status: 201,
      handle: (asked) => breakGlass.seal(acting(asked)),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/break-glass",
      summary: "Does away with the break-glass account",
      access: "users.admin",
      audit: "own",
      stepUp: true,
      reply: Nothing,
      status: 204,
      handle: async (asked) => {
        await breakGlass.remove(acting(asked));
        return undefined;
      },
    }),
  ];
}
