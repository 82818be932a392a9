import { toIso } from "../../kernel/index.ts";
import { decodeCursor, encodeCursor, type Route, route } from "../http/index.ts";
import { z } from "../schema/index.ts";
import type { Audit } from "./audit.ts";
import { type Conceals, readPage } from "./sight.ts";
import { AuditPage, AuditQuery, AuditVerification } from "./schemas.ts";

/** A page ends at an entry; the next one lies below its index. */
const Index = z.int().min(0);

export function auditRoutes(audit: Audit, conceals: Conceals = async () => () => false): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/audit",
      summary: "Audit entries, newest first",
      access: "audit.read",
      audit: "read",
      query: AuditQuery,
      reply: AuditPage,
      handle: async ({ query, who }) => {
        const filter = {
          before: decodeCursor(query.cursor, Index) ?? Number.MAX_SAFE_INTEGER,
          limit: query.limit + 1,
          actor: query.actor,
          verb: query.verb,
          outcome: query.outcome,
          from: query.from === undefined ? undefined : toIso(Date.parse(query.from)),
          to: query.to === undefined ? undefined : toIso(Date.parse(query.to)),
        };
        const items = await readPage(audit, filter, await conceals(who));
        const page = items.slice(0, query.limit);
        return { items: page, nextCursor: items.length > page.length ? encodeCursor(page.at(-1)?.index ?? 0) : null };
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/audit/verification",
      summary: "Checks the whole audit log now",
      access: "audit.read",
      audit: "read",
      ratePerMinute: 6,
      reply: AuditVerification,
      handle: () => audit.verify(),
    }),
  ];
}
