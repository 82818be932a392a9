import type { NoTables, Query } from "../../../platform/db/index.ts";

export type PeopleTables = {
  people_persons: {
    id: string;
    name: string;
    unit: string;
    roles: string;
    tier: number | null;
    phone: string | null;
    mail: string | null;
    languages: string;
    user_id: string | null;
    archived: number;
    version: number;
    updated_at: number;
  };
  people_rotas: { id: string; content: string; version: number; updated_at: number };
  people_exceptions: {
    seq?: number;
    id: string;
    content: string;
    reason: string;
    begins: number;
    ends: number;
    by_id: string;
    by_name: string;
    at: number;
    withdrawn_at: number | null;
    withdrawn_by: string | null;
  };
  people_policies: { id: string; name: string; enabled: number; since: number; steps: string; version: number };
  people_escalations: { alert_id: string; policy_id: string; step: number; at: number; details: string };
  people_handovers: {
    seq: number;
    id: string;
    at: number;
    by_id: string;
    by_name: string;
    content: string;
    seal: string;
  };
  people_handover_receipts: {
    handover_id: string;
    at: number;
    by_id: string;
    by_name: string;
    remark: string;
    seal: string;
  };
};

export const tables = (query: Query<NoTables>) => query.withTables<PeopleTables>();
