import type { NoTables, Query } from "../../../platform/db/index.ts";
import type { Person } from "../core/workflow.ts";

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
  };
  alerts_consumed: { one: number; last_seq: number };
};

export const tables = (query: Query<NoTables>) => query.withTables<AlertTables>();

export function person(id: string | null, name: string | null): Person | null {
  return id === null ? null : { id, name: name ?? id };
}
