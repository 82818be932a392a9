import { type Route, route } from "../../platform/http/index.ts";
import { z } from "../../platform/schema/index.ts";
import type { Escalations } from "./escalations.ts";
import { escalationShown, policyShown } from "./present.ts";
import { Escalations as Shape, IdParams, Policy, PolicyChange, PolicyContent } from "./schemas.ts";

export function escalationRoutes(escalations: Escalations): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/people/escalations",
      summary: "Policies, and what was escalated in the last ninety days",
      access: "people.read",
      audit: "read",
      reply: Shape,
      handle: async () => ({
        policies: (await escalations.policies()).map(policyShown),
        history: (await escalations.history()).map(escalationShown),
      }),
    }),
    route({
      method: "POST",
      path: "/api/v1/people/escalations",
      summary: "Add a policy",
      access: "people.write",
      audit: "own",
      body: PolicyContent,
      reply: Policy,
      status: 201,
      handle: async ({ body, who, peer }) => policyShown(await escalations.create(body, { who, peer })),
    }),
    route({
      method: "PUT",
      path: "/api/v1/people/escalations/:id",
      summary: "Change a policy; turned on it counts from now",
      access: "people.write",
      audit: "own",
      params: IdParams,
      body: PolicyChange,
      reply: Policy,
      handle: async ({ params, body, who, peer }) =>
        policyShown(await escalations.change(params.id, body, { who, peer })),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/people/escalations/:id",
      summary: "Remove a policy; its history stays",
      access: "people.write",
      audit: "own",
      params: IdParams,
      reply: z.undefined(),
      status: 204,
      handle: async ({ params, who, peer }) => {
        await escalations.remove(params.id, { who, peer });
        return undefined;
      },
    }),
  ];
}
