import { IsoTime } from "../../platform/http/shapes.ts";
import { z } from "../../platform/schema/index.ts";

export const ReceiveQuery = z.object({
  /** Sensor name; default: the token's sensor, else the token's name. */
  sensor: z.string().trim().min(1).max(120).optional(),
  /** Names the file or stream, so that `firstLine` + line number make ids that survive re-import. */
  source: z.string().max(1024).optional(),
  firstLine: z.coerce.number().int().min(1).optional(),
  /** Format hint, see docs/formats.md. */
  format: z.string().max(120).optional(),
});
export const ReceiveResult = z
  .object({
    accepted: z.int(),
    /** At most 1,000 entries; `rejectedTotal` counts all. Lines are 1-based. */
    rejected: z.array(z.object({ line: z.int(), code: z.string(), detail: z.string() })),
    rejectedTotal: z.int(),
  })
  .meta({ id: "ReceiveResult" });

export const Sensor = z
  .object({
    name: z.string(),
    door: z.string(),
    formats: z.array(z.string()),
    firstSeen: IsoTime,
    lastSeen: IsoTime,
    lastEventTime: IsoTime.nullable(),
    events: z.int(),
    bytes: z.int(),
    eventsLastHour: z.int(),
    parseFailures: z.int(),
    /** Median of arrival minus event time over recent events, seconds; positive = the source's clock is behind or delivery lags. */
    skewSeconds: z.number().nullable(),
    /** `new`: too few events to have a rhythm; `once`: an import or an exercise, which ends. */
    state: z.enum(["live", "silent", "new", "once"]),
    silentSince: IsoTime.nullable(),
    expectedEverySeconds: z.int().nullable(),
    note: z.string(),
  })
  .meta({ id: "Sensor" });
export const SensorList = z.object({ items: z.array(Sensor) });
export const SensorChange = z.object({
  expectedEverySeconds: z.int().min(10).max(31_536_000).nullable().optional(),
  note: z.string().max(2000).optional(),
});

export const ListenerState = z.object({
  name: z.string().describe("http, syslog-udp, syslog-tcp"),
  address: z.string(),
  received: z.int(),
  dropped: z.int().describe("Lost, never acknowledged: only UDP can lose"),
  connections: z.int().nullable(),
});
export const IngestState = z.object({
  listeners: z.array(ListenerState),
  journal: z.object({ end: z.int(), bytes: z.int(), oldestAt: IsoTime.nullable() }),
  /** Records acknowledged but not yet parsed, matched and stored. */
  backlog: z.int(),
  eventsPerSecond: z.number(),
});
