/** Bounds of the doors and of file reading. The bounds of parsing one record are in core/limits.ts. */
export * from "./core/limits.ts";

const MIB = 1024 * 1024;

/** Longest line or JSON element; a longer one is reported with its line number and skipped. */
export const MAX_LINE_BYTES = MIB;
/** Files of JSON lines above this are read in parts of this size. */
export const PART_BYTES = 8 * MIB;
/** Distinct sequences of JSON keys that are recognised without reading them again. */
export const MAX_SHAPES = 1_024;
/** How much of a source is looked at to tell what it is. */
export const SNIFF_BYTES = 64 * 1024;

/** A compressed source may unpack to at most this many times its size (checked once the grace is passed). */
export const MAX_UNPACK_RATIO = 250;
export const UNPACK_RATIO_GRACE_BYTES = 16 * MIB;
/** One file, unpacked. */
export const MAX_FILE_BYTES = 256 * 1024 * MIB;
/** Compression inside compression (`.zip` with `.json.gz` in it). */
export const MAX_NESTING = 3;
/** Files of one folder tree or archive. */
export const MAX_FILES = 200_000;
export const MAX_FOLDER_DEPTH = 32;

/** HTTP: bytes on the wire, bytes unpacked, lines of one request; rejections listed one by one in the answer. */
export const MAX_BODY_BYTES = 128 * MIB;
export const MAX_UNPACKED_BODY_BYTES = 1024 * MIB;
export const MAX_BODY_LINES = 500_000;
export const MAX_REJECTIONS_LISTED = 1_000;
/** Records handed to the journal at once: bounds memory and sets how much one fsync carries. */
export const SINK_BATCH_RECORDS = 1_000;
export const SINK_BATCH_BYTES = 4 * MIB;

/** Syslog: one message; open connections in all and per address. */
export const MAX_SYSLOG_MESSAGE_BYTES = 256 * 1024;
export const MAX_SYSLOG_CONNECTIONS = 1_024;
export const MAX_SYSLOG_CONNECTIONS_PER_PEER = 128;
/** Received and not yet durable. UDP drops (and counts) above it, TCP stops reading. */
export const MAX_SYSLOG_QUEUE_RECORDS = 50_000;
export const MAX_SYSLOG_QUEUE_BYTES = 64 * MIB;
export const SYSLOG_IDLE_TIMEOUT_MS = 15 * 60_000;
/** An audit event whose last line does not come is handed on after this pause. */
export const AUDIT_PAUSE_MS = 1_000;
/** After a failed write the queue waits this long before it tries again. */
export const SINK_RETRY_MS = 500;

/** EVTX: chunks are 64 KiB by format; nesting of BinXML and records of one chunk. */
export const MAX_EVTX_DEPTH = 32;
export const MAX_EVTX_RECORDS_PER_CHUNK = 4_096;
