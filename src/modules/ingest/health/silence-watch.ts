import { createHash } from "node:crypto";
import type { Instant } from "../../../kernel/index.ts";
import type { Records, Tx } from "../../../platform/db/index.ts";
import type { LiveChannel } from "../../../platform/live/index.ts";
import type { Outbox } from "../../../platform/outbox/index.ts";
import { rememberVolume, VOLUME_LOOK_MS, type VolumeState } from "../core/health/volume.ts";
import { RELEARNED_PER_LOOK } from "../limits.ts";
import {
  beginSilence,
  changeSilence,
  countsSince,
  listSensors,
  listStreams,
  openSilences,
  type SensorRecord,
  type SilenceRecord,
  setVolume,
  type StreamRecord,
} from "../store/index.ts";
import { WHOLE } from "../tally.ts";
import type { Habits } from "./habits.ts";
import { awayOf, judgeStream, judgeTrailing, type Moment } from "./judged.ts";
import type { Listening } from "./listening.ts";

/** Topics of the outbox. */
export const SENSOR_SILENT = "ingest.sensor.silent";
export const SENSOR_RETURNED = "ingest.sensor.returned";

/** A critical sensor fell silent. The id derives from sensor and last record: told twice, it is one silence. */
export interface SensorSilent {
  readonly id: string;
  readonly sensor: string;
  readonly since: Instant;
  readonly noticedAt: Instant;
  readonly lastEventId: string | null;
}
/** And was heard again. */
export interface SensorReturned {
  readonly id: string;
  readonly sensor: string;
  readonly at: Instant;
}

interface Deps {
  readonly records: Records;
  readonly outbox: Outbox;
  readonly live: LiveChannel;
  readonly habits: Habits;
  readonly listening: Listening;
}

const HOUR_MS = 3_600_000;

/** Looks after every stream: begins and ends silences, tells of critical ones, and watches how much arrives. */
export class SilenceWatch {
  readonly #deps: Deps;
  readonly #doubts = new Map<number, VolumeState>();
  #volumeLookedAt = Number.NEGATIVE_INFINITY;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** One look. `backlog`: records that wait to be counted; what is in them must not be taken for silence. */
  async look({ backlog }: { readonly backlog: number }): Promise<void> {
    const { records, listening, outbox, live } = this.#deps;
    const streams = await listStreams(records.query);
    const newest = streams.reduce((at, { lastSeen }) => Math.max(at, lastSeen), 0);
    await listening.listen({ upTo: backlog > 0 ? newest : undefined });
    const moment = { now: listening.now(), absences: listening.absences };
    const sensors = new Map((await listSensors(records.query)).map((sensor) => [sensor.name, sensor]));
    await this.#relearn(streams, { sensors, moment });
    const open = new Map((await openSilences(records.query)).map((one) => [`${one.sensor}\0${one.source}`, one]));
    let changes = 0;
    for (const stream of streams) {
      const sensor = sensors.get(stream.sensor);
      if (sensor === undefined) continue;
      const silence = open.get(`${stream.sensor}\0${stream.source}`);
      if (await this.#judge(stream, { sensor, silence, moment })) changes += 1;
    }
    changes += await this.#lookAtVolumes(streams, { sensors, moment });
    if (changes === 0) return;
    live.publish({ event: "sensors", data: {} });
    await outbox.wake();
  }

  /** The longest not learned first; a look stays short. */
  async #relearn(
    streams: readonly StreamRecord[],
    { sensors, moment }: { readonly sensors: ReadonlyMap<string, SensorRecord>; readonly moment: Moment },
  ): Promise<void> {
    const { habits } = this.#deps;
    const stale = streams.filter(({ id }) => habits.isStale(id, moment.now));
    const age = ({ id }: StreamRecord) => habits.known(id)?.learnedAt ?? 0;
    for (const stream of stale.toSorted((a, b) => age(a) - age(b)).slice(0, RELEARNED_PER_LOOK)) {
      const sensor = sensors.get(stream.sensor);
      if (sensor !== undefined)
        await habits.learn(stream, { now: moment.now, absences: awayOf(sensor, moment.absences) });
    }
  }

  /** True when something changed. */
  async #judge(
    stream: StreamRecord,
    known: { readonly sensor: SensorRecord; readonly silence: SilenceRecord | undefined; readonly moment: Moment },
  ): Promise<boolean> {
    const { records, habits } = this.#deps;
    const { sensor, silence, moment } = known;
    const habit = habits.known(stream.id);
    // Without its habits an office would be silent at night.
    if (habit === undefined && sensor.expectedEveryMs === null) return false;
    const { change } = judgeStream(stream, { sensor, habit, open: silence ?? null, moment });
    const { now } = moment;
    const isUntold = silence !== undefined && silence.raisedAt === null && silence.returnedAt === null;
    const tells = sensor.critical && stream.source === WHOLE;
    if (change.kind === "none" && !(isUntold && tells)) return false;
    await records.transaction(async (tx) => {
      if (change.kind === "fell-silent") {
        const id = silenceId(stream, change.since);
        await beginSilence(tx, {
          id,
          sensor: stream.sensor,
          source: stream.source,
          since: change.since,
          noticedAt: now,
        });
        if (tells) await this.#tell(tx, { id, sensor, since: change.since, now });
      } else if (silence !== undefined) {
        if (change.kind === "spoke") await this.#returned(tx, silence, change.at);
        else if (change.kind === "relapsed") await changeSilence(tx, silence.id, { returnedAt: null });
        else if (change.kind === "over") await changeSilence(tx, silence.id, { overAt: now });
        else if (tells) await this.#tell(tx, { id: silence.id, sensor, since: silence.since, now });
      }
    });
    return true;
  }

  async #tell(
    tx: Tx,
    { id, sensor, since, now }: { id: string; sensor: SensorRecord; since: Instant; now: Instant },
  ): Promise<void> {
    const payload: SensorSilent = { id, sensor: sensor.name, since, noticedAt: now, lastEventId: sensor.lastEventId };
    await this.#deps.outbox.publish(tx, { topic: SENSOR_SILENT, payload });
    await changeSilence(tx, id, { raisedAt: now });
  }

  async #returned(tx: Tx, silence: SilenceRecord, at: Instant): Promise<void> {
    await changeSilence(tx, silence.id, { returnedAt: at });
    if (silence.raisedAt === null) return;
    const payload: SensorReturned = { id: silence.id, sensor: silence.sensor, at };
    await this.#deps.outbox.publish(tx, { topic: SENSOR_RETURNED, payload });
  }

  async #lookAtVolumes(
    streams: readonly StreamRecord[],
    { sensors, moment }: { readonly sensors: ReadonlyMap<string, SensorRecord>; readonly moment: Moment },
  ): Promise<number> {
    const { records, habits } = this.#deps;
    const { now, absences } = moment;
    if (Math.abs(now - this.#volumeLookedAt) < VOLUME_LOOK_MS) return 0;
    this.#volumeLookedAt = now;
    const counts = await countsSince(records.query, { from: now - HOUR_MS });
    let changes = 0;
    for (const stream of streams) {
      const sensor = sensors.get(stream.sensor);
      if (stream.source !== WHOLE || sensor === undefined) continue;
      const count = counts.get(stream.sensor)?.events ?? 0;
      const judged = judgeTrailing(count, { habit: habits.known(stream.id), now, away: awayOf(sensor, absences) });
      if (judged === undefined) continue;
      const seen = sensor.retiredAt === null ? judged.state : "unknown";
      const before = { state: stream.volume, since: stream.volumeSince, doubt: this.#doubts.get(stream.id) ?? null };
      const after = rememberVolume(before, seen, now);
      if (after.doubt === null) this.#doubts.delete(stream.id);
      else this.#doubts.set(stream.id, after.doubt);
      if (after.state === before.state) continue;
      await setVolume(records.query, stream.id, after);
      changes += 1;
    }
    return changes;
  }
}

function silenceId({ sensor, source }: StreamRecord, since: Instant): string {
  return createHash("sha256").update(`${sensor}\0${source}\0${since}`).digest("hex").slice(0, 32);
}
