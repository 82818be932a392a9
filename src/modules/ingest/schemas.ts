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

export const Sensor = z
  .object({
    name: z.string(),
    door: z.string(),
    formats: z.array(z.string()),
    firstSeen: IsoTime,
    lastSeen: IsoTime,
    lastEventTime: IsoTime.nullable(),
    events: z.int(),
    bytes: z.int(),
    eventsLastHour: z.int(),
    parseFailures: z.int(),
    /** Median of arrival minus event time over recent events, seconds; positive = the source's clock is behind or delivery lags. */
    skewSeconds: z.number().nullable(),
    /** `new`: too few events to have a rhythm; `once`: an import or an exercise, which ends. */
    state: z.enum(["live", "silent", "new", "once"]),
    silentSince: IsoTime.nullable(),
    expectedEverySeconds: z.int().nullable(),
    note: z.string(),
  })
  .meta({ id: "Sensor" });
export const SensorList = z.object({ items: z.array(Sensor) });
export const SensorChange = z.object({
  expectedEverySeconds: z.int().min(10).max(31_536_000).nullable().optional(),
  note: z.string().max(2000).optional(),
});

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
  journal: z.object({ end: z.int(), bytes: z.int(), oldestAt: IsoTime.nullable() }),
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
    logsource: z.array(LogSourceShape),
    samples: z.int(),
    sensors: z.array(z.string()).describe("Sensors of which it has read a line"),
  })
  .meta({ id: "Parser" });
export const ParserList = z.object({
  items: z.array(Parser),
  problems: z.array(z.object({ file: z.string(), line: z.int(), message: z.string(), hint: z.string().nullable() })),
});

export const ParserTrial = z.object({
  lines: z.array(z.string().max(MAX_TRIED_LINE_CHARS)).min(1).max(MAX_TRIED_LINES),
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
export const ParserTrialResult = z.object({ items: z.array(TriedLine) });
