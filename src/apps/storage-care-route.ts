import type { z } from "../platform/schema/index.ts";
import { StorageCare } from "../modules/overview/index.ts";
import type { AuditEntry } from "../platform/audit/index.ts";
import { type Route, route } from "../platform/http/index.ts";
import type { Parts } from "./wire.ts";

/** Attempts looked back at for the last backup that succeeded. */
const LOOKED_AT = 50;

/** When storage was last checked and backed up, as the audit log tells it; for whoever may not read the log itself too. */
export function storageCareRoute({ checks, backups, audit }: Pick<Parts, "checks" | "backups" | "audit">): Route {
  const newest = (verb: string) => audit.list({ before: Number.MAX_SAFE_INTEGER, limit: LOOKED_AT, verb });
  return route({
    method: "GET",
    path: "/api/v1/storage/care",
    summary: "The last check and the last backup of storage",
    access: "watch.read",
    audit: "read",
    reply: StorageCare,
    handle: async () => {
      const [last, started, finished, abandoned] = await Promise.all([
        checks.last(),
        newest("backup.run.started"),
        newest("backup.run.finished"),
        newest("backup.run.abandoned"),
      ]);
      return {
        check: { running: checks.running(), last },
        backup: { runningSince: backups.isTaken ? (started[0]?.at ?? null) : null, ...lastBackup(finished, abandoned) },
      };
    },
  });
}

type Told = Pick<z.infer<typeof StorageCare>["backup"], "last" | "failedAt">;

function lastBackup(finished: readonly AuditEntry[], abandoned: readonly AuditEntry[]): Told {
  const good = finished.find(({ outcome }) => outcome === "ok");
  const bad = [...finished, ...abandoned]
    .filter(({ outcome, index }) => outcome !== "ok" && index > (good?.index ?? -1))
    .sort((one, other) => other.index - one.index)[0];
  const figure = (key: string) => (Number.isSafeInteger(good?.details[key]) ? Number(good?.details[key]) : null);
  const snapshot = good?.details["snapshot"];
  return {
    last:
      good === undefined
        ? null
        : {
            at: good.at,
            by: good.actor.name,
            snapshot: typeof snapshot === "string" ? snapshot : null,
            files: figure("files"),
            bytes: figure("bytes"),
            newBytes: figure("newBytes"),
          },
    failedAt: bad?.at ?? null,
  };
}
