import { Fault } from "../kernel/index.ts";
import { type Route, route } from "../platform/http/index.ts";
import { z } from "../platform/schema/index.ts";

const Health = z.object({ status: z.literal("ok") });
const Readiness = z.object({ status: z.literal("ready"), rules: z.int(), backlog: z.int() });

/** For whoever watches the process. `healthz`: it lives; `readyz`: its stores are open and its rules are loaded. */
export function healthRoutes(state: () => { ready: boolean; rules: number; backlog: number }): Route[] {
  return [
    route({
      method: "GET",
      path: "/healthz",
      summary: "The process lives",
      access: "public",
      audit: "read",
      ratePerMinute: 6_000,
      reply: Health,
      handle: async () => ({ status: "ok" as const }),
    }),
    route({
      method: "GET",
      path: "/readyz",
      summary: "Stores are open and rules are loaded",
      access: "public",
      audit: "read",
      ratePerMinute: 6_000,
      reply: Readiness,
      handle: async () => {
        const { ready, rules, backlog } = state();
        if (!ready) throw new Fault("unavailable", "server.not_ready", "rules are still being loaded", {}, 1);
        return { status: "ready" as const, rules, backlog };
      },
    }),
  ];
}
