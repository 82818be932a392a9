import type { EventId, ExerciseId } from "./id.ts";
import type { Instant } from "./instant.ts";

/**
 * How a record came in. `clock` is nobody's log line: the pipeline writes such a record while nothing arrives and
 * something waits for time to pass, so that whoever reads the journal again sees the same time pass.
 */
export type Door =
  | "http"
  | "elastic"
  | "splunk"
  | "otlp"
  | "syslog-udp"
  | "syslog-tcp"
  | "syslog-tls"
  | "netflow"
  | "watch"
  | "file"
  | "clock";

/**
 * One acknowledged record, before any parsing. The journal keeps exactly this; everything else
 * (events, findings, alerts) is a function of it.
 */
export interface JournalRecord {
  readonly id: EventId;
  readonly door: Door;
  readonly sensor: string;
  readonly receivedAt: Instant;
  /** One log line or one JSON object as text; never contains a line feed for line formats. */
  readonly raw: string;
  /** Format the sender names ("evtx", "zeek-tsv:conn"…); absent = recognise it. See ingest/core/formats. */
  readonly format?: string;
  /** Peer address for network doors. */
  readonly peer?: string;
  readonly exerciseId?: ExerciseId;
}

/** Position in the journal: count of records before it since the journal began. Totally ordered. */
export type JournalPosition = number;

/** A record that says nothing but what time it is. */
export function clockRecord(now: Instant): JournalRecord {
  const id = Math.max(0, Math.floor(now)).toString(16).padStart(32, "0") as EventId;
  return { id, door: "clock", sensor: "clock", receivedAt: now, raw: "" };
}

export function isClock(record: JournalRecord): boolean {
  return record.door === "clock";
}
