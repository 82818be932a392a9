/** What the lake knows about a part (a hot file or a segment) without reading it. */
import { FORMAT_VERSION } from "./tables.ts";

export interface SensorSummary {
  events: number;
  newestIngest: number;
}

export interface PartSummary {
  events: number;
  minTime: number;
  maxTime: number;
  /** Characters of raw text, the measure for sealing. */
  rawCharacters: number;
  /** When the first of them was stored here (for rows found at opening: ingested). */
  since: number;
  sensors: Record<string, SensorSummary>;
}

export function emptySummary(): PartSummary {
  return {
    events: 0,
    minTime: Number.POSITIVE_INFINITY,
    maxTime: Number.NEGATIVE_INFINITY,
    rawCharacters: 0,
    since: Number.POSITIVE_INFINITY,
    sensors: Object.create(null) as Record<string, SensorSummary>,
  };
}

export interface SummarisedEvent {
  readonly time: number;
  readonly ingestedAt: number;
  readonly storedAt: number;
  readonly sensor: string;
  readonly rawCharacters: number;
}

export function addEvent(summary: PartSummary, event: SummarisedEvent): void {
  summary.events += 1;
  summary.minTime = Math.min(summary.minTime, event.time);
  summary.maxTime = Math.max(summary.maxTime, event.time);
  summary.since = Math.min(summary.since, event.storedAt);
  summary.rawCharacters += event.rawCharacters;
  addSensor(summary, event.sensor, { events: 1, newestIngest: event.ingestedAt });
}

export function addSensor(summary: Pick<PartSummary, "sensors">, sensor: string, more: SensorSummary): void {
  const known = summary.sensors[sensor];
  if (known === undefined) {
    summary.sensors[sensor] = { ...more };
    return;
  }
  known.events += more.events;
  known.newestIngest = Math.max(known.newestIngest, more.newestIngest);
}

export function addSummary(total: PartSummary, part: PartSummary): void {
  total.events += part.events;
  total.minTime = Math.min(total.minTime, part.minTime);
  total.maxTime = Math.max(total.maxTime, part.maxTime);
  total.since = Math.min(total.since, part.since);
  total.rawCharacters += part.rawCharacters;
  for (const [sensor, more] of Object.entries(part.sensors)) addSensor(total, sensor, more);
}

/** What a file of events says about itself: enough to do without a manifest. */
export function partMetadata(summary: PartSummary, fieldNames: readonly string[]): Readonly<Record<string, string>> {
  return {
    khien_format: String(FORMAT_VERSION),
    khien_summary: JSON.stringify(summary),
    khien_fields: JSON.stringify(fieldNames),
  };
}

/** From our own manifest or file metadata; damaged text gives undefined. */
export function parseSummary(text: string): PartSummary | undefined {
  try {
    const value = JSON.parse(text) as PartSummary;
    const numbers = [value.events, value.minTime, value.maxTime, value.rawCharacters, value.since];
    if (!numbers.every((number) => Number.isFinite(number))) return undefined;
    const summary = emptySummary();
    addSummary(summary, value);
    return summary;
  } catch {
    return undefined;
  }
}
