import type { Instant } from "../../kernel/index.ts";
import { type NoTables, type Query, type Selectable, sql, type Tx } from "../../platform/db/index.ts";
import { EXERCISE_PREFIX, type SensorTally } from "./tally.ts";

type IngestTables = {
  ingest_sensors: {
    name: string;
    door: string;
    formats: string;
    first_seen: number;
    last_seen: number;
    last_event_time: number | null;
    events: number;
    bytes: number;
    parse_failures: number;
    skew_ms: number | null;
    expected_every_ms: number | null;
    note: string;
  };
  ingest_minutes: { sensor: string; minute: number; events: number };
};

export const MINUTE_MS = 60_000;
const tables = (query: Query<NoTables>) => query.withTables<IngestTables>();

export interface SensorRecord {
  readonly name: string;
  readonly door: string;
  readonly formats: readonly string[];
  readonly firstSeen: Instant;
  readonly lastSeen: Instant;
  readonly lastEventTime: Instant | null;
  readonly events: number;
  readonly bytes: number;
  readonly parseFailures: number;
  readonly skewMs: number | null;
  readonly expectedEveryMs: number | null;
  readonly note: string;
}

/** Weight of a new batch in the running skew. */
const SKEW_WEIGHT = 0.2;

export async function addTally(tx: Tx, tally: SensorTally, at: Instant): Promise<void> {
  const known = await tables(tx)
    .selectFrom("ingest_sensors")
    .selectAll()
    .where("name", "=", tally.name)
    .executeTakeFirst();
  if (known === undefined) await insertSensor(tx, tally, at);
  else await growSensor(tx, { known, tally, at });
  await tables(tx)
    .insertInto("ingest_minutes")
    .values({ sensor: tally.name, minute: Math.floor(at / MINUTE_MS), events: tally.events })
    .onConflict((conflict) =>
      conflict
        .columns(["minute", "sensor"])
        .doUpdateSet((eb) => ({ events: eb("ingest_minutes.events", "+", tally.events) })),
    )
    .execute();
}

async function insertSensor(tx: Tx, tally: SensorTally, at: Instant): Promise<void> {
  await tables(tx)
    .insertInto("ingest_sensors")
    .values({
      name: tally.name,
      door: tally.door,
      formats: JSON.stringify([...tally.formats].sort()),
      first_seen: at,
      last_seen: at,
      last_event_time: tally.lastEventTime,
      events: tally.events,
      bytes: tally.bytes,
      parse_failures: tally.parseFailures,
      skew_ms: tally.skewMs,
      expected_every_ms: null,
      note: "",
    })
    .execute();
}

async function growSensor(
  tx: Tx,
  work: { known: Selectable<IngestTables["ingest_sensors"]>; tally: SensorTally; at: Instant },
): Promise<void> {
  const { known, tally } = work;
  const formats = new Set([...(JSON.parse(known.formats) as string[]), ...tally.formats]);
  const skew =
    tally.skewMs === null || known.skew_ms === null
      ? (tally.skewMs ?? known.skew_ms)
      : known.skew_ms + (tally.skewMs - known.skew_ms) * SKEW_WEIGHT;
  await tables(tx)
    .updateTable("ingest_sensors")
    .set((eb) => ({
      door: tally.door,
      formats: JSON.stringify([...formats].sort()),
      last_seen: work.at,
      last_event_time:
        tally.lastEventTime === null
          ? known.last_event_time
          : Math.max(tally.lastEventTime, known.last_event_time ?? tally.lastEventTime),
      events: eb("events", "+", tally.events),
      bytes: eb("bytes", "+", tally.bytes),
      parse_failures: eb("parse_failures", "+", tally.parseFailures),
      skew_ms: skew,
    }))
    .where("name", "=", tally.name)
    .execute();
}

export async function listSensors(query: Query<NoTables>): Promise<SensorRecord[]> {
  const rows = await tables(query).selectFrom("ingest_sensors").selectAll().orderBy("name").execute();
  return rows.map(toSensor);
}

export async function getSensor(query: Query<NoTables>, name: string): Promise<SensorRecord | undefined> {
  const row = await tables(query).selectFrom("ingest_sensors").selectAll().where("name", "=", name).executeTakeFirst();
  return row === undefined ? undefined : toSensor(row);
}

export async function changeSensor(
  tx: Tx,
  name: string,
  change: { expectedEveryMs?: number | null; note?: string },
): Promise<void> {
  const values = {
    ...(change.expectedEveryMs === undefined ? {} : { expected_every_ms: change.expectedEveryMs }),
    ...(change.note === undefined ? {} : { note: change.note }),
  };
  if (Object.keys(values).length > 0)
    await tables(tx).updateTable("ingest_sensors").set(values).where("name", "=", name).execute();
}

export async function eventsSince(query: Query<NoTables>, from: Instant): Promise<Map<string, number>> {
  const rows = await tables(query)
    .selectFrom("ingest_minutes")
    .select(["sensor", (eb) => eb.fn.sum<number>("events").as("n")])
    .where("minute", ">=", Math.floor(from / MINUTE_MS))
    .groupBy("sensor")
    .execute();
  return new Map(rows.map((row) => [row.sensor, Number(row.n)]));
}

/** Events by bucket since `from`; empty buckets are absent. */
/** `exercise`: arrivals of exercises; otherwise of real sensors. */
export async function arrivalsSince(
  query: Query<NoTables>,
  window: { from: Instant; bucketMs: number; exercise: boolean },
): Promise<Map<Instant, number>> {
  const perBucket = Math.max(1, Math.round(window.bucketMs / MINUTE_MS));
  const rows = await tables(query)
    .selectFrom("ingest_minutes")
    .select([
      sql<number>`minute / CAST(${perBucket} AS INTEGER) * CAST(${perBucket} AS INTEGER)`.as("start"),
      (eb) => eb.fn.sum<number>("events").as("n"),
    ])
    .where("minute", ">=", Math.floor(window.from / MINUTE_MS))
    .where("sensor", window.exercise ? "like" : "not like", `${EXERCISE_PREFIX}%`)
    .groupBy("start")
    .execute();
  return new Map(rows.map((row) => [Number(row.start) * MINUTE_MS, Number(row.n)]));
}

export async function pruneMinutes(query: Query<NoTables>, before: Instant): Promise<void> {
  await tables(query)
    .deleteFrom("ingest_minutes")
    .where("minute", "<", Math.floor(before / MINUTE_MS))
    .execute();
}

function toSensor(row: Selectable<IngestTables["ingest_sensors"]>): SensorRecord {
  return {
    name: row.name,
    door: row.door,
    formats: JSON.parse(row.formats) as string[],
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    lastEventTime: row.last_event_time,
    events: row.events,
    bytes: row.bytes,
    parseFailures: row.parse_failures,
    skewMs: row.skew_ms,
    expectedEveryMs: row.expected_every_ms,
    note: row.note,
  };
}
