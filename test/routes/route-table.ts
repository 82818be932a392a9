import { type buildHttpServer, PERMISSIONS, type Permission, type Route } from "../../src/platform/http/index.ts";

export type HttpApp = Awaited<ReturnType<typeof buildHttpServer>>;

const VERB = /^[a-z_]+(?:\.[a-z_]+){1,3}$/u;
const OUTSIDE_API = new Set(["/healthz", "/readyz", "/v1/logs"]);
/** Doors whose clients have their addresses built in. */
const FOREIGN_DOORS = /^\/(?:elastic|services\/collector|v1)(?:\/|$)/u;

/** Everything wrong with a route table, one line each; empty when every route states permission, shapes and audit verb. */
export function checkRouteTable(routes: readonly Route[]): string[] {
  const seen = new Set<string>();
  return routes.flatMap((route) => {
    const name = `${route.method} ${route.path}`;
    const problems = complaints(route);
    if (seen.has(name)) problems.push("is there twice");
    seen.add(name);
    return problems.map((problem) => `${name}: ${problem}`);
  });
}

function complaints(route: Route): string[] {
  const asksOnly = route.asksOnly === true;
  const changes = route.method !== "GET" && !asksOnly;
  const known =
    route.access === "public" || route.access === "session" || PERMISSIONS.includes(route.access as Permission);
  const parameters = [...route.path.matchAll(/:(\w+)/gu)].map((match) => match[1] ?? "");
  const stated = Object.keys((route.params as { shape?: object } | undefined)?.shape ?? {});
  const problems: (string | false)[] = [
    !known && `states no known permission (${String(route.access)})`,
    route.reply === undefined && "states no reply schema",
    !route.path.startsWith("/api/v1/") &&
      !OUTSIDE_API.has(route.path) &&
      !(route.dialect !== undefined && FOREIGN_DOORS.test(route.path)) &&
      "lies outside /api/v1",
    route.summary.trim() === "" && "has no summary",
    route.audit === "" && "has no audit verb",
    changes && route.audit === "read" && "changes something but is audited as a read",
    changes && route.access.endsWith(".read") && "changes something with a permission to read",
    route.stepUp === true && !changes && "asks for a proof but changes nothing",
    asksOnly && route.method !== "POST" && "only asks, but is no POST",
    asksOnly && route.audit !== "read" && "only asks, but is not audited as a read",
    asksOnly && !route.access.endsWith(".read") && "only asks, but not with a permission to read",
    !["read", "own"].includes(route.audit) && !VERB.test(route.audit) && `has a malformed audit verb (${route.audit})`,
    parameters.join() !== stated.join() &&
      `path parameters (${parameters.join()}) differ from its schema (${stated.join()})`,
    ["POST", "PATCH", "PUT"].includes(route.method) &&
      route.rawBody !== true &&
      route.body === undefined &&
      !takesNoBody(route) &&
      "states no body schema",
  ];
  return problems.filter((problem) => problem !== false);
}

/** Actions on one thing (`POST …/:id/stop`) say everything in their path. */
function takesNoBody(route: Route): boolean {
  return route.method === "POST" && /\/:\w+\/\w+$/u.test(route.path);
}

export interface Caller {
  readonly name: string;
  readonly permissions: ReadonlySet<Permission>;
  readonly signedIn: boolean;
  /** Fresh for every call: the call may end the session it is made in. */
  headers(): Promise<Record<string, string>>;
}

/** What the permission sets say about this caller and this route. */
export function mayCall(caller: Caller, route: Route): boolean {
  if (route.access === "public") return true;
  if (route.stepUp === true && !caller.signedIn) return false;
  if (route.access === "session") return caller.signedIn;
  return caller.permissions.has(route.access);
}

/** Calls every route as every caller; returns every answer that is not what the permission sets say. */
export async function checkRoleMatrix(
  app: HttpApp,
  routes: readonly Route[],
  callers: readonly Caller[],
): Promise<string[]> {
  const wrong: string[] = [];
  for (const route of routes) {
    for (const caller of callers) {
      const status = await call(app, route, await caller.headers());
      const denied = status === 401 || status === 403;
      if (denied === mayCall(caller, route)) wrong.push(`${caller.name} → ${route.method} ${route.path}: ${status}`);
    }
  }
  return wrong;
}

/** One call with a body no schema accepts, so that an allowed call goes past the gate and no further. */
export async function call(app: HttpApp, route: Route, headers: Record<string, string>): Promise<number> {
  const url = route.path.replace(/:(\w+)/gu, "no-such-thing");
  const withBody = route.body !== undefined || route.rawBody === true;
  // As a stream: server-sent events never end by themselves, their head is the answer.
  const answer = await app.inject({
    method: route.method,
    url,
    headers: { ...headers, ...(withBody ? { "content-type": "application/json" } : {}) },
    ...(withBody ? { payload: "[]" } : {}),
    payloadAsStream: true,
  });
  answer.stream().destroy();
  return answer.statusCode;
}
