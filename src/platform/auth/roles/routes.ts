import { Fault } from "../../../kernel/index.ts";
import { type Asked, PERMISSIONS, type Route, route } from "../../http/index.ts";
import { z } from "../../schema/index.ts";
import { acting } from "../acting.ts";
import { GRANT_ADMIN, type Wanted } from "../people.ts";
import type { Roles } from "./roles.ts";
import { Role, RoleChange, RoleCreate, RoleId, RoleList } from "./schemas.ts";

const Id = z.object({ id: RoleId });

/** Whether something needs a second person; platform/approvals provides it. */
export interface Governing {
  isOn(kind: string): Promise<boolean>;
  /** Throws unless it may be done at once. */
  gate(wanted: Wanted, asker: Pick<Asked<unknown, unknown, unknown>, "who" | "peer" | "headers">): Promise<void>;
}

/** The right to administer people is given to a person by request, not by a way round it. */
export async function requireUngoverned(governing: Governing, givesPower: boolean): Promise<void> {
  if (!givesPower || !(await governing.isOn(GRANT_ADMIN))) return;
  throw new Fault("conflict", "auth.role.needs_approval", "ask for the administrator's role for a person instead");
}

export function roleRoutes({ roles, governing }: { roles: Roles; governing: () => Governing }): Route[] {
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
      stepUp: true,
      body: RoleCreate,
      reply: Role,
      status: 201,
      handle: async (asked) => {
        await requireUngoverned(governing(), asked.body.permissions.includes("users.admin"));
        return roles.create(asked.body, acting(asked));
      },
    }),
    route({
      method: "PUT",
      path: "/api/v1/roles/:id",
      summary: "Changes what a role holds; works at once for everyone who has it",
      access: "users.admin",
      audit: "own",
      stepUp: true,
      params: Id,
      body: RoleChange,
      reply: Role,
      handle: async (asked) => {
        const gives = asked.body.permissions.includes("users.admin") && !(await roles.holdsPower(asked.params.id));
        await requireUngoverned(governing(), gives);
        return roles.change(asked.params.id, asked.body, acting(asked));
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v1/roles/:id",
      summary: "Removes an own role that nobody has",
      access: "users.admin",
      audit: "own",
      stepUp: true,
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
