/** Bounds of the doors and of file reading. The bounds of parsing one record are in core/limits.ts. */
export * from "./core/limits.ts";

const MIB = 1024 * 1024;

/** Longest line or JSON element; a longer one is reported with its line number and skipped. */
export const MAX_LINE_BYTES = MIB;
/** Files of JSON lines above this are read in parts of this size. */
export const PART_BYTES = 8 * MIB;
/** Distinct sequences of JSON keys that are recognised without reading them again. */
export const MAX_SHAPES = 1_024;
/** Lines read without parsing: nesting and members in all, lists of scalars counted once. Richer ones are parsed. */
export const MAX_LINE_DEPTH = 8;
export const MAX_LINE_MEMBERS = 512;
/** Lines that pay for working out what fields those of a new shape have, and how many may be saved up. */
export const LINES_PER_FORM = 32;
export const MAX_FORM_CREDIT = 256 * LINES_PER_FORM;
/** The same for a shape whose form another reader, or this one before it forgot, has worked out. */
export const LINES_PER_KNOWN_FORM = 4;
/** Characters of a shape's members from which on what was worked out for it is not kept for other readers. */
export const MAX_FORM_KEY = 16_384;
/** Strings above this get no token: they come once, as script blocks and messages do. The rest is set by json-line.wat. */
export const MAX_TOKEN_BYTES = 4_096;
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
/** A TLS handshake that is not done by then is given up: until then a stranger holds a socket. */
export const TLS_HANDSHAKE_TIMEOUT_MS = 10_000;
/** How often the files of a TLS door are looked at: a renewed certificate holds after that. */
export const TLS_FILES_POLL_MS = 10_000;
/** An audit event whose last line does not come is handed on after this pause. */
export const AUDIT_PAUSE_MS = 1_000;
/** After a failed write the queue waits this long before it tries again. */
export const SINK_RETRY_MS = 500;

/** EVTX: chunks are 64 KiB by format; nesting of BinXML and records of one chunk. */
export const MAX_EVTX_DEPTH = 32;
export const MAX_EVTX_RECORDS_PER_CHUNK = 4_096;

/** Door and sensor pairs counted one by one; sensor names may come from outside. */
export const MAX_COUNTED_SENSORS = 4_096;
/** Deliveries under way at once at one door: what they hold in memory is bounded with them. OTLP bodies are held whole. */
export const MAX_DELIVERIES_AT_ONCE = 64;
export const MAX_OTLP_DELIVERIES_AT_ONCE = 16;

/** Elasticsearch bulk: items of one request (the answer has one entry for each), and its bytes; clients send some MiB. */
export const MAX_BULK_ITEMS = 200_000;
export const MAX_BULK_BYTES = 128 * MIB;
export const MAX_BULK_UNPACKED_BYTES = 512 * MIB;
/** An action line is an index, an id and some routing: never more. */
export const MAX_BULK_ACTION_BYTES = 8 * 1024;
export const MAX_BULK_ID_CHARS = 512;

/** Splunk HEC: bytes of one request (Splunk itself takes 800 MiB, its clients send 1 to 8), events, and channels with a count of their own. */
export const MAX_HEC_BYTES = 64 * MIB;
export const MAX_HEC_UNPACKED_BYTES = 256 * MIB;
export const MAX_HEC_EVENTS = 200_000;
export const MAX_HEC_CHANNELS = 10_000;
/** A question after acknowledgements: its bytes and ids. Clients keep at most some thousand open. */
export const MAX_HEC_ACK_BYTES = MIB;
export const MAX_HEC_ACKS = 10_000;

/** OTLP: a request is read whole before it is cut, so it is smaller than the others; exporters send at most some MiB. */
export const MAX_OTLP_BYTES = 16 * MIB;
export const MAX_OTLP_UNPACKED_BYTES = 32 * MIB;
export const MAX_OTLP_RECORDS = 100_000;
/** Lists in lists of one value. */
export const MAX_OTLP_DEPTH = 32;
/** All records as text: each carries its resource, so a large resource with many small records grows when it is written out. */
export const MAX_OTLP_TEXT_CHARS = 256 * MIB;

/** NetFlow and IPFIX: who exports, and the templates remembered of each. UDP senders can be forged, so all of it is bounded. */
export const MAX_FLOW_DOMAINS = 1_024;
export const MAX_FLOW_TEMPLATES = 1_024;
export const MAX_TEMPLATE_FIELDS = 512;
/** RFC 7011, section 8.4: three times what exporters resend by default. */
export const FLOW_TEMPLATE_LIFETIME_MS = 30 * 60_000;
/** Data sets that came before their template, of one exporter: held until it comes. */
export const MAX_FLOW_WAITING_SETS = 64;
export const MAX_FLOW_WAITING_BYTES = 256 * 1024;
/** Samplers of one exporter whose rate is remembered. */
export const MAX_FLOW_SAMPLERS = 256;

/** Watched folders: files looked after; how long a file that went is remembered, so that its copy or packed form is known. */
export const MAX_WATCHED_FILES = 10_000;
export const WATCH_REMEMBER_MS = 7 * 24 * 3_600_000;
export const WATCH_POLL_MS = 1_000;
/** Files that are taken whole (event logs, archives, packed logs) must have been left alone this long: then they are complete. */
export const WATCH_SETTLED_MS = 5_000;
/** One look at one file, so that a large one does not keep the others waiting. More than the longest line. */
export const WATCH_WINDOW_BYTES = 4 * MIB;
/** What a file is known by: its first bytes, and the last ones that were read. */
export const WATCH_HEAD_BYTES = 1_024;
export const WATCH_TAIL_BYTES = 256;
/** Header lines read again when a file is taken up in its middle. */
export const WATCH_HEADER_BYTES = 64 * 1024;
/** Positions are written at most this often; what was read since is read again after a crash and gives the same ids. */
export const WATCH_SAVE_MS = 1_000;

/** NATS: one message (servers allow 1 MiB unless told otherwise), and records of one message. */
export const MAX_NATS_MESSAGE_BYTES = 8 * MIB;
export const MAX_NATS_MESSAGE_RECORDS = 10_000;
/** Asked for at once; the same again may wait here for the journal. A message larger than the bytes comes alone. */
export const NATS_PULL_MESSAGES = 1_000;
export const NATS_PULL_BYTES = 16 * MIB;
/** How long the server keeps a request open, and how long after that its silence means that it is gone. */
export const NATS_PULL_EXPIRES_MS = 5_000;
export const NATS_SILENCE_MS = 10_000;
/** A message that is not acknowledged by then is delivered again. Longer than any wait for a busy journal should be. */
export const NATS_ACK_WAIT_MS = 30_000;
export const NATS_CONNECT_TIMEOUT_MS = 10_000;
/** Between two attempts to connect, doubled each time. */
export const NATS_FIRST_PAUSE_MS = 500;
export const NATS_LONGEST_PAUSE_MS = 60_000;
/** Runs of durable messages that are remembered; one, as long as everything arrives in order. */
export const MAX_NATS_RUNS = 4_096;
export const NATS_SAVE_MS = 1_000;

/** Lines pasted to see what the parsers make of them. */
export const MAX_TRIED_LINES = 100;
export const MAX_TRIED_LINE_CHARS = 65_536;
/** How long the lines of one trial may keep the server busy before the rest is left out. */
export const MAX_TRIAL_MS = 1_500;
/** Of a text that no parser took, what is compared with all patterns to tell the nearest. */
export const MAX_NEAREST_CHARS = 2_048;
/** A definition that is being written. */
export const MAX_DRAFT_CHARS = 262_144;

/** Sensors and their sources: names may come from outside. What is beyond counts under a name of its own. */
export const MAX_SENSORS = 5_000;
export const MAX_SOURCES_PER_SENSOR = 24;
export const MAX_STREAMS = 12_000;
export const MAX_SOURCE_CHARS = 120;
/** Lags kept of one hour of one sensor, and hours of them a skew is told from. */
export const LAGS_PER_HOUR = 16;
export const SKEW_HOURS = 24;
/** Reasons of failed parsing listed of one sensor. */
export const MAX_REASONS = 12;
/** Silences told of one sensor; older ones are forgotten with the year. */
export const MAX_SILENCES_TOLD = 100;
export const SILENCES_KEPT_MS = 400 * 24 * 3_600_000;
/** How often it is looked whether somebody fell silent. A turn that comes much later was not listening in between. */
export const HEALTH_LOOK_MS = 15_000;
export const HEALTH_MISSED_MS = 4 * HEALTH_LOOK_MS;
/** After this program was away: senders need a while to find it again and to hand over what they kept. */
export const AFTER_ABSENCE_MS = 5 * 60_000;
/** Habits are learned anew this often, of this many streams in one look. */
export const RELEARN_MS = 3_600_000;
export const RELEARNED_PER_LOOK = 40;
/** Longest maintenance: a sensor that is gone for longer is not expected any more. */
export const MAX_MAINTENANCE_MS = 30 * 24 * 3_600_000;
