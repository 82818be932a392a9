/** The HTTP doors alone: real routes, a journal in memory that can be made to refuse. */
import { Fault, type JournalRecord } from "../../src/kernel/index.ts";
import { type DoorCount, DoorCounters, doorRoutes, type Sink } from "../../src/modules/ingest/index.ts";
import { buildHttpServer, type HttpServer, type Principal } from "../../src/platform/http/index.ts";
import { silentLog } from "../../src/platform/log/index.ts";

export const TOKEN = "khien_ingest_0123456789abcdefghijklmnopqrstuvwxyz";
export const READ_TOKEN = "khien_read_0123456789abcdefghijklmnopqrstuvwxyz";

export interface HttpDoors {
  readonly app: HttpServer;
  readonly records: JournalRecord[];
  /** Set: the journal refuses with it. */
  refusal: Fault | undefined;
  counts(): DoorCount[];
}

const PEOPLE: Readonly<Record<string, Principal>> = {
  [TOKEN]: { kind: "token", id: "t1", name: "shipper", permissions: new Set(["events.write"]) },
  [READ_TOKEN]: { kind: "token", id: "t2", name: "reader", permissions: new Set(["events.read"]) },
};

/** `sink`: a journal of the caller's; default: in memory, in `records`. */
export async function openHttpDoors(sink?: Sink): Promise<HttpDoors> {
  const records: JournalRecord[] = [];
  const counters = new DoorCounters();
  const doors = { records, refusal: undefined as Fault | undefined, counts: () => counters.list() };
  const routes = doorRoutes({
    sink: async (batch) => {
      if (doors.refusal !== undefined) throw doors.refusal;
      if (sink === undefined) records.push(...batch);
      else await sink(batch);
    },
    clock: { now: () => Date.parse("2026-03-04T05:06:07Z") },
    counters,
  });
  const app = await buildHttpServer({
    routes,
    gatekeeper: {
      identify: async ({ bearer }) => (bearer === undefined ? undefined : PEOPLE[bearer]),
      audit: async () => undefined,
    },
    log: silentLog,
    version: "0.0.0-test",
  });
  return Object.assign(doors, { app });
}

export const BUSY = new Fault("busy", "lake.journal.busy", "too many bytes wait for the disk", {}, 1);
export const FULL = new Fault("unavailable", "lake.journal.disk_full", "no space left", {}, 5);
