/** What a case is made of: one shape for each kind of part. */
import { IsoTime } from "../../../platform/http/shapes.ts";
import { z } from "../../../platform/schema/index.ts";
import { MAX_CITED_FACTS, MAX_MARKDOWN, MAX_MENTIONS, MAX_SHORT_TEXT, MAX_TEXT, MAX_TITLE } from "../limits.ts";

const Id = z.string().max(64);
const Short = z.string().trim().max(MAX_SHORT_TEXT);
const Said = Short.min(1);
const Long = z.string().trim().max(MAX_TEXT);
const Owner = z.object({ id: Id, name: z.string().max(200).default("") });

export const Fact = z.object({
  kind: z.literal("fact"),
  time: IsoTime,
  /** Empty for a fact an alert brought: its rule says it, in the reader's language. */
  text: Long,
  factKind: z.enum(["attacker", "observed", "detection", "response", "communication"]),
  confidence: z.enum(["confirmed", "likely", "possible", "unconfirmed"]),
  source: z.object({
    kind: z.enum(["alert", "event", "person", "document", "other"]),
    note: Short.default(""),
    alertId: Id.nullable().default(null),
    eventId: Id.nullable().default(null),
    rule: z.object({ id: z.string(), title: z.string(), titleVi: z.string().nullable() }).nullable().default(null),
    host: z.string().max(512).nullable().default(null),
  }),
});
export const Task = z.object({
  kind: z.literal("task"),
  title: z.string().trim().min(1).max(MAX_TITLE),
  note: Long.default(""),
  owner: Owner.nullable(),
  due: IsoTime.nullable(),
  state: z.enum(["open", "doing", "done", "dropped"]),
  order: z.number().min(0).max(1_000_000).default(0),
});
export const Asset = z.object({
  kind: z.literal("asset"),
  entity: z.object({ kind: z.string().min(1).max(40), value: Said }),
  role: z.enum(["victim", "pivot", "target", "source", "other"]),
  note: Long.default(""),
});
export const Indicator = z.object({
  kind: z.literal("indicator"),
  type: z.enum(["ip", "domain", "url", "hash", "email", "file", "other"]),
  value: Said,
  verdict: z.enum(["malicious", "suspicious", "benign", "unknown"]),
  source: Short.default(""),
  note: Long.default(""),
});
export const Note = z.object({
  kind: z.literal("note"),
  title: z.string().trim().min(1).max(MAX_TITLE),
  markdown: z.string().max(MAX_MARKDOWN),
});
export const Message = z.object({
  kind: z.literal("message"),
  time: IsoTime,
  direction: z.enum(["in", "out"]),
  channel: z.enum(["phone", "email", "in_person", "letter", "chat", "other"]),
  counterpart: Said,
  summary: Long.min(1),
});
export const Decision = z.object({
  kind: z.literal("decision"),
  time: IsoTime,
  what: Long.min(1),
  by: Said,
  reason: Long.min(1),
  alternatives: Long.default(""),
  facts: z.array(Id).max(MAX_CITED_FACTS).default([]),
});
export const Comment = z.object({
  kind: z.literal("comment"),
  text: Long.min(1),
  mentions: z.array(Owner).max(MAX_MENTIONS).default([]),
});

/** What people write. */
export const PartContent = z.discriminatedUnion("kind", [
  Fact,
  Task,
  Asset,
  Indicator,
  Note,
  Message,
  Decision,
  Comment,
]);
export type PartContent = z.infer<typeof PartContent>;
export const PART_KINDS = ["fact", "task", "asset", "indicator", "note", "message", "decision", "comment"] as const;
export type PartKind = PartContent["kind"];
