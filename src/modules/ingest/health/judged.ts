import { coveredMs, joinSpans, type Span } from "../core/health/week.ts";
import { judgeSilence, type Expectation, type OpenSilence, type Verdict } from "../core/health/silence.ts";
import { judgeVolume, trailingBand, type Band, type VolumeState } from "../core/health/volume.ts";
import type { Instant } from "../../../kernel/index.ts";
import type { SensorRecord, StreamRecord } from "../store/index.ts";
import type { Habit } from "./habits.ts";

const HOUR_MS = 3_600_000;

export interface Moment {
  readonly now: Instant;
  readonly absences: readonly Span[];
}

export function expectationOf(sensor: SensorRecord): Expectation {
  return {
    everyMs: sensor.expectedEveryMs,
    paused: sensor.paused,
    retired: sensor.retiredAt !== null,
    hasAnEnd: sensor.door === "file" || sensor.door === "exercise",
  };
}

/** What nobody listened to, as far as this sensor is concerned. */
export function awayOf(sensor: SensorRecord, absences: readonly Span[]): readonly Span[] {
  return sensor.paused === null ? absences : joinSpans([...absences, sensor.paused]);
}

export function judgeStream(
  stream: StreamRecord,
  known: {
    readonly sensor: SensorRecord;
    readonly habit: Habit | undefined;
    readonly open: OpenSilence | null;
    readonly moment: Moment;
  },
): Verdict {
  const expectation = expectationOf(known.sensor);
  return judgeSilence({
    ...stream,
    rhythm: known.habit?.rhythm,
    // A stated rhythm is the sensor's; its sources have only what they are used to.
    expectation: stream.source === "" ? expectation : { ...expectation, everyMs: null },
    open: known.open,
    ...known.moment,
  });
}

/** Of the last sixty minutes; undefined when not all of them were listened to. */
export function judgeTrailing(
  count: number,
  { habit, now, away }: { readonly habit: Habit | undefined; readonly now: Instant; readonly away: readonly Span[] },
): { readonly band: Band | undefined; readonly state: VolumeState } | undefined {
  if (coveredMs({ from: now - HOUR_MS, to: now }, away) > 0) return undefined;
  const band = habit?.volume === undefined ? undefined : trailingBand(habit.volume, now);
  return { band, state: judgeVolume(count, band) };
}
