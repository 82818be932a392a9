/**
 * Addresses below a door that nobody speaks there, and methods nobody asks with: answered in the words of the door.
 * Without these a client that is set up wrong would be shown the console's page, with status 200, and think all is well.
 */
import { Fault } from "../../../kernel/index.ts";
import { type Dialect, type Route, route } from "../../../platform/http/index.ts";
import { z } from "../../../platform/schema/index.ts";

const METHODS = ["GET", "POST", "PUT", "DELETE"] as const;

export function nothingHere(): Fault {
  return new Fault("missing", "http.route.missing", "no such address, or another method");
}

/** `paths`: everything below a door, as `/door/*`; a route that says more goes before. */
export function strayRoutes(dialect: Dialect, paths: readonly string[]): Route[] {
  return paths.flatMap((path) =>
    METHODS.map((method) =>
      route({
        method,
        path,
        summary: "Nothing is here",
        access: "events.write",
        audit: method === "GET" ? "read" : "own",
        unlisted: true,
        dialect,
        reply: z.unknown(),
        ...(method === "GET" ? {} : { rawBody: true }),
        handle: async () => {
          throw nothingHere();
        },
      }),
    ),
  );
}
