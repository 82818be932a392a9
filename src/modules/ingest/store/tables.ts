import type { NoTables, Query } from "../../../platform/db/index.ts";

export type IngestTables = {
  ingest_sensors: {
    name: string;
    door: string;
    formats: string;
    first_seen: number;
    last_seen: number;
    last_event_time: number | null;
    last_event_id: string | null;
    events: number;
    bytes: number;
    parse_failures: number;
    /** Kept from before skew was told from a sample; nothing reads it. */
    skew_ms: number | null;
    expected_every_ms: number | null;
    note: string;
    critical: number;
    retired_at: number | null;
    paused_from: number | null;
    paused_until: number | null;
  };
  ingest_minutes: { sensor: string; minute: number; events: number; failures: number };
  ingest_streams: {
    id?: number;
    sensor: string;
    source: string;
    first_seen: number;
    last_seen: number;
    speaking_since: number;
    events: number;
    failures: number;
    volume?: string;
    volume_since?: number | null;
  };
  ingest_hours: {
    stream: number;
    hour: number;
    events: number;
    failures: number;
    gap_ms: number;
    gap_from: number;
  };
  ingest_lags: { sensor: string; hour: number; lags: string };
  ingest_failures: { sensor: string; hour: number; reason: string; events: number; event_id: string };
  ingest_silences: {
    id: string;
    sensor: string;
    source: string;
    since: number;
    noticed_at: number;
    returned_at: number | null;
    over_at: number | null;
    raised_at: number | null;
  };
  ingest_absences: { from_at: number; to_at: number };
  ingest_awake: { one: number; until_at: number };
};

export const MINUTE_MS = 60_000;
export const tables = (query: Query<NoTables>) => query.withTables<IngestTables>();

/** Rows of one statement: its parameters are bounded by the engine. */
const ROWS = 500;

export function* inParts<Row>(rows: readonly Row[]): Generator<Row[]> {
  for (let at = 0; at < rows.length; at += ROWS) yield rows.slice(at, at + ROWS);
}
