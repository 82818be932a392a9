import { CommaList, Cursor, IsoTime, Limit, pageOf } from "../../platform/http/shapes.ts";
import { z } from "../../platform/schema/index.ts";
import { GROUPING_KINDS } from "./core/grouping.ts";
import { MENTIONED_AT_ONCE, MERGED_AT_ONCE, QUEUES_SEEN } from "./limits.ts";

export const Severity = z.enum(["informational", "low", "medium", "high", "critical"]);
export const AlertStatus = z.enum(["open", "taken", "escalated", "closed", "merged"]);
export const CloseReason = z.enum(["true_positive", "false_positive", "benign", "duplicate"]);

const Person = z.object({ id: z.string(), name: z.string() });

/** The rule behind an alert. Author and licence travel with it (Detection Rule License 1.1). */
export const AlertRule = z.object({
  id: z.string(),
  title: z.string(),
  titleVi: z.string().nullable(),
  level: Severity,
  author: z.string().nullable(),
  licence: z.string().nullable(),
  tags: z.array(z.string()),
});

export const UrgencyFactors = z.object({
  severity: z.object({ level: Severity, weight: z.number() }),
  asset: z.object({
    importance: z.enum(["unknown", "low", "medium", "high", "critical"]),
    system: z.string().nullable().describe("The registered system the asset belongs to"),
    factor: z.number(),
  }),
  indicator: z.object({ known: z.literal(0), factor: z.literal(1) }).describe("No indicators are known"),
  track: z.object({
    truePositives: z.int(),
    falsePositives: z.int(),
    unconfirmed: z.int().optional().describe("Called false, waiting for a second person: not counted"),
    factor: z.number(),
  }),
  product: z.number(),
  bound: z.object({ kind: z.enum(["at_least", "at_most"]), value: z.number() }).nullable(),
});

/** One group: the same rule on the same entity while the group is not closed. */
export const Alert = z
  .object({
    id: z.string(),
    rule: AlertRule,
    entity: z.object({ kind: z.string().describe("host, user, srcIp …"), value: z.string() }),
    status: AlertStatus,
    closeReason: CloseReason.nullable(),
    assignee: z.object({ id: z.string(), name: z.string() }).nullable(),
    /** 0–100: severity × asset importance × indicator confidence × the rule's track record, then bounds. */
    urgency: z.number(),
    urgencyFactors: UrgencyFactors.nullable().describe("null until weighed for the first time"),
    count: z.int(),
    firstSeen: IsoTime,
    lastSeen: IsoTime,
    createdAt: IsoTime,
    updatedAt: IsoTime,
    noteCount: z.int(),
    /** Further values the group was narrowed down to. */
    also: z.array(z.object({ kind: z.string(), value: z.string() })),
    version: z.int().describe("Grows with every change; sent back as `seen`, so that nothing is overwritten unseen"),
    snoozedUntil: IsoTime.nullable(),
    mergedInto: z.string().nullable().describe("The alert it lives in"),
    duplicateOf: z.string().nullable().describe("The alert it was closed as a duplicate of"),
    proposedBy: Person.nullable().describe("Who called it false and waits for a second person"),
    verdict: CloseReason.nullable(),
    contained: z.boolean(),
    resolved: z.boolean(),
    tags: z.array(z.string()),
    /** The promise that is owed next, see the policy; null when none is, or while it sleeps. */
    due: z.object({ kind: z.enum(["take", "verdict"]), at: IsoTime }).nullable(),
    /** Earlier closed groups of the same rule and entity, by reason, with who closed them (latest first, at most 3). */
    seenBefore: z.array(
      z.object({
        reason: CloseReason,
        isConfirmed: z.boolean().describe("False: called false and not confirmed by a second person yet"),
        count: z.int(),
        lastAt: IsoTime,
        people: z.array(z.string()),
      }),
    ),
    exerciseId: z.string().nullable(),
  })
  .meta({ id: "Alert" });

export const AlertAct = z.enum([
  "created",
  "view",
  "take",
  "release",
  "assign",
  "escalate",
  "close",
  "reopen",
  "note",
  "snooze",
  "wake",
  "tag",
  "judge",
  "contain",
  "resolve",
  "confirm",
  "reject",
  "merge",
  "unmerge",
  "gather",
  "scatter",
  "split",
  "undo",
  "ceased",
]);

/** One line of the append-only history. */
export const AlertTransition = z
  .object({
    id: z.string(),
    at: IsoTime,
    actor: z.object({ id: z.string(), name: z.string() }),
    /** `ceased`: what it was about is over (a silent sensor speaks again); the alert waits for a person all the same. */
    action: AlertAct,
    from: AlertStatus.nullable(),
    to: AlertStatus.nullable(),
    reason: CloseReason.nullable(),
    assignee: z.object({ id: z.string(), name: z.string() }).nullable(),
    note: z.string().nullable(),
    until: IsoTime.nullable().describe("Of `snooze`"),
    verdict: CloseReason.nullable(),
    tags: z.array(z.string()),
    otherId: z.string().nullable().describe("The other alert of a merge, a split or a duplicate"),
  })
  .meta({ id: "AlertTransition" });

export const Tag = z.string().trim().min(1).max(64);

export const AlertQuery = z.object({
  cursor: Cursor,
  limit: Limit(500, 100),
  status: CommaList(AlertStatus).optional(),
  level: CommaList(Severity).optional(),
  assignee: z.string().max(64).optional().describe("User id, `me` or `none`"),
  rule: z.string().max(128).optional(),
  attack: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{0,63}$/u)
    .optional()
    .describe(
      "ATT&CK of the rule's tags: a tactic (`initial-access`) or a technique with its sub-techniques (`t1059`)",
    ),
  entity: z.string().max(512).optional(),
  q: z.string().max(200).optional().describe("Part of rule title or entity"),
  exercise: z.enum(["include", "exclude", "only"]).default("include"),
  from: IsoTime.optional().describe("lastSeen at or after"),
  to: IsoTime.optional().describe("lastSeen before"),
  created: IsoTime.optional().describe("Came up at or after"),
  closed: IsoTime.optional().describe("Was closed at or after, whatever became of it since"),
  snoozed: z.enum(["include", "exclude", "only"]).default("include").describe("Alerts that sleep"),
  confirmation: z.enum(["pending"]).optional().describe("Called false and not confirmed by a second person yet"),
  tag: Tag.optional(),
  sort: z.enum(["urgency", "lastSeen", "firstSeen", "count", "due"]).default("urgency"),
});
export const AlertPage = pageOf(Alert).extend({
  /** Number of alerts that match; counted for the first page only, later ones say 0. */
  total: z.int(),
  totalIsLeast: z.boolean().describe("More match than were counted"),
});
export const AlertDetail = z.object({ alert: Alert, transitions: z.array(AlertTransition) });

/** What the events of a correlation were together. */
export const CorrelationPart = z.object({
  group: z.array(z.object({ field: z.string(), value: z.string() })).describe("Group-by names and values"),
  from: IsoTime,
  to: IsoTime,
  count: z.int().describe("Events that count"),
  value: z.number().describe("What the condition compared: count, sum, number of rules …"),
  events: z
    .array(z.object({ id: z.string(), time: IsoTime, ruleId: z.string() }))
    .describe("The events that count, in time order; may be fewer than `count`"),
});

/** One rule match on one event, or a correlation that came true; its `eventId` is the event that completed it. */
export const Finding = z
  .object({
    id: z.string(),
    ruleId: z.string(),
    ruleVersion: z.string(),
    eventId: z.string(),
    time: IsoTime,
    detectedAt: IsoTime,
    sensor: z.string(),
    host: z.string().nullable(),
    exerciseId: z.string().nullable(),
    correlation: CorrelationPart.nullable(),
  })
  .meta({ id: "Finding" });
export const FindingPage = pageOf(Finding);

export const AlertedEventsQuery = z.object({ host: z.string().min(1).max(256), from: IsoTime, to: IsoTime });
/** Events of one host that rules matched, each with the most severe of its alerts. */
export const AlertedEvents = z.object({
  items: z.array(
    z.object({
      eventId: z.string(),
      time: IsoTime,
      alertId: z.string(),
      alerts: z.int().describe("Alerts the event belongs to"),
      rule: AlertRule.pick({ id: true, title: true, titleVi: true, level: true }),
    }),
  ),
  truncated: z.boolean(),
});

/**
 * Why a finding fired. `lines` are 1-based lines of `ruleText`; ranges are UTF-16 offsets into `value`.
 * Of a correlation, `correlation` tells which events counted, and `matched` and `selections` are empty: those are
 * asked for by event, at the base rules.
 */
export const Explanation = z
  .object({
    kind: z.enum(["detection", "correlation", "hunt"]),
    findingId: z.string(),
    ruleText: z.string(),
    matched: z.array(
      z.object({
        selection: z.string(),
        line: z.int().nullable(),
        field: z.string().nullable().describe("null = keyword over the whole event"),
        value: z.string(),
        ranges: z.array(z.object({ from: z.int(), to: z.int() })),
      }),
    ),
    /** Every selection of the rule and whether it holds on this event. */
    selections: z.array(z.object({ name: z.string(), holds: z.boolean() })),
    condition: z.string(),
    correlation: CorrelationPart.extend({
      type: z.string().describe("event_count, value_count, temporal …"),
      timespanMs: z.int(),
      /** Base rules by id; a rule that is gone since has no title. */
      rules: z.array(
        z.object({
          id: z.string(),
          title: z.string().nullable(),
          titleVi: z.string().nullable(),
          events: z.int().describe("How many of the listed events are its"),
        }),
      ),
    }).nullable(),
    /** Of a scheduled hunt: the question as it was, the row that was found, and the hunt as it is now. */
    hunt: z
      .object({
        id: z.string(),
        name: z.string(),
        kept: z.boolean().describe("The hunt still exists and may be opened by who asks"),
        changed: z.boolean().describe("Its query is another one by now"),
        query: z.string(),
        from: IsoTime.describe("The range the run looked at"),
        to: IsoTime,
        columns: z.array(z.object({ name: z.string(), type: z.enum(["text", "number", "time"]) })),
        cells: z.array(z.union([z.string(), z.number(), z.null()])).describe("Empty when the row is the event itself"),
        timing: z
          .union([
            z.object({ kind: z.literal("every"), minutes: z.int() }),
            z.object({ kind: z.literal("daily"), minuteOfDay: z.int(), utcOffsetMinutes: z.int() }),
          ])
          .nullable()
          .describe("When it runs now; null when it does not"),
        lookbackMs: z.int().nullable(),
      })
      .nullable(),
  })
  .meta({ id: "Explanation" });

export const AlertAction = z.discriminatedUnion("action", [
  z.object({ action: z.literal("take") }),
  z.object({ action: z.literal("release") }),
  z.object({ action: z.literal("assign"), assignee: z.string() }),
  z.object({ action: z.literal("escalate"), note: z.string().trim().max(10_000).optional() }),
  z.object({
    action: z.literal("close"),
    reason: CloseReason,
    note: z.string().trim().max(10_000).optional(),
    duplicateOf: z.string().max(64).optional().describe("Of the reason `duplicate`: the alert that says the same"),
  }),
  z.object({ action: z.literal("reopen"), note: z.string().trim().max(10_000).optional() }),
  z.object({
    action: z.literal("note"),
    note: z.string().trim().min(1).max(10_000),
    mentions: z.array(z.string().max(64)).max(MENTIONED_AT_ONCE).optional().describe("Ids of people it calls"),
  }),
  z.object({ action: z.literal("snooze"), until: IsoTime }),
  z.object({ action: z.literal("wake") }),
  z.object({ action: z.literal("tag"), add: z.array(Tag).max(20), remove: z.array(Tag).max(20) }),
  z.object({ action: z.literal("judge"), verdict: CloseReason }).describe("A verdict without closing"),
  z.object({ action: z.literal("contain") }),
  z.object({ action: z.literal("resolve") }),
  z.object({ action: z.literal("confirm") }).describe("A second person agrees that it was false"),
  z.object({ action: z.literal("reject"), note: z.string().trim().max(10_000).optional() }),
  z.object({ action: z.literal("unmerge") }),
]);
export const AlertActionRequest = z.object({
  ids: z.array(z.string()).min(1).max(1000),
  do: AlertAction,
  seen: z.record(z.string().max(64), z.int()).optional().describe("Versions of the alerts as they were seen"),
});
export const MergeRequest = z.object({ ids: z.array(z.string().max(64)).min(2).max(MERGED_AT_ONCE) });
export const EntityPart = z.object({ kind: z.string().min(1).max(64), value: z.string().min(1).max(512) });
/** What a group may be split by. */
export const AlertParts = z.object({ items: z.array(EntityPart.extend({ count: z.int() })) });
export const GroupingKindName = z.enum(GROUPING_KINDS);
export const Grouping = z.object({
  kinds: z.array(z.string()).describe("Empty: as the program groups"),
  version: z.int(),
  updatedAt: IsoTime.nullable(),
  updatedBy: z.string().nullable(),
});
export const GroupingRequest = z.object({ kinds: z.array(GroupingKindName).max(4), version: z.int() });
export const TriagePolicy = z.object({
  minimumText: z.record(CloseReason, z.int()),
  confirmFrom: z.string().describe("Severity from which on a second person confirms what was called false, or none"),
  minutes: z.record(Severity, z.object({ take: z.int(), verdict: z.int() })),
  shifts: z.array(z.string()).describe("When shifts begin, local time"),
  figuresByPerson: z.boolean(),
});

/** A filter as the address of the screen has it; `status` all = of every state. */
const QueueFilter = z
  .record(z.string().max(20), z.string().max(512))
  .refine((filter) => Object.keys(filter).length <= 16);
export const QueueWish = z.object({
  name: z.string().trim().min(1).max(60),
  filter: QueueFilter,
  isShared: z.boolean(),
  place: z.int().min(0).max(1_000),
});
export const QueueChange = QueueWish.extend({ version: z.int() });
export const SavedQueue = QueueWish.extend({ id: z.string(), owner: Person, version: z.int() });
/** Which queue a person starts with. */
export const QueueStart = z.object({ start: SavedQueue.nullable() });
export const QueueOrder = z.object({
  order: z.array(z.string().max(64)).max(QUEUES_SEEN).describe("Ids, first to last; those left out follow after"),
  start: z.string().max(64).nullable(),
});
export const QueueList = z.object({
  start: z.string().nullable().describe("The queue one starts with"),
  items: z.array(
    SavedQueue.extend({
      count: z.int().nullable().describe("Alerts in it; null when the filter is not understood any more"),
      countIsLeast: z.boolean(),
    }),
  ),
});

const Spread = z.object({ n: z.int(), medianMs: z.number().nullable(), p90Ms: z.number().nullable() });
/** One metric of docs/metrics.md; `waiting` are those it has not come to yet, by their age so far. */
export const AlertFigure = Spread.extend({
  metric: z.enum(["detect", "ingest", "acknowledge", "unattended", "qualify", "contain", "respond"]),
  waiting: Spread,
});
export const FiguresQuery = z.object({
  from: IsoTime,
  to: IsoTime,
  by: z.enum(["level", "rule", "person"]).optional(),
  level: Severity.optional(),
  rule: z.string().max(128).optional(),
  exercise: z.enum(["exclude", "only"]).default("exclude"),
});
export const AlertFigures = z.object({
  now: IsoTime,
  alerts: z.int(),
  figures: z.array(AlertFigure),
  before: z.object({ alerts: z.int(), figures: z.array(AlertFigure) }),
  bucketMs: z.int(),
  overTime: z.array(z.object({ start: IsoTime, figures: z.array(AlertFigure) })),
  groups: z.array(
    z.object({
      key: z.string(),
      title: z.string().nullable(),
      titleVi: z.string().nullable(),
      alerts: z.int(),
      figures: z.array(AlertFigure),
    }),
  ),
});
/** Every id is told about: changed, or why not. `undoId` undoes the changed ones for 10 minutes. */
export const AlertActionResult = z.object({
  changed: z.array(Alert),
  refused: z.array(
    z.object({
      id: z.string(),
      code: z.string(),
      meanwhile: z
        .object({ actor: Person, action: AlertAct, at: IsoTime })
        .optional()
        .describe("What somebody else did since the alert was seen"),
    }),
  ),
  undoId: z.string().nullable(),
});
export const UndoRequest = z.object({ undoId: z.string() });
