import type { Readable } from "node:stream";
import type { Fault } from "../../kernel/index.ts";
import type { ZodType, z } from "../schema/index.ts";

/** What a caller may do. A route states exactly one; roles and token scopes are sets of these (platform/auth). */
export const PERMISSIONS = [
  "events.read",
  "events.write",
  "hunts.write",
  "alerts.read",
  "alerts.write",
  "rules.read",
  "rules.write",
  "sensors.read",
  "sensors.write",
  "drills.read",
  "drills.run",
  "watch.read",
  "people.names",
  "users.admin",
  "tokens.admin",
  "audit.read",
  "storage.admin",
  "storage.backup",
  "cases.read",
  "cases.write",
  "cases.lead",
  "evidence.export",
  "assets.read",
  "assets.write",
  "approvals.decide",
  "people.read",
  "people.write",
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** Who asks. `anonymous` may use only routes that say so. */
export interface Principal {
  readonly kind: "user" | "token" | "service" | "anonymous" | "system";
  readonly id: string;
  readonly name: string;
  readonly permissions: ReadonlySet<Permission>;
  /** Present for a browser session. */
  readonly session?: {
    readonly id: string;
    readonly csrfToken: string;
    /** The person proved to be there a short while ago. */
    readonly isFresh: boolean;
  };
  /** Default sensor of an ingest token. */
  readonly sensor?: string;
}

/** `public`: nobody is asked who they are. `session`: any signed-in person. Otherwise the one permission needed. */
export type Access = Permission | "public" | "session";

export interface Asked<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly who: Principal;
  readonly peer: string;
  readonly requestId: string;
  /** Fires when the caller goes away. */
  readonly signal: AbortSignal;
  /** The unread body, only for routes with `rawBody`. */
  readonly raw: AsyncIterable<Uint8Array>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  setCookie(name: string, value: string, options: { maxAgeSeconds: number }): void;
  clearCookie(name: string): void;
  setHeader(name: string, value: string): void;
}

/**
 * What differs at a door that speaks another product's protocol: how its clients say who they are, and how they are
 * told "no". Permission, audit and call limits are the route's, as everywhere.
 */
export interface Dialect {
  /** The token in an `Authorization` header; undefined when there is none in it. */
  readonly tokenOf: (authorization: string) => string | undefined;
  /** A fault in the words of the protocol. `status` is what the API would answer. */
  readonly refusal: (
    fault: Fault,
    asked: { readonly status: number; readonly headers: Asked<0, 0, 0>["headers"] },
  ) => Refusal;
  /** Sent with every answer of the door, refusals too. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Refusal {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A response that is not JSON. */
export interface Download {
  readonly download: Readable;
  readonly contentType: string;
  readonly fileName?: string;
}

export interface RouteSpec<Params extends ZodType, Query extends ZodType, Body extends ZodType, Reply extends ZodType> {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  /**
   * Audit verb written when the call succeeds, is denied or fails; `read` for plain reads (only denials are written);
   * `own` when the service writes its own, richer entries.
   */
  readonly audit: string;
  /** A `POST` that changes nothing: its question is too long for an address. Audited as a read. */
  readonly asksOnly?: true;
  /**
   * Dangerous: only for a signed-in person who proved a short while ago to be there (fault auth.step_up.required).
   * No token opens it.
   */
  readonly stepUp?: true;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly reply: Reply;
  readonly status?: 200 | 201 | 202 | 204;
  /** The door's own protocol; without it tokens are bearer tokens and refusals are problem details. */
  readonly dialect?: Dialect;
  /** Left out of the API's description: what a foreign client asks for without meaning it. */
  readonly unlisted?: true;
  /** The handler reads the body itself (streams); bounds are its own. */
  readonly rawBody?: boolean;
  /** Calls allowed per minute and caller; default 600. */
  readonly ratePerMinute?: number;
  handle(asked: Asked<z.output<Params>, z.output<Query>, z.output<Body>>): Promise<z.input<Reply> | Download>;
}

/** A route as the server and the tests that walk the table see it. */
export type Route = RouteSpec<ZodType, ZodType, ZodType, ZodType>;

/** States a route; the types of the handler follow from the schemas. */
export function route<
  Params extends ZodType = ZodType<Record<string, never>>,
  Query extends ZodType = ZodType<Record<string, never>>,
  Body extends ZodType = ZodType<undefined>,
  Reply extends ZodType = ZodType<undefined>,
>(spec: RouteSpec<Params, Query, Body, Reply>): Route {
  return spec as unknown as Route;
}

export function isDownload(value: unknown): value is Download {
  return typeof value === "object" && value !== null && "download" in value;
}
