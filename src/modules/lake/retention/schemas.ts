import { IsoTime } from "../../../platform/http/shapes.ts";
import { z } from "../../../platform/schema/index.ts";
import { MAX_QUERY_CHARACTERS } from "../limits.ts";
import { DURATION } from "./core/term.ts";

const Pattern = z.string().min(1).max(256).default("*").describe("`*` fits everything");
const Keep = z.string().regex(DURATION).describe("P90D, P12M, P5Y");

const Text = z.object({ vi: z.string().min(1).max(1_000), en: z.string().min(1).max(1_000) });

/** A minimum term by law: content/retention/*.yml. */
export const RetentionRule = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9-]{3,60}$/u),
    instrument: z.string().min(1).max(200),
    article: z.string().min(1).max(200),
    what: Text,
    applies_to: Text,
    keep: Keep.optional(),
    keep_by_level: z.record(z.string().regex(/^[1-5]$/u), Keep).optional(),
    /** How it was checked: the text read, a digest citing the article, a report, or not at all. */
    verification: z.enum(["primary", "digest", "secondary", "memory"]),
    confidence: z.enum(["high", "medium", "low"]),
    as_of: z.string().regex(/^\d{4}-\d{2}-\d{2}$/u),
    note: z.string().max(1_000).optional(),
  })
  .refine((rule) => (rule.keep === undefined) !== (rule.keep_by_level === undefined), "keep or keep_by_level")
  .meta({ id: "RetentionRule" });
export type RetentionRule = z.infer<typeof RetentionRule>;

/** Either a rule of content/retention (with a level where the rule has levels) or a length of one's own. */
export const TermInput = z
  .strictObject({
    name: z.string().min(1).max(200),
    sensor: Pattern,
    product: Pattern,
    category: Pattern,
    service: Pattern,
    rule: z.string().max(60).optional(),
    level: z.int().min(1).max(5).optional(),
    keep: Keep.optional(),
  })
  .refine((term) => (term.rule === undefined) !== (term.keep === undefined), "rule or keep");
export type TermInput = z.infer<typeof TermInput>;

export const Term = z
  .object({
    id: z.string(),
    name: z.string(),
    sensor: z.string(),
    product: z.string(),
    category: z.string(),
    service: z.string(),
    rule: z.string().nullable(),
    level: z.int().nullable(),
    /** In force: the rule's or one's own. Null when the rule is not in content any more: then it keeps without end. */
    keep: z.string().nullable(),
    /** From a law: no quota cuts it short. */
    binding: z.boolean(),
    changedAt: IsoTime,
    changedBy: z.string(),
  })
  .meta({ id: "RetentionTerm" });
export type Term = z.infer<typeof Term>;

export const QuotaInput = z.strictObject({ quotaBytes: z.int().min(1_000_000).nullable() });

export const RetentionSettings = z.object({
  terms: z.array(Term),
  quotaBytes: z.int().nullable(),
  rules: z.array(RetentionRule),
});
export type RetentionSettings = z.infer<typeof RetentionSettings>;

const Names = z.array(z.string().min(1).max(256)).max(100).default([]);
/** By what is searched for, or event by event. */
export const HoldScope = z.union([
  z.strictObject({
    events: z
      .array(z.string().regex(/^[0-9a-f]{32}$/u))
      .min(1)
      .max(1_000),
  }),
  z.strictObject({
    query: z.string().max(MAX_QUERY_CHARACTERS).default(""),
    from: IsoTime.optional(),
    to: IsoTime.optional(),
    hosts: Names,
    sensors: Names,
  }),
]);
export type HoldScope = z.infer<typeof HoldScope>;

export const HoldInput = z.strictObject({
  name: z.string().min(1).max(200),
  reason: z.string().min(1).max(2_000),
  scope: HoldScope,
});
export type HoldInput = z.infer<typeof HoldInput>;
export const HoldRelease = z.strictObject({ reason: z.string().min(1).max(2_000) });

export const Hold = z
  .object({
    id: z.string(),
    name: z.string(),
    reason: z.string(),
    scope: HoldScope,
    placedAt: IsoTime,
    placedBy: z.string(),
    releasedAt: IsoTime.nullable(),
    releasedBy: z.string().nullable(),
    releaseReason: z.string().nullable(),
  })
  .meta({ id: "Hold" });
export type Hold = z.infer<typeof Hold>;
/** As a reader is told of it: one whose grounds they may not know is in force or not, and nothing else. */
export const ShownHold = Hold.extend({
  scope: HoldScope.nullable(),
  concealed: z.boolean(),
  /** Placed in a case, and released there alone. */
  ofCase: z.boolean(),
}).meta({ id: "ShownHold" });
export type ShownHold = z.infer<typeof ShownHold>;

/** What a hold finds. Whole segments are kept for it, so it keeps more than it names. */
export const HoldExtent = z.object({
  events: z.int(),
  segments: z.int(),
  segmentEvents: z.int(),
  bytes: z.int(),
  tookMs: z.number(),
});
export type HoldExtent = z.infer<typeof HoldExtent>;

export const Preview = z.object({
  drops: z.array(
    z.object({
      segment: z.string(),
      bytes: z.int(),
      events: z.int(),
      oldest: IsoTime,
      newest: IsoTime,
      cause: z.enum(["retention", "quota"]),
      terms: z.array(z.string()),
    }),
  ),
  held: z.array(
    z.object({ segment: z.string(), holds: z.array(z.string()), bytes: z.int(), events: z.int(), oldest: IsoTime }),
  ),
  overQuotaBytes: z.int(),
});
export type Preview = z.infer<typeof Preview>;

export const Applied = z.object({ dropped: z.int(), bytes: z.int(), events: z.int(), overQuotaBytes: z.int() });

export const Storage = z
  .object({
    at: IsoTime,
    sources: z.array(
      z.object({
        sensor: z.string(),
        product: z.string().nullable(),
        category: z.string().nullable(),
        service: z.string().nullable(),
        events: z.int(),
        /** Of raw text. */
        rawBytes: z.int(),
        /** Share of the segments, by raw text. */
        storedBytes: z.int(),
        /** Raw text by stored bytes. */
        compression: z.number(),
        oldest: IsoTime,
        newest: IsoTime,
        bytesPerDay: z.int(),
        /** Terms that fit it, and the one of them that ends last. */
        terms: z.array(z.string()),
        decidingTerm: z.string().nullable(),
        /** When the first segment with events of it may go; null: never, as terms stand. */
        lapsesAt: IsoTime.nullable(),
      }),
    ),
    /** What was sealed on each day (UTC) it arrived on, oldest first, whether it is still there or not. */
    days: z.array(z.object({ day: z.string(), events: z.int(), bytes: z.int() })),
    segments: z.object({
      count: z.int(),
      events: z.int(),
      bytes: z.int(),
      leavesBytes: z.int(),
      missing: z.array(z.string()),
    }),
    hot: z.object({ events: z.int(), bytes: z.int() }),
    journal: z.object({ bytes: z.int(), segments: z.int(), problems: z.int() }),
    records: z.object({ bytes: z.int() }),
    disk: z.object({ total: z.int(), free: z.int() }),
    bytesPerDay: z.int(),
    quotaBytes: z.int().nullable(),
    /** Until the quota, or the disk where there is none, is full at this growth; null while nothing grows. */
    daysLeft: z.number().nullable(),
    overQuotaBytes: z.int(),
    lastError: z.string().nullable(),
    /** Damage that was worked round since the start: cut, isolated, rebuilt. */
    problems: z.array(
      z.object({
        part: z.enum(["store", "journal"]),
        /** Its text is lake.problem.<code>, with these in it. */
        code: z.string(),
        params: z.record(z.string(), z.union([z.string(), z.number()])),
        at: IsoTime,
      }),
    ),
  })
  .meta({ id: "Storage" });
export type Storage = z.infer<typeof Storage>;
