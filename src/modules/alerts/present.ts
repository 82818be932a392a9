import { toIso } from "../../kernel/index.ts";
import type { z } from "../../platform/schema/index.ts";
import type { CorrelationPart } from "../detection/index.ts";
import type { CloseReason } from "./core/workflow.ts";
import type { endsBefore } from "./store/index.ts";
import type { AlertRecord, FindingRecord, HistoryRecord } from "./records.ts";
import type { ProbableDuplicate } from "./related/duplicates.ts";
import type { Related } from "./related/related.ts";
import type { ProbableDuplicates, RelatedAlerts } from "./related/schemas.ts";
import type { Alert, AlertTransition, Finding } from "./schemas.ts";

type EndsBefore = Awaited<ReturnType<typeof endsBefore>>;

export function presentAlert(record: AlertRecord, ends: EndsBefore): z.infer<typeof Alert> {
  const { state } = record;
  return {
    id: record.id,
    rule: { ...record.rule, tags: [...record.rule.tags] },
    entity: record.entity,
    status: record.state.status,
    closeReason: record.state.closeReason,
    assignee: record.state.assignee,
    urgency: record.urgency,
    urgencyFactors: record.factors,
    count: record.count,
    firstSeen: toIso(record.firstSeen),
    lastSeen: toIso(record.lastSeen),
    createdAt: toIso(record.createdAt),
    updatedAt: toIso(record.updatedAt),
    noteCount: record.noteCount,
    also: [...record.also],
    version: record.version,
    snoozedUntil: state.snooze === null ? null : toIso(state.snooze.until),
    mergedInto: state.mergedInto,
    duplicateOf: state.duplicateOf,
    proposedBy: state.proposedBy,
    verdict: state.verdict,
    contained: state.contained,
    resolved: state.resolved,
    tags: [...state.tags],
    due: record.due === null ? null : { kind: record.due.kind, at: toIso(record.due.dueAt) },
    seenBefore: (ends.get(record.groupKey) ?? []).flatMap(({ reason, isConfirmed, count, lastAt, people }) => {
      // The alert itself is no precedent of its own.
      const isOwn =
        state.status === "closed" && state.closeReason === reason && (state.proposedBy === null) === isConfirmed;
      const times = count - (isOwn ? 1 : 0);
      if (times <= 0) return [];
      return [{ reason: reason as CloseReason, isConfirmed, count: times, lastAt: toIso(lastAt), people: [...people] }];
    }),
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
    until: record.action === "snooze" && record.after?.snooze != null ? toIso(record.after.snooze.until) : null,
    verdict: record.after?.verdict ?? null,
    tags: [...(record.after?.tags ?? [])],
    otherId: record.otherId ?? null,
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

export function presentRelated(related: Related): z.infer<typeof RelatedAlerts> {
  return {
    from: toIso(related.from),
    to: toIso(related.to),
    lanes: related.lanes.map(({ kind, shown, first, last, alerts, isMore }) => ({
      kind,
      value: shown,
      alerts,
      isMore,
      first: toIso(first),
      last: toIso(last),
    })),
    lanesLeftOut: related.lanesLeftOut,
    items: related.items.map(({ alert, shared }) => ({
      ...presentBrief(alert),
      shared: shared.map(({ lane, first, last }) => ({ lane, first: toIso(first), last: toIso(last) })),
    })),
    truncated: related.truncated,
  };
}

export function presentDuplicates(found: {
  readonly items: readonly ProbableDuplicate[];
  readonly isMore: boolean;
}): z.infer<typeof ProbableDuplicates> {
  return {
    isMore: found.isMore,
    items: found.items.map(({ alert, likeness }) => {
      const { gapMs, shared, factors, ...rest } = likeness;
      const [kind = "", value = ""] = shared?.split("\0") ?? [];
      return {
        ...presentBrief(alert),
        ...rest,
        createdAt: toIso(alert.createdAt),
        duplicateOf: alert.state.duplicateOf,
        version: alert.version,
        factors: [...factors],
        shared: shared === null ? null : { kind, value },
        gapSeconds: Math.round(gapMs / 1000),
      };
    }),
  };
}

/** As much of an alert as is told beside another one. */
function presentBrief({ id, rule, entity, state, count, firstSeen, lastSeen }: AlertRecord) {
  return {
    id,
    entity,
    count,
    rule: { id: rule.id, title: rule.title, titleVi: rule.titleVi, level: rule.level },
    status: state.status,
    closeReason: state.closeReason,
    firstSeen: toIso(firstSeen),
    lastSeen: toIso(lastSeen),
  };
}
