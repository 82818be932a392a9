import { createHash } from "node:crypto";
import type { Entities, EventId, FieldScalar, FindingId, Instant, Severity } from "../../kernel/index.ts";

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

/** One rule match on one event. The id derives from rule, version and event: matching again is the same finding. */
export interface Finding {
  readonly id: FindingId;
  readonly ruleId: string;
  readonly ruleVersion: string;
  readonly detectedAt: Instant;
  readonly event: {
    readonly id: EventId;
    readonly time: Instant;
    readonly sensor: string;
    readonly host?: string;
    readonly entities: Entities;
    readonly exerciseId?: string;
  };
  /** The field the rule wants its alerts grouped by, with this event's value. */
  readonly groupBy?: { readonly field: string; readonly value: FieldScalar };
}

export interface FindingsRaised {
  readonly rules: Readonly<Record<string, RuleCredit>>;
  readonly findings: readonly Finding[];
}

export function findingId(ruleId: string, ruleVersion: string, eventId: EventId): FindingId {
  return createHash("sha256").update(`${ruleId}\0${ruleVersion}\0${eventId}`).digest("hex").slice(0, 32) as FindingId;
}
