import { type Asked, type Route, route, SESSION_COOKIE } from "../http/index.ts";
import { z } from "../schema/index.ts";
import { DEVICE_DAYS } from "./limits.ts";
import { acting, type People } from "./people.ts";
import type { Roles } from "./roles/roles.ts";
import { roleRoutes } from "./roles/routes.ts";
import * as schemas from "./schemas.ts";
import type { Opened, Session, Sessions } from "./sessions.ts";
import type { Tokens } from "./tokens.ts";

/** Marks a browser as one the person signed in from before; opens nothing by itself. */
export const DEVICE_COOKIE = "khien_device";

const Id = z.object({ id: z.string().min(1).max(64) });
const Nothing = z.undefined();
const UserNames = z.object({ items: z.array(z.object({ id: z.string(), displayName: z.string() })) });
type Cookies = Pick<Asked<unknown, unknown, unknown>, "setCookie">;

export interface AuthServices {
  readonly sessions: Sessions;
  readonly people: People;
  readonly roles: Roles;
  readonly tokens: Tokens;
  readonly version: string;
}

export function authRoutes(services: AuthServices): Route[] {
  return [
    ...setupRoutes(services),
    ...sessionRoutes(services),
    ...userRoutes(services),
    ...roleRoutes(services.roles),
    ...tokenRoutes(services),
  ];
}

function setupRoutes({ sessions, version }: AuthServices): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/setup",
      summary: "Whether the first admin is still to be created",
      access: "public",
      audit: "read",
      reply: schemas.SetupState,
      handle: async () => ({ needed: await sessions.setupNeeded(), version }),
    }),
    route({
      method: "POST",
      path: "/api/v1/setup",
      summary: "Creates the first admin with the one-time token and signs in",
      access: "public",
      audit: "own",
      ratePerMinute: 10,
      body: schemas.SetupRequest,
      reply: schemas.Session,
      handle: async (asked) => giveCookies(asked, await sessions.setUp(asked.body, asked.peer)),
    }),
  ];
}

function sessionRoutes({ sessions, people }: AuthServices): Route[] {
  return [
    route({
      method: "POST",
      path: "/api/v1/session",
      summary: "Signs in; a session the browser held before ends",
      access: "public",
      audit: "own",
      ratePerMinute: 60,
      body: schemas.SignInRequest,
      reply: schemas.Session,
      handle: async (asked) => {
        const { username, password } = asked.body;
        const [device, replaces] = [cookieOf(asked, DEVICE_COOKIE), cookieOf(asked, SESSION_COOKIE)];
        return giveCookies(asked, await sessions.signIn({ username, password, peer: asked.peer, device, replaces }));
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/session",
      summary: "The present session",
      access: "session",
      audit: "read",
      reply: schemas.Session,
      handle: ({ who }) => sessions.describe(who),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/session",
      summary: "Signs out",
      access: "session",
      audit: "own",
      status: 204,
      reply: Nothing,
      handle: async (asked) => {
        await sessions.signOut(asked.who, acting(asked));
        asked.clearCookie(SESSION_COOKIE);
        return undefined;
      },
    }),
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
  ];
}

function userRoutes({ people }: AuthServices): Route[] {
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
      body: schemas.UserCreate,
      reply: schemas.User,
      status: 201,
      handle: (asked) => people.add(asked.body, acting(asked)),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/users/:id",
      summary: "Changes a person's name, role or password, disables or enables them",
      access: "users.admin",
      audit: "own",
      params: Id,
      body: schemas.UserChange,
      reply: schemas.User,
      handle: (asked) => people.change(asked.params.id, asked.body, acting(asked)),
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

function giveCookies(asked: Cookies, opened: Opened): Session {
  asked.setCookie(SESSION_COOKIE, opened.cookie, { maxAgeSeconds: opened.maxAgeSeconds });
  asked.setCookie(DEVICE_COOKIE, opened.device, { maxAgeSeconds: DEVICE_DAYS * 86_400 });
  return opened.session;
}

/** Our cookies hold only base64url; anything else is not ours. */
function cookieOf(asked: Pick<Asked<unknown, unknown, unknown>, "headers">, name: string): string | undefined {
  const pairs = String(asked.headers.cookie ?? "").split(";");
  const value = pairs
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);
  return value !== undefined && /^[\w-]{43}$/u.test(value) ? value : undefined;
}
