import { type Route, route } from "../../http/index.ts";
import { z } from "../../schema/index.ts";
import { acting } from "../acting.ts";
import * as schemas from "./schemas.ts";
import type { ServiceAccounts } from "./service-accounts.ts";

const Id = z.object({ id: z.string().min(1).max(64) });
const Nothing = z.undefined();

export function serviceAccountRoutes(accounts: ServiceAccounts): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/service-accounts",
      summary: "Accounts of programs, without their secrets, and what may be chosen for one",
      access: "tokens.admin",
      audit: "read",
      reply: schemas.ServiceAccountList,
      handle: (asked) => accounts.list(acting(asked)),
    }),
    route({
      method: "POST",
      path: "/api/v1/service-accounts",
      summary: "Adds an account for a program; the answer holds its first secret",
      access: "tokens.admin",
      audit: "own",
      stepUp: true,
      body: schemas.ServiceAccountCreate,
      reply: schemas.ServiceAccountSecret,
      status: 201,
      handle: (asked) => accounts.create(asked.body, acting(asked)),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/service-accounts/:id",
      summary: "Changes an account of a program, disables or enables it",
      access: "tokens.admin",
      audit: "own",
      stepUp: true,
      params: Id,
      body: schemas.ServiceAccountChange,
      reply: schemas.ServiceAccount,
      handle: (asked) => accounts.change(asked.params.id, asked.body, acting(asked)),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/service-accounts/:id",
      summary: "Retires an account of a program for good",
      access: "tokens.admin",
      audit: "own",
      stepUp: true,
      params: Id,
      reply: Nothing,
      status: 204,
      handle: async (asked) => {
        await accounts.retire(asked.params.id, acting(asked));
        return undefined;
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/service-accounts/:id/secrets",
      summary: "A new secret; the one before it opens for the hours of grace yet",
      access: "tokens.admin",
      audit: "own",
      stepUp: true,
      params: Id,
      body: schemas.Rotation,
      reply: schemas.ServiceAccountSecret,
      status: 201,
      handle: (asked) => accounts.rotate(asked.params.id, asked.body.graceHours, acting(asked)),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/service-accounts/:id/secrets/:secret",
      summary: "Ends a secret at once",
      access: "tokens.admin",
      audit: "own",
      stepUp: true,
      params: Id.extend({ secret: Id.shape.id }),
      reply: Nothing,
      status: 204,
      handle: async (asked) => {
        await accounts.revoke(asked.params.id, asked.params.secret, acting(asked));
        return undefined;
      },
    }),
  ];
}
