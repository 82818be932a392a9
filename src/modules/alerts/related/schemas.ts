import { IsoTime } from "../../../platform/http/shapes.ts";
import { z } from "../../../platform/schema/index.ts";
import { AlertRule, AlertStatus, CloseReason } from "../schemas.ts";

/** As much of an alert as is told beside another one. */
const AlertBrief = z.object({
  id: z.string(),
  rule: AlertRule.pick({ id: true, title: true, titleVi: true, level: true }),
  entity: z.object({ kind: z.string(), value: z.string() }),
  status: AlertStatus,
  closeReason: CloseReason.nullable(),
  count: z.int(),
  firstSeen: IsoTime,
  lastSeen: IsoTime,
});
/** Around the alert's own span, on both sides. */
export const RelatedQuery = z.object({ window: z.enum(["1h", "24h", "7d"]).default("24h") });
/** Other alerts about the same, by entity: the real world and each exercise apart. */
export const RelatedAlerts = z.object({
  from: IsoTime,
  to: IsoTime,
  lanes: z.array(
    z.object({
      kind: z.string().describe("host, user, ip …: an address is the same on either end of a connection"),
      value: z.string(),
      first: IsoTime.describe("Of the alert itself"),
      last: IsoTime,
      alerts: z.int().describe("Others about it, as far as they were looked at"),
      isMore: z.boolean(),
    }),
  ),
  lanesLeftOut: z.boolean().describe("The alert is about more than is told"),
  items: z.array(
    AlertBrief.extend({
      shared: z.array(z.object({ lane: z.int(), first: IsoTime, last: IsoTime })),
    }),
  ),
  truncated: z.boolean().describe("There are more; the nearest in time are told"),
});
/** Alerts that probably say the same, the most alike first; nothing is done about them by itself. */
export const ProbableDuplicates = z.object({
  items: z.array(
    AlertBrief.extend({
      createdAt: IsoTime,
      duplicateOf: z.string().nullable(),
      version: z.int(),
      score: z.int().describe("0–100: the sum of the factors"),
      factors: z.array(
        z.object({
          kind: z.enum(["events", "rule", "family", "technique", "about", "entity", "time", "sensor"]),
          points: z.int(),
        }),
      ),
      reason: z.enum(["same_events", "other_sensor", "same_rule", "same_family", "same_technique"]),
      events: z.int().describe("Events both were found in"),
      technique: z.string().nullable(),
      shared: z.object({ kind: z.string(), value: z.string() }).nullable(),
      gapSeconds: z.int().describe("Between the two; 0 when they overlap"),
    }),
  ),
  isMore: z.boolean(),
});
