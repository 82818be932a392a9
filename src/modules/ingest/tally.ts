import type { Instant, JournalRecord, KhienEvent } from "../../kernel/index.ts";

/** An exercise counts under names of its own. */
export const EXERCISE_PREFIX = "exercise/";

/** What one batch tells of one sensor. */
export interface SensorTally {
  readonly name: string;
  readonly door: string;
  readonly formats: readonly string[];
  readonly events: number;
  readonly bytes: number;
  readonly parseFailures: number;
  readonly lastEventTime: Instant | null;
  /** Median of arrival minus event time over the batch's events with a time of their own. */
  readonly skewMs: number | null;
}

/** Counts what a batch tells of its sensors. Pure, so it runs where the batch is parsed. */
export function tallySensors(
  batch: readonly { readonly record: JournalRecord; readonly event: KhienEvent }[],
): SensorTally[] {
  // An exercise never counts for the real sensor whose name its lines carry.
  const bySensor = Map.groupBy(batch, ({ record }) =>
    record.exerciseId === undefined ? record.sensor : `${EXERCISE_PREFIX}${record.sensor}`,
  );
  return [...bySensor].map(([name, entries]) => {
    const last = entries.at(-1)?.record;
    const timed = entries.filter(({ event }) => event.timeMissing !== true);
    const lags = timed.map(({ record, event }) => record.receivedAt - event.time).sort((a, b) => a - b);
    return {
      name,
      door: last?.exerciseId === undefined ? (last?.door ?? "http") : "exercise",
      formats: [...new Set(entries.map(({ event }) => event.format))],
      events: entries.length,
      bytes: entries.reduce((sum, { record }) => sum + bytesOf(record), 0),
      parseFailures: entries.filter(({ event }) => event.parseFailure !== undefined).length,
      lastEventTime: timed.reduce<Instant | null>(
        (latest, { event }) => (latest === null ? event.time : Math.max(latest, event.time)),
        null,
      ),
      skewMs: lags[Math.floor(lags.length / 2)] ?? null,
    };
  });
}

function bytesOf(record: JournalRecord): number {
  return record.rawBytes?.length ?? Buffer.byteLength(record.raw);
}
