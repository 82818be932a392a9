import { join } from "node:path";
import { Integrity, openLake, Retention, SegmentChecks, segmentDirOf } from "../../modules/lake/index.ts";
import { Approvals } from "../../platform/approvals/index.ts";
import { type Audit, openAudit } from "../../platform/audit/index.ts";
import { openAuth } from "../../platform/auth/index.ts";
import { systemClock } from "../../platform/clock/index.ts";
import type { Config } from "../../platform/config/index.ts";
import { EgressGate } from "../../platform/egress/index.ts";
import { LiveChannel } from "../../platform/live/index.ts";
import { type Log, openLog } from "../../platform/log/index.ts";
import { Outbox } from "../../platform/outbox/index.ts";
import { decidersOf, wireGrants } from "../approvals.ts";
import { BackupLeases } from "../backup/leases.ts";
import { natsDestinations } from "../door-settings.ts";
import { mailDestinations } from "../notices/wire-notices.ts";
import { oidcDestinations, oidcSettings } from "../oidc-settings.ts";
import { version } from "../version.ts";
import type { Content } from "./content.ts";
import { openRecordsOf } from "./records.ts";

const SYSTEM = { kind: "system", id: "system", name: "Khiên" } as const;

export type Ground = Awaited<ReturnType<typeof openGround>>;

/** What everything else stands on: stores, the audit log, who people are, the way out. */
export async function openGround(config: Config, content: Pick<Content, "retentionRules">) {
  const log = openLog(config.logLevel);
  const clock = systemClock;
  const live = new LiveChannel();
  const lake = await openLakeOf(config, log);
  const records = openRecordsOf(config);
  const audit = await openAudit({ records, clock, dataDir: config.dataDir, log });
  const outbox = new Outbox({ records, clock, log });
  const egress = openEgress(config, { log, audit });
  const segmentDir = segmentDirOf(join(config.dataDir, "lake"));
  const integrity = new Integrity({ store: lake.store, journal: lake.journal, records, audit, clock, log, segmentDir });
  const retention = new Retention({
    integrity,
    store: lake.store,
    records,
    audit,
    clock,
    log,
    rules: content.retentionRules,
  });
  const oidc = oidcSettings(config, egress);
  const auth = await openAuth({ ...config, records, audit, clock, outbox, live, version, oidc });
  const deciders: ConstructorParameters<typeof Approvals>[0]["deciders"] = (also) => decidersOf(auth, also);
  const approvals = new Approvals({ records, audit, clock, outbox, live, deciders });
  wireGrants({ approvals, auth });
  return {
    config,
    log,
    clock,
    live,
    lake,
    records,
    audit,
    integrity,
    retention,
    backups: new BackupLeases({ integrity, audit, clock }),
    checks: new SegmentChecks({ integrity, audit, clock, log, dataDir: config.dataDir }),
    outbox,
    auth,
    approvals,
    egress,
  };
}

function openLakeOf(config: Config, log: Log) {
  return openLake({
    dir: join(config.dataDir, "lake"),
    clock: systemClock,
    memoryLimitMb: config.lakeMemoryMb,
    journalSegmentBytes: config.journalSegmentMb * 1024 * 1024,
    onJournalProblem: (problem) => log.error({ ...problem }, "journal problem"),
    onStoreEnd: (fault) => log.error({ code: fault.code, detail: fault.message }, "the event store ended by itself"),
  });
}

/** Every attempt to connect elsewhere is in the audit log. */
function openEgress(config: Config, { log, audit }: { readonly log: Log; readonly audit: Audit }): EgressGate {
  return new EgressGate({
    allow: config.egressAllow,
    connections: {
      nats: natsDestinations(config),
      mail: mailDestinations(config),
      oidc: oidcDestinations(config),
    },
    log,
    onAttempt: (attempt) => {
      void audit.record({
        actor: SYSTEM,
        verb: "egress.connection.attempted",
        outcome: attempt.allowed ? "ok" : "denied",
        details: attempt,
      });
    },
  });
}
