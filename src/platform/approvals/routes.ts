import { type Route, route } from "../http/index.ts";
import { z } from "../schema/index.ts";
import type { Approvals } from "./approvals.ts";
import * as schemas from "./schemas.ts";

const Id = z.object({ id: z.uuid() });
const Kind = z.object({ kind: z.string().max(80) });

export function approvalRoutes(approvals: Approvals): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/approvals",
      summary: "Requests: all of them for who may decide, one's own for everybody else",
      access: "session",
      audit: "read",
      reply: schemas.ApprovalList,
      handle: ({ who }) => approvals.list(who),
    }),
    route({
      method: "POST",
      path: "/api/v1/approvals/:id/decision",
      summary: "Agrees to another person's request, or refuses it; agreed, it is carried out",
      access: "approvals.decide",
      audit: "own",
      stepUp: true,
      params: Id,
      body: schemas.ApprovalDecision,
      reply: schemas.ApprovalList,
      handle: async (asked) => {
        await approvals.decide(asked.params.id, asked.body, asked);
        return approvals.list(asked.who);
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/approvals/:id/withdraw",
      summary: "Takes one's own request back",
      access: "session",
      audit: "own",
      params: Id,
      reply: schemas.ApprovalList,
      handle: async (asked) => {
        await approvals.withdraw(asked.params.id, asked);
        return approvals.list(asked.who);
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/approval-kinds",
      summary: "What can be put under a second pair of eyes, and who can decide",
      access: "users.admin",
      audit: "read",
      reply: schemas.ApprovalKinds,
      handle: async () => ({ items: await approvals.kinds(), deciders: [...(await approvals.deciders())] }),
    }),
    route({
      method: "PUT",
      path: "/api/v1/approval-kinds/:kind",
      summary: "Asks for a second person, or no longer; the latter needs one itself",
      access: "users.admin",
      audit: "own",
      stepUp: true,
      params: Kind,
      body: schemas.ApprovalSwitch,
      reply: schemas.ApprovalKinds,
      handle: async (asked) => {
        await approvals.switchKind(asked.params.kind, asked.body.enabled, asked);
        return { items: await approvals.kinds(), deciders: [...(await approvals.deciders())] };
      },
    }),
  ];
}
