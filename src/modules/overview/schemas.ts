import { IsoTime } from "../../platform/http/shapes.ts";
import { z } from "../../platform/schema/index.ts";
import { engineMemorySchema, LastCheck, RunningCheck } from "../lake/schemas.ts";

const Level = z.enum(["informational", "low", "medium", "high", "critical"]);

/** What came and went: alerts that came up, closings, events that arrived. */
const Turnover = z.object({ created: z.int(), closed: z.int(), events: z.int() });

/** Everything the watch floor shows, in one answer. */
export const WatchFloor = z
  .object({
    at: IsoTime,
    /** Begin of the time range; whole buckets, so a little longer than asked for. */
    from: IsoTime,
    /** What the queue figures below are about; so is the curve of arrivals; sensors are always the real ones. */
    scope: z.enum(["exclude", "only"]),
    ingest: z.object({
      eventsPerSecond: z.number(),
      backlog: z.int(),
      droppedLastHour: z.int(),
      /** One point a bucket, oldest first. */
      rate: z.object({ bucketMs: z.int(), points: z.array(z.object({ start: IsoTime, count: z.int() })) }),
    }),
    sensors: z.object({
      total: z.int(),
      live: z.int(),
      /** With anything wrong about them: silence, unusual rate, a clock that is off, lines not understood. */
      attention: z.int(),
      /** Critical ones first, then the longest silent; at most 8. */
      silent: z.array(z.object({ name: z.string(), silentSince: IsoTime, critical: z.boolean() })),
    }),
    alerts: z.object({
      openByLevel: z.record(Level, z.int()),
      takenByLevel: z.record(Level, z.int()),
      /** Open alerts over time: state at the start of each bucket, from the append-only history. */
      openOverTime: z.object({
        bucketMs: z.int(),
        points: z.array(z.object({ start: IsoTime, byLevel: z.record(Level, z.int()) })),
      }),
      /** Age of open alerts, seconds. */
      queueAge: z.object({ n: z.int(), medianSeconds: z.number().nullable(), p90Seconds: z.number().nullable() }),
      closedLast24h: z.object({ true_positive: z.int(), false_positive: z.int(), benign: z.int(), duplicate: z.int() }),
      newest: z.array(
        z.object({
          id: z.string(),
          title: z.string(),
          titleVi: z.string().nullable(),
          level: Level,
          entity: z.string(),
          lastSeen: IsoTime,
        }),
      ),
    }),
    /** Who is on duty now by rota; null for who may not know. */
    duty: z
      .array(z.object({ name: z.string(), onCall: z.boolean(), ends: IsoTime, people: z.array(z.string()) }))
      .nullable(),
    /** Open cases of the real world the asker may know of; null for who may not read cases. */
    openCases: z.int().nullable(),
    /** Of the time range asked for. */
    activity: z.object({
      /** The range and the one of the same length before it. */
      now: Turnover,
      before: Turnover,
      /** By alerts that came up in the range; at most 8 each. */
      topRules: z.array(
        z.object({ id: z.string(), title: z.string(), titleVi: z.string().nullable(), level: Level, alerts: z.int() }),
      ),
      topEntities: z.array(z.object({ value: z.string(), alerts: z.int(), worst: Level })),
    }),
    /** What the rules of these alerts are about, by the tactics of both ATT&CK matrices, quiet ones too. */
    attack: z.array(
      z.object({
        short: z.string(),
        name: z.string(),
        alerts: z.int(),
        techniques: z.array(z.object({ id: z.string(), name: z.string(), alerts: z.int() })),
      }),
    ),
    /** Published figures with ours beside them: theirs are of incidents, ours of alerts. */
    landscape: z
      .object({
        publisher: z.string(),
        title: z.string(),
        from: z.string(),
        to: z.string(),
        incidents: z.int(),
        /** `secondary`: known from several reports about it, the publication itself was not read. */
        read: z.enum(["primary", "secondary"]),
        figures: z.array(
          z.object({
            id: z.string(),
            title: z.string(),
            titleVi: z.string(),
            of: z.string(),
            ofVi: z.string(),
            share: z.number(),
            techniques: z.array(z.string()),
            within: z.string().nullable(),
            here: z.object({ alerts: z.int(), of: z.int() }),
          }),
        ),
      })
      .nullable(),
    rules: z.object({ enabled: z.int(), withoutData: z.int() }),
    exercise: z.object({ id: z.string(), state: z.string(), sent: z.int(), total: z.int() }).nullable(),
  })
  .meta({ id: "WatchFloor" });

/** Memory of the process. All figures are bytes. */
export const Memory = z
  .object({
    /** What the process occupies: the heaps, the engine, and code, buffers and allocators around them. */
    resident: z.int(),
    threads: z.array(
      z.object({ thread: z.string(), used: z.int(), resident: z.int(), external: z.int(), limit: z.int() }),
    ),
    eventStore: engineMemorySchema.extend({ limit: z.int() }),
    correlations: z.object({ groups: z.int(), events: z.int() }),
    /** Users, rules, alerts and the rest: on disk, and growing with them. */
    recordsFile: z.int(),
  })
  .meta({ id: "Memory" });

/** When storage was last checked and backed up. */
export const StorageCare = z
  .object({
    check: z.object({ running: RunningCheck.nullable(), last: LastCheck.nullable() }),
    backup: z.object({
      /** Since when one is running. */
      runningSince: IsoTime.nullable(),
      /** The last one that succeeded, and how it is told in the audit log. */
      last: z
        .object({
          at: IsoTime,
          by: z.string(),
          snapshot: z.string().nullable(),
          files: z.int().nullable(),
          bytes: z.int().nullable(),
          newBytes: z.int().nullable(),
        })
        .nullable(),
      /** One that failed or was given up after that. */
      failedAt: IsoTime.nullable(),
    }),
  })
  .meta({ id: "StorageCare" });
