import { Fault, type Instant, toIso } from "../../kernel/index.ts";
import { type Audit, actorOf } from "../../platform/audit/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import type { Records, Tx } from "../../platform/db/index.ts";
import type { Principal } from "../../platform/http/index.ts";
import type { LiveChannel } from "../../platform/live/index.ts";
import type { z } from "../../platform/schema/index.ts";
import { judgeSilence } from "./core/silence.ts";
import type { Sensor } from "./schemas.ts";
import {
  addTally,
  arrivalsSince,
  changeSensor,
  eventsSince,
  getSensor,
  listSensors,
  pruneMinutes,
  type SensorRecord,
} from "./store.ts";
import type { SensorTally } from "./tally.ts";

const HOUR_MS = 3_600_000;
const MINUTES_KEPT_MS = 8 * 24 * HOUR_MS;

/** The register of what sends logs here, and how each of them is doing. */
export class Sensors {
  readonly #deps: { records: Records; audit: Audit; clock: Clock; live: LiveChannel };

  constructor(deps: { records: Records; audit: Audit; clock: Clock; live: LiveChannel }) {
    this.#deps = deps;
  }

  /** In the transaction that moves the journal position, so that no event is counted twice. */
  async count(tx: Tx, tallies: readonly SensorTally[]): Promise<void> {
    for (const tally of tallies) await addTally(tx, tally, this.#deps.clock.now());
  }

  async list(): Promise<z.infer<typeof Sensor>[]> {
    const { records, clock } = this.#deps;
    const lastHour = await eventsSince(records.query, clock.now() - HOUR_MS);
    return (await listSensors(records.query)).map((record) => present(record, { now: clock.now(), lastHour }));
  }

  async change(
    name: string,
    change: { expectedEverySeconds?: number | null; note?: string },
    by: { who: Principal; peer: string },
  ): Promise<z.infer<typeof Sensor>> {
    const { records, audit, live } = this.#deps;
    await records.transaction(async (tx) => {
      if ((await getSensor(tx, name)) === undefined)
        throw new Fault("missing", "ingest.sensor.missing", "no such sensor", { name });
      const seconds = change.expectedEverySeconds;
      await changeSensor(tx, name, {
        ...(seconds === undefined ? {} : { expectedEveryMs: seconds === null ? null : seconds * 1000 }),
        ...(change.note === undefined ? {} : { note: change.note }),
      });
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
    live.publish({ event: "sensors", data: {} });
    const sensor = (await this.list()).find((one) => one.name === name);
    if (sensor === undefined) throw new Fault("missing", "ingest.sensor.missing", "no such sensor", { name });
    return sensor;
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

  async prune(): Promise<void> {
    await pruneMinutes(this.#deps.records.query, this.#deps.clock.now() - MINUTES_KEPT_MS);
  }
}

function present(
  record: SensorRecord,
  at: { now: Instant; lastHour: ReadonlyMap<string, number> },
): z.infer<typeof Sensor> {
  const silence = judgeSilence({ ...record, now: at.now });
  return {
    name: record.name,
    door: record.door,
    formats: [...record.formats],
    firstSeen: toIso(record.firstSeen),
    lastSeen: toIso(record.lastSeen),
    lastEventTime: record.lastEventTime === null ? null : toIso(record.lastEventTime),
    events: record.events,
    bytes: record.bytes,
    eventsLastHour: at.lastHour.get(record.name) ?? 0,
    parseFailures: record.parseFailures,
    skewSeconds: record.skewMs === null ? null : Math.round(record.skewMs / 1000),
    state: silence.state,
    silentSince: silence.silentSince === null ? null : toIso(silence.silentSince),
    expectedEverySeconds: record.expectedEveryMs === null ? null : Math.round(record.expectedEveryMs / 1000),
    note: record.note,
  };
}
