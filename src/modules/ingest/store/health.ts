import type { Instant } from "../../../kernel/index.ts";
import { type NoTables, type Query, type Selectable, type Tx } from "../../../platform/db/index.ts";
import type { HeardHour } from "../core/health/history.ts";
import type { VolumeState } from "../core/health/volume.ts";
import { hourOf, type HourNumber, type Span } from "../core/health/week.ts";
import { WHOLE } from "../tally.ts";
import { lagsOf } from "./count.ts";
import { type IngestTables, tables } from "./tables.ts";

export interface StreamRecord {
  readonly id: number;
  readonly sensor: string;
  readonly source: string;
  readonly firstSeen: Instant;
  readonly lastSeen: Instant;
  readonly speakingSince: Instant;
  readonly events: number;
  readonly failures: number;
  readonly volume: VolumeState;
  readonly volumeSince: Instant | null;
}

/** Of one sensor, or of all; the sensor as a whole comes before its sources. */
export async function listStreams(query: Query<NoTables>, sensor?: string): Promise<StreamRecord[]> {
  let rows = tables(query).selectFrom("ingest_streams").selectAll().orderBy("sensor").orderBy("source");
  if (sensor !== undefined) rows = rows.where("sensor", "=", sensor);
  return (await rows.execute()).map((row) => ({
    id: Number(row.id),
    sensor: row.sensor,
    source: row.source,
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    speakingSince: row.speaking_since,
    events: row.events,
    failures: row.failures,
    volume: (row.volume ?? "unknown") as VolumeState,
    volumeSince: row.volume_since ?? null,
  }));
}

export async function setVolume(
  query: Query<NoTables>,
  stream: number,
  volume: { readonly state: VolumeState; readonly since: Instant | null },
): Promise<void> {
  await tables(query)
    .updateTable("ingest_streams")
    .set({ volume: volume.state, volume_since: volume.since })
    .where("id", "=", stream)
    .execute();
}

export interface StoredHour extends HeardHour {
  readonly failures: number;
}

/** Hours in which something came, oldest first. */
export async function hoursOf(query: Query<NoTables>, stream: number, from: HourNumber): Promise<StoredHour[]> {
  const rows = await tables(query)
    .selectFrom("ingest_hours")
    .select(["hour", "events", "failures", "gap_ms", "gap_from"])
    .where("stream", "=", stream)
    .where("hour", ">=", from)
    .orderBy("hour")
    .execute();
  return rows.map(({ hour, events, failures, gap_ms, gap_from }) => ({
    hour,
    events,
    failures,
    gap: gap_ms > 0 ? { from: gap_from, ms: gap_ms } : null,
  }));
}

/** Events and failures of every sensor as a whole, by hour. */
export async function hoursOfAll(
  query: Query<NoTables>,
  { from, sensor }: { readonly from: HourNumber; readonly sensor?: string },
): Promise<{ sensor: string; hour: HourNumber; events: number; failures: number }[]> {
  let rows = tables(query)
    .selectFrom("ingest_hours")
    .innerJoin("ingest_streams", "ingest_streams.id", "ingest_hours.stream")
    .select(["ingest_streams.sensor", "ingest_hours.hour", "ingest_hours.events", "ingest_hours.failures"])
    .where("ingest_hours.hour", ">=", from)
    .where("ingest_streams.source", "=", WHOLE);
  if (sensor !== undefined) rows = rows.where("ingest_streams.sensor", "=", sensor);
  return rows.execute();
}

/** In ascending order. */
export async function lagsSince(query: Query<NoTables>, sensor: string, from: HourNumber): Promise<number[]> {
  const rows = await tables(query)
    .selectFrom("ingest_lags")
    .select("lags")
    .where("sensor", "=", sensor)
    .where("hour", ">=", from)
    .execute();
  return rows.flatMap(({ lags }) => lagsOf(lags).map(({ ms }) => ms)).sort((a, b) => a - b);
}

export interface FailureReason {
  readonly reason: string;
  readonly lastHour: number;
  readonly lastDay: number;
  readonly eventId: string;
}

/** Most frequent first; `lastHour` is this hour and the one before it. */
export async function failureReasons(
  query: Query<NoTables>,
  sensor: string,
  { now, limit }: { readonly now: Instant; readonly limit: number },
): Promise<FailureReason[]> {
  const rows = await tables(query)
    .selectFrom("ingest_failures")
    .select(["hour", "reason", "events", "event_id"])
    .where("sensor", "=", sensor)
    .where("hour", ">", hourOf(now) - 24)
    .orderBy("hour")
    .execute();
  const found = new Map<string, FailureReason>();
  for (const { hour, reason, events, event_id: eventId } of rows) {
    const before = found.get(reason);
    found.set(reason, {
      reason,
      lastHour: (before?.lastHour ?? 0) + (hour >= hourOf(now) - 1 ? events : 0),
      lastDay: (before?.lastDay ?? 0) + events,
      eventId,
    });
  }
  return [...found.values()].toSorted((a, b) => b.lastDay - a.lastDay).slice(0, limit);
}

export interface SilenceRecord {
  readonly id: string;
  readonly sensor: string;
  readonly source: string;
  readonly since: Instant;
  readonly noticedAt: Instant;
  readonly returnedAt: Instant | null;
  readonly overAt: Instant | null;
  readonly raisedAt: Instant | null;
}

export async function openSilences(query: Query<NoTables>): Promise<SilenceRecord[]> {
  const rows = await tables(query).selectFrom("ingest_silences").selectAll().where("over_at", "is", null).execute();
  return rows.map(toSilence);
}

/** Newest first. */
export async function silencesOf(query: Query<NoTables>, sensor: string, limit: number): Promise<SilenceRecord[]> {
  const rows = await tables(query)
    .selectFrom("ingest_silences")
    .selectAll()
    .where("sensor", "=", sensor)
    .orderBy("since", "desc")
    .limit(limit)
    .execute();
  return rows.map(toSilence);
}

/** The same silence told again stays as it is. */
export async function beginSilence(
  tx: Tx,
  { id, sensor, source, since, noticedAt }: Omit<SilenceRecord, "returnedAt" | "overAt" | "raisedAt">,
): Promise<void> {
  const row = { id, sensor, source, since, noticed_at: noticedAt, returned_at: null, over_at: null, raised_at: null };
  await tables(tx)
    .insertInto("ingest_silences")
    .values(row)
    // A pause that was called over when its sensor was retired, and is one again.
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ over_at: null, returned_at: null }))
    .execute();
}

export async function changeSilence(
  tx: Tx,
  id: string,
  change: { readonly returnedAt?: Instant | null; readonly overAt?: Instant; readonly raisedAt?: Instant },
): Promise<void> {
  await tables(tx)
    .updateTable("ingest_silences")
    .set({
      ...(change.returnedAt === undefined ? {} : { returned_at: change.returnedAt }),
      ...(change.overAt === undefined ? {} : { over_at: change.overAt }),
      ...(change.raisedAt === undefined ? {} : { raised_at: change.raisedAt }),
    })
    .where("id", "=", id)
    .execute();
}

function toSilence(row: Selectable<IngestTables["ingest_silences"]>): SilenceRecord {
  return {
    id: row.id,
    sensor: row.sensor,
    source: row.source,
    since: row.since,
    noticedAt: row.noticed_at,
    returnedAt: row.returned_at,
    overAt: row.over_at,
    raisedAt: row.raised_at,
  };
}

export async function awakeUntil(query: Query<NoTables>): Promise<Instant | undefined> {
  return (await tables(query).selectFrom("ingest_awake").select("until_at").executeTakeFirst())?.until_at;
}

/** Somebody listened until now; `absent`: but not in between. */
export async function stayAwake(tx: Tx, until: Instant, absent?: Span): Promise<void> {
  await tables(tx)
    .insertInto("ingest_awake")
    .values({ one: 1, until_at: until })
    .onConflict((conflict) => conflict.column("one").doUpdateSet({ until_at: until }))
    .execute();
  if (absent === undefined) return;
  await tables(tx)
    .insertInto("ingest_absences")
    .values({ from_at: absent.from, to_at: absent.to })
    .onConflict((conflict) => conflict.column("from_at").doUpdateSet({ to_at: absent.to }))
    .execute();
}

export async function listAbsences(query: Query<NoTables>): Promise<Span[]> {
  const rows = await tables(query).selectFrom("ingest_absences").selectAll().orderBy("from_at").execute();
  return rows.map(({ from_at: from, to_at: to }) => ({ from, to }));
}

/** What habits and figures no longer look at. */
export async function pruneHealth(
  tx: Tx,
  before: {
    readonly hour: HourNumber;
    readonly lagHour: HourNumber;
    readonly failureHour: HourNumber;
    readonly silence: Instant;
  },
): Promise<void> {
  await tables(tx).deleteFrom("ingest_hours").where("hour", "<", before.hour).execute();
  await tables(tx).deleteFrom("ingest_lags").where("hour", "<", before.lagHour).execute();
  await tables(tx).deleteFrom("ingest_failures").where("hour", "<", before.failureHour).execute();
  await tables(tx).deleteFrom("ingest_absences").where("to_at", "<", before.silence).execute();
  await tables(tx).deleteFrom("ingest_silences").where("over_at", "<", before.silence).execute();
}
