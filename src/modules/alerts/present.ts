import { toIso } from "../../kernel/index.ts";
import type { z } from "../../platform/schema/index.ts";
import type { CorrelationPart } from "../detection/index.ts";
import type { CloseReason } from "./core/workflow.ts";
import { urgencyFactors } from "./core/urgency.ts";
import type { AlertRecord, FindingRecord, HistoryRecord } from "./records.ts";
import type { Alert, AlertTransition, Finding } from "./schemas.ts";

type ClosedBefore = ReadonlyMap<string, ReadonlyMap<CloseReason, number>>;

export function presentAlert(record: AlertRecord, closed: ClosedBefore): z.infer<typeof Alert> {
  const earlier = closed.get(record.groupKey);
  // The alert itself is no precedent of its own.
  const own = (reason: CloseReason): number => (record.state.closeReason === reason ? 1 : 0);
  const times = (reason: CloseReason): number => Math.max(0, (earlier?.get(reason) ?? 0) - own(reason));
  return {
    id: record.id,
    rule: { ...record.rule, tags: [...record.rule.tags] },
    entity: record.entity,
    status: record.state.status,
    closeReason: record.state.closeReason,
    assignee: record.state.assignee,
    urgency: record.urgency,
    urgencyFactors: urgencyFactors(record.rule.level),
    count: record.count,
    firstSeen: toIso(record.firstSeen),
    lastSeen: toIso(record.lastSeen),
    createdAt: toIso(record.createdAt),
    updatedAt: toIso(record.updatedAt),
    noteCount: record.noteCount,
    seenBefore: {
      true_positive: times("true_positive"),
      false_positive: times("false_positive"),
      benign: times("benign"),
      duplicate: times("duplicate"),
    },
    exerciseId: record.exerciseId,
  };
}

export function presentTransition(record: HistoryRecord): z.infer<typeof AlertTransition> {
  return {
    id: record.id,
    at: toIso(record.at),
    actor: record.actor,
    action: record.action,
    from: record.before?.status ?? null,
    to: record.after?.status ?? null,
    reason: record.after?.closeReason ?? null,
    assignee: record.after?.assignee ?? null,
    note: record.note,
  };
}

export function presentFinding(record: FindingRecord): z.infer<typeof Finding> {
  return {
    id: record.id,
    ruleId: record.ruleId,
    ruleVersion: record.ruleVersion,
    eventId: record.eventId,
    time: toIso(record.time),
    detectedAt: toIso(record.detectedAt),
    sensor: record.sensor,
    host: record.host,
    exerciseId: record.exerciseId,
    correlation: record.correlation === null ? null : presentCorrelation(record.correlation),
  };
}

export function presentCorrelation(part: CorrelationPart): NonNullable<z.infer<typeof Finding>["correlation"]> {
  return {
    group: part.group.map(({ field, value }) => ({ field, value })),
    from: toIso(part.from),
    to: toIso(part.to),
    count: part.count,
    value: part.value,
    events: part.events.map(({ id, time, ruleId }) => ({ id, time: toIso(time), ruleId })),
  };
}
