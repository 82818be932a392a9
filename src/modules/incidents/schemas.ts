/** Shapes of cases as the API and the console see them. Times are RFC 3339. */
import { TLPS } from "./core/tlp.ts";
import { SEVERITIES } from "../../kernel/index.ts";
import { CommaList, Cursor, IsoTime, Limit } from "../../platform/http/shapes.ts";
import { z } from "../../platform/schema/index.ts";
import { RESOLUTIONS, STAGES } from "./core/stages.ts";
import {
  MAX_ALERT_LINKS,
  MAX_ALERTS_AT_ONCE,
  MAX_PEOPLE,
  MAX_REASON,
  MAX_SHORT_TEXT,
  MAX_SUMMARY,
  MAX_TAG,
  MAX_TAGS,
  MAX_TITLE,
} from "./limits.ts";
import { PART_KINDS, PartContent } from "./parts/schemas.ts";

export const Severity = z.enum(SEVERITIES);
export const Stage = z.enum(STAGES);
export const Resolution = z.enum(RESOLUTIONS);
/** FIRST TLP 2.0; labels are never translated. */
export const Tlp = z.enum(TLPS);
export type Tlp = z.infer<typeof Tlp>;
export const Person = z.object({ id: z.string(), name: z.string() });
export const Reason = z.string().trim().max(MAX_REASON);
const Id = z.string().max(64);
const Kind = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/u);
const Title = z.string().trim().min(1).max(MAX_TITLE);
const Tags = z.array(z.string().trim().min(1).max(MAX_TAG)).max(MAX_TAGS);
const People = z.array(Id).max(MAX_PEOPLE);
const Version = z.int().min(1).describe("The version the writer saw");
export const CaseParams = z.object({ id: Id });
export const PartParams = z.object({ id: Id, part: Id });
export const AlertParams = z.object({ id: Id, alert: Id });

/** Somebody told us: by telephone, in person, in a letter. */
export const Origin = z.object({
  reporter: z.string().trim().min(1).max(MAX_SHORT_TEXT),
  channel: z.enum(["phone", "email", "in_person", "letter", "chat", "other"]),
  at: IsoTime,
});

export const CaseCreate = z.object({
  title: Title,
  kind: Kind,
  summary: z.string().max(MAX_SUMMARY).default(""),
  severity: Severity.optional().describe("Without it the template's"),
  tlp: Tlp.default("AMBER"),
  tags: Tags.default([]),
  lead: Id.nullable().optional().describe("Without it the caller"),
  deputies: People.default([]),
  origin: Origin.nullable().default(null),
  alerts: z.array(Id).max(MAX_ALERTS_AT_ONCE).default([]),
  restricted: z.boolean().default(false),
  members: People.default([]).describe("Named people of a restricted case; lead, deputies and caller are among them"),
  language: z.enum(["vi", "en"]).default("vi").describe("Of the tasks the template brings"),
});
export const CaseChange = z.object({
  version: Version,
  title: Title.optional(),
  summary: z.string().max(MAX_SUMMARY).optional(),
  severity: Severity.optional(),
  kind: Kind.optional(),
  tlp: Tlp.optional(),
  tags: Tags.optional(),
  reason: Reason.default(""),
});
export const StageChange = z.object({
  version: Version,
  to: Stage,
  reason: Reason.default(""),
  resolution: Resolution.exclude(["merged"]).optional(),
  summary: z.string().trim().max(MAX_SUMMARY).optional(),
});
export const PeopleChange = z.object({
  version: Version,
  lead: Id.nullable(),
  deputies: People,
  watchers: People,
  reason: Reason.default(""),
});
export const AccessChange = z.object({
  version: Version,
  restricted: z.boolean(),
  members: People,
  reason: Reason.min(1),
});
/** A restricted case is asked for by its number: whether there is one is not told. */
export const AccessRequested = z.strictObject({
  number: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^HS-\d{4}-M?\d{4,7}$/u),
  person: Id.describe("Who is to be named in it"),
  reason: Reason.min(1),
});
export const Watching = z.object({ watching: z.boolean() });
export const AlertsAdded = z.object({ alerts: z.array(Id).min(1).max(MAX_ALERTS_AT_ONCE) });
export const AlertRemoved = z.object({ reason: Reason.min(1) });
export const CARRIED = ["alerts", "people", "tags", ...PART_KINDS] as const;
export const MergeRequest = z.object({
  version: Version,
  from: Id,
  fromVersion: Version,
  carry: z.array(z.enum(CARRIED)).max(CARRIED.length),
  reason: Reason.min(1),
});
export const UnmergeRequest = z.object({ version: Version, reason: Reason.min(1) });

export const PartAdded = z.object({ content: PartContent });
export const PartChanged = z.object({ version: Version, content: PartContent, reason: Reason.default("") });
export const PartHidden = z.object({ version: Version, hidden: z.boolean(), reason: Reason.min(1) });

export const CaseSummary = z.object({
  id: z.string(),
  number: z.string(),
  kind: z.string(),
  title: z.string(),
  severity: Severity,
  stage: Stage,
  tlp: Tlp,
  tags: z.array(z.string()),
  lead: Person.nullable(),
  deputies: z.array(Person),
  restricted: z.boolean(),
  exerciseId: z.string().nullable(),
  resolution: Resolution.nullable(),
  mergedInto: z.string().nullable(),
  held: z.boolean(),
  watching: z.boolean(),
  tasks: z.object({ done: z.int(), total: z.int() }),
  alerts: z.int(),
  version: z.int(),
  createdAt: IsoTime,
  createdBy: Person,
  updatedAt: IsoTime,
});
export const Part = z.object({
  id: z.string(),
  content: PartContent,
  at: IsoTime,
  version: z.int(),
  hidden: z.boolean(),
  fromCase: z.string().nullable(),
  createdAt: IsoTime,
  createdBy: Person,
  updatedAt: IsoTime,
  updatedBy: z.string(),
});
export const CaseAlert = z.object({
  id: z.string(),
  rule: z.object({ id: z.string(), title: z.string(), titleVi: z.string().nullable(), level: Severity }),
  entity: z.object({ kind: z.string(), value: z.string() }),
  addedAt: IsoTime,
  fromCase: z.string().nullable(),
});
/** Who says how important an entity is: the register of assets. */
export const Importance = z.object({
  kind: z.string(),
  value: z.string(),
  importance: z.enum(["unknown", "low", "medium", "high", "critical"]),
  systemName: z.string().nullable(),
  owner: z.string().nullable(),
  zone: z.string().nullable(),
});
export const CasePage = CaseSummary.extend({
  summary: z.string(),
  watchers: z.array(Person),
  members: z.array(Person).describe("Named people of a restricted case"),
  origin: Origin.nullable(),
  closingSummary: z.string().nullable(),
  mergedFrom: z.array(z.object({ id: z.string(), number: z.string(), title: z.string() })),
  mergedIntoNumber: z.string().nullable(),
  stages: z.array(z.object({ stage: Stage, at: IsoTime, by: Person, reason: z.string().nullable() })),
  guidance: z.object({ vi: z.string(), en: z.string() }).nullable(),
  alertList: z.array(CaseAlert),
  parts: z.array(Part),
  importance: z.array(Importance),
  may: z.object({
    write: z.boolean(),
    lead: z.boolean(),
    close: z.boolean(),
    export: z.boolean(),
    hold: z.boolean(),
  }),
});
export const CaseList = z.object({
  items: z.array(CaseSummary),
  nextCursor: z.string().nullable(),
  total: z.int(),
});
const ListFilter = z.object({
  q: z.string().max(200).optional(),
  stage: CommaList(Stage).optional(),
  severity: CommaList(Severity).optional(),
  kind: Kind.optional(),
  tag: z.string().max(MAX_TAG).optional(),
  whose: z.enum(["all", "mine", "watching"]).default("all"),
  exercise: z.enum(["include", "exclude", "only"]).default("exclude"),
  sort: z.enum(["updated", "severity", "created"]).default("updated"),
});
export const CaseQuery = ListFilter.extend({ cursor: Cursor, limit: Limit(200, 100) });
export const CaseExportQuery = ListFilter.extend({ format: z.enum(["csv", "ndjson"]).default("csv") });

export const HistoryEntry = z.object({
  id: z.string(),
  at: IsoTime,
  by: Person,
  action: z.string(),
  subject: z.string(),
  subjectId: z.string().nullable(),
  before: z.record(z.string(), z.unknown()).nullable(),
  after: z.record(z.string(), z.unknown()).nullable(),
  reason: z.string().nullable(),
});
export const CaseHistory = z.object({ items: z.array(HistoryEntry), truncated: z.boolean() });

export const SimilarCase = z.object({
  case: CaseSummary,
  score: z.number(),
  shared: z.array(z.object({ kind: z.enum(["indicator", "entity", "rule"]), value: z.string(), points: z.number() })),
});
export const SimilarCases = z.object({ items: z.array(SimilarCase) });
export const SimilarToAlerts = z.object({ alerts: CommaList(Id) });
export const AlertLinksQuery = z.object({ alerts: CommaList(Id).refine((ids) => ids.length <= MAX_ALERT_LINKS) });
export const AlertLinks = z.object({
  items: z.array(
    z.object({
      alert: z.string(),
      case: z.object({ id: z.string(), number: z.string(), title: z.string(), stage: Stage }),
    }),
  ),
});
export const CaseGraph = z.object({
  nodes: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(["case", "alert", "entity", "other_case"]),
      label: z.string(),
      labelVi: z.string().nullable(),
      detail: z.string().nullable(),
      level: Severity.nullable(),
    }),
  ),
  edges: z.array(
    z.object({ from: z.string(), to: z.string(), source: z.enum(["alert", "asset", "indicator", "entity"]) }),
  ),
  truncated: z.boolean(),
});
export const Template = z.object({
  kind: z.string(),
  title: z.object({ vi: z.string(), en: z.string() }),
  severity: Severity,
  guidance: z.object({ vi: z.string(), en: z.string() }),
  tasks: z.array(z.object({ vi: z.string(), en: z.string(), dueHours: z.number().nullable() })),
});
export const TemplateList = z.object({ items: z.array(Template) });
