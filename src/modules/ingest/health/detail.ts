import { type Instant, toIso } from "../../../kernel/index.ts";
import type { NoTables, Query } from "../../../platform/db/index.ts";
import type { z } from "../../../platform/schema/index.ts";
import { bandOf, judgeVolume } from "../core/health/volume.ts";
import { coveredMs, HOUR_MS, HOURS_OF_WEEK, hourOf, hourOfWeek } from "../core/health/week.ts";
import { MAX_REASONS, MAX_SILENCES_TOLD } from "../limits.ts";
import type { SensorHealth } from "../schemas.ts";
import {
  failureReasons,
  hoursOf,
  listStreams,
  openSilences,
  type SensorRecord,
  type SilenceRecord,
  silencesOf,
  type StoredHour,
  type StreamRecord,
} from "../store/index.ts";
import { WHOLE } from "../tally.ts";
import type { Habit, Habits } from "./habits.ts";
import { awayOf, judgeStream } from "./judged.ts";
import type { Listening } from "./listening.ts";
import { isoOrNull, NOTHING, presentBand, type SensorView, silenceOf, sumOf } from "./present.ts";

export type SensorHealthView = z.infer<typeof SensorHealth>;
type Health = SensorHealthView;
const DAY_HOURS = 24;

/** Everything that is known of one sensor, for whoever looks at it alone. */
export async function healthOf(
  { record, view }: { readonly record: SensorRecord; readonly view: SensorView },
  {
    query,
    habits,
    listening,
  }: { readonly query: Query<NoTables>; readonly habits: Habits; readonly listening: Listening },
): Promise<Health> {
  const { name } = record;
  const now = listening.now();
  const { absences } = listening;
  const away = awayOf(record, absences);
  const streams = await listStreams(query, name);
  const open = (await openSilences(query)).filter(({ sensor }) => sensor === name);
  const whole = streams.find(({ source }) => source === WHOLE);
  const habit = whole === undefined ? undefined : await habits.of(whole, { now, absences: away });
  const sources: Health["sources"] = [];
  for (const stream of streams.filter(({ source }) => source !== WHOLE)) {
    const own = await habits.of(stream, { now, absences: away });
    const hours = await hoursOf(query, stream.id, hourOf(now) - DAY_HOURS + 1);
    const silence = open.find(({ source }) => source === stream.source) ?? null;
    const verdict = judgeStream(stream, { sensor: record, habit: own, open: silence, moment: { now, absences } });
    sources.push(presentSource(stream, { hours, habit: own, verdict, now }));
  }
  const week = whole === undefined ? [] : await hoursOf(query, whole.id, hourOf(now) - HOURS_OF_WEEK + 1);
  return {
    sensor: view,
    allowedSeconds: allowedOf(record, habit),
    usualHours: habit?.rhythm === undefined ? null : [...habit.rhythm.usual],
    hours: presentWeek(week, { now, habit, away }),
    sources,
    reasons: await failureReasons(query, name, { now, limit: MAX_REASONS }),
    silences: (await silencesOf(query, name, MAX_SILENCES_TOLD)).map(presentSilence),
    absences: absences
      .filter(({ to }) => to > now - HOURS_OF_WEEK * HOUR_MS)
      .map(({ from, to }) => ({ from: toIso(from), to: toIso(to) })),
  };
}

function allowedOf({ expectedEveryMs, lastSeen }: SensorRecord, habit: Habit | undefined): number | null {
  const ms = expectedEveryMs ?? habit?.rhythm?.allowedMs[hourOfWeek(hourOf(lastSeen))];
  return ms === undefined ? null : Math.round(ms / 1000);
}

function presentWeek(
  hours: readonly StoredHour[],
  { now, habit, away }: { now: Instant; habit: Habit | undefined; away: readonly { from: Instant; to: Instant }[] },
): Health["hours"] {
  const heard = new Map(hours.map((hour) => [hour.hour, hour]));
  return Array.from({ length: HOURS_OF_WEEK }, (_, at) => {
    const hour = hourOf(now) - HOURS_OF_WEEK + 1 + at;
    const { events, failures } = heard.get(hour) ?? NOTHING;
    const span = { from: hour * HOUR_MS, to: (hour + 1) * HOUR_MS };
    // Of an hour in which nobody listened nothing was to be expected.
    const isWhole = coveredMs(span, away) === 0;
    const band = habit?.volume === undefined || !isWhole ? undefined : bandOf(habit.volume, hour);
    return { start: toIso(span.from), events, failures, ...presentBand(band) };
  });
}

function presentSource(
  stream: StreamRecord,
  known: {
    readonly hours: readonly StoredHour[];
    readonly habit: Habit;
    readonly verdict: ReturnType<typeof judgeStream>;
    readonly now: Instant;
  },
): Health["sources"][number] {
  const { hours, habit, verdict, now } = known;
  const lastWhole = hourOf(now) - 1;
  const count = hours.find(({ hour }) => hour === lastWhole)?.events ?? 0;
  const band = habit.volume === undefined ? undefined : bandOf(habit.volume, lastWhole);
  return {
    name: stream.source,
    ...silenceOf(verdict, stream.lastSeen),
    lastSeen: toIso(stream.lastSeen),
    events: stream.events,
    failures: { lastHour: sumOf(hours.filter(({ hour }) => hour >= lastWhole)), lastDay: sumOf(hours) },
    volume: judgeVolume(count, band),
  };
}

function presentSilence(silence: SilenceRecord): Health["silences"][number] {
  return {
    id: silence.id,
    source: silence.source === WHOLE ? null : silence.source,
    since: toIso(silence.since),
    noticedAt: toIso(silence.noticedAt),
    returnedAt: isoOrNull(silence.returnedAt),
    overAt: isoOrNull(silence.overAt),
    raised: silence.raisedAt !== null,
  };
}
