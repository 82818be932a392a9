import type { Instant } from "../../../kernel/index.ts";
import { type NoTables, type Query, type Selectable, sql, type Tx } from "../../../platform/db/index.ts";
import { EXERCISE_PREFIX } from "../tally.ts";
import { type IngestTables, MINUTE_MS, tables } from "./tables.ts";

export interface SensorRecord {
  readonly name: string;
  readonly door: string;
  readonly formats: readonly string[];
  readonly firstSeen: Instant;
  readonly lastSeen: Instant;
  readonly lastEventTime: Instant | null;
  readonly lastEventId: string | null;
  readonly events: number;
  readonly bytes: number;
  readonly parseFailures: number;
  readonly expectedEveryMs: number | null;
  readonly note: string;
  readonly critical: boolean;
  readonly retiredAt: Instant | null;
  readonly paused: { readonly from: Instant; readonly to: Instant } | null;
}

export async function listSensors(query: Query<NoTables>): Promise<SensorRecord[]> {
  const rows = await tables(query).selectFrom("ingest_sensors").selectAll().orderBy("name").execute();
  return rows.map(toSensor);
}

export async function getSensor(query: Query<NoTables>, name: string): Promise<SensorRecord | undefined> {
  const row = await tables(query).selectFrom("ingest_sensors").selectAll().where("name", "=", name).executeTakeFirst();
  return row === undefined ? undefined : toSensor(row);
}

export interface SensorSettings {
  readonly expectedEveryMs?: number | null;
  readonly note?: string;
  readonly critical?: boolean;
  readonly retiredAt?: Instant | null;
  readonly paused?: { readonly from: Instant; readonly to: Instant } | null;
}

export async function changeSensor(tx: Tx, name: string, change: SensorSettings): Promise<void> {
  const { expectedEveryMs, note, critical, retiredAt, paused } = change;
  const values = {
    ...(expectedEveryMs === undefined ? {} : { expected_every_ms: expectedEveryMs }),
    ...(note === undefined ? {} : { note }),
    ...(critical === undefined ? {} : { critical: Number(critical) }),
    ...(retiredAt === undefined ? {} : { retired_at: retiredAt }),
    ...(paused === undefined ? {} : { paused_from: paused?.from ?? null, paused_until: paused?.to ?? null }),
  };
  if (Object.keys(values).length > 0)
    await tables(tx).updateTable("ingest_sensors").set(values).where("name", "=", name).execute();
}

export interface Counts {
  readonly events: number;
  readonly failures: number;
}

/** What came from each sensor, whole minutes. */
export async function countsSince(
  query: Query<NoTables>,
  window: { readonly from: Instant; readonly sensor?: string },
): Promise<Map<string, Counts>> {
  let rows = tables(query)
    .selectFrom("ingest_minutes")
    .select([
      "sensor",
      (eb) => eb.fn.sum<number>("events").as("events"),
      (eb) => eb.fn.sum<number>("failures").as("failures"),
    ])
    .where("minute", ">=", Math.floor(window.from / MINUTE_MS));
  if (window.sensor !== undefined) rows = rows.where("sensor", "=", window.sensor);
  const found = await rows.groupBy("sensor").execute();
  return new Map(
    found.map(({ sensor, events, failures }) => [sensor, { events: Number(events), failures: Number(failures) }]),
  );
}

/** Events by bucket since `from`; empty buckets are absent. `exercise`: arrivals of exercises; otherwise of real sensors. */
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

/** Events that arrived in the whole minutes of a span. */
export async function arrivedBetween(
  query: Query<NoTables>,
  span: { from: Instant; to: Instant; exercise: boolean },
): Promise<number> {
  const row = await tables(query)
    .selectFrom("ingest_minutes")
    .select((eb) => eb.fn.sum<number | null>("events").as("n"))
    .where("minute", ">=", Math.floor(span.from / MINUTE_MS))
    .where("minute", "<", Math.floor(span.to / MINUTE_MS))
    .where("sensor", span.exercise ? "like" : "not like", `${EXERCISE_PREFIX}%`)
    .executeTakeFirst();
  return Number(row?.n ?? 0);
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
    lastEventId: row.last_event_id,
    events: row.events,
    bytes: row.bytes,
    parseFailures: row.parse_failures,
    expectedEveryMs: row.expected_every_ms,
    note: row.note,
    critical: row.critical !== 0,
    retiredAt: row.retired_at,
    paused:
      row.paused_from === null || row.paused_until === null ? null : { from: row.paused_from, to: row.paused_until },
  };
}
