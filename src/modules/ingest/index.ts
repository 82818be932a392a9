import { type Migration, readMigrations } from "../../platform/db/index.ts";

/**
 * The door of the ingest module: formats, reading, doors. See README.md.
 */
export { AuditJoiner } from "./core/audit-joiner.ts";
export { LineAssembler, type Assembled } from "./core/assembler.ts";
/** One record to one event; total, pure, never throws. */
export type { ParseContext, ParseFailure } from "./core/parse.ts";
export { contentParsers, parsedSources, parseRecord, parserProblems } from "./parsers.ts";
/** Deterministic event ids. */
export { BatchIdentity, eventId, ListenerIdentity, type RecordIdentity } from "./identity.ts";
/** Syslog over UDP, TCP and TLS, NetFlow and IPFIX, handing JournalRecords to a sink. */
export type { ListenerOptions, ListenerStats, SyslogListener } from "./listeners/listener.ts";
export { certificateRules } from "./listeners/certificates.ts";
export { exporterRules, listenNetflow, type NetflowListener, type NetflowOptions } from "./listeners/netflow.ts";
export { listenSyslogTcp } from "./listeners/tcp.ts";
export { listenSyslogTls, type TlsListener, type TlsOptions } from "./listeners/tls.ts";
export { type TlsFilePaths, TlsFiles } from "./listeners/tls-files.ts";
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
export type { Receipt, Rejection, Sink } from "./intake.ts";
export { RECEIVE_LIMITS, receiveBatch, type Delivery, type ReceiveLimits } from "./receive.ts";
/** The doors that speak what other products' shippers speak. */
export { type DoorCount, DoorCounters } from "./doors/counters.ts";
export type { DoorDeps } from "./doors/delivery.ts";
export { doorRoutes } from "./doors/routes.ts";
/** Messages of a NATS bus. */
export { NatsDoor, type NatsOptions } from "./doors/nats/door.ts";
export { destinationOf, natsServers, type NatsServer } from "./doors/nats/servers.ts";
/** Folders whose files are followed. */
export { FolderWatch, type WatchedFolder, type WatchOptions } from "./doors/watch/watch.ts";
/** Routes of the doors and the register. */
export { EXERCISE_HEADER, ingestRoutes, type IngestRouteDeps } from "./http.ts";
/** The register of sensors. */
export { Sensors } from "./sensors.ts";
export {
  SENSOR_RETURNED,
  SENSOR_SILENT,
  type SensorReturned,
  type SensorSilent,
  SilenceWatch,
} from "./health/silence-watch.ts";
export { HEALTH_LOOK_MS } from "./limits.ts";
export { type SensorTally, tallySensors } from "./tally.ts";

export const ingestMigrations: Migration[] = readMigrations("ingest", new URL("./migrations/", import.meta.url));
