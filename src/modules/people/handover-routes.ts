import { type Route, route } from "../../platform/http/index.ts";
import type { PeopleRouteDeps } from "./route-deps.ts";
import { figuresShown, handoverShown, shiftShown } from "./present.ts";
import { Handover, HandoverCreate, HandoverDraft, HandoverList, IdParams, ReceiptCreate } from "./schemas.ts";

/** Who triages hands over: no right of its own. */
export function handoverRoutes({ handovers, nameOf }: PeopleRouteDeps): Route[] {
  const signer = async ({ who, peer }: { who: Parameters<Route["handle"]>[0]["who"]; peer: string }) => ({
    who,
    peer,
    name: (await nameOf(who.id)) ?? who.name,
  });
  return [
    route({
      method: "GET",
      path: "/api/v1/people/handovers",
      summary: "Hand-over notes, newest first",
      access: "people.read",
      audit: "read",
      reply: HandoverList,
      handle: async () => ({ items: (await handovers.list()).map(handoverShown) }),
    }),
    route({
      method: "GET",
      path: "/api/v1/people/handover-draft",
      summary: "What a note signed now by the caller would hold",
      access: "alerts.read",
      audit: "read",
      reply: HandoverDraft,
      handle: async ({ who }) => {
        const { figures, shift } = await handovers.draft(who.id);
        return { figures: figuresShown(figures), shift: shiftShown(shift) };
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/people/handovers/:id",
      summary: "One hand-over note",
      access: "people.read",
      audit: "read",
      params: IdParams,
      reply: Handover,
      handle: async ({ params }) => handoverShown(await handovers.get(params.id)),
    }),
    route({
      method: "POST",
      path: "/api/v1/people/handovers",
      summary: "Sign a hand-over note as the leaving person; text and figures are frozen",
      access: "alerts.write",
      audit: "own",
      body: HandoverCreate,
      reply: Handover,
      status: 201,
      handle: async (asked) => handoverShown(await handovers.sign(asked.body.text, await signer(asked))),
    }),
    route({
      method: "POST",
      path: "/api/v1/people/handovers/:id/receive",
      summary: "Sign a hand-over note as the arriving person",
      access: "alerts.write",
      audit: "own",
      params: IdParams,
      body: ReceiptCreate,
      reply: Handover,
      handle: async (asked) =>
        handoverShown(await handovers.receive(asked.params.id, asked.body.remark, await signer(asked))),
    }),
  ];
}
