import { IsoTime } from "../../platform/http/shapes.ts";
import { z } from "../../platform/schema/index.ts";

const Level = z.enum(["informational", "low", "medium", "high", "critical"]);

/** Everything the watch floor shows, in one answer. */
export const WatchFloor = z
  .object({
    at: IsoTime,
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
      silent: z.array(z.object({ name: z.string(), silentSince: IsoTime })),
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
    rules: z.object({ enabled: z.int(), withoutData: z.int() }),
    exercise: z.object({ id: z.string(), state: z.string(), sent: z.int(), total: z.int() }).nullable(),
  })
  .meta({ id: "WatchFloor" });
