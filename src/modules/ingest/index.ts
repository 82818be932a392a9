import { type Migration, readMigrations } from "../../platform/db/index.ts";

/**
 * The door of the ingest module: formats, reading, doors. See README.md.
 */
export { AuditJoiner } from "./core/audit-joiner.ts";
export { LineAssembler, type Assembled } from "./core/assembler.ts";
/** One record to one event; total, pure, never throws. */
export { parseRecord, type ParseContext, type ParseFailure } from "./core/parse.ts";
/** Deterministic event ids. */
export { BatchIdentity, eventId, ListenerIdentity, type RecordIdentity } from "./identity.ts";
/** Syslog over UDP and TCP, handing JournalRecords to a sink. */
export type { ListenerOptions, ListenerStats, SyslogListener } from "./listeners/listener.ts";
export { listenSyslogTcp } from "./listeners/tcp.ts";
export { listenSyslogUdp } from "./listeners/udp.ts";
/** Files, folders and archives as bounded streams of records. */
export {
  listFiles,
  readFileBatches,
  readSource,
  type ArchiveMember,
  type ReadOptions,
  type ReadProblem,
  type ReadRecord,
} from "./reading/source.ts";
/** The body of an HTTP delivery. */
export {
  RECEIVE_LIMITS,
  receiveBatch,
  type Delivery,
  type Receipt,
  type ReceiveLimits,
  type Rejection,
  type Sink,
} from "./receive.ts";
/** Routes of the doors and the register. */
export { EXERCISE_HEADER, ingestRoutes, type IngestRouteDeps } from "./http.ts";
/** The register of sensors. */
export { Sensors } from "./sensors.ts";
export { type SensorTally, tallySensors } from "./tally.ts";

export const ingestMigrations: Migration[] = readMigrations("ingest", new URL("./migrations/", import.meta.url));
