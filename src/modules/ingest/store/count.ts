/**
 * What batches tell of their sensors, written in the transaction that moves the journal position: nothing is counted
 * twice, whatever breaks. All of it is told by the records' own times, so a batch that waited counts where it belongs.
 */
import type { Instant } from "../../../kernel/index.ts";
import { type Selectable, sql, type Tx } from "../../../platform/db/index.ts";
import { coveredMs, HOUR_MS, hourOf, joinSpans, type Span } from "../core/health/week.ts";
import { SHORTEST_ALLOWANCE_MS } from "../core/health/rhythm.ts";
import { MAX_SENSORS, MAX_SOURCE_CHARS, MAX_SOURCES_PER_SENSOR, MAX_STREAMS } from "../limits.ts";
import { type HourTally, type Lag, lowestLags, type SensorTally, type StreamTally, WHOLE } from "../tally.ts";
import { type IngestTables, inParts, tables } from "./tables.ts";

/** Names for what is beyond the bounds. */
export const OTHER_SENSORS = "*";
export const OTHER_SOURCES = "*";

type SensorRow = Selectable<IngestTables["ingest_sensors"]>;
type StreamRow = Selectable<IngestTables["ingest_streams"]> & { readonly id: number };
type HourRow = IngestTables["ingest_hours"];

export async function addTallies(tx: Tx, told: readonly SensorTally[], absences: readonly Span[]): Promise<void> {
  if (told.length === 0) return;
  const known = await sensorsByName(tx, told);
  const tallies = await withinBounds(tx, told, known);
  await putSensors(tx, tallies, known);
  await putMinutes(tx, tallies);
  const streams = await streamsOf(tx, tallies);
  const hours = new HourRows();
  const spoken: IngestTables["ingest_streams"][] = [];
  for (const tally of tallies) {
    const row = known.get(tally.name);
    const away =
      row?.paused_from == null || row.paused_until === null
        ? absences
        : joinSpans([...absences, { from: row.paused_from, to: row.paused_until }]);
    for (const stream of tally.streams) {
      const before = streams.get(tally.name, stream.source);
      if (before !== undefined) spoken.push(grow(before, { hours: inOrder(stream), away, rows: hours }));
    }
  }
  await putStreams(tx, spoken);
  await hours.put(tx);
  await putLags(tx, tallies);
  await putFailures(tx, tallies);
}

async function sensorsByName(tx: Tx, tallies: readonly SensorTally[]): Promise<Map<string, SensorRow>> {
  const found = new Map<string, SensorRow>();
  for (const part of inParts(tallies.map(({ name }) => name))) {
    const rows = await tables(tx).selectFrom("ingest_sensors").selectAll().where("name", "in", part).execute();
    for (const row of rows) found.set(row.name, row);
  }
  return found;
}

async function withinBounds(
  tx: Tx,
  tallies: readonly SensorTally[],
  known: Map<string, SensorRow>,
): Promise<readonly SensorTally[]> {
  const fresh = tallies.filter(({ name }) => !known.has(name)).length;
  if (fresh === 0) return tallies;
  const { n } = await tables(tx)
    .selectFrom("ingest_sensors")
    .select((eb) => eb.fn.countAll<number>().as("n"))
    .executeTakeFirstOrThrow();
  let room = MAX_SENSORS - Number(n);
  if (fresh <= room) return tallies;
  const kept = tallies.map((tally) =>
    known.has(tally.name) || (room -= 1) >= 0 ? tally : { ...tally, name: OTHER_SENSORS },
  );
  if (!known.has(OTHER_SENSORS)) {
    const others = kept.filter((tally) => tally.name === OTHER_SENSORS);
    for (const [name, row] of await sensorsByName(tx, others)) known.set(name, row);
  }
  return kept;
}

async function putSensors(
  tx: Tx,
  tallies: readonly SensorTally[],
  known: ReadonlyMap<string, SensorRow>,
): Promise<void> {
  const rows = new Map<string, SensorRow>();
  for (const tally of tallies) {
    const hours = tally.streams[0]?.hours ?? [];
    const firstAt = Math.min(...hours.map((hour) => hour.firstAt));
    const lastAt = Math.max(...hours.map((hour) => hour.lastAt));
    const before = rows.get(tally.name) ?? known.get(tally.name);
    const formats = new Set([
      ...(before === undefined ? [] : (JSON.parse(before.formats) as string[])),
      ...tally.formats,
    ]);
    rows.set(tally.name, {
      expected_every_ms: null,
      note: "",
      critical: 0,
      retired_at: null,
      paused_from: null,
      paused_until: null,
      skew_ms: null,
      ...before,
      name: tally.name,
      door: tally.door,
      formats: JSON.stringify([...formats].sort()),
      first_seen: before?.first_seen ?? firstAt,
      last_seen: Math.max(before?.last_seen ?? lastAt, lastAt),
      last_event_time: latest(before?.last_event_time ?? null, tally.lastEventTime),
      last_event_id: tally.lastEventId,
      events: (before?.events ?? 0) + tally.events,
      bytes: (before?.bytes ?? 0) + tally.bytes,
      parse_failures: (before?.parse_failures ?? 0) + tally.parseFailures,
    });
  }
  for (const part of inParts([...rows.values()])) {
    await tables(tx)
      .insertInto("ingest_sensors")
      .values(part)
      .onConflict((conflict) =>
        conflict.column("name").doUpdateSet((eb) => ({
          door: eb.ref("excluded.door"),
          formats: eb.ref("excluded.formats"),
          last_seen: eb.ref("excluded.last_seen"),
          last_event_time: eb.ref("excluded.last_event_time"),
          last_event_id: eb.ref("excluded.last_event_id"),
          events: eb.ref("excluded.events"),
          bytes: eb.ref("excluded.bytes"),
          parse_failures: eb.ref("excluded.parse_failures"),
        })),
      )
      .execute();
  }
}

function latest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

async function putMinutes(tx: Tx, tallies: readonly SensorTally[]): Promise<void> {
  const rows = tallies.flatMap(({ name, minutes }) => minutes.map((minute) => ({ sensor: name, ...minute })));
  for (const part of inParts(rows)) {
    await tables(tx)
      .insertInto("ingest_minutes")
      .values(part)
      .onConflict((conflict) =>
        conflict.columns(["minute", "sensor"]).doUpdateSet({
          events: sql`ingest_minutes.events + excluded.events`,
          failures: sql`ingest_minutes.failures + excluded.failures`,
        }),
      )
      .execute();
  }
}

/** Streams of the tallies; those that are new are put down first, as long as there is room. */
async function streamsOf(tx: Tx, tallies: readonly SensorTally[]) {
  const names = [...new Set(tallies.map(({ name }) => name))];
  const bySensor = new Map<string, Map<string, StreamRow>>(names.map((name) => [name, new Map()]));
  const keep = (rows: readonly StreamRow[]) => {
    for (const row of rows) bySensor.get(row.sensor)?.set(row.source, row);
  };
  for (const part of inParts(names)) {
    keep(
      (await tables(tx).selectFrom("ingest_streams").selectAll().where("sensor", "in", part).execute()) as StreamRow[],
    );
  }
  const fresh = await freshStreams(tx, tallies, bySensor);
  for (const part of inParts(fresh)) {
    keep((await tables(tx).insertInto("ingest_streams").values(part).returningAll().execute()) as StreamRow[]);
  }
  return {
    get: (sensor: string, source: string): StreamRow | undefined => {
      const sources = bySensor.get(sensor);
      return sources?.get(source.slice(0, MAX_SOURCE_CHARS)) ?? sources?.get(OTHER_SOURCES);
    },
  };
}

async function freshStreams(
  tx: Tx,
  tallies: readonly SensorTally[],
  bySensor: ReadonlyMap<string, ReadonlyMap<string, StreamRow>>,
): Promise<IngestTables["ingest_streams"][]> {
  const fresh = new Map<string, IngestTables["ingest_streams"]>();
  const perSensor = new Map<string, number>();
  let room: number | undefined;
  for (const { name, streams } of tallies) {
    for (const stream of streams) {
      const known = bySensor.get(name);
      const source = stream.source.slice(0, MAX_SOURCE_CHARS);
      if (known?.has(source) || fresh.has(`${name}\0${source}`)) continue;
      room ??= MAX_STREAMS - (await countStreams(tx));
      const count = (known?.size ?? 0) + (perSensor.get(name) ?? 0);
      const isFull = count >= MAX_SOURCES_PER_SENSOR || room <= 0;
      const kept = isFull && source !== WHOLE ? OTHER_SOURCES : source;
      if (known?.has(kept) || fresh.has(`${name}\0${kept}`)) continue;
      const at = Math.min(...stream.hours.map((hour) => hour.firstAt));
      const row = {
        sensor: name,
        source: kept,
        first_seen: at,
        last_seen: at,
        speaking_since: at,
        events: 0,
        failures: 0,
      };
      fresh.set(`${name}\0${kept}`, row);
      perSensor.set(name, (perSensor.get(name) ?? 0) + 1);
      room -= 1;
    }
  }
  return [...fresh.values()];
}

async function countStreams(tx: Tx): Promise<number> {
  const { n } = await tables(tx)
    .selectFrom("ingest_streams")
    .select((eb) => eb.fn.countAll<number>().as("n"))
    .executeTakeFirstOrThrow();
  return Number(n);
}

function inOrder({ hours }: StreamTally): readonly HourTally[] {
  return hours.toSorted((a, b) => a.hour - b.hour);
}

/** The pauses between what is known and what is new, and those inside, go to the hours they began in. */
function grow(
  before: StreamRow,
  { hours, away, rows }: { hours: readonly HourTally[]; away: readonly Span[]; rows: HourRows },
): IngestTables["ingest_streams"] {
  let { last_seen: lastSeen, speaking_since: speakingSince, events, failures } = before;
  const pause = (from: Instant, to: Instant) => {
    const ms = to - from - coveredMs({ from, to }, away);
    if (ms > 0) rows.add(before.id, hourOf(from), { events: 0, failures: 0, gapMs: ms, gapFrom: from });
    if (to - from >= SHORTEST_ALLOWANCE_MS) speakingSince = to;
  };
  for (const hour of hours) {
    if (hour.firstAt > lastSeen) pause(lastSeen, hour.firstAt);
    if (hour.gapMs >= SHORTEST_ALLOWANCE_MS) speakingSince = hour.gapFrom + hour.gapMs;
    const gap = { from: hour.gapFrom, to: hour.gapFrom + hour.gapMs };
    const gapMs = hour.gapMs - coveredMs(gap, away);
    rows.add(before.id, hour.hour, { ...hour, gapMs });
    lastSeen = Math.max(lastSeen, hour.lastAt);
    events += hour.events;
    failures += hour.failures;
  }
  // A source may stand for several that have no room of their own: the next of them goes on from here.
  Object.assign(before, { last_seen: lastSeen, speaking_since: speakingSince, events, failures });
  return before;
}

/** Rows of a batch, one for each stream and hour. */
class HourRows {
  readonly #rows = new Map<string, HourRow>();

  add(stream: number, hour: number, part: { events: number; failures: number; gapMs: number; gapFrom: Instant }): void {
    const key = `${stream} ${hour}`;
    const row = this.#rows.get(key) ?? { stream, hour, events: 0, failures: 0, gap_ms: 0, gap_from: hour * HOUR_MS };
    row.events += part.events;
    row.failures += part.failures;
    if (part.gapMs > row.gap_ms) {
      row.gap_ms = part.gapMs;
      row.gap_from = part.gapFrom;
    }
    this.#rows.set(key, row);
  }

  async put(tx: Tx): Promise<void> {
    for (const part of inParts([...this.#rows.values()])) {
      await tables(tx)
        .insertInto("ingest_hours")
        .values(part)
        .onConflict((conflict) =>
          conflict.columns(["stream", "hour"]).doUpdateSet({
            events: sql`ingest_hours.events + excluded.events`,
            failures: sql`ingest_hours.failures + excluded.failures`,
            gap_from: sql`CASE WHEN excluded.gap_ms > ingest_hours.gap_ms THEN excluded.gap_from ELSE ingest_hours.gap_from END`,
            gap_ms: sql`CASE WHEN excluded.gap_ms > ingest_hours.gap_ms THEN excluded.gap_ms ELSE ingest_hours.gap_ms END`,
          }),
        )
        .execute();
    }
  }
}

async function putStreams(tx: Tx, streams: readonly IngestTables["ingest_streams"][]): Promise<void> {
  for (const part of inParts([...new Set(streams)])) {
    await tables(tx)
      .insertInto("ingest_streams")
      .values(part)
      .onConflict((conflict) =>
        conflict.columns(["sensor", "source"]).doUpdateSet((eb) => ({
          last_seen: eb.ref("excluded.last_seen"),
          speaking_since: eb.ref("excluded.speaking_since"),
          events: eb.ref("excluded.events"),
          failures: eb.ref("excluded.failures"),
        })),
      )
      .execute();
  }
}

async function putLags(tx: Tx, tallies: readonly SensorTally[]): Promise<void> {
  for (const { name, lags } of tallies) {
    for (const { hour, lags: fresh } of lags) {
      const known = await tables(tx)
        .selectFrom("ingest_lags")
        .select("lags")
        .where("sensor", "=", name)
        .where("hour", "=", hour)
        .executeTakeFirst();
      const kept = lowestLags([...(known === undefined ? [] : lagsOf(known.lags)), ...fresh]);
      const text = JSON.stringify(kept.map(({ id, ms }) => [id, ms]));
      if (text === known?.lags) continue;
      await tables(tx)
        .insertInto("ingest_lags")
        .values({ sensor: name, hour, lags: text })
        .onConflict((conflict) => conflict.columns(["sensor", "hour"]).doUpdateSet({ lags: text }))
        .execute();
    }
  }
}

export function lagsOf(text: string): Lag[] {
  return (JSON.parse(text) as [string, number][]).map(([id, ms]) => ({ id, ms }));
}

async function putFailures(tx: Tx, tallies: readonly SensorTally[]): Promise<void> {
  const rows = tallies.flatMap(({ name, reasons }) =>
    reasons.map(({ id, ...reason }) => ({ sensor: name, ...reason, event_id: id })),
  );
  for (const part of inParts(rows)) {
    await tables(tx)
      .insertInto("ingest_failures")
      .values(part)
      .onConflict((conflict) =>
        conflict.columns(["sensor", "hour", "reason"]).doUpdateSet({
          events: sql`ingest_failures.events + excluded.events`,
          event_id: sql`excluded.event_id`,
        }),
      )
      .execute();
  }
}
