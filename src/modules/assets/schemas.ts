import { CommaList, Cursor, IsoTime, Limit, pageOf } from "../../platform/http/shapes.ts";
import { z } from "../../platform/schema/index.ts";
import { IDENTIFIER_KINDS } from "./core/identifiers.ts";
import { CRITICALITIES } from "./core/importance.ts";
import {
  MAX_CODE,
  MAX_IDENTIFIER,
  MAX_IDENTIFIERS_OF_SYSTEM,
  MAX_IMPORTANCE_ASKED,
  MAX_NAME,
  MAX_NOTES,
  MAX_PARTY,
  MAX_REASON,
  MAX_SEEN_AT_ONCE,
  MAX_SEEN_DAYS,
  MAX_SERVICES_OF_SYSTEM,
  PAGE_LIMIT,
} from "./limits.ts";
import { HISTORY_EVENTS, SORTS, STATES } from "./records.ts";

export const Criticality = z.enum(CRITICALITIES);
export const IdentifierKind = z.enum(IDENTIFIER_KINDS);
export const SystemState = z.enum(STATES);
export const IdParams = z.object({ id: z.string().max(64) });

/** Text, or nothing at all: blanks are nothing. */
const Optional = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .nullable()
    .default(null)
    .transform((text) => (text === "" ? null : text));
const Reason = z.string().trim().max(MAX_REASON).default("");
const Name = z.string().trim().min(1).max(MAX_NAME);

export const SystemContent = z.object({
  name: Name,
  code: Optional(MAX_CODE).describe("The owner's own short name; an import finds the system again by it"),
  parentId: z.string().max(64).nullable().default(null),
  owner: Optional(MAX_PARTY).describe("Organisation or person the system belongs to"),
  operator: Optional(MAX_PARTY).describe("Who runs it"),
  zone: Optional(MAX_PARTY),
  criticality: Criticality,
  purpose: Optional(MAX_NOTES),
  sector: Optional(MAX_PARTY),
  notes: Optional(MAX_NOTES),
  services: z
    .array(z.object({ name: Name, note: Optional(MAX_NOTES) }))
    .max(MAX_SERVICES_OF_SYSTEM)
    .default([]),
  identifiers: z
    .array(
      z.object({
        kind: IdentifierKind,
        value: z.string().trim().min(1).max(MAX_IDENTIFIER).describe("Host, IP address or network, account, domain"),
        service: Optional(MAX_NAME).describe("Service it belongs to; null: the whole system"),
      }),
    )
    .max(MAX_IDENTIFIERS_OF_SYSTEM)
    .default([]),
});
export const SystemCreate = SystemContent.extend({ reason: Reason });
export const SystemChange = SystemContent.extend({
  version: z.int().describe("The version the writer saw"),
  reason: Reason,
});
export const StateChange = z.object({ version: z.int(), reason: z.string().trim().min(1).max(MAX_REASON) });
export const MergeRequest = z.object({ version: z.int(), into: z.string().max(64), reason: Reason });

const facts = {
  id: z.string(),
  name: z.string(),
  code: z.string().nullable(),
  parentId: z.string().nullable(),
  owner: z.string().nullable(),
  operator: z.string().nullable(),
  zone: z.string().nullable(),
  criticality: Criticality,
  purpose: z.string().nullable(),
  sector: z.string().nullable(),
  notes: z.string().nullable(),
  state: SystemState,
  mergedInto: z.string().nullable(),
  vnLevel: z.string().nullable().describe("Latest assessment, Vietnamese level 1 to 5"),
  nis2Class: z.string().nullable().describe("Latest assessment under NIS2"),
  version: z.int(),
  createdAt: IsoTime,
  updatedAt: IsoTime,
};
export const ListedSystem = z.object({
  ...facts,
  parentName: z.string().nullable(),
  services: z.int(),
  identifiers: z.int(),
  children: z.int(),
});
export const SystemList = pageOf(ListedSystem).extend({ total: z.int() });
export const System = z.object({
  ...facts,
  services: z.array(z.object({ name: z.string(), note: z.string().nullable() })),
  identifiers: z.array(z.object({ kind: IdentifierKind, value: z.string(), service: z.string().nullable() })),
});
const Named = z.object({ id: z.string(), name: z.string() });
export const SystemPage = z.object({
  system: System,
  above: z.array(Named).describe("Systems above, the highest first"),
  children: z.array(Named.extend({ criticality: Criticality, state: SystemState })),
  ownership: z.array(
    z.object({
      owner: z.string().nullable(),
      operator: z.string().nullable(),
      from: IsoTime,
      to: IsoTime.nullable(),
    }),
  ),
  mergedInto: Named.nullable(),
  undoable: z
    .array(z.object({ id: z.string(), source: z.string(), until: IsoTime }))
    .describe("Merges into this system that can still be taken back"),
});

const filters = {
  q: z.string().trim().max(200).optional(),
  state: z.enum([...STATES, "all"]).default("active"),
  criticality: CommaList(Criticality).default([]),
  level: CommaList(z.enum(["1", "2", "3", "4", "5", "none"])).default([]),
  nis2: CommaList(z.enum(["essential", "important", "registered", "out_of_scope", "none"])).default([]),
  zone: z.string().max(MAX_PARTY).optional(),
  owner: z.string().max(MAX_PARTY).optional(),
  parent: z.string().max(64).optional(),
};
export const SystemQuery = z.object({
  ...filters,
  sort: z.enum(SORTS).default("name"),
  cursor: Cursor,
  limit: Limit(PAGE_LIMIT, 100),
});
export const ExportQuery = z.object({ ...filters, format: z.enum(["csv", "json"]).default("csv") });
export const FilterValues = z.object({
  zones: z.array(z.object({ value: z.string(), count: z.int() })),
  owners: z.array(z.object({ value: z.string(), count: z.int() })),
});

const Change = z.union([
  z.object({ field: z.string(), from: z.string().nullable(), to: z.string().nullable() }),
  z.object({ field: z.string(), added: z.array(z.string()), removed: z.array(z.string()) }),
]);
export const HistoryQuery = z.object({ cursor: Cursor });
export const History = pageOf(
  z.object({
    seq: z.int(),
    at: IsoTime,
    by: Named,
    what: z.enum(HISTORY_EVENTS),
    reason: z.string(),
    changes: z.array(Change),
  }),
);
export const Merged = z.object({ merge: z.string(), target: Named, undoUntil: IsoTime });

export const ImportQuery = z.object({
  format: z.enum(["csv", "json"]),
  name: z.string().trim().min(1).max(MAX_NAME),
});
export const ImportReport = z.object({
  created: z.int(),
  changed: z.int(),
  unchanged: z.int(),
  identifiers: z.int().describe("Identifiers that are new"),
  examples: z.array(
    z.object({
      line: z.int(),
      name: z.string(),
      isNew: z.boolean(),
      fields: z.array(z.string()),
      identifiersAdded: z.int(),
    }),
  ),
  problems: z.array(
    z.object({
      line: z.int(),
      code: z.string(),
      params: z.record(z.string(), z.union([z.string(), z.number()])),
    }),
  ),
  problemCount: z.int().describe("Of all problems; the first are listed"),
});
const Text = z.string().max(MAX_NOTES).nullable().optional();
/** One system of an imported JSON file: what an export writes, and nothing is needed but a name or a code. */
export const ImportedSystem = z.object({
  name: Text,
  code: Text,
  parent: Text,
  owner: Text,
  operator: Text,
  zone: Text,
  criticality: Text,
  purpose: Text,
  sector: Text,
  notes: Text,
  services: z
    .array(z.object({ name: z.string().min(1).max(MAX_NAME), note: Text }))
    .max(MAX_SERVICES_OF_SYSTEM)
    .default([]),
  identifiers: z
    .array(z.object({ kind: z.string().max(64), value: z.string().max(MAX_IDENTIFIER), service: Text }))
    .max(MAX_IDENTIFIERS_OF_SYSTEM)
    .default([]),
});
export type ImportedSystem = z.infer<typeof ImportedSystem>;

export const ImportanceRequest = z.object({
  entities: z
    .array(z.object({ kind: z.string().max(64), value: z.string().min(1).max(1_024) }))
    .min(1)
    .max(MAX_IMPORTANCE_ASKED),
});
export const ImportanceAnswer = z.object({
  items: z.array(
    z.object({
      kind: z.string(),
      value: z.string(),
      importance: z.enum(["unknown", ...CRITICALITIES]),
      systemId: z.string().nullable(),
      systemName: z.string().nullable(),
      owner: z.string().nullable(),
      zone: z.string().nullable(),
    }),
  ),
});

export const SeenQuery = z.object({
  days: z.coerce.number().int().min(1).max(MAX_SEEN_DAYS).default(7),
  kind: z.enum(["host", "address"]).default("host"),
  reach: z.enum(["internal", "all"]).default("internal").describe("Of addresses: private ones, or all"),
  q: z.string().trim().max(200).optional(),
});
export const SeenList = z.object({
  items: z.array(
    z.object({
      kind: IdentifierKind,
      value: z.string(),
      events: z.int(),
      firstSeen: IsoTime,
      lastSeen: IsoTime,
      sensors: z.array(z.string()),
      isInternal: z.boolean(),
    }),
  ),
  registered: z.int().describe("Seen and in the register"),
  ignored: z.int(),
  truncated: z.boolean().describe("More was seen than is looked at"),
  asOf: IsoTime,
});
const SeenItems = z
  .array(z.object({ kind: IdentifierKind, value: z.string().min(1).max(MAX_IDENTIFIER) }))
  .min(1)
  .max(MAX_SEEN_AT_ONCE);
export const SeenRegister = z.object({
  items: SeenItems,
  into: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("system"), id: z.string().max(64), service: Optional(MAX_NAME) }),
    z.object({ kind: z.literal("new"), name: Name, criticality: Criticality, owner: Optional(MAX_PARTY) }),
  ]),
});
export const SeenRegistered = z.object({ system: Named, added: z.int() });
export const SeenIgnore = z.object({ items: SeenItems, reason: z.string().trim().min(1).max(MAX_REASON) });
export const SeenUnignore = z.object({ items: SeenItems });
export const IgnoredList = z.object({
  items: z.array(z.object({ kind: IdentifierKind, value: z.string(), reason: z.string(), at: IsoTime, by: Named })),
});
export const Counted = z.object({ count: z.int() });
