import { actorOf } from "../../platform/audit/index.ts";
import { type Asked, IsoTime, type Route, route } from "../../platform/http/index.ts";
import { z } from "../../platform/schema/index.ts";
import type { BackupLeases } from "./leases.ts";

const IdParams = z.object({ id: z.uuid() });
const Figure = z.int().min(0).optional();
const Outcome = z.strictObject({
  ok: z.boolean(),
  snapshot: z.string().max(100).optional(),
  files: Figure,
  bytes: Figure,
  newBytes: Figure,
});

/** What `khien backup` says to a running server, so that nothing it reads goes meanwhile. */
export function backupRoutes(leases: BackupLeases): Route[] {
  return [
    route({
      method: "POST",
      path: "/api/v1/backups",
      summary: "Begin a backup: from now on nothing is dropped, merged or trimmed",
      access: "storage.backup",
      audit: "own",
      body: z.strictObject({}),
      reply: z.object({ id: z.uuid(), expiresAt: IsoTime }),
      status: 201,
      handle: (asked) => leases.take(askerOf(asked)),
    }),
    route({
      method: "POST",
      path: "/api/v1/backups/:id/renew",
      summary: "The backup is still running",
      access: "storage.backup",
      audit: "own",
      params: IdParams,
      reply: z.object({ expiresAt: IsoTime }),
      handle: async ({ params }) => leases.renew(params.id),
    }),
    route({
      method: "POST",
      path: "/api/v1/backups/:id/finish",
      summary: "The backup is over; how it went is kept in the audit log",
      access: "storage.backup",
      audit: "own",
      params: IdParams,
      body: Outcome,
      reply: z.object({ finished: z.literal(true) }),
      handle: async (asked) => {
        await leases.finish(asked.params.id, asked.body, askerOf(asked));
        return { finished: true as const };
      },
    }),
  ];
}

function askerOf({ who, peer }: Pick<Asked<0, 0, 0>, "who" | "peer">) {
  return { actor: actorOf(who), peer };
}
