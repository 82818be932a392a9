/** What is shown of each open door: what came, what of it is on disk, what was not taken and why. */
import { type Door, type Fault, type FaultParams, type Instant, toIso } from "../kernel/index.ts";
import type {
  DoorCounters,
  NatsDoor,
  NetflowListener,
  SyslogListener,
  WatchedFolder,
} from "../modules/ingest/index.ts";

export interface DoorState {
  readonly name: string;
  readonly address: string;
  readonly received: number;
  readonly accepted: number;
  readonly rejected: Readonly<Record<string, number>>;
  readonly dropped: number;
  readonly bytes: number;
  readonly lastAt: string | null;
  readonly connections: number | null;
  readonly refusedConnections: number | null;
  readonly certificateUntil: string | null;
  readonly problem: { readonly code: string; readonly params: FaultParams } | null;
}

const NOTHING = {
  received: 0,
  accepted: 0,
  rejected: {},
  dropped: 0,
  bytes: 0,
  lastAt: null,
  connections: null,
  refusedConnections: null,
  certificateUntil: null,
  problem: null,
} as const;

/** Where each HTTP door is below the server's address. */
const HTTP_DOORS: readonly (readonly [Door, string])[] = [
  ["http", "/api/v1/events"],
  ["elastic", "/elastic"],
  ["splunk", "/services/collector"],
  ["otlp", "/v1/logs"],
];

function problemOf(fault: Fault | undefined): DoorState["problem"] {
  return fault === undefined ? null : { code: fault.code, params: fault.params };
}

function isoOf(at: Instant | undefined): string | null {
  return at === undefined ? null : toIso(at);
}

/** Only what there was something of. */
function occurred(counts: Readonly<Record<string, number | undefined>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter((entry): entry is [string, number] => (entry[1] ?? 0) > 0));
}

function countedState(counters: DoorCounters, door: Door, address: string): DoorState {
  const total = counters.totalOf(door);
  if (total === undefined) return { ...NOTHING, name: door, address };
  const { accepted, rejected, bytes, reasons, lastAt } = total;
  // Folders count what they skip without a reason.
  const other =
    rejected - Object.entries(reasons).reduce((sum, [reason, n]) => (reason === "request" ? sum : sum + n), 0);
  return {
    ...NOTHING,
    name: door,
    address,
    received: accepted + rejected,
    accepted,
    rejected: occurred({ ...reasons, other }),
    bytes,
    lastAt: toIso(lastAt),
  };
}

export function httpDoorStates(counters: DoorCounters, address: string): DoorState[] {
  return HTTP_DOORS.map(([door, path]) => countedState(counters, door, `${address}${path}`));
}

export function watchState(
  counters: DoorCounters,
  folders: readonly WatchedFolder[],
  problem: Fault | undefined,
): DoorState {
  const address = folders.map(({ path }) => path).join(", ");
  return { ...countedState(counters, "watch", address), problem: problemOf(problem) };
}

export function socketState(name: Door, listener: SyslogListener): DoorState {
  const stats = listener.stats();
  const connected = name === "syslog-tcp" || name === "syslog-tls";
  return {
    ...NOTHING,
    name,
    address: `${listener.host.includes(":") ? `[${listener.host}]` : listener.host}:${listener.port}`,
    received: stats.received,
    accepted: stats.accepted,
    rejected: occurred({ too_long: stats.tooLong, ...(name === "netflow" ? flowRejections(listener) : {}) }),
    dropped: stats.dropped + (stats.kernelDropped ?? 0),
    bytes: stats.bytes,
    lastAt: isoOf(stats.lastAt),
    connections: connected ? stats.connections : null,
    refusedConnections: connected ? stats.refusedConnections : null,
  };
}

function flowRejections(listener: SyslogListener): Record<string, number> {
  const { foreign, malformed, unknownTemplate } = (listener as NetflowListener).stats();
  return { foreign, malformed, unknown_template: unknownTemplate };
}

export function certificateState(tls: {
  readonly listener: { readonly certificateUntil: Instant };
  readonly files: { readonly problem: Fault | undefined };
}): Pick<DoorState, "certificateUntil" | "problem"> {
  return { certificateUntil: toIso(tls.listener.certificateUntil), problem: problemOf(tls.files.problem) };
}

export function natsState(door: NatsDoor): DoorState {
  const stats = door.stats();
  return {
    ...NOTHING,
    name: "nats",
    address: door.address,
    received: stats.received,
    accepted: stats.accepted,
    rejected: occurred(stats.rejected),
    dropped: stats.dropped,
    bytes: stats.bytes,
    lastAt: isoOf(stats.lastAt),
    connections: stats.connected ? 1 : 0,
    problem: problemOf(stats.problem),
  };
}
