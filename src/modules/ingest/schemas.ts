import { IsoTime } from "../../platform/http/shapes.ts";
import { z } from "../../platform/schema/index.ts";
import { MAX_DRAFT_CHARS, MAX_TRIED_LINE_CHARS, MAX_TRIED_LINES } from "./limits.ts";

const LogSourceShape = z.object({
  product: z.string().nullable(),
  category: z.string().nullable(),
  service: z.string().nullable(),
});

export const ReceiveQuery = z.object({
  /** Sensor name; default: the token's sensor, else the token's name. */
  sensor: z.string().trim().min(1).max(120).optional(),
  /** Names the file or stream, so that `firstLine` + line number make ids that survive re-import. */
  source: z.string().max(1024).optional(),
  firstLine: z.coerce.number().int().min(1).optional(),
  /** Format hint, see docs/formats.md. */
  format: z.string().max(120).optional(),
});
export const ReceiveResult = z
  .object({
    accepted: z.int(),
    /** At most 1,000 entries; `rejectedTotal` counts all. Lines are 1-based. */
    rejected: z.array(z.object({ line: z.int(), code: z.string(), detail: z.string() })),
    rejectedTotal: z.int(),
  })
  .meta({ id: "ReceiveResult" });

/** `new`: too few events to expect anything; `once`: an import or an exercise, which ends. */
export const StreamState = z.enum(["live", "late", "silent", "returned", "new", "once", "paused", "retired"]);
/** What an expectation rests on: a person's word, habits, or (in the first days) how long it has been known. */
export const ExpectationBasis = z.enum(["stated", "learned", "known-since", "none"]);
const Share = z.object({ events: z.int(), failures: z.int() });

/** Arrival minus event time: positive = behind or delivered late, negative = the sender's clock is ahead. */
export const SkewEstimate = z.object({
  kind: z.enum(["unknown", "steady", "ahead", "behind", "delayed"]),
  samples: z.int().describe("Events of the last 24 hours it is told from; fewer than 12 tell nothing"),
  lowSeconds: z.number().describe("5th percentile: the least delay, so most of the clock"),
  medianSeconds: z.number(),
  highSeconds: z.number().describe("95th percentile"),
  zoneMinutes: z.int().nullable().describe("Its times look like this many minutes east of the zone they are taken for"),
});
export const Volume = z.object({
  state: z.enum(["unknown", "normal", "drop", "flood"]),
  since: IsoTime.nullable(),
  /** Of the last 60 minutes: what came, what usually comes, and the bounds. */
  events: z.int(),
  expected: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
});

export const Sensor = z
  .object({
    name: z.string(),
    door: z.string(),
    formats: z.array(z.string()),
    firstSeen: IsoTime,
    lastSeen: IsoTime,
    lastEventTime: IsoTime.nullable(),
    lastEventId: z.string().nullable(),
    events: z.int(),
    bytes: z.int(),
    eventsLastHour: z.int(),
    parseFailures: z.int(),
    failures: z.object({ lastHour: Share, lastDay: Share }).describe("The day is the last 24 hours of the clock"),
    hourly: z.array(z.int()).describe("Events of the last 24 hours of the clock, oldest first; the last is not over"),
    state: StreamState,
    basis: ExpectationBasis,
    silentSince: IsoTime.nullable().describe("Its last record, when it is silent or late"),
    expectedBy: IsoTime.nullable(),
    troubles: z
      .array(z.enum(["silent", "drop", "late", "sources", "flood", "returned", "failures", "skew"]))
      .describe("What is wrong, worst first"),
    silentSources: z.int().describe("Sources that are silent while the sensor itself is not"),
    skew: SkewEstimate,
    volume: Volume,
    critical: z.boolean(),
    expectedEverySeconds: z.int().nullable().describe("Stated; null = learned"),
    retiredAt: IsoTime.nullable(),
    paused: z.object({ from: IsoTime, to: IsoTime }).nullable().describe("Maintenance; may lie ahead or behind"),
    note: z.string(),
  })
  .meta({ id: "Sensor" });
export const SensorList = z.object({ items: z.array(Sensor) });
export const SensorChange = z.object({
  expectedEverySeconds: z.int().min(10).max(31_536_000).nullable().optional(),
  critical: z.boolean().optional(),
  retired: z.boolean().optional().describe("Not expected any more"),
  paused: z.object({ from: IsoTime, to: IsoTime }).nullable().optional(),
  note: z.string().max(2000).optional(),
});

/** One sensor as closely as it is known. */
export const SensorHealth = z
  .object({
    sensor: Sensor,
    /** How long it may pause at this time of the week, beside the hours in which it does not speak. */
    allowedSeconds: z.number().nullable(),
    /** Round the clock, or only in its hours: usual hours of the week, Monday 00:00 UTC first; null = not learned. */
    usualHours: z.array(z.boolean()).nullable(),
    hours: z
      .array(
        z.object({
          start: IsoTime,
          events: z.int(),
          failures: z.int(),
          expected: z.number().nullable(),
          low: z.number().nullable(),
          high: z.number().nullable(),
        }),
      )
      .describe("The last seven days, oldest first; the last hour is not over"),
    sources: z.array(
      z.object({
        name: z.string().describe("Format, and source in it: windows-nxlog/security; * = what is beyond the bounds"),
        state: StreamState,
        lastSeen: IsoTime,
        silentSince: IsoTime.nullable(),
        expectedBy: IsoTime.nullable(),
        events: z.int(),
        failures: z.object({ lastHour: Share, lastDay: Share }),
        volume: z.enum(["unknown", "normal", "drop", "flood"]).describe("Of the last whole hour"),
      }),
    ),
    reasons: z.array(
      z.object({
        reason: z.string().describe("A code, see content/i18n parse.*"),
        lastHour: z.int(),
        lastDay: z.int(),
        eventId: z.string().describe("The newest such line"),
      }),
    ),
    silences: z.array(
      z.object({
        id: z.string(),
        source: z.string().nullable().describe("null = the whole sensor"),
        since: IsoTime,
        noticedAt: IsoTime,
        returnedAt: IsoTime.nullable(),
        overAt: IsoTime.nullable(),
        raised: z.boolean().describe("Told as an alert"),
      }),
    ),
    absences: z.array(z.object({ from: IsoTime, to: IsoTime })).describe("When nothing was listened to, last 7 days"),
  })
  .meta({ id: "SensorHealth" });

export const ListenerState = z.object({
  name: z
    .string()
    .describe(
      "http, elastic, splunk, otlp, syslog-udp, syslog-tcp, syslog-tls, netflow, nats, watch: those that are open",
    ),
  address: z.string(),
  received: z.int(),
  accepted: z.int().describe("On disk"),
  rejected: z.record(z.string(), z.int()).describe("Not taken, by reason"),
  dropped: z.int().describe("Lost, never acknowledged: only UDP and plain NATS subjects can lose"),
  bytes: z.int().describe("Of what was accepted, as text"),
  lastAt: IsoTime.nullable(),
  connections: z.int().nullable(),
  refusedConnections: z.int().nullable(),
  certificateUntil: IsoTime.nullable().describe("Until when the door's own certificate holds"),
  problem: z
    .object({
      code: z.string(),
      params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    })
    .nullable(),
});
export const DoorState = z.object({
  door: z.string(),
  sensor: z.string(),
  deliveries: z.int(),
  accepted: z.int(),
  rejected: z.int(),
  refused: z.int().describe("Deliveries answered with 'later': the journal was behind, full or closed"),
  bytes: z.int().describe("Of what was accepted, as text"),
  reasons: z.record(z.string(), z.int()).describe("What was rejected, by reason; request: could not be read at all"),
  lastAt: IsoTime,
});
export const IngestState = z.object({
  listeners: z.array(ListenerState),
  /** What came through each door from each sensor since the start. */
  doors: z.array(DoorState),
  journal: z.object({
    end: z.int(),
    bytes: z.int(),
    oldestAt: IsoTime.nullable(),
    refusal: z.string().nullable().describe("Code of the fault while nothing can be written: every door says 'later'"),
  }),
  /** Records acknowledged but not yet parsed, matched and stored. */
  backlog: z.int(),
  eventsPerSecond: z.number(),
});

/** One parser of content/parsers, and who sends what it reads. */
export const Parser = z
  .object({
    name: z.string().describe("Also a format: what `format` at the doors may name"),
    title: z.string(),
    file: z.string(),
    programs: z.array(z.string()).describe("Syslog tags whose messages it reads; empty: any"),
    reads: z.enum(["patterns", "key_values", "csv", "cef", "leef", "json", "parsers"]).describe("How it reads"),
    logsource: z.array(LogSourceShape),
    samples: z.int(),
    sensors: z.array(z.string()).describe("Sensors of which it has read a line"),
  })
  .meta({ id: "Parser" });
export const ParserList = z.object({
  items: z.array(Parser),
  problems: z.array(z.object({ file: z.string(), line: z.int(), message: z.string(), hint: z.string().nullable() })),
});

/** One parser with its file, to be read, tried and copied. */
export const ParserDetail = Parser.extend({
  text: z.string(),
  sampleLines: z.array(
    z.object({
      line: z.string(),
      matches: z.boolean().describe("False: a line that is somebody else's"),
      format: z.string().nullable(),
    }),
  ),
}).meta({ id: "ParserDetail" });

export const ParserTrial = z.object({
  /** None: the definition alone is judged. */
  lines: z.array(z.string().max(MAX_TRIED_LINE_CHARS)).max(MAX_TRIED_LINES),
  /** As at the doors: names the format instead of recognising it. */
  format: z.string().max(120).optional(),
  /** A definition that is being written: tried alone, beside the formats in code. */
  definition: z.string().max(MAX_DRAFT_CHARS).optional(),
});
const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export const TriedLine = z
  .object({
    parser: z.string().nullable().describe("The format; null when nothing understood the line"),
    defined: z.boolean().describe("True when that format is a parser of content/parsers"),
    logsource: LogSourceShape,
    time: IsoTime.nullable(),
    host: z.string().nullable(),
    entities: z.record(z.string(), Scalar),
    fields: z.record(z.string(), z.union([Scalar, z.array(Scalar)])),
    failure: z.string().nullable(),
    nearest: z
      .object({
        parser: z.string(),
        file: z.string(),
        line: z.int().describe("Line of the pattern in the file"),
        at: z.int().describe("0-based place in the line where reading stopped"),
        expected: z.string(),
      })
      .nullable()
      .describe("When no parser took the line: the pattern that understood most of it"),
  })
  .meta({ id: "TriedLine" });
export const ParserTrialResult = z.object({
  /** Empty when the definition does not load. */
  items: z.array(TriedLine),
  problems: z
    .array(z.object({ line: z.int(), code: z.string(), message: z.string(), hint: z.string().nullable() }))
    .describe("What is wrong with the definition that is being written"),
  untried: z.int().describe("Lines at the end that were left out because those before took too long"),
});
