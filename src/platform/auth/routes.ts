import { Fault } from "../../kernel/index.ts";
import { type Route, route } from "../http/index.ts";
import { z } from "../schema/index.ts";
import { acting } from "./acting.ts";
import type { BreakGlass } from "./break-glass/break-glass.ts";
import { breakGlassRoutes } from "./break-glass/routes.ts";
import type { Oidc } from "./oidc/oidc.ts";
import { oidcRoutes } from "./oidc/routes.ts";
import type { PeopleImport } from "./people-import/people-import.ts";
import { peopleImportRoutes } from "./people-import/routes.ts";
import type { People } from "./people.ts";
import type { Roles } from "./roles/roles.ts";
import { type Governing, requireUngoverned, roleRoutes } from "./roles/routes.ts";
import * as schemas from "./schemas.ts";
import { type FactorServices, factorRoutes } from "./second-factor/routes.ts";
import { serviceAccountRoutes } from "./service-accounts/routes.ts";
import type { ServiceAccounts } from "./service-accounts/service-accounts.ts";
import type { Sessions } from "./sessions.ts";
import { type SignInServices, signInRoutes } from "./sign-in/routes.ts";
import type { Tokens } from "./tokens.ts";

const Id = z.object({ id: z.string().min(1).max(64) });
const Nothing = z.undefined();
const UserNames = z.object({ items: z.array(z.object({ id: z.string(), displayName: z.string() })) });

export interface AuthServices extends SignInServices, FactorServices {
  readonly sessions: Sessions;
  readonly people: People;
  readonly imports: PeopleImport;
  readonly roles: Roles;
  readonly tokens: Tokens;
  readonly programs: ServiceAccounts;
  readonly breakGlass: BreakGlass;
  readonly provider: Oidc | undefined;
  readonly governing: () => Governing;
}

export function authRoutes(services: AuthServices): Route[] {
  return [
    ...signInRoutes(services),
    ...oidcRoutes(services.provider),
    ...ownRoutes(services),
    ...factorRoutes(services),
    ...userRoutes(services),
    ...peopleImportRoutes(services.imports, services.provider !== undefined),
    ...sessionRoutes(services),
    ...roleRoutes(services),
    ...breakGlassRoutes(services.breakGlass),
    ...tokenRoutes(services),
    ...serviceAccountRoutes(services.programs),
  ];
}

function ownRoutes({ sessions, people }: AuthServices): Route[] {
  return [
    route({
      method: "PATCH",
      path: "/api/v1/session/profile",
      summary: "Changes one's own name, language, theme and shortcuts",
      access: "session",
      audit: "own",
      body: schemas.ProfileChange,
      reply: schemas.Session,
      handle: async (asked) => {
        await people.changeProfile(asked.who.id, asked.body, acting(asked));
        return sessions.describe(asked.who);
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/session/password",
      summary: "Changes one's own password; every other session of the person ends",
      access: "session",
      audit: "own",
      ratePerMinute: 10,
      status: 204,
      body: schemas.PasswordChange,
      reply: Nothing,
      handle: async (asked) => {
        const change = { ...asked.body, keepSession: asked.who.session?.id ?? "" };
        await people.changePassword(asked.who.id, change, acting(asked));
        return undefined;
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/session/list",
      summary: "Where one is signed in",
      access: "session",
      audit: "read",
      reply: schemas.SessionList,
      handle: async ({ who }) => ({ items: await sessions.list(who.id, who.session?.id) }),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/session/list",
      summary: "Signs out everywhere else",
      access: "session",
      audit: "own",
      status: 204,
      reply: Nothing,
      handle: async (asked) => {
        await sessions.endAll(asked.who.id, acting(asked), asked.who.session?.id);
        return undefined;
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v1/session/list/:id",
      summary: "Ends another of one's own sessions",
      access: "session",
      audit: "own",
      status: 204,
      params: Id,
      reply: Nothing,
      handle: async (asked) => {
        await sessions.end({ publicId: asked.params.id, userId: asked.who.id }, acting(asked));
        return undefined;
      },
    }),
  ];
}

/** Sessions of other people. */
function sessionRoutes({ sessions, people }: AuthServices): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/users/:id/sessions",
      summary: "Where a person is signed in",
      access: "users.admin",
      audit: "read",
      params: Id,
      reply: schemas.SessionList,
      handle: async ({ params, who }) => ({ items: await sessions.list(params.id, who.session?.id) }),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/users/:id/sessions",
      summary: "Signs a person out everywhere",
      access: "users.admin",
      audit: "own",
      stepUp: true,
      status: 204,
      params: Id,
      reply: Nothing,
      handle: async (asked) => {
        await people.requireBelow(asked.params.id, acting(asked));
        await sessions.endAll(asked.params.id, acting(asked));
        return undefined;
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v1/users/:id/sessions/:session",
      summary: "Ends one session of a person",
      access: "users.admin",
      audit: "own",
      stepUp: true,
      status: 204,
      params: Id.extend({ session: Id.shape.id }),
      reply: Nothing,
      handle: async (asked) => {
        const { id, session } = asked.params;
        await people.requireBelow(id, acting(asked));
        await sessions.end({ publicId: session, userId: id }, acting(asked));
        return undefined;
      },
    }),
  ];
}

function userRoutes({ people, roles, governing, provider }: AuthServices): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/users",
      summary: "The people of this installation",
      access: "users.admin",
      audit: "read",
      reply: schemas.UserList,
      handle: async () => ({ items: await people.list(), nextCursor: null }),
    }),
    route({
      method: "GET",
      path: "/api/v1/users/names",
      summary: "Names of enabled people, to assign work to",
      access: "people.names",
      audit: "read",
      reply: UserNames,
      handle: async () => ({ items: await people.names() }),
    }),
    route({
      method: "POST",
      path: "/api/v1/users",
      summary: "Adds a person",
      access: "users.admin",
      audit: "own",
      stepUp: true,
      body: schemas.UserCreate,
      reply: schemas.User,
      status: 201,
      handle: async (asked) => {
        if (asked.body.password === undefined && provider === undefined) {
          throw new Fault("invalid", "auth.password.needed", "without an identity provider a password is needed");
        }
        await requireUngoverned(governing(), await roles.holdsPower(asked.body.role));
        return people.add(asked.body, acting(asked));
      },
    }),
    route({
      method: "PATCH",
      path: "/api/v1/users/:id",
      summary: "Changes a person's name, role or password, disables or enables them",
      access: "users.admin",
      audit: "own",
      stepUp: true,
      params: Id,
      body: schemas.UserChange,
      reply: schemas.User,
      handle: async (asked) => {
        await people.requireBelow(asked.params.id, acting(asked));
        if (asked.body.role !== undefined) await people.requireGrantable(asked.body.role, acting(asked));
        const grant = await people.grantOf(asked.params.id, asked.body);
        if (grant !== undefined) await governing().gate(grant, asked);
        return people.change(asked.params.id, asked.body, acting(asked));
      },
    }),
  ];
}

function tokenRoutes({ tokens }: AuthServices): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/tokens",
      summary: "Active API tokens, without their secrets",
      access: "tokens.admin",
      audit: "read",
      reply: schemas.TokenList,
      handle: async () => ({ items: await tokens.list(), nextCursor: null }),
    }),
    route({
      method: "POST",
      path: "/api/v1/tokens",
      summary: "Creates an API token; the only answer that holds its secret",
      access: "tokens.admin",
      audit: "own",
      stepUp: true,
      body: schemas.TokenCreate,
      reply: schemas.TokenCreated,
      status: 201,
      handle: (asked) => tokens.create(asked.body, acting(asked)),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/tokens/:id",
      summary: "Revokes an API token at once",
      access: "tokens.admin",
      audit: "own",
      stepUp: true,
      params: Id,
      reply: Nothing,
      status: 204,
      handle: async (asked) => {
        await tokens.revoke(asked.params.id, acting(asked));
        return undefined;
      },
    }),
  ];
}
