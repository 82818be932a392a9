import type { NoTables, Query } from "../../db/index.ts";

export type NoticeTables = {
  notices_inbox: {
    id: string;
    person_id: string;
    kind: string;
    urgency: string;
    first_at: number;
    at: number;
    times: number;
    object_kind: string;
    object_id: string;
    object_title: string;
    path: string;
    by_id: string | null;
    by_name: string | null;
    tlp: string | null;
    exercise_id: string | null;
    read_at: number | null;
  };
  notices_told: { id: string; at: number };
  notices_rules: { person_id: string; content: string; version: number; updated_at: number };
  notices_destinations: {
    id: string;
    name: string;
    kind: string;
    url: string;
    enabled: number;
    personal: number;
    team: string;
    language: string;
    template: string | null;
    template_type: string | null;
    secret: string;
    authorization_header: string | null;
    version: number;
    created_at: number;
    last_ok_at: number | null;
    last_failed_at: number | null;
    last_code: string | null;
  };
  notices_letters: {
    id: string;
    bundle: string | null;
    person_id: string | null;
    recipient_name: string | null;
    way: string;
    address: string | null;
    language: string;
    insistent: number;
    urgency_rank: number;
    message: string;
    state: string;
    held: number;
    due_at: number;
    attempts: number;
    created_at: number;
    ended_at: number | null;
    last_code: string | null;
  };
};

export const tables = (query: Query<NoTables>) => query.withTables<NoticeTables>();
