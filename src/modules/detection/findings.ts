import { createHash } from "node:crypto";
import type { Entities, EventId, FieldScalar, FindingId, Instant, KhienEvent, Severity } from "../../kernel/index.ts";

/** Topic of the outbox under which findings go up. */
export const FINDINGS_RAISED = "detection.findings.raised";

/** The rule as everything derived from it must carry it: the Detection Rule License asks for the author. */
export interface RuleCredit {
  readonly id: string;
  readonly title: string;
  readonly titleVi: string | null;
  readonly level: Severity;
  readonly author: string | null;
  readonly licence: string | null;
  readonly tags: readonly string[];
}

/** What a finding keeps of an event; the lake has the rest. */
export interface EventOfFinding {
  readonly id: EventId;
  readonly time: Instant;
  readonly sensor: string;
  readonly host?: string;
  readonly entities: Entities;
  /** When it arrived; news of before this was kept has none. */
  readonly ingestedAt?: Instant;
  readonly exerciseId?: string;
}

export function eventOfFinding(event: KhienEvent): EventOfFinding {
  return {
    id: event.id,
    time: event.time,
    sensor: event.sensor,
    entities: event.entities,
    ingestedAt: event.ingestedAt,
    ...(event.host === undefined ? {} : { host: event.host }),
    ...(event.exerciseId === undefined ? {} : { exerciseId: event.exerciseId }),
  };
}

/** The field a rule wants its alerts grouped by, with an event's value; the first of several. */
export function groupOf(
  field: string | undefined,
  event: KhienEvent,
): { readonly field: string; readonly value: FieldScalar } | undefined {
  if (field === undefined) return undefined;
  const value = event.fields[field];
  const scalar = Array.isArray(value) ? (value as readonly FieldScalar[])[0] : (value as FieldScalar | undefined);
  return scalar === undefined ? undefined : { field, value: scalar };
}

/** What several events together were, when the rule is a correlation. */
export interface CorrelationPart {
  /** Group-by names and values, as first seen; empty when the correlation has one group for everything. */
  readonly group: readonly { readonly field: string; readonly value: string }[];
  readonly from: Instant;
  readonly to: Instant;
  /** Events that count; `events` lists the newest of them, at least one of every rule. */
  readonly count: number;
  /** What was compared with the condition: count, sum … */
  readonly value: number;
  readonly events: readonly { readonly id: string; readonly time: Instant; readonly ruleId: string }[];
}

/**
 * One rule match on one event, or a correlation that came true on several. The id derives from rule, version and
 * event (or group and events): finding it again is the same finding.
 */
export interface Finding {
  readonly id: FindingId;
  readonly ruleId: string;
  readonly ruleVersion: string;
  readonly detectedAt: Instant;
  /** Of a correlation: the event that completed it. */
  readonly event: EventOfFinding;
  /** The field the rule wants its alerts grouped by, with this event's value. */
  readonly groupBy?: { readonly field: string; readonly value: FieldScalar };
  readonly correlation?: CorrelationPart;
}

export interface FindingsRaised {
  readonly rules: Readonly<Record<string, RuleCredit>>;
  readonly findings: readonly Finding[];
}

export function findingId(ruleId: string, ruleVersion: string, eventId: EventId): FindingId {
  return createHash("sha256").update(`${ruleId}\0${ruleVersion}\0${eventId}`).digest("hex").slice(0, 32) as FindingId;
}
