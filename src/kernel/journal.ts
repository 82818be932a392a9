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
  | "nats"
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
  /** The same as UTF-8, where it came as bytes: who can do with them spares the text. */
  readonly rawBytes?: Uint8Array;
  /** Format the sender names ("evtx", "zeek-tsv:conn"…); absent = recognise it. See ingest/core/formats. */
  readonly format?: string;
  /** Peer address for network doors. */
  readonly peer?: string;
  readonly exerciseId?: ExerciseId;
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** A record that came as bytes, which must be UTF-8 and stay as they are; its text is made when somebody asks. */
export class ByteRecord implements JournalRecord {
  readonly id: EventId;
  readonly door: Door;
  readonly sensor: string;
  readonly receivedAt: Instant;
  readonly rawBytes: Uint8Array;
  readonly format?: string;
  readonly peer?: string;
  readonly exerciseId?: ExerciseId;
  #raw: string | undefined;

  constructor(about: Omit<JournalRecord, "raw" | "rawBytes">, rawBytes: Uint8Array) {
    this.id = about.id;
    this.door = about.door;
    this.sensor = about.sensor;
    this.receivedAt = about.receivedAt;
    this.rawBytes = rawBytes;
    if (about.format !== undefined) this.format = about.format;
    if (about.peer !== undefined) this.peer = about.peer;
    if (about.exerciseId !== undefined) this.exerciseId = about.exerciseId;
  }

  get raw(): string {
    return (this.#raw ??= utf8.decode(this.rawBytes));
  }
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
