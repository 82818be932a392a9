import { SEVERITIES } from "../../kernel/index.ts";
import { IsoTime } from "../../platform/http/shapes.ts";
import { z } from "../../platform/schema/index.ts";
import { cellSchema, rangeRequestSchema, storedEventSchema, tableColumnSchema } from "../lake/index.ts";
import {
  MAX_CELL_CHARACTERS,
  MAX_COLUMNS,
  MAX_DESCRIPTION_CHARACTERS,
  MAX_EVERY_MINUTES,
  MAX_LOOKBACK_MS,
  MAX_NAME_CHARACTERS,
  MIN_EVERY_MINUTES,
} from "./limits.ts";

const Query = z.string().max(4_096);
const Name = z.string().trim().min(1).max(MAX_NAME_CHARACTERS);
const Columns = z.array(z.string().max(256)).max(MAX_COLUMNS);
const Person = z.object({ id: z.string(), name: z.string() });
const Span = z.string().regex(/^[0-9]{1,6}[smhdw]$/);
export const IdParams = z.object({ id: z.string().max(64) });

export const HuntContent = z.object({
  name: Name,
  query: Query,
  span: Span.default("24h").describe("How far back it looks when it is opened"),
  columns: Columns.default([]),
  description: z
    .object({
      vi: z.string().max(MAX_DESCRIPTION_CHARACTERS).default(""),
      en: z.string().max(MAX_DESCRIPTION_CHARACTERS).default(""),
    })
    .default({ vi: "", en: "" }),
  shared: z.boolean().default(false),
});

const Timing = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("every"), minutes: z.int().min(MIN_EVERY_MINUTES).max(MAX_EVERY_MINUTES) }),
  z.object({
    kind: z.literal("daily"),
    minuteOfDay: z.int().min(0).max(1_439),
    utcOffsetMinutes: z.int().min(-840).max(840).describe("East of UTC; Vietnam is 420"),
  }),
]);
export const ScheduleContent = z.object({
  timing: Timing,
  level: z.enum(SEVERITIES),
  lookbackMs: z.int().min(60_000).max(MAX_LOOKBACK_MS),
  enabled: z.boolean().default(true),
});
export const Schedule = ScheduleContent.extend({
  nextRunAt: IsoTime,
  lastRunAt: IsoTime.nullable(),
  lastRows: z.int().nullable(),
  lastRaised: z.int().nullable(),
  lastError: z.string().nullable(),
});
export const SavedHunt = HuntContent.extend({
  id: z.string(),
  owner: Person,
  createdAt: IsoTime,
  updatedAt: IsoTime,
  schedule: Schedule.nullable(),
  raised: z.int().describe("Findings its runs have raised in the last 180 days"),
});
export const SavedHuntList = z.object({ items: z.array(SavedHunt) });

export const HuntRunList = z.object({
  items: z.array(
    z.object({
      at: IsoTime,
      tookMs: z.int(),
      rows: z.int(),
      raised: z.int().describe("Rows that were new and became findings"),
      truncated: z.boolean().describe("There were more rows than one run may raise"),
      error: z.string().nullable(),
    }),
  ),
});
export const PreviewRequest = z.object({ lookbackMs: z.coerce.number().int().min(60_000).max(MAX_LOOKBACK_MS) });
export const Preview = z.object({
  from: IsoTime,
  to: IsoTime,
  rows: z.int(),
  fresh: z.int().describe("Rows that would become findings: nobody was told of them"),
  truncated: z.boolean(),
  columns: z.array(tableColumnSchema),
  examples: z.array(z.object({ event: storedEventSchema.nullable(), cells: z.array(cellSchema) })),
  tookMs: z.int(),
});

export const LinkContent = z.object({
  query: Query,
  from: IsoTime,
  to: IsoTime,
  at: IsoTime,
  columns: Columns.default([]),
});
export const Link = LinkContent.extend({ id: z.string() });

const Frozen = z.object({
  query: z.string(),
  from: IsoTime,
  to: IsoTime,
  at: IsoTime,
  columns: z.array(tableColumnSchema),
  rows: z.array(z.array(cellSchema)),
  eventIds: z.array(z.string()),
  total: z.int(),
  truncated: z.boolean(),
  hash: z.string(),
});
const TextCell = z.object({ kind: z.literal("text"), markdown: z.string().max(MAX_CELL_CHARACTERS) });
const QueryCell = z.object({
  kind: z.literal("query"),
  query: Query,
  from: z.string().max(64),
  to: z.string().max(64),
});
/** What people write; results come only from `freeze`. */
const WrittenCell = z.discriminatedUnion("kind", [TextCell, QueryCell]);
const CellContent = z.discriminatedUnion("kind", [
  TextCell,
  QueryCell,
  z.object({ kind: z.literal("result"), result: Frozen }),
]);
const CellId = z.string().regex(/^[A-Za-z0-9-]{1,64}$/);
const Change = z.discriminatedUnion("op", [
  z.object({ op: z.literal("add"), cell: CellId, after: CellId.nullable(), content: WrittenCell }),
  z.object({ op: z.literal("edit"), cell: CellId, content: WrittenCell }),
  z.object({ op: z.literal("move"), cell: CellId, after: CellId.nullable() }),
  z.object({ op: z.literal("remove"), cell: CellId }),
]);
export const NotebookCreate = z.object({ title: Name, shared: z.boolean().default(false) });
export const NotebookSettings = z.object({
  title: Name.optional(),
  shared: z.boolean().optional(),
  archived: z.boolean().optional(),
});
export const NotebookChanges = z.object({
  expected: z.int().min(0).describe("`entries` of the page the writer saw"),
  changes: z.array(Change).min(1).max(50),
});
export const FreezeRequest = rangeRequestSchema.extend({ after: CellId.nullable().default(null) });
export const Notebook = z.object({
  id: z.string(),
  title: z.string(),
  owner: Person,
  shared: z.boolean(),
  archived: z.boolean(),
  createdAt: IsoTime,
  updatedAt: IsoTime,
});
export const NotebookList = z.object({ items: z.array(Notebook) });
export const NotebookPage = Notebook.extend({
  cells: z.array(z.object({ id: z.string(), content: CellContent, entry: z.int() })),
  entries: z.int(),
  head: z.string().describe("Hash of the last entry; it seals everything before it and is in the audit log"),
});
export const NotebookHistory = z.object({
  items: z.array(z.object({ seq: z.int(), at: IsoTime, by: Person, change: z.string(), hash: z.string() })),
});
export const NotebookVerification = z.object({ entries: z.int(), brokenAt: z.int().nullable() });

const EntityTime = rangeRequestSchema.shape.from;
export const TreeRequest = z.object({
  event: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional(),
  host: z.string().max(256).optional(),
  guid: z.string().max(64).optional(),
  pid: z.coerce.number().int().min(0).max(4_294_967_295).optional(),
  at: IsoTime.optional(),
  from: EntityTime.optional().describe("With a host alone: every process it started from here on"),
  to: EntityTime.optional(),
});
export const Tree = z.object({
  root: z.string().nullable().describe("Event of the process asked for; null when all of a host were"),
  truncated: z.boolean(),
  processes: z.array(
    z.object({
      eventId: z.string(),
      parent: z.string().nullable().describe("Event of the parent's start"),
      startedAt: IsoTime,
      endedAt: IsoTime.nullable(),
      host: z.string(),
      pid: z.int(),
      guid: z.string().nullable(),
      image: z.string().nullable(),
      commandLine: z.string().nullable(),
      user: z.string().nullable(),
      parentPid: z.int().nullable(),
      parentImage: z.string().nullable(),
    }),
  ),
});
export const SessionRequest = z.object({ event: z.string().regex(/^[0-9a-f]{32}$/) });
export const Session = z.object({
  kind: z.enum(["windows", "auditd", "sshd"]),
  host: z.string(),
  value: z.string(),
  openedAt: IsoTime.nullable(),
  closedAt: IsoTime.nullable(),
  events: z.array(storedEventSchema),
  truncated: z.boolean(),
});
export const SessionListParams = z.object({
  kind: z.enum(["host", "user", "ip"]),
  value: z.string().min(1).max(512),
});
export const SessionList = z.object({
  items: z.array(
    z.object({
      kind: z.enum(["windows", "auditd", "sshd"]),
      host: z.string(),
      value: z.string(),
      openedAt: IsoTime,
      closedAt: IsoTime.nullable().describe("Null: no closing is stored within a day after the newest log-on"),
      user: z.string().nullable(),
      source: z.string().nullable(),
      logonType: z.string().nullable(),
      eventId: z.string().describe("What opened it; `/api/v1/sessions` tells the rest"),
    }),
  ),
  truncated: z.boolean(),
});
export const EntityParams = z.object({
  kind: z.enum(["host", "user", "ip", "domain", "hash"]),
  value: z.string().min(1).max(512),
});
export const EntityRequest = rangeRequestSchema.pick({ from: true, to: true }).partial();
const Counted = z.array(z.object({ value: z.string(), count: z.int() }));
export const Entity = z.object({
  kind: z.string(),
  value: z.string(),
  events: z.int(),
  firstSeen: IsoTime.nullable(),
  lastSeen: IsoTime.nullable(),
  days: z.array(z.object({ day: IsoTime, count: z.int() })),
  neighbours: z.array(z.object({ kind: z.string(), values: Counted })),
  sources: z.array(
    z.object({
      sensor: z.string(),
      product: z.string().nullable(),
      service: z.string().nullable(),
      count: z.int(),
      last: IsoTime,
    }),
  ),
  recent: z.array(storedEventSchema),
  from: IsoTime,
  to: IsoTime,
});
