import { Fault, type Instant, toIso } from "../../kernel/index.ts";
import { type Audit, actorOf } from "../../platform/audit/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import type { Records, Tx } from "../../platform/db/index.ts";
import type { Principal } from "../../platform/http/index.ts";
import type { LiveChannel } from "../../platform/live/index.ts";
import type { z } from "../../platform/schema/index.ts";
import { LEARNED_WEEKS } from "./core/health/history.ts";
import { troublesOf } from "./core/health/troubles.ts";
import { HOUR_MS, HOURS_OF_WEEK, hourOf } from "./core/health/week.ts";
import { healthOf, type SensorHealthView } from "./health/detail.ts";
import { Habits } from "./health/habits.ts";
import { awayOf, judgeStream, judgeTrailing } from "./health/judged.ts";
import { Listening } from "./health/listening.ts";
import {
  NOTHING,
  presentSettings,
  presentSkew,
  presentVolume,
  type SensorView,
  silenceOf,
  sumOf,
} from "./health/present.ts";
import { MAX_MAINTENANCE_MS, SILENCES_KEPT_MS, SKEW_HOURS } from "./limits.ts";
import type { SensorChange } from "./schemas.ts";
import {
  addTallies,
  arrivalsSince,
  arrivedBetween,
  changeSensor,
  type Counts,
  countsSince,
  getSensor,
  hoursOfAll,
  listSensors,
  listStreams,
  openSilences,
  pruneHealth,
  pruneMinutes,
  type SensorRecord,
  type SensorSettings,
  type StreamRecord,
} from "./store/index.ts";
import { type SensorTally, WHOLE } from "./tally.ts";

/** A week and the week before it, for comparison. */
const MINUTES_KEPT_MS = 15 * 24 * HOUR_MS;
const FAILURES_KEPT_HOURS = HOURS_OF_WEEK;
const SPARK_HOURS = 24;

interface Deps {
  readonly records: Records;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly live: LiveChannel;
}

/** Figures of all sensors, fetched once for a list of them. */
interface Figures {
  readonly now: Instant;
  readonly lastHour: ReadonlyMap<string, Counts>;
  readonly byHour: ReadonlyMap<
    string,
    readonly { readonly hour: number; readonly events: number; readonly failures: number }[]
  >;
  readonly wholes: ReadonlyMap<string, StreamRecord>;
  readonly open: ReadonlyMap<string, { readonly since: Instant; readonly returnedAt: Instant | null }>;
  readonly silentSources: ReadonlyMap<string, number>;
}

/** The register of what sends logs here, and how each of them is doing. */
export class Sensors {
  readonly #deps: Deps;
  readonly habits: Habits;
  readonly listening: Listening;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.habits = new Habits(deps.records.query);
    this.listening = new Listening(deps);
  }

  /** In the transaction that moves the journal position, so that no event is counted twice. */
  async count(tx: Tx, tallies: readonly SensorTally[]): Promise<void> {
    await addTallies(tx, tallies, this.listening.absences);
  }

  async list(): Promise<SensorView[]> {
    const records = await listSensors(this.#deps.records.query);
    const figures = await this.#figures();
    const views: SensorView[] = [];
    for (const record of records) views.push(await this.#view(record, figures));
    return views;
  }

  async get(name: string): Promise<{ record: SensorRecord; view: SensorView }> {
    const record = await getSensor(this.#deps.records.query, name);
    if (record === undefined) throw missing(name);
    return { record, view: await this.#view(record, await this.#figures(name)) };
  }

  /** Everything that is known of one sensor. */
  async health(name: string): Promise<SensorHealthView> {
    const { habits, listening } = this;
    return healthOf(await this.get(name), { query: this.#deps.records.query, habits, listening });
  }

  async change(
    name: string,
    change: z.infer<typeof SensorChange>,
    by: { who: Principal; peer: string },
  ): Promise<SensorView> {
    const { records, audit, live, clock } = this.#deps;
    const settings = settingsOf(change, clock.now());
    await records.transaction(async (tx) => {
      if ((await getSensor(tx, name)) === undefined) throw missing(name);
      await changeSensor(tx, name, settings);
      await audit.record(
        {
          actor: actorOf(by.who),
          peer: by.peer,
          verb: "ingest.sensor.changed",
          object: { kind: "sensor", id: name },
          details: change,
        },
        tx,
      );
    });
    // Hours of maintenance teach nothing.
    if (change.paused !== undefined)
      for (const { id } of await listStreams(records.query, name)) this.habits.forget(id);
    live.publish({ event: "sensors", data: {} });
    return (await this.get(name)).view;
  }

  /** Arrivals of all sensors in whole buckets, empty ones included, oldest first. */
  async arrivals(window: {
    from: Instant;
    bucketMs: number;
    exercise: boolean;
  }): Promise<{ start: Instant; count: number }[]> {
    const { records, clock } = this.#deps;
    const counts = await arrivalsSince(records.query, window);
    const points: { start: Instant; count: number }[] = [];
    const first = Math.floor(window.from / window.bucketMs) * window.bucketMs;
    for (let start = first; start <= clock.now(); start += window.bucketMs)
      points.push({ start, count: counts.get(start) ?? 0 });
    return points;
  }

  async arrived(span: { from: Instant; to: Instant; exercise: boolean }): Promise<number> {
    return arrivedBetween(this.#deps.records.query, span);
  }

  async prune(): Promise<void> {
    const { records, clock } = this.#deps;
    const now = clock.now();
    const hour = hourOf(now);
    await records.transaction(async (tx) => {
      await pruneMinutes(tx, now - MINUTES_KEPT_MS);
      await pruneHealth(tx, {
        hour: hour - LEARNED_WEEKS * HOURS_OF_WEEK,
        lagHour: hour - SKEW_HOURS,
        failureHour: hour - FAILURES_KEPT_HOURS,
        silence: now - SILENCES_KEPT_MS,
      });
    });
  }

  async #figures(sensor?: string): Promise<Figures> {
    const { query } = this.#deps.records;
    const now = this.listening.now();
    const silences = await openSilences(query);
    const streams = await listStreams(query, sensor);
    const hours = await hoursOfAll(query, {
      from: hourOf(now) - SPARK_HOURS + 1,
      ...(sensor === undefined ? {} : { sensor }),
    });
    const silent = silences.filter(({ source, returnedAt }) => source !== WHOLE && returnedAt === null);
    return {
      now,
      lastHour: await countsSince(query, { from: now - HOUR_MS, ...(sensor === undefined ? {} : { sensor }) }),
      byHour: Map.groupBy(hours, (row) => row.sensor),
      wholes: new Map(streams.filter(({ source }) => source === WHOLE).map((stream) => [stream.sensor, stream])),
      open: new Map(silences.filter(({ source }) => source === WHOLE).map((one) => [one.sensor, one])),
      silentSources: new Map([...Map.groupBy(silent, (one) => one.sensor)].map(([name, all]) => [name, all.length])),
    };
  }

  async #view(record: SensorRecord, figures: Figures): Promise<SensorView> {
    const { now } = figures;
    // A register from before streams were counted has sensors that have not spoken since.
    const stream = figures.wholes.get(record.name) ?? wholeOf(record);
    const away = awayOf(record, this.listening.absences);
    const habit = await this.habits.of(stream, { now, absences: away });
    const moment = { now, absences: this.listening.absences };
    const verdict = judgeStream(stream, { sensor: record, habit, open: figures.open.get(record.name) ?? null, moment });
    const lastHour = figures.lastHour.get(record.name) ?? NOTHING;
    const hours = figures.byHour.get(record.name) ?? [];
    const hourly = new Array<number>(SPARK_HOURS).fill(0);
    for (const { hour, events } of hours) hourly[hour - hourOf(now) + SPARK_HOURS - 1] = events;
    const lastDay = sumOf(hours);
    const skew = await this.habits.skew(record.name, now);
    const isWatched = verdict.state !== "silent" && verdict.state !== "retired";
    const silentSources = isWatched ? (figures.silentSources.get(record.name) ?? 0) : 0;
    return {
      name: record.name,
      door: record.door,
      formats: [...record.formats],
      firstSeen: toIso(record.firstSeen),
      lastSeen: toIso(record.lastSeen),
      lastEventTime: record.lastEventTime === null ? null : toIso(record.lastEventTime),
      lastEventId: record.lastEventId,
      events: record.events,
      bytes: record.bytes,
      eventsLastHour: lastHour.events,
      parseFailures: record.parseFailures,
      failures: { lastHour, lastDay },
      hourly,
      basis: verdict.basis,
      ...silenceOf(verdict, record.lastSeen),
      troubles: troublesOf({ state: verdict.state, volume: stream.volume, silentSources, lastDay, skew }),
      silentSources,
      skew: presentSkew(skew),
      volume: presentVolume(stream, {
        events: lastHour.events,
        band: judgeTrailing(lastHour.events, { habit, now, away })?.band,
      }),
      ...presentSettings(record),
    };
  }
}

function wholeOf(record: SensorRecord): StreamRecord {
  return {
    id: 0,
    sensor: record.name,
    source: WHOLE,
    firstSeen: record.firstSeen,
    lastSeen: record.lastSeen,
    speakingSince: record.lastSeen,
    events: record.events,
    failures: record.parseFailures,
    volume: "unknown",
    volumeSince: null,
  };
}

function missing(name: string): Fault {
  return new Fault("missing", "ingest.sensor.missing", "no such sensor", { name });
}

function settingsOf(change: z.infer<typeof SensorChange>, now: Instant): SensorSettings {
  const { expectedEverySeconds: seconds, paused, retired, note, critical } = change;
  return {
    ...(seconds === undefined ? {} : { expectedEveryMs: seconds === null ? null : seconds * 1000 }),
    ...(note === undefined ? {} : { note }),
    ...(critical === undefined ? {} : { critical }),
    ...(retired === undefined ? {} : { retiredAt: retired ? now : null }),
    ...(paused === undefined ? {} : { paused: paused === null ? null : maintenanceOf(paused) }),
  };
}

function maintenanceOf(window: { readonly from: string; readonly to: string }) {
  const [from, to] = [Date.parse(window.from), Date.parse(window.to)];
  if (to <= from || to - from > MAX_MAINTENANCE_MS)
    throw new Fault("invalid", "ingest.sensor.maintenance", "a maintenance ends after it begins, within 30 days", {
      days: MAX_MAINTENANCE_MS / (24 * HOUR_MS),
    });
  return { from, to };
}
