import { type Instant, toIso } from "../../../kernel/index.ts";
import type { z } from "../../../platform/schema/index.ts";
import type { Skew } from "../core/health/skew.ts";
import type { Verdict } from "../core/health/silence.ts";
import type { Band } from "../core/health/volume.ts";
import type { Sensor, SkewEstimate, Volume } from "../schemas.ts";
import type { Counts, SensorRecord, StreamRecord } from "../store/index.ts";

export type SensorView = z.infer<typeof Sensor>;
export const NOTHING: Counts = { events: 0, failures: 0 };

export function sumOf(hours: readonly Counts[]): Counts {
  return {
    events: hours.reduce((sum, { events }) => sum + events, 0),
    failures: hours.reduce((sum, { failures }) => sum + failures, 0),
  };
}

export const isoOrNull = (at: Instant | null) => (at === null ? null : toIso(at));

/** `silentSince` is its last record: the moment from which nothing is known of what it watches. */
export function silenceOf(verdict: Verdict, lastSeen: Instant) {
  const isMissed = verdict.state === "silent" || verdict.state === "late";
  return {
    state: verdict.state,
    silentSince: isMissed ? toIso(lastSeen) : null,
    expectedBy: isoOrNull(verdict.expectedBy),
  };
}

export function presentSkew(skew: Skew): z.infer<typeof SkewEstimate> {
  const seconds = (ms: number) => Math.round(ms / 100) / 10;
  return {
    kind: skew.kind,
    samples: skew.samples,
    lowSeconds: seconds(skew.lowMs),
    medianSeconds: seconds(skew.medianMs),
    highSeconds: seconds(skew.highMs),
    zoneMinutes: skew.zoneMinutes,
  };
}

export function presentBand(band: Band | undefined) {
  const rounded = (value: number | undefined) => (value === undefined ? null : Math.round(value * 10) / 10);
  return { expected: rounded(band?.expected), low: rounded(band?.low), high: rounded(band?.high) };
}

export function presentVolume(
  stream: StreamRecord | undefined,
  { events, band }: { readonly events: number; readonly band: Band | undefined },
): z.infer<typeof Volume> {
  return {
    state: stream?.volume ?? "unknown",
    since: isoOrNull(stream?.volumeSince ?? null),
    events,
    ...presentBand(band),
  };
}

export function presentSettings(record: SensorRecord) {
  return {
    critical: record.critical,
    expectedEverySeconds: record.expectedEveryMs === null ? null : Math.round(record.expectedEveryMs / 1000),
    retiredAt: isoOrNull(record.retiredAt),
    paused: record.paused === null ? null : { from: toIso(record.paused.from), to: toIso(record.paused.to) },
    note: record.note,
  };
}
