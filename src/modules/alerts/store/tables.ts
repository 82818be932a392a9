import type { NoTables, Query } from "../../../platform/db/index.ts";
import { type AlertState, type AlertStatus, type CloseReason, FRESH, type Person } from "../core/workflow.ts";

export type AlertTables = {
  alerts_groups: {
    id: string;
    group_key: string;
    rule_id: string;
    rule_title: string;
    rule_title_vi: string | null;
    rule_author: string | null;
    rule_licence: string | null;
    rule_tags: string;
    level: string;
    level_rank: number;
    entity_kind: string;
    entity_value: string;
    search: string;
    status: string;
    close_reason: string | null;
    assignee_id: string | null;
    assignee_name: string | null;
    urgency: number;
    finding_count: number;
    note_count: number;
    first_seen: number;
    last_seen: number;
    created_at: number;
    updated_at: number;
    exercise_id: string | null;
    /** 1 while the alert is in the queue. */
    live: number;
    urgency_factors: string | null;
    closed_at: number | null;
    closed_by: string | null;
    more: string | null;
    version: number;
    snoozed_until: number | null;
    merged_into: string | null;
    unconfirmed: number;
    own_count: number;
    own_first: number;
    own_last: number;
    also: string | null;
    due_kind: string | null;
    due_at: number | null;
    due_rank: number;
    /** 0 until `alerts_entities` knows what it is about. */
    entities_folded: number;
  };
  alerts_findings: {
    id: string;
    alert_id: string;
    rule_id: string;
    rule_version: string;
    event_id: string;
    event_time: number;
    detected_at: number;
    sensor: string;
    host: string | null;
    exercise_id: string | null;
    /** JSON of the correlation part; null for a match of one event. */
    correlation: string | null;
    entities: string | null;
    ingested_at: number | null;
  };
  alerts_transitions: {
    seq?: number;
    id: string;
    alert_id: string;
    at: number;
    actor_id: string;
    actor_name: string;
    action: string;
    from_status: string | null;
    to_status: string | null;
    reason: string | null;
    assignee_id: string | null;
    assignee_name: string | null;
    note: string | null;
    before_reason: string | null;
    before_assignee_id: string | null;
    before_assignee_name: string | null;
    batch_id: string | null;
    undoes: string | null;
    before_more: string | null;
    after_more: string | null;
    other_id: string | null;
  };
  alerts_tags: { tag: string; alert_id: string };
  alerts_splits: { parent_key: string; kind: string; value: string; child_key: string };
  alerts_grouping: { rule_id: string; kinds: string; version: number; updated_at: number; updated_by: string };
  alerts_facts: {
    alert_id: string;
    rule_id: string;
    level: string;
    is_exercise: number;
    is_merged: number;
    created_at: number;
    occurred_at: number;
    ingested_at: number | null;
    view_at: number | null;
    ack_at: number | null;
    ack_by: string | null;
    qual_at: number | null;
    verdict: string | null;
    cont_at: number | null;
    res_at: number | null;
    close_at: number | null;
    paused_ms: number;
    reopened: number;
  };
  alerts_entities: {
    alert_id: string;
    kind: string;
    value: string;
    world: string;
    shown: string;
    first_at: number;
    last_at: number;
    n: number;
  };
  alerts_consumed: { one: number; last_seq: number };
};

export const tables = (query: Query<NoTables>) => query.withTables<AlertTables>();

export function person(id: string | null, name: string | null): Person | null {
  return id === null ? null : { id, name: name ?? id };
}

type More = Omit<AlertState, "status" | "closeReason" | "assignee">;

/** The rest of a state as JSON; null when there is nothing to say. */
export function moreOf(state: AlertState): string | null {
  const { status: _status, closeReason: _reason, assignee: _assignee, ...more } = state;
  const said = Object.entries(more).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(FRESH[name as keyof More]),
  );
  return said.length === 0 ? null : JSON.stringify(Object.fromEntries(said));
}

export function stateOf(row: {
  readonly status: string | null;
  readonly reason: string | null;
  readonly assignee: Person | null;
  readonly more: string | null;
}): AlertState | null {
  if (row.status === null) return null;
  const closeReason = row.reason as CloseReason | null;
  return {
    ...FRESH,
    // Alerts closed before verdicts were kept apart: closing was the verdict.
    verdict: closeReason,
    resolved: closeReason !== null,
    ...(row.more === null ? {} : (JSON.parse(row.more) as Partial<More>)),
    status: row.status as AlertStatus,
    closeReason,
    assignee: row.assignee,
  };
}
