import { join } from "node:path";
import { alertsMigrations } from "../../modules/alerts/index.ts";
import { assetsMigrations } from "../../modules/assets/index.ts";
import { detectionMigrations } from "../../modules/detection/index.ts";
import { drillsMigrations } from "../../modules/drills/index.ts";
import { huntsMigrations } from "../../modules/hunts/index.ts";
import { incidentsMigrations } from "../../modules/incidents/index.ts";
import { ingestMigrations } from "../../modules/ingest/index.ts";
import { lakeMigrations } from "../../modules/lake/index.ts";
import { peopleMigrations } from "../../modules/people/index.ts";
import { approvalMigrations } from "../../platform/approvals/index.ts";
import { auditMigrations, RECORDS_FILE } from "../../platform/audit/index.ts";
import { authMigrations } from "../../platform/auth/index.ts";
import type { Config } from "../../platform/config/index.ts";
import { type Migration, openRecords } from "../../platform/db/index.ts";
import { noticesMigrations } from "../../platform/notices/index.ts";
import { outboxMigrations } from "../../platform/outbox/index.ts";

export const migrations: readonly Migration[] = [
  ...outboxMigrations,
  ...auditMigrations,
  ...authMigrations,
  ...approvalMigrations,
  ...lakeMigrations,
  ...ingestMigrations,
  ...assetsMigrations,
  ...detectionMigrations,
  ...alertsMigrations,
  ...huntsMigrations,
  ...drillsMigrations,
  ...incidentsMigrations,
  ...noticesMigrations,
  ...peopleMigrations,
];

/** The records of a data directory, for the server and for commands that work beside it. */
export function openRecordsOf(config: Config) {
  return openRecords({ file: join(config.dataDir, RECORDS_FILE), migrations });
}
