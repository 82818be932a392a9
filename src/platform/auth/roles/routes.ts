import { PERMISSIONS, type Route, route } from "../../http/index.ts";
import { z } from "../../schema/index.ts";
import { acting } from "../people.ts";
import type { Roles } from "./roles.ts";
import { Role, RoleChange, RoleCreate, RoleId, RoleList } from "./schemas.ts";

const Id = z.object({ id: RoleId });

export function roleRoutes(roles: Roles): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/roles",
      summary: "Roles with their permissions, and every permission there is",
      access: "users.admin",
      audit: "read",
      reply: RoleList,
      handle: async () => ({ items: await roles.list(), permissions: [...PERMISSIONS] }),
    }),
    route({
      method: "POST",
      path: "/api/v1/roles",
      summary: "Adds a role; nobody gives a permission they do not hold",
      access: "users.admin",
      audit: "own",
      body: RoleCreate,
      reply: Role,
      status: 201,
      handle: (asked) => roles.create(asked.body, acting(asked)),
    }),
    route({
      method: "PUT",
      path: "/api/v1/roles/:id",
      summary: "Changes what a role holds; works at once for everyone who has it",
      access: "users.admin",
      audit: "own",
      params: Id,
      body: RoleChange,
      reply: Role,
      handle: (asked) => roles.change(asked.params.id, asked.body, acting(asked)),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/roles/:id",
      summary: "Removes an own role that nobody has",
      access: "users.admin",
      audit: "own",
      params: Id,
      reply: z.undefined(),
      status: 204,
      handle: async (asked) => {
        await roles.remove(asked.params.id, acting(asked));
        return undefined;
      },
    }),
  ];
}
