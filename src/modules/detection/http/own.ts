import { type Route, route } from "../../../platform/http/index.ts";
import { z } from "../../../platform/schema/index.ts";
import { RuleDetail, RuleEdit, RuleText } from "../schemas.ts";
import { detailOf } from "./rules.ts";
import { IdParams, type RuleRouteParts } from "./parts.ts";

export function ownRuleRoutes(parts: RuleRouteParts): Route[] {
  const { library } = parts;
  return [
    route({
      method: "POST",
      path: "/api/v1/rules/own",
      summary: "Write a rule; it is off until somebody turns it on",
      access: "rules.write",
      audit: "own",
      body: RuleText,
      reply: RuleDetail,
      status: 201,
      handle: async ({ body, who, peer }) => detailOf(await library.createOwn(body.text, { who, peer }), parts),
    }),
    route({
      method: "PUT",
      path: "/api/v1/rules/own/:id",
      summary: "Edit a rule written here; 409 when it is not the version the edit started from",
      access: "rules.write",
      audit: "own",
      params: IdParams,
      body: RuleEdit,
      reply: RuleDetail,
      handle: async ({ params, body, who, peer }) =>
        detailOf(await library.editOwn(params.id, body, { who, peer }), parts),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/rules/own/:id",
      summary: "Delete a rule written here; its history and texts are kept",
      access: "rules.write",
      audit: "own",
      params: IdParams,
      reply: z.undefined(),
      status: 204,
      handle: async ({ params, who, peer }) => {
        await library.removeOwn(params.id, { who, peer });
        return undefined;
      },
    }),
  ];
}
