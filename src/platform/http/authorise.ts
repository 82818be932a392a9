import { timingSafeEqual } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { Fault } from "../../kernel/index.ts";
import type { Principal, Route } from "./route.ts";

export interface AuditNote {
  readonly who: Principal | undefined;
  readonly verb: string;
  readonly outcome: "ok" | "denied" | "failed";
  readonly peer: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What the HTTP face needs to know people by; platform/auth and platform/audit provide it. */
export interface Gatekeeper {
  /** The principal of a session cookie or bearer token, or undefined when it is not (or no longer) valid. */
  identify(credentials: { sessionCookie?: string; bearer?: string; peer: string }): Promise<Principal | undefined>;
  audit(note: AuditNote): Promise<void>;
}

export const SESSION_COOKIE = "khien_session";
/** The console asks for a proof and repeats the request by itself. */
export const STEP_UP = "auth.step_up.required";
const CSRF_HEADER = "x-csrf-token";
const ANONYMOUS: Principal = { kind: "anonymous", id: "anonymous", name: "anonymous", permissions: new Set() };

/** Deny by default: a request passes only when its route is public or its principal holds the route's one permission. */
export async function authorise(call: {
  request: FastifyRequest;
  route: Route;
  gatekeeper: Gatekeeper;
  publicOrigin: string | undefined;
}): Promise<Principal> {
  const { request, route } = call;
  const changes = route.method !== "GET";
  if (changes) requireOwnOrigin(request, call.publicOrigin);
  const who = (await identify(call)) ?? ANONYMOUS;
  // Known from here on, so that a refusal is audited under its name.
  request.who = who;
  if (route.access === "public") return who;
  if (who.kind === "anonymous") throw new Fault("unauthenticated", "auth.required", "sign in, or send a valid token");
  if (changes && who.session !== undefined) requireCsrfToken(request, who.session.csrfToken);
  const forPeople = route.access === "session" || route.stepUp === true;
  if (forPeople && who.session === undefined)
    throw new Fault("forbidden", "auth.session.required", "only for a signed-in person");
  if (route.access !== "session" && !who.permissions.has(route.access)) {
    throw new Fault("forbidden", "auth.permission.missing", `needs permission ${route.access}`, {
      permission: route.access,
    });
  }
  if (route.stepUp === true && who.session?.isFresh !== true)
    throw new Fault("forbidden", STEP_UP, "prove again that it is you");
  return who;
}

const MAX_AUTHORIZATION_CHARS = 2_048;

function bearerOf(header: string): string | undefined {
  return /^Bearer ([\w.~+/=-]{1,512})$/iu.exec(header)?.[1];
}

async function identify(call: {
  request: FastifyRequest;
  route: Route;
  gatekeeper: Gatekeeper;
}): Promise<Principal | undefined> {
  const { request, gatekeeper } = call;
  const header = request.headers.authorization;
  if (header !== undefined) {
    const tokenOf = call.route.dialect?.tokenOf ?? bearerOf;
    const bearer = header.length > MAX_AUTHORIZATION_CHARS ? undefined : tokenOf(header);
    const who = bearer === undefined ? undefined : await gatekeeper.identify({ bearer, peer: request.ip });
    if (who === undefined)
      throw new Fault("unauthenticated", "auth.token.invalid", "the token is unknown, expired or revoked");
    return who;
  }
  const sessionCookie = request.cookies[SESSION_COOKIE];
  return sessionCookie === undefined ? undefined : gatekeeper.identify({ sessionCookie, peer: request.ip });
}

/** Browsers send Origin with every request that changes something; another site's is refused before anything else. */
function requireOwnOrigin(request: FastifyRequest, publicOrigin: string | undefined): void {
  const origin = request.headers.origin;
  if (origin === undefined || origin === publicOrigin) return;
  if (URL.canParse(origin) && new URL(origin).host === request.headers.host) return;
  throw new Fault("forbidden", "auth.origin.foreign", "the request comes from another origin");
}

function requireCsrfToken(request: FastifyRequest, expected: string): void {
  const given = request.headers[CSRF_HEADER];
  const match =
    typeof given === "string" &&
    given.length === expected.length &&
    timingSafeEqual(Buffer.from(given), Buffer.from(expected));
  if (!match) throw new Fault("forbidden", "auth.csrf.invalid", `header ${CSRF_HEADER} does not match the session`);
}
